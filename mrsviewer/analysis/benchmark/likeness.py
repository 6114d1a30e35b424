"""How like the truth a recovered spectrum is: PSNR and SSIM in one dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SSIM_POINTS, SSIM_SD = 11, 1.5
SSIM_K1, SSIM_K2 = 0.01, 0.03
"""Window and constants of Wang Z et al. Image quality assessment: from error visibility to
structural similarity. IEEE Trans Image Process 2004;13:600 (doi 10.1109/TIP.2003.819861)."""


def psnr_db(found: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Return ``20 log10`` of the highest point of the truth over the root mean square error.

    Both of shape (n,). Infinite where they are equal.
    """
    error = float(np.sqrt(np.mean((found - truth) ** 2)))
    peak = float(np.abs(truth).max())
    return 20 * float(np.log10(peak / error)) if error > 0 else float("inf")


def ssim(found: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Return the mean structural similarity along the spectrum; 1 where both are equal.

    Both of shape (n,). Means, variances and covariance are taken under a Gaussian window of 11
    points (SD 1.5 points); the dynamic range is that of the truth, its maximum less its minimum.
    """
    span = float(np.ptp(truth))
    lift_mean, lift_spread = (SSIM_K1 * span) ** 2, (SSIM_K2 * span) ** 2
    mean_f, mean_t = _smoothed(found), _smoothed(truth)
    spread_f = _smoothed(found**2) - mean_f**2
    spread_t = _smoothed(truth**2) - mean_t**2
    shared = _smoothed(found * truth) - mean_f * mean_t
    likeness = (2 * mean_f * mean_t + lift_mean) / (mean_f**2 + mean_t**2 + lift_mean)
    likeness *= (2 * shared + lift_spread) / (spread_f + spread_t + lift_spread)
    return float(likeness.mean())


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return local means where the window fits, shape (n - 10,)."""
    place = np.arange(SSIM_POINTS) - SSIM_POINTS // 2
    window = np.exp(-0.5 * (place / SSIM_SD) ** 2)
    return np.convolve(values, window / window.sum(), mode="valid")

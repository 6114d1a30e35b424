"""The smooth part of the spectrum: a complex penalised cubic spline.

The data are complex, so is the baseline: real and imaginary part have spline coefficients of
their own. What lies under the metabolites in practice - tails of water and lipid of arbitrary
phase, the constant of a wrong first sample, broad signals cut off by the receiver - need not be
in absorption, and an independent imaginary part is what these ask for. Such a baseline is closed
under multiplication by a constant phase, so it does not matter whether it stands inside or outside
the phase factor, and zero-order phase and baseline do not compete.

A second-difference penalty (Eilers and Marx 1996, doi 10.1214/ss/1038425655) leaves straight
lines free and holds back everything else. In the basis of Demmler and Reinsch (1975,
doi 10.1007/BF01437407) design and penalty are diagonal together, so that one decomposition serves
every flexibility, and flexibility can be named by its effective degrees of freedom (the trace of
the smoother).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLINES_PER_PPM = 15.0
NEGLIGIBLE = 1e-3
"""A mode of which a baseline would take less is left out of it."""

MINIMUM_DF = 2.0
"""Of a straight line, which the penalty leaves free."""


@dataclass(frozen=True, slots=True, eq=False)
class SplineSpace:
    """All baselines over one window.

    Attributes
    ----------
    modes
        Shape (n used, m): orthonormal, from smooth to wiggly.
    drawn
        Shape (n, m): the same functions at every point of the window, excluded ones too.
    roughness
        Shape (m,), ascending: the penalty of each mode.
    ppm_width
        Width of the fitted window.
    """

    modes: NDArray[np.float64]
    drawn: NDArray[np.float64]
    roughness: NDArray[np.float64]
    ppm_width: float

    def gains(self, df_per_ppm: float) -> NDArray[np.float64]:
        """Return how much of each mode a baseline of this flexibility takes, shape (m,) in [0, 1].

        Their sum is ``df_per_ppm * ppm_width``, but at least the 2 of a straight line; no
        baseline at all for 0.
        """
        if df_per_ppm <= 0:
            return np.zeros_like(self.roughness)
        wanted = min(
            max(df_per_ppm * self.ppm_width, MINIMUM_DF + 1e-3), 0.95 * self.roughness.size
        )
        low, high = -40.0, 60.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            if np.sum(self._gains(middle)) > wanted:
                low = middle
            else:
                high = middle
        gains = self._gains(high)
        gains[gains < NEGLIGIBLE] = 0.0
        return gains

    def _gains(self, log_penalty: float) -> NDArray[np.float64]:
        return np.asarray(1.0 / (1.0 + np.exp(log_penalty) * self.roughness))


def spline_space(
    ppm: NDArray[np.float64], used: NDArray[np.bool_], splines_per_ppm: float = SPLINES_PER_PPM
) -> SplineSpace:
    """Return the spline space over ascending ``ppm``, decomposed over the points used."""
    width = float(ppm[-1] - ppm[0])
    step = ppm[1] - ppm[0]
    pieces = max(4, min(int(np.ceil(width * splines_per_ppm)), int(width / step / 2)))
    design = cubic_splines((ppm - ppm[0]) / width * pieces, pieces)
    differences = np.diff(np.eye(pieces + 3), 2, axis=0)
    fitted = design[used]
    gram = fitted.T @ fitted
    gram[np.diag_indices_from(gram)] += 1e-8 * np.trace(gram) / len(gram)
    inverse = np.linalg.inv(np.linalg.cholesky(gram))
    penalty = inverse @ (differences.T @ differences) @ inverse.T
    roughness, vectors = np.linalg.eigh(penalty)
    roughness = np.maximum(roughness, 0.0)
    roughness[:2] = 0.0
    to_modes = inverse.T @ vectors
    share = np.count_nonzero(used) / used.size
    return SplineSpace(fitted @ to_modes, design @ to_modes, roughness, width * share)


def cubic_splines(x: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    """Return cubic B-splines with unit knot spacing at x in [0, pieces], shape (n, pieces + 3)."""
    distance = np.abs(x[:, None] - (np.arange(pieces + 3)[None, :] - 1.0))
    near = 2.0 / 3.0 - distance**2 + 0.5 * distance**3
    far = np.maximum(2.0 - distance, 0.0) ** 3 / 6.0
    return np.where(distance < 1.0, near, far)

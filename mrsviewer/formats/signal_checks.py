"""Checks of a free induction decay by the signal alone: mirrored axis, halved first point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition

_METABOLITES_PPM = (1.8, 4.1)
_ORDER = 12
_ROWS = 48
_MOST_SIGNALS = 64


def mirror_ratio(
    fid: NDArray[np.complex128], acquisition: Acquisition, centre_ppm: float
) -> float | None:
    """Return by what factor a proton spectrum is richer on the wrong side of water.

    The peaks of brain metabolites lie at 1.8-4.1 ppm, mirrored about water at 5.2-7.5 ppm where
    there is almost nothing; the tail of the water itself is alike on both sides. Above 1 means
    that the axis is more likely reversed. None for other nuclei and narrow spectra.
    """
    if acquisition.nucleus != "1H" or fid.shape[-1] < 64:
        return None
    flat = fid.reshape(-1, fid.shape[-1])
    flat = flat[:: -(-len(flat) // _MOST_SIGNALS)]
    ppm = ppm_axis(flat.shape[1], acquisition.dwell_s, acquisition.hz_per_ppm, centre_ppm)
    low, high = _METABOLITES_PPM
    mirrored = (2 * centre_ppm - high, 2 * centre_ppm - low)
    if ppm[-1] < mirrored[1] or ppm[0] > low:
        return None
    right_side, wrong_side = ((ppm > a) & (ppm < b) for a, b in (_METABOLITES_PPM, mirrored))
    if min(right_side.sum(), wrong_side.sum()) < 8:
        return None
    magnitude = np.abs(spectrum(flat)).mean(axis=0)
    right, wrong = _roughness(magnitude[right_side]), _roughness(magnitude[wrong_side])
    return wrong / right if right > 0 else None


def first_point_ratio(fid: NDArray[np.complex128]) -> float | None:
    """Return how large the first point of one signal is against what the next ones predict.

    Backward linear prediction: a sum of damped oscillations obeys one linear recurrence, which is
    fitted to points 1 to 61 and continued to point 0 (Kumaresan and Tufts, IEEE Trans Acoust
    Speech Signal Process 1982;30:833).

    Returns
    -------
    float or None
        About 1 as a rule; about 0.5 where the first point was halved, as is done before a discrete
        Fourier transform to take out the constant offset, and as filters of a limited band leave
        it. None where the signal is too short or too noisy to be predicted.
    """
    if fid.size < _ORDER + _ROWS + 2:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(fid[1 : _ORDER + _ROWS + 1], _ORDER + 1)
    recurrence = np.linalg.lstsq(windows[:, 1:], windows[:, 0], rcond=1e-3)[0]
    predicted = complex(fid[1 : _ORDER + 1] @ recurrence)
    errors = windows[:, 1:] @ recurrence - windows[:, 0]
    if predicted == 0 or np.sqrt(np.mean(np.abs(errors) ** 2)) > 0.04 * abs(predicted):
        return None
    return float((fid[0] / predicted).real)


def check_signal(
    fid: NDArray[np.complex128], acquisition: Acquisition, centre_ppm: float
) -> tuple[Finding, ...]:
    """Return what the user must know of the signal: a mirrored axis, a halved first point."""
    findings = []
    ratio = mirror_ratio(fid, acquisition, centre_ppm)
    if ratio is not None and ratio > 3:
        title = "The spectrum may be mirrored"
        detail = (
            f"Peaks above 5 ppm are {ratio:.0f} times stronger than those below 4.2 ppm: the file "
            "may store the complex conjugate."
        )
        findings.append(Finding("danger", title, detail))
    first = first_point_ratio(fid.reshape(-1, fid.shape[-1])[0])
    if first is not None and 0.4 < first < 0.6:
        title = "The first point of the signal is halved"
        detail = "It is half of what the next points predict: a constant offset in the spectrum."
        findings.append(Finding("info", title, detail))
    return tuple(findings)


def _roughness(magnitude: NDArray[np.float64]) -> float:
    """Return the strength of peaks in a stretch, the slow tail of water left out."""
    return float(np.sqrt(np.mean(np.diff(magnitude) ** 2)))

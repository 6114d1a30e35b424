"""Checks of a free induction decay by the signal alone: mirrored axis, halved first point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.mirror import SUSPECT, mirror_ratio
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition

MIRRORED = "The spectrum may be mirrored"
_ORDER = 12
_ROWS = 48


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
    if ratio is not None and ratio > SUSPECT:
        detail = (
            f"Peaks above 5 ppm are {ratio:.0f} times stronger than those below 4.2 ppm: the file "
            "may store the complex conjugate."
        )
        findings.append(Finding("danger", MIRRORED, detail))
    first = first_point_ratio(fid.reshape(-1, fid.shape[-1])[0])
    if first is not None and 0.4 < first < 0.6:
        title = "The first point of the signal is halved"
        detail = "It is half of what the next points predict: a constant offset in the spectrum."
        findings.append(Finding("info", title, detail))
    return tuple(findings)

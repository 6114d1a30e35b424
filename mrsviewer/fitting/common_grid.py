"""One frequency grid for spectra that differ in where 0 Hz lies.

Referencing gives every spectrum a centre of its own, and all that a fit prepares depends on the
centre. A spectrum moved by whole bins has the same samples in another order; so each is moved to
the nearest of a few centres, and what is left, half a bin at most, is told apart again at the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM

if TYPE_CHECKING:
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.model.fit import FitResult

APART_PPM = 0.25
"""Distance of the centres from one another; one of them is water's place."""


def on_common_grid(problem: FitProblem) -> tuple[FitProblem, float]:
    """Return the problem with its data moved by whole bins, and by how much less than needed, ppm.

    A line that the moved data show at ``p`` ppm lies at ``p`` plus the second value.
    """
    data = problem.data
    filled = np.flatnonzero(data.fid) if not data.dims else np.zeros(0, np.intp)
    if not filled.size:
        return problem, 0.0
    points = int(filled[-1]) + 1
    step_ppm = 1.0 / (points * data.acquisition.dwell_s * data.acquisition.hz_per_ppm)
    centre = WATER_PPM + APART_PPM * round((data.centre_ppm - WATER_PPM) / APART_PPM)
    bins = round((data.centre_ppm - centre) / step_ppm)
    left = data.centre_ppm - centre - bins * step_ppm
    if not bins:
        return replace(problem, data=replace(data, centre_ppm=centre)), left
    turn = np.exp(2j * np.pi * bins * np.arange(data.points) / points)
    moved = replace(data, fid=data.fid * turn, centre_ppm=centre)
    return replace(problem, data=moved), left


def moved_back(fit: FitResult, left_ppm: float) -> FitResult:
    """Return the fit on the shift axis of the data before they were moved."""
    if not left_ppm:
        return fit
    return replace(
        fit,
        ppm=fit.ppm + left_ppm,
        pivot_ppm=fit.pivot_ppm + left_ppm,
        shift_ppm=fit.shift_ppm + left_ppm,
        lineshapes=tuple(replace(s, shift_ppm=s.shift_ppm + left_ppm) for s in fit.lineshapes),
    )

"""The spectra that the conformance suite gives to an engine, by what the engine can explain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from made_spectra import (
    CENTRE_PPM,
    DWELL_S,
    FREQUENCY_HZ,
    LINES,
    POINTS,
    TRUTH,
    Recipe,
    T,
    line,
    make_data,
)

from mrsviewer.fitting.engine import uses_basis
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

PEAKS = {
    "tNAA": ((2.01, 3.0),),
    "tCr": ((3.03, 3.0),),
    "tCho": ((3.21, 9.0),),
    "Lac": ((1.342, 1.5), (1.342 - 6.93e6 / FREQUENCY_HZ, 1.5)),
}
PEAK_TRUTH = {"tNAA": 10.0, "tCr": 8.0, "tCho": 1.5, "Lac": 3.0}
PEAK_WIDTH_HZ = 5.0


def make_peaks(recipe=None):
    """Return Lorentz lines as at a long echo time, and noise; no baseline but where asked."""
    recipe = recipe or Recipe()
    fid = np.zeros(POINTS, complex)
    for name, peaks in PEAKS.items():
        for ppm, protons in peaks:
            fid += PEAK_TRUTH[name] * protons * line(ppm) * np.exp(-np.pi * PEAK_WIDTH_HZ * T)
    fid = fid * np.exp(2j * np.pi * recipe.shift_hz * T + 1j * recipe.phase_rad)
    noise = np.random.default_rng(recipe.seed).standard_normal((2, POINTS))
    fid = recipe.scale * (fid + recipe.noise * (noise[0] + 1j * noise[1]))
    acquisition = Acquisition("1H", FREQUENCY_HZ, DWELL_S, echo_time_s=0.144)
    return Dataset(fid, acquisition, CENTRE_PPM)


@dataclass(frozen=True)
class Case:
    """Spectra of known truth: how to make one, all names, and those that must be exact."""

    data: Callable[..., Dataset]
    truth: Mapping[str, float]
    names: tuple[str, ...]
    strong: tuple[str, ...]

    def truths(self, names):
        return np.array([self.truth[name] for name in names])


OF_A_BASIS = Case(make_data, TRUTH, tuple(LINES), ("NAA", "Cr", "GPC", "Ins", "Glu"))
OF_PEAKS = Case(make_peaks, PEAK_TRUTH, tuple(PEAKS), ("tNAA", "tCr", "tCho"))


def case_of(engine):
    return OF_A_BASIS if uses_basis(engine) else OF_PEAKS

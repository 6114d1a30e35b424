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
    make_basis,
    make_data,
)

from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import uses_basis
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet
from mrsviewer.model.dataset import Dataset
from mrsviewer.simulation.birch import MeasuredMacromolecules, macromolecule_fid
from mrsviewer.simulation.content import HEALTHY

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


BRAIN = Acquisition("1H", FREQUENCY_HZ, DWELL_S, echo_time_s=0.03, localisation="press")


def brain_basis():
    """Return the simulated basis set of a usual protocol; nobody says its TE1."""
    return matching_basis(BRAIN, POINTS)


def make_brain(recipe=None):
    """Return a healthy brain at 3 T, PRESS TE 30 ms, for engines that know such brains only.

    Its noise is as in brains: twenty times that of the other spectra.
    """
    recipe, basis = recipe or Recipe(), brain_basis()
    gauss = (np.pi * recipe.gauss_hz * T) ** 2 / (4 * np.log(2))
    fid = np.array([HEALTHY.get(name, 0.0) for name in basis.names]) @ basis.fids
    fid = fid * np.exp(-np.pi * recipe.lorentz_hz * T - gauss)
    fid += macromolecule_fid(MeasuredMacromolecules(4.0), basis)
    if recipe.baseline:
        fid += 20.0 * line(2.6, 1.2) * np.exp(0.7j)
    fid *= np.exp(2j * np.pi * recipe.shift_hz * T + 1j * recipe.phase_rad)
    noise = 20.0 * np.random.default_rng(recipe.seed).standard_normal((2, POINTS))
    fid = recipe.scale * (fid + recipe.noise * (noise[0] + 1j * noise[1]))
    return Dataset(fid, BRAIN, CENTRE_PPM)


@dataclass(frozen=True)
class Case:
    """Spectra of known truth: how to make one, all names, and those that must be exact.

    ``error`` is the largest relative error without noise, ``residual`` that of the residual over
    the noise, ``scatter`` the range of the scatter over noise divided by the bounds. Engines that
    know nothing but such brains cannot be given other components.
    """

    data: Callable[..., Dataset]
    truth: Mapping[str, float]
    names: tuple[str, ...]
    strong: tuple[str, ...]
    basis: Callable[[], BasisSet] = make_basis
    error: float = 0.01
    residual: float = 1.2
    scatter: tuple[float, float] = (0.45, 1.5)
    any_components: bool = True

    def truths(self, names):
        return np.array([self.truth[name] for name in names])


OF_A_BASIS = Case(make_data, TRUTH, tuple(LINES), ("NAA", "Cr", "GPC", "Ins", "Glu"))
OF_PEAKS = Case(make_peaks, PEAK_TRUTH, tuple(PEAKS), ("tNAA", "tCr", "tCho"))
OF_BRAINS = Case(
    make_brain,
    HEALTHY,
    ("NAA", "Glu", "Ins"),
    ("NAA", "Glu", "Ins"),
    brain_basis,
    error=0.15,
    residual=1.8,
    scatter=(0.1, 1.5),
    any_components=False,
)


def case_of(engine):
    if engine.name == "learned":
        return OF_BRAINS
    return OF_A_BASIS if uses_basis(engine) else OF_PEAKS

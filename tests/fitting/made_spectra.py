"""A small basis set from fixed line lists, and spectra made of it."""

from dataclasses import dataclass

import numpy as np

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.dataset import Dataset

POINTS, DWELL_S, FREQUENCY_HZ, CENTRE_PPM = 1024, 1 / 2000, 123.25e6, 4.65
LINES = {
    "NAA": ((2.01, 3.0), (2.49, 0.5), (2.67, 0.5)),
    "Cr": ((3.03, 3.0), (3.93, 2.0)),
    "GPC": ((3.21, 9.0), (3.66, 1.0), (4.31, 1.0)),
    "Ins": ((3.53, 2.0), (3.62, 2.0), (4.05, 1.0), (3.27, 1.0)),
    "Glu": ((2.34, 2.0), (2.08, 2.0), (3.75, 1.0)),
    "Lac": ((1.29, 1.5), (1.35, 1.5), (4.10, 1.0)),
}
BROAD = {"MM09": ((0.91, 3.0), 0.14, 0.02), "MM20": ((2.08, 2.0), 0.15, 0.005)}
TRUTH = {
    "NAA": 10.0,
    "Cr": 8.0,
    "GPC": 1.5,
    "Ins": 6.0,
    "Glu": 9.0,
    "Lac": 1.0,
    "MM09": 5.0,
    "MM20": 6.0,
}
T = np.arange(POINTS) * DWELL_S


def line(ppm, width_ppm=0.0):
    hz = FREQUENCY_HZ * 1e-6
    decay = np.exp(-((np.pi * width_ppm * hz * T) ** 2) / (4 * np.log(2)))
    return decay * np.exp(2j * np.pi * (ppm - CENTRE_PPM) * hz * T)


def make_basis(names=None):
    fids, components = [], []
    for name, lines in LINES.items():
        fids.append(sum(protons * line(ppm) for ppm, protons in lines) * np.exp(-np.pi * T))
        components.append(Component(name))
    for name, ((ppm, protons), width, shift_sd) in BROAD.items():
        fids.append(protons * line(ppm, width))
        components.append(Component(name, "macromolecule", shift_sd, width))
    basis = BasisSet(
        np.array(fids), tuple(components), DWELL_S, FREQUENCY_HZ, CENTRE_PPM, "test", "test", 1.0
    )
    return basis if names is None else basis.take(names)


@dataclass(frozen=True)
class Recipe:
    """How a test spectrum is made."""

    lorentz_hz: float = 2.0
    gauss_hz: float = 4.0
    shift_hz: float = 1.0
    phase_rad: float = 0.2
    noise: float = 0.2
    seed: int = 1
    scale: float = 1.0
    baseline: bool = False


def make_data(recipe=None, truth=None, extra=None):
    recipe, truth = recipe or Recipe(), TRUTH if truth is None else truth
    basis = make_basis()
    gauss = (np.pi * recipe.gauss_hz * T) ** 2 / (4 * np.log(2))
    decay = np.exp(-np.pi * recipe.lorentz_hz * T - gauss)
    fid = np.zeros(POINTS, complex)
    for component, row in zip(basis.components, basis.fids, strict=True):
        # Macromolecules take no common line; 1.2 times as broad as drawn is what is expected.
        hz = (component.width_ppm or 0.0) * FREQUENCY_HZ * 1e-6
        own = np.exp(-(1.2**2 - 1) * (np.pi * hz * T) ** 2 / (4 * np.log(2)))
        fid += truth.get(component.name, 0.0) * row * (own if hz else decay)
    if recipe.baseline:
        fid += 20.0 * line(2.6, 1.2) * np.exp(0.7j)
    if extra is not None:
        fid = fid + extra
    fid = fid * np.exp(2j * np.pi * recipe.shift_hz * T + 1j * recipe.phase_rad)
    noise = np.random.default_rng(recipe.seed).standard_normal((2, POINTS))
    fid = recipe.scale * (fid + recipe.noise * (noise[0] + 1j * noise[1]))
    acquisition = Acquisition("1H", FREQUENCY_HZ, DWELL_S, echo_time_s=0.03, repetition_time_s=2.0)
    return Dataset(fid, acquisition, CENTRE_PPM)

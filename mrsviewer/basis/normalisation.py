"""How large one proton is in a basis set from a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

NOT_NORMALISED = "scale unknown: no creatine or NAA singlet found"


@dataclass(frozen=True, slots=True)
class _Singlet:
    names: tuple[str, ...]
    shift_ppm: float
    protons: int


_SINGLETS = (
    _Singlet(("Cr", "Cre", "Creatine"), 3.027, 3),
    _Singlet(("PCr", "Phosphocreatine"), 3.029, 3),
    _Singlet(("NAA",), 2.008, 3),
)
_SEARCH_PPM = 0.2
_FIT_PPM = 0.15
_MARKER_PPM = 0.3
_MISFIT = 0.1
_ZERO = 1e-4


def normalise(basis: BasisSet) -> BasisSet:
    """Return the set with ``proton_unit`` known, or a note in ``source`` that it cannot be.

    The first of creatine's CH3, phosphocreatine's and NAA's acetyl that the set has is fitted
    by one line of Lorentzian and Gaussian width, and its amplitude divided by three protons.
    Marker lines at 0 ppm lie outside the window. A set that knows its unit is returned as it is.
    """
    if basis.proton_unit is not None or NOT_NORMALISED in basis.source:
        return basis
    for singlet in _SINGLETS:
        row = next((i for i, name in enumerate(basis.names) if name in singlet.names), None)
        amplitude = None if row is None else singlet_amplitude(basis, row, singlet.shift_ppm)
        if amplitude is not None:
            return replace(basis, proton_unit=amplitude / singlet.protons)
    return replace(basis, source=f"{basis.source}; {NOT_NORMALISED}")


def singlet_amplitude(basis: BasisSet, row: int, shift_ppm: float) -> float | None:
    """Return the magnitude at t = 0 of the line near ``shift_ppm``; None if there is no such line.

    The line must be the tallest of the spectrum, a marker at 0 ppm aside. It and a constant
    (tails of far lines) are fitted to the spectrum within 0.15 ppm.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 - slow import, seldom needed

    fid = basis.fids[row]
    ppm = ppm_axis(len(fid), basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    data = spectrum(fid)
    height = np.where(np.abs(ppm) < _MARKER_PPM, 0.0, np.abs(data))
    peak = float(ppm[np.argmax(height)])
    if abs(peak - shift_ppm) > _SEARCH_PPM or not height.any():
        return None
    window = np.abs(ppm - peak) < _FIT_PPM
    freq = (peak - basis.centre_ppm) * basis.frequency_hz * 1e-6
    model = _LineModel(len(fid), _sampled(fid), basis.dwell_s, window, data[window])
    start = (freq, 1.0, 1.0)
    found = least_squares(model.residual, start, x_scale=(0.5, 1.0, 1.0), max_nfev=100)
    if model.misfit(found.x) > _MISFIT:
        return None
    return float(abs(model.linear(found.x)[0]))


def _sampled(fid: NDArray[np.complex128]) -> int:
    size = np.abs(fid)
    return int(np.flatnonzero(size > _ZERO * size.max())[-1]) + 1


@dataclass(frozen=True, slots=True, eq=False)
class _LineModel:
    """One line of free frequency, Lorentzian and Gaussian width, and a constant, in a window.

    ``sampled`` of the ``points`` carry signal; LCModel's sets are zero-filled to twice that.
    """

    points: int
    sampled: int
    dwell_s: float
    window: NDArray[np.bool_]
    data: NDArray[np.complex128]

    def columns(self, x: NDArray[np.float64]) -> NDArray[np.complex128]:
        time = np.arange(self.sampled) * self.dwell_s
        decay = -np.pi * abs(x[1]) * time - (np.pi * x[2] * time) ** 2 / (4 * np.log(2))
        fid = np.exp(2j * np.pi * x[0] * time + decay)
        line = spectrum(fid, self.points)[self.window]
        return np.stack([line, np.ones_like(line)], axis=-1)

    def linear(self, x: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(np.linalg.lstsq(self.columns(x), self.data, rcond=None)[0])

    def _difference(self, x: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(self.data - self.columns(x) @ self.linear(x))

    def residual(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        difference = self._difference(x) / np.linalg.norm(self.data)
        return np.concatenate([difference.real, difference.imag])

    def misfit(self, x: NDArray[np.float64]) -> float:
        return float(np.linalg.norm(self.residual(x)))

"""The model of a metabolite-nulled spectrum: broad lines, narrow remains, and a smooth rest.

``data = exp(i phase) (sum of Gaussian lines, none negative + narrow signals of any sign + complex
parabola)``, fitted to the complex spectrum between 0.3 and 4.15 ppm. Everything linear is solved
for at each step (variable projection); phase, shifts and widths are searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.basis.macromolecules import BROAD_SIGNALS
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.lineshapes import lorentzian_decay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset

WINDOW_PPM = (0.3, 4.15)
NARROW_PPM, NARROW_SPREAD = 0.035, 0.2
"""Expected width of the metabolites' lines that are left, and its relative spread."""

NARROW_SHARE = 0.2
"""Spread of the heights of what is left of metabolites, as a share of the spectrum's highest point:
keeps those apart that look like macromolecules."""

LINE_PLACES = (
    *(
        (line.shift_ppm, line.width_ppm)
        for signal in BROAD_SIGNALS
        if signal.kind == "macromolecule"
        for line in signal.lines
    ),
    (1.80, 0.10),
    (2.40, 0.14),
)
"""Where the lines of macromolecules are expected, and how wide; two more between them, since real
lines are not Gaussian."""

SHIFT_SD_PPM, WIDTH_SD = 0.015, 0.25
FARTHEST_SD = 2.5
COMMON_SHIFT_SD_PPM = 0.03
LEAST_ERROR = 0.01
"""Misfit, as a share of the highest point, that is not worth explaining."""

MOST_STEPS = 15
_SHARED = 3
_STARTS_PPM = (-0.04, -0.02, 0.0, 0.02, 0.04)
_STARTS_RAD = np.arange(-12, 12) * np.pi / 12


@dataclass(frozen=True, slots=True, eq=False)
class NulledFit:
    """What was found, in the frame of the data.

    Attributes
    ----------
    phase_rad, shift_ppm
        Of the data against the model.
    narrow_hz
        Lorentz width of the narrow signals.
    shifts_ppm, widths_ppm, areas
        Of the broad lines, shape (k,); an area is the magnitude at time zero.
    narrow
        Amplitudes of the narrow signals, in units of those given.
    ppm, data, broad, rest
        Shape (n,), in absorption: the spectrum, its broad lines, narrow remains and parabola.
    noise_sd
        Of real and imaginary part of the spectrum.
    """

    phase_rad: float
    shift_ppm: float
    narrow_hz: float
    shifts_ppm: NDArray[np.float64]
    widths_ppm: NDArray[np.float64]
    areas: NDArray[np.float64]
    narrow: NDArray[np.float64]
    ppm: NDArray[np.float64]
    data: NDArray[np.complex128]
    broad: NDArray[np.complex128]
    rest: NDArray[np.complex128]
    noise_sd: float


class NulledModel:
    """Model of one spectrum.

    Parameters
    ----------
    data
        One signal, water removed.
    narrow
        Signals of metabolites on the data's grid and axis, undamped or nearly so, shape
        (m, points).
    noise_sd
        Of the real part of the spectrum.
    """

    def __init__(self, data: Dataset, narrow: NDArray[np.complex128], noise_sd: float) -> None:
        how = data.acquisition
        self.per_ppm, self.noise_sd = how.hz_per_ppm, noise_sd
        self.time = time_axis(data.points, how.dwell_s)
        frequency = fft.fftfreq(data.points, how.dwell_s)
        ppm = data.centre_ppm + frequency / self.per_ppm
        inside = np.flatnonzero((ppm > WINDOW_PPM[0]) & (ppm < WINDOW_PPM[1]))
        self.rows = inside[np.argsort(ppm[inside])]
        self.ppm = ppm[self.rows]
        self.spectrum = fft.fft(data.fid)[self.rows]
        self.narrow_fids = narrow
        self.places = np.array(LINE_PLACES)
        self.offset_hz = (self.ppm - data.centre_ppm) * self.per_ppm
        self.centre_ppm, self.dwell_s = data.centre_ppm, how.dwell_s
        x = np.linspace(-1, 1, self.ppm.size)
        smooth = np.stack([np.ones_like(x), x, x**2]).astype(complex)
        self.smooth = np.concatenate([smooth, 1j * smooth])
        highest = float(np.abs(self.spectrum).max())
        self.error = max(noise_sd, LEAST_ERROR * highest)
        heights = np.abs(self._narrow(np.zeros(2))).max(axis=1)
        self.ridge = np.zeros((len(heights), len(heights) + len(self.smooth)))
        np.fill_diagonal(self.ridge, heights * self.error / (NARROW_SHARE * highest))

    def fit(self, context: JobContext) -> NulledFit:
        """Return the best fit of many starts. Raises Cancelled."""
        from scipy.optimize import least_squares  # noqa: PLC0415 - slow import, seldom needed

        size = _SHARED + 2 * len(self.places)
        start = np.zeros(size)
        best = np.inf
        for shift in _STARTS_PPM:
            trial = np.zeros(size)
            trial[1] = shift / COMMON_SHIFT_SD_PPM
            columns = self._columns(trial)
            for phase in _STARTS_RAD:
                cost = float(np.sum(self._solve(phase, *columns)[1] ** 2))
                if cost < best:
                    best, start = cost, np.concatenate([[phase], trial[1:]])

        def residual(x: NDArray[np.float64]) -> NDArray[np.float64]:
            context.tick(0.5, "fitting macromolecules")
            return np.concatenate([self._solve(x[0], *self._columns(x))[1], x[1:]])

        most = np.full(size, FARTHEST_SD)
        most[0] = np.inf
        found = least_squares(
            residual,
            start,
            "2-point",
            (-most, most),
            ftol=1e-4,
            diff_step=1e-4,
            max_nfev=MOST_STEPS,
        )
        return self._result(found.x)

    def _columns(
        self, x: NDArray[np.float64]
    ) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
        """Return spectra of the broad lines, and of all that may have any sign.

        The spectrum of ``exp(-a t^2)`` from ``t = 0`` on is the Faddeeva function; half a sample
        more makes the integral a sum.
        """
        from scipy.special import wofz  # noqa: PLC0415 - slow import, seldom needed

        places, widths = self._lines(x)
        common = COMMON_SHIFT_SD_PPM * x[1]
        away = (places + common - self.centre_ppm)[:, None] * self.per_ppm - self.offset_hz
        root = (np.pi * widths * self.per_ppm / np.sqrt(4 * np.log(2)))[:, None]
        broad = np.sqrt(np.pi) / (2 * root * self.dwell_s) * wofz(np.pi * away / root) + 0.5
        return broad, np.concatenate([self._narrow(x[1:3]), self.smooth])

    def _lines(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return places and widths of the broad lines in ppm."""
        count = len(self.places)
        shifts = SHIFT_SD_PPM * x[_SHARED : _SHARED + count]
        widths = self.places[:, 1] * np.exp(WIDTH_SD * x[_SHARED + count :])
        return self.places[:, 0] + shifts, widths

    def _narrow(self, x: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the spectra of the metabolites' signals, moved and damped."""
        turn = np.exp(2j * np.pi * COMMON_SHIFT_SD_PPM * x[0] * self.per_ppm * self.time)
        damped = lorentzian_decay(self.time, self._narrow_hz(x[1]))
        return np.asarray(fft.fft(self.narrow_fids * damped * turn, axis=1)[:, self.rows])

    def _narrow_hz(self, x: float) -> float:
        return float(NARROW_PPM * self.per_ppm * np.exp(NARROW_SPREAD * x))

    def _solve(
        self, phase: float, broad: NDArray[np.complex128], free: NDArray[np.complex128]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the amplitudes of all columns, and the misfit over the error."""
        from scipy.optimize import nnls  # noqa: PLC0415 - slow import, seldom needed

        held = np.zeros(len(self.ridge))
        data = np.concatenate([_stacked(self.spectrum * np.exp(-1j * phase)), held])
        lines = np.vstack([_stacked(broad).T, np.zeros((held.size, len(broad)))])
        others = np.vstack([_stacked(free).T, self.ridge])
        scale = np.linalg.norm(others, axis=0)
        q, r = np.linalg.qr(others / scale)
        left = lines - q @ (q.T @ lines)
        areas = nnls(left, data - q @ (q.T @ data))[0]
        rest = np.linalg.solve(r, q.T @ (data - lines @ areas)) / scale
        misfit = data - lines @ areas - others @ rest
        return np.concatenate([areas, rest]), misfit / self.error

    def _result(self, x: NDArray[np.float64]) -> NulledFit:
        broad, free = self._columns(x)
        amplitudes = self._solve(x[0], broad, free)[0]
        count = len(self.places)
        areas, rest = amplitudes[:count], amplitudes[count:]
        places, widths = self._lines(x)
        return NulledFit(
            float(x[0]),
            float(COMMON_SHIFT_SD_PPM * x[1]),
            self._narrow_hz(x[2]),
            places,
            widths,
            areas,
            rest[: len(self.narrow_fids)],
            self.ppm,
            self.spectrum * np.exp(-1j * x[0]),
            areas @ broad,
            rest @ free,
            self.noise_sd,
        )


def _stacked(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    return np.concatenate([values.real, values.imag], axis=-1)

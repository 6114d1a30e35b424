"""Spectra drawn from amounts that are given, and whether the data allow those amounts.

All that a network does not say - shift, phases, line, each metabolite's own shift and width,
macromolecules, baseline - is found by penalised least squares. In the search amounts may move, at
the price of their own stated covariance: what is still left, and what that movement costs, is the
misfit by which a spectrum unlike the training is recognised. Curves are drawn at the amounts as
given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.kept import Kept
from mrsviewer.fitting.window import make_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.band import Band
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.window import Axis
    from mrsviewer.model.basis import BasisSet, Component

    Complex = NDArray[np.complex128]
    Real = NDArray[np.float64]

WINDOW_PPM = (4.2, 0.2)
PIVOT_PPM = 3.0
ITERATIONS = 8
SHORTEST = 0.125
"""Least share of a step that is tried where the whole of it leads uphill."""

SETTLED = 1.0
"""The search ends when a step gains no more than this, in units of the noise variance."""

COMMON = 5
SHIFT, PHASE, DELAY, LORENTZ, GAUSS = range(COMMON)
COMMON_SD = (3.0, 0.5, 5e-5, 6.0, 60.0)
"""Hz, radian, seconds, Hz, squared Hz."""

FIRST_LORENTZ_HZ, FIRST_GAUSS_HZ2 = 4.0, 15.0
OWN_SHIFT_PPM, OWN_WIDTH_HZ = 0.004, 0.7
BROADER = 0.66
"""Gauss width that macromolecules get on top, as a share of that they are drawn at."""

COSINES = 14
"""Terms of the baseline over the window: structure of 0.6 ppm."""

SMOOTH = 4.0
"""Term from which the baseline's prior falls off."""

LEAST_ERROR = 0.01
"""Of the highest point of the data: no model is better than that."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What is to be drawn.

    Attributes
    ----------
    fid, axis
        Data, shape (points,), and their axes.
    noise_sd
        Of the real part of the spectrum.
    shift_ppm, phase_rad
        About where the data are.
    amounts, covariance
        Of the metabolites, shapes (k,) and (k, k), in units of their signals.
    """

    fid: Complex
    axis: Axis
    noise_sd: float
    shift_ppm: float
    phase_rad: float
    amounts: Real
    covariance: Real


@dataclass(frozen=True, slots=True, eq=False)
class Carriers:
    """Basis signals on the coarse time grid of a window.

    Attributes
    ----------
    band
        The grid.
    metabolites, broad
        Shapes (k, coarse points) and (j, coarse points).
    components
        What the j broad ones are.
    """

    band: Band
    metabolites: Complex
    broad: Complex
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Curves in the frame of the data, on the ascending bins of the window.

    Attributes
    ----------
    curves, broad, baseline
        Shapes (k, n), (j, n), (n,).
    broad_amplitudes, broad_covariance
        Shapes (j,) and (j, j).
    shift_ppm, phase_rad, delay_s
        Common; the phase about ``PIVOT_PPM``.
    lorentz_hz, gauss_hz, own_shift_ppm
        Lines of the metabolites: shapes (k,), scalar, (k,).
    baseline_df
        Effective degrees of freedom of the baseline, complex ones.
    misfit
        Mean square of what is left, in units of the noise, and of the movement of the amounts.
    error
        That noise, or the least error of any model where it is larger.
    iterations
        Steps of the search.
    settled
        Whether it came to rest.
    """

    curves: Complex
    broad: Complex
    baseline: Complex
    broad_amplitudes: Real
    broad_covariance: Real
    shift_ppm: float
    phase_rad: float
    delay_s: float
    lorentz_hz: Real
    gauss_hz: float
    own_shift_ppm: Real
    baseline_df: float
    misfit: float
    error: float
    iterations: int
    settled: bool


_kept: Kept[Carriers] = Kept(4)


def carriers(basis: BasisSet, prepared: Prepared) -> Carriers:
    """Return the signals on the coarse grid; the same ones for the same basis set and grid."""

    def make() -> Carriers:
        axis = prepared.axis
        band = make_band(make_window(axis, WINDOW_PPM))
        kinds = np.array([one.kind == "metabolite" for one in prepared.components])
        broad = tuple(c for c in prepared.components if c.kind != "metabolite")
        narrow = band.narrow(prepared.signals)
        width = np.array([BROADER * (c.width_ppm or 0.0) * axis.hz_per_ppm for c in broad])
        time = np.maximum(band.times_s, 0.0)
        decay = np.exp(-((np.pi * np.outer(width, time)) ** 2) / (4 * np.log(2)))
        return Carriers(band, narrow[kinds], narrow[~kinds] * decay, broad)

    return _kept.get(basis.fids, (prepared.axis, prepared.components), make)


def draw(given: Given, signals: Carriers) -> Drawing:
    """Return the spectra at the amounts given."""
    search = _Search(given, signals)
    return search.run()


class _Search:
    """Gauss-Newton on all parameters, each with a Gaussian prior."""

    def __init__(self, given: Given, signals: Carriers) -> None:
        self.given, self.signals = given, signals
        window = signals.band.window
        hertz = (window.ppm - PIVOT_PPM) * given.axis.hz_per_ppm
        self.hertz = hertz
        self.time = signals.band.times_s
        turn = np.exp(2j * np.pi * given.shift_ppm * given.axis.hz_per_ppm * self.time)
        self.metabolites = signals.metabolites * turn
        self.data = window.cut(given.fid) * np.exp(-1j * given.phase_rad)
        self.error = max(given.noise_sd, LEAST_ERROR * float(np.abs(self.data).max()))
        place = (np.arange(window.count) + 0.5) / window.count
        self.cosines = np.cos(np.pi * np.outer(np.arange(COSINES), place))
        self.broad = signals.band.spectra(signals.broad * turn)
        k, j = len(given.amounts), len(signals.broad)
        self.parts = np.cumsum([0, COMMON, k, k, k, j, 2 * COSINES])
        self.precision = self._priors()
        self.centre = np.zeros(self.parts[-1])
        self.centre[[LORENTZ, GAUSS]] = FIRST_LORENTZ_HZ, FIRST_GAUSS_HZ2

    def part(self, number: int) -> slice:
        """Return where common, own shifts, own widths, amounts, broad or baseline are."""
        return slice(int(self.parts[number]), int(self.parts[number + 1]))

    def _priors(self) -> Real:
        """Return the inverse covariance of all parameters, shape (p, p)."""
        given, size = self.given, int(self.parts[-1])
        height = float(np.abs(self.data).max())
        sd = np.empty(size)
        sd[self.part(0)] = COMMON_SD
        sd[self.part(1)] = OWN_SHIFT_PPM * given.axis.hz_per_ppm
        sd[self.part(2)] = OWN_WIDTH_HZ
        sd[self.part(3)] = 1.0
        tall = np.abs(self.broad).max(axis=1, initial=1e-300)
        sd[self.part(4)] = height / tall
        terms = np.arange(COSINES)
        smooth = height / (1.0 + (terms / SMOOTH) ** 2)
        sd[self.part(5)] = np.concatenate([smooth, smooth])
        precision = np.diag(sd**-2)
        moved = self.part(3)
        precision[moved, moved] = np.linalg.inv(given.covariance)
        return precision

    def run(self) -> Drawing:
        """Return the drawing."""
        x = self.centre.copy()
        settled, iteration = False, 0
        while iteration < ITERATIONS and not settled:
            iteration += 1
            rows, model = self._derivatives(x)
            cost = self._cost(x, model)
            x, left = self._nearer(x, self._step(rows, model, x), cost)
            settled = cost - left < SETTLED
        misfit = self._misfit(x)
        return self._drawing(x, misfit, iteration, settled)

    def _cost(self, x: Real, model: Complex) -> float:
        """Return the squared residual and all penalties."""
        left, moved = _real(self.data - model) / self.error, x - self.centre
        return float(left @ left + moved @ self.precision @ moved)

    def _nearer(self, x: Real, step: Real, cost: float) -> tuple[Real, float]:
        """Return where a step leads, shortened until it leads downhill, and the cost there."""
        share = 1.0
        while True:
            to = x + share * step
            to[[LORENTZ, GAUSS]] = np.maximum(to[[LORENTZ, GAUSS]], 0.0)  # of rounding
            left = self._cost(to, self._model(to))
            if left <= cost:
                return np.asarray(to), left
            if share <= SHORTEST:
                return x, cost
            share *= 0.5

    def _step(self, rows: Real, model: Complex, x: Real) -> Real:
        """Return the Gauss-Newton step; a width that it would make negative becomes zero."""
        left = _real(self.data - model) / self.error
        rows = rows / self.error
        hessian = rows @ rows.T + self.precision
        gradient = rows @ left - self.precision @ (x - self.centre)
        step = np.linalg.solve(hessian, gradient)
        widths = np.array([LORENTZ, GAUSS])
        held = widths[x[widths] + step[widths] < 0.0]
        if held.size:
            free = np.setdiff1d(np.arange(len(x)), held)
            step[held] = -x[held]
            target = gradient[free] - hessian[np.ix_(free, held)] @ step[held]
            step[free] = np.linalg.solve(hessian[np.ix_(free, free)], target)
        return np.asarray(step)

    def _lines(self, x: Real) -> Complex:
        """Return the metabolites at unit amount on the coarse time grid, phase left out."""
        time = np.maximum(self.time, 0.0)
        gauss = np.exp(-(np.pi**2) * x[GAUSS] * time**2 / (4 * np.log(2)))
        rate = 2j * np.pi * (x[SHIFT] + x[self.part(1)])
        exponent = np.outer(rate, self.time) - np.pi * np.outer(x[LORENTZ] + x[self.part(2)], time)
        return np.asarray(self.metabolites * np.exp(exponent) * gauss)

    def _spectra(self, x: Real) -> Complex:
        """Return their spectra, shape (k, n)."""
        return self.signals.band.spectra(self._lines(x))

    def _turn(self, x: Real) -> Complex:
        return np.asarray(np.exp(1j * (x[PHASE] + 2 * np.pi * x[DELAY] * self.hertz)))

    def _amounts(self, x: Real) -> Real:
        return np.asarray(self.given.amounts + x[self.part(3)])

    def _smooth(self, x: Real) -> Complex:
        values = x[self.part(5)]
        return np.asarray((values[:COSINES] + 1j * values[COSINES:]) @ self.cosines)

    def _model(self, x: Real) -> Complex:
        inside = self._amounts(x) @ self._spectra(x) + x[self.part(4)] @ self.broad
        return np.asarray(self._turn(x) * (inside + self._smooth(x)))

    def _derivatives(self, x: Real) -> tuple[Real, Complex]:
        """Return the derivative by every parameter, shape (p, 2n), and the model."""
        amounts, turn = self._amounts(x), self._turn(x)
        lines, to_spectra = self._lines(x), self.signals.band.spectra
        spectra = to_spectra(lines)
        slopes = amounts[:, None] * to_spectra(lines * self.time)
        bent = to_spectra((amounts @ lines) * self.time**2)
        inside = amounts @ spectra + x[self.part(4)] @ self.broad + self._smooth(x)
        common = np.array(
            [
                2j * np.pi * slopes.sum(axis=0),
                1j * inside,
                2j * np.pi * self.hertz * inside,
                -np.pi * slopes.sum(axis=0),
                -(np.pi**2) / (4 * np.log(2)) * bent,
            ]
        )
        curves = np.concatenate(
            [
                common,
                2j * np.pi * slopes,
                -np.pi * slopes,
                spectra,
                self.broad,
                self.cosines,
                1j * self.cosines,
            ]
        )
        return _real(turn * curves), np.asarray(turn * inside)

    def _misfit(self, x: Real) -> float:
        left = _real(self.data - self._model(x)) / self.error
        moved = x[self.part(3)]
        cost = moved @ self.precision[self.part(3), self.part(3)] @ moved
        return float((left @ left + cost) / left.size)

    def _drawing(self, x: Real, misfit: float, iterations: int, settled: bool) -> Drawing:
        """Return what is drawn at the amounts given, broad signals and baseline found again."""
        given, turn = self.given, self._turn(x)
        curves = given.amounts[:, None] * self._spectra(x)
        broad, covariance, information = self._fill(self.data * turn.conj() - curves.sum(axis=0))
        frame = turn * np.exp(1j * given.phase_rad)
        count = len(self.broad)
        count_free = information[count:].sum()
        values = broad[count:]
        baseline = (values[:COSINES] + 1j * values[COSINES:]) @ self.cosines
        hz_per_ppm = given.axis.hz_per_ppm
        return Drawing(
            curves=frame * curves,
            broad=frame * broad[:count, None] * self.broad,
            baseline=frame * baseline,
            broad_amplitudes=broad[:count],
            broad_covariance=covariance[:count, :count],
            shift_ppm=given.shift_ppm + float(x[SHIFT]) / hz_per_ppm,
            phase_rad=given.phase_rad + float(x[PHASE]),
            delay_s=float(x[DELAY]),
            lorentz_hz=np.maximum(x[LORENTZ] + x[self.part(2)], 0.0),
            gauss_hz=float(np.sqrt(x[GAUSS])),
            own_shift_ppm=x[self.part(1)] / hz_per_ppm,
            baseline_df=0.5 * float(count_free),
            misfit=misfit,
            error=self.error,
            iterations=iterations,
            settled=settled,
        )

    def _fill(self, left: Complex) -> tuple[Real, Real, Real]:
        """Return broad signals (none negative) and baseline that explain what is left.

        Also their covariance, and how much of each parameter the data determine.
        """
        rows = _real(np.concatenate([self.broad, self.cosines, 1j * self.cosines])) / self.error
        data = rows @ rows.T
        normal = data + self.precision[self.parts[4] :, self.parts[4] :]
        target = rows @ (_real(left) / self.error)
        count = len(self.broad)
        free = np.ones(len(normal), bool)
        values = np.zeros(len(normal))
        for _ in range(count + 1):
            chosen = np.flatnonzero(free)
            values[:] = 0.0
            values[chosen] = np.linalg.solve(normal[np.ix_(chosen, chosen)], target[chosen])
            if values[:count].min(initial=0.0) >= 0.0:
                break
            free[:count] &= values[:count] > 0.0
        covariance = np.asarray(np.linalg.inv(normal), np.float64)
        return values, covariance, np.diagonal(covariance @ data)


def _real(curves: Complex) -> Real:
    return np.concatenate([curves.real, curves.imag], axis=-1)

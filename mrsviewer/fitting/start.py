"""First guess: where the spectrum lies, how it is phased and how broad it is.

All basis signals are matched together, over a grid of common shifts, phases and widths, with
the smooth part of the spectrum projected out. A single line cannot decide alone: a lone creatine
has its 3.93 ppm line as well, and no shift by which its methyl line passes for choline explains
both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.model import GAUSS, SHIFT, ZERO_PHASE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.baseline import SmoothSpace
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.model import SignalModel
    from mrsviewer.fitting.priors import Bounds

WIDTHS_PPM = (0.03, 0.06, 0.11)
SHIFT_STEP_PPM = 0.015
START_DF_PER_PPM = 0.7
HOLD = 0.02
"""Share of its own energy by which each amplitude is held to zero while shifts are compared."""

SHORT_LIST = 24
SWEEPS = 4
CANDIDATES = 3
SURE = 1.4
"""A guess that leaves this many times as much unexplained as the best is not tried."""

SAME_PPM, SAME_RAD = 0.035, 1.8


@dataclass(frozen=True, slots=True)
class Guess:
    """A first guess, and the share of the data that it leaves unexplained.

    The shift is in whole bins of the discrete Fourier transform.
    """

    moved: int
    zero_phase_rad: float
    gauss_hz: float
    unexplained: float

    def parameters(self, bounds: Bounds) -> NDArray[np.float64]:
        """Return the parameter vector; what the guess does not say is at its prior mean."""
        theta = bounds.centre.copy()
        theta[ZERO_PHASE] = self.zero_phase_rad
        theta[SHIFT] = 0.0
        theta[GAUSS] = self.gauss_hz**2
        return theta


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """All components at one width, smooth part taken off.

    ``rows`` are conjugated, shape (k, n used); ``normal`` (k, k) real with ones on its diagonal,
    and ``inverse`` that of ``normal`` with the diagonal raised.
    """

    gauss_hz: float
    rows: NDArray[np.complex128]
    normal: NDArray[np.float64]
    inverse: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What the first guess is looked for with; the same for all data on one grid."""

    model: SignalModel
    bounds: Bounds
    space: SmoothSpace
    templates: tuple[Template, ...]
    moves: NDArray[np.intp]
    free_phase: bool

    def guesses(self, spectrum: NDArray[np.complex128]) -> tuple[Guess, ...]:
        """Return the best few guesses, best first, distinct in shift or phase.

        ``spectrum`` is the whole discrete Fourier transform of the data.
        """
        window = self.model.band.window
        gains = self.space.gains(START_DF_PER_PPM)
        data = window.take(spectrum, self.moves[:, None])[:, window.used].T
        smooth = np.abs(self.space.probes.T @ data) ** 2
        energy = (np.abs(data) ** 2).sum(axis=0) - gains @ smooth
        found = [g for t in self.templates for g in self._matched(t, data, energy)]
        ranked = sorted(found, key=lambda guess: guess.unexplained)
        return self._distinct([g for g in ranked if g.unexplained < SURE * ranked[0].unexplained])

    def _matched(
        self, template: Template, data: NDArray[np.complex128], energy: NDArray[np.float64]
    ) -> list[Guess]:
        """Return the best guesses of one width."""
        against = template.rows @ data
        chosen, phases = self._short_list(template, against, energy)
        rhs = (against[:, chosen] * np.exp(-1j * phases)).real
        share = 1.0 - _explained(template, rhs) / np.maximum(energy[chosen], 1e-300)
        return [
            Guess(int(self.moves[c]), float(p), template.gauss_hz, float(s))
            for c, p, s in zip(chosen, phases, share, strict=True)
        ]

    def _short_list(
        self, template: Template, against: NDArray[np.complex128], energy: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return shifts and phases worth a closer look, by amplitudes of either sign.

        Without the constraint the best phase has a closed form: what real amplitudes explain is
        half of ``z^H z + Re(exp(-2 i phase) z^T z)``.
        """
        solved = template.inverse @ against
        turning = np.sum(against * solved, axis=0)
        size = np.sum(against.conj() * solved, axis=0).real
        if not self.free_phase:
            best = np.argsort(-(size + turning.real) / np.maximum(energy, 1e-300), kind="stable")
            return best[:SHORT_LIST], np.zeros(best[:SHORT_LIST].size)
        score = (size + np.abs(turning)) / np.maximum(energy, 1e-300)
        best = np.argsort(-score, kind="stable")[: SHORT_LIST // 2]
        phases = 0.5 * np.angle(turning[best])
        return np.tile(best, 2), np.concatenate([phases, phases + np.pi])

    def _distinct(self, ranked: list[Guess]) -> tuple[Guess, ...]:
        axis = self.model.band.window.axis
        near = SAME_PPM * axis.hz_per_ppm / axis.step_hz
        kept: list[Guess] = []
        for guess in ranked:
            if not any(
                abs(guess.moved - other.moved) <= near
                and abs(np.angle(np.exp(1j * (guess.zero_phase_rad - other.zero_phase_rad))))
                < SAME_RAD
                for other in kept
            ):
                kept.append(guess)
        return tuple(kept[:CANDIDATES])


def make_search(
    model: SignalModel, bounds: Bounds, space: SmoothSpace, options: LcmOptions
) -> Search:
    """Return the search of first guesses for a model."""
    axis = model.band.window.axis
    step = max(1, round(SHIFT_STEP_PPM * axis.hz_per_ppm / axis.step_hz))
    reach = int(options.max_shift_ppm * axis.hz_per_ppm / axis.step_hz + 1e-9)
    moves = np.arange(-(reach // step), reach // step + 1) * step
    templates = tuple(_template(model, bounds, space, ppm * axis.hz_per_ppm) for ppm in WIDTHS_PPM)
    return Search(model, bounds, space, templates, moves, options.zero_phase == "free")


def _template(model: SignalModel, bounds: Bounds, space: SmoothSpace, gauss_hz: float) -> Template:
    theta = bounds.centre.copy()
    theta[GAUSS] = gauss_hz**2
    spectra = model.spectra(model.damped(theta))[:, model.band.window.used]
    smooth = spectra @ space.probes
    rows = spectra - (smooth * space.gains(START_DF_PER_PPM)) @ space.modes.T
    normal = (rows.conj() @ spectra.T).real
    size = np.sqrt(np.maximum(normal.diagonal(), 1e-12 * normal.diagonal().max()))
    normal = np.asarray(normal / np.outer(size, size), np.float64)
    inverse = np.asarray(np.linalg.inv(normal + HOLD * np.eye(len(normal))), np.float64)
    return Template(gauss_hz, rows.conj() / size[:, None], normal, inverse)


def _explained(template: Template, rhs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what non-negative amplitudes explain of many right-hand sides at once, shape (m,).

    Cyclic coordinate descent from the clipped solution, near enough for a start.
    """
    amplitudes = np.maximum(template.inverse @ rhs, 0.0)
    normal = template.normal
    others = normal - np.diag(normal.diagonal())
    sweep = tuple(zip(rhs, others, amplitudes, strict=True))
    for _ in range(SWEEPS):
        for wanted, row, own in sweep:
            np.maximum(wanted - row.dot(amplitudes), 0.0, out=own)
    return np.asarray(np.sum(amplitudes * (2 * rhs - normal @ amplitudes), axis=0))

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

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.task import Bounds, Task

WIDTHS_PPM = (0.025, 0.055, 0.11)
SHIFT_STEP_PPM = 0.02
PHASES = 8
SWEEPS = 25
CANDIDATES = 3
SURE = 2.0
"""A guess that leaves this many times as much unexplained as the best is not tried."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A first guess, and the share of the data that it leaves unexplained."""

    shift_hz: float
    zero_phase_rad: float
    gauss_hz: float
    unexplained: float


def guesses(task: Task, fid: NDArray[np.complex128], options: LcmOptions) -> tuple[Guess, ...]:
    """Return the best few guesses, best first, distinct in shift, phase or width.

    Parameters
    ----------
    task
        Problem with a stiff baseline.
    fid
        The data in time, on their full grid.
    options
        Search range, and whether the phase is fixed.
    """
    shifts = _shift_grid(options.max_shift_ppm) * task.model.band.window.axis.hz_per_ppm
    data = _shifted(task, fid, shifts)
    phases = 2 * np.pi * np.arange(PHASES) / PHASES if options.zero_phase == "free" else np.zeros(1)
    found: list[Guess] = []
    for width_ppm in WIDTHS_PPM:
        width = width_ppm * task.model.band.window.axis.hz_per_ppm
        unexplained = _unexplained(task, data, phases, width)
        for place in np.argsort(unexplained, axis=None)[: 2 * CANDIDATES]:
            row, column = np.unravel_index(place, unexplained.shape)
            found.append(
                Guess(
                    float(shifts[row]),
                    float(phases[column]),
                    width,
                    float(unexplained[row, column]),
                )
            )
    ranked = sorted(found, key=lambda guess: guess.unexplained)
    return _distinct([g for g in ranked if g.unexplained < SURE * ranked[0].unexplained])


def _shift_grid(most_ppm: float) -> NDArray[np.float64]:
    steps = int(np.floor(most_ppm / SHIFT_STEP_PPM + 1e-9))
    return np.asarray(np.arange(-steps, steps + 1) * SHIFT_STEP_PPM, np.float64)


def _shifted(
    task: Task, fid: NDArray[np.complex128], shifts: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Return the data moved back by each shift, shape (shifts, window points)."""
    window = task.model.band.window
    times = np.arange(window.axis.points) * window.axis.dwell_s
    return window.cut(fid * np.exp(-2j * np.pi * shifts[:, None] * times))


def _unexplained(
    task: Task, data: NDArray[np.complex128], phases: NDArray[np.float64], width: float
) -> NDArray[np.float64]:
    """Return the unexplained share of the energy, shape (shifts, phases)."""
    theta = task.bounds.centre.copy()
    theta[GAUSS] = width**2
    spectra = task.model.spectra(task.model.damped(theta))
    count = len(spectra)
    gram = task.gram(np.concatenate([spectra, data, 1j * data]))
    size = len(data)
    normal = gram[:count, :count]
    straight = gram[:count, count : count + size]
    turned = gram[:count, count + size :]
    energy = np.diagonal(gram)[count : count + size]
    rhs = straight[:, :, None] * np.cos(phases) - turned[:, :, None] * np.sin(phases)
    explained = _explained(normal, rhs.reshape(count, -1))
    return np.asarray(1.0 - explained.reshape(size, -1) / np.maximum(energy, 1e-300)[:, None])


def _explained(normal: NDArray[np.float64], rhs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what non-negative amplitudes explain of many right-hand sides at once, shape (m,).

    Cyclic coordinate descent, vectorised over the right-hand sides; near enough for a start.
    """
    amplitudes = np.zeros_like(rhs)
    diagonal = np.diagonal(normal)
    usable = np.flatnonzero(diagonal > 1e-12 * diagonal.max(initial=0.0))
    for _ in range(SWEEPS):
        for k in usable:
            slope = rhs[k] - normal[k] @ amplitudes
            np.maximum(amplitudes[k] + slope / diagonal[k], 0.0, out=amplitudes[k])
    fitted = normal @ amplitudes
    return np.asarray(np.sum(amplitudes * (2 * rhs - fitted), axis=0))


def _distinct(ranked: list[Guess]) -> tuple[Guess, ...]:
    kept: list[Guess] = []
    for guess in ranked:
        turn = 2 * np.pi / PHASES
        near = any(
            abs(guess.shift_hz - other.shift_hz) < 1e-9
            and abs(np.angle(np.exp(1j * (guess.zero_phase_rad - other.zero_phase_rad))))
            < 1.5 * turn
            for other in kept
        )
        if not near:
            kept.append(guess)
        if len(kept) == CANDIDATES:
            break
    return tuple(kept)


def to_parameters(guess: Guess, bounds: Bounds) -> NDArray[np.float64]:
    """Return the parameter vector of a guess; what it does not say is at its prior mean."""
    theta = bounds.centre.copy()
    theta[ZERO_PHASE] = guess.zero_phase_rad
    theta[SHIFT] = guess.shift_hz
    theta[GAUSS] = guess.gauss_hz**2
    return theta

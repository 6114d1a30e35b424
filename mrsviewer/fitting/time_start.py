"""First guess of a time-domain fit: common shift, phase and width of all signals together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.comparison import as_real

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mrsviewer.fitting.damped import Lines
    from mrsviewer.fitting.time_task import TimeTask

SWEEPS = 25
SURE = 2.0
"""A guess that leaves this many times as much unexplained as the best is not tried."""

FARTHER = 0.02
"""A guess at the end of the searched range must leave this share less unexplained than one in
its middle: a lone line can be any peak of a list, and is most likely the one that is nearest."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A first guess: common shift and phase, which of the trial lines, and what it leaves."""

    shift_hz: float
    phase_rad: float
    trial: int
    unexplained: float


def guesses(
    task: TimeTask,
    fid: NDArray[np.complex128],
    shifts_hz: NDArray[np.float64],
    phases_rad: NDArray[np.float64],
    trials: Sequence[Lines],
) -> list[Guess]:
    """Return the guesses, best first: one for each trial of lines and each phase.

    Parameters
    ----------
    task
        Problem; its target is not used.
    fid
        The data on the time grid of the signals, shape (points,).
    shifts_hz, phases_rad
        Common shifts and phases to try.
    trials
        Lines to try, without common shift and phase.
    """
    times = task.signals.times_s
    moved = task.comparison.cut(fid * np.exp(-2j * np.pi * shifts_hz[:, None] * times))
    straight, turned = as_real(moved), as_real(1j * moved)
    energy = np.sum(straight**2, axis=1)
    most = np.abs(shifts_hz).max(initial=0.0) or 1.0
    found = []
    for index, lines in enumerate(trials):
        rows = task.ties.shares.T @ as_real(task.comparison.cut(task.signals.at(lines)))
        along, across = rows @ straight.T, rows @ turned.T
        rhs = along[:, :, None] * np.cos(phases_rad) - across[:, :, None] * np.sin(phases_rad)
        explained = _explained(rows @ rows.T, rhs.reshape(len(rows), -1))
        left = 1.0 - explained.reshape(shifts_hz.size, -1) / np.maximum(energy, 1e-300)[:, None]
        score = left + FARTHER * np.abs(shifts_hz / most)[:, None]
        for column, row in enumerate(np.argmin(score, axis=0)):
            found.append(
                Guess(
                    float(shifts_hz[row]),
                    float(phases_rad[column]),
                    index,
                    float(score[row, column]),
                )
            )
    return sorted(found, key=lambda guess: guess.unexplained)


def distinct(ranked: list[Guess], phases: int, most: int) -> list[Guess]:
    """Return the first few guesses that differ in shift or phase and are nearly as good.

    Parameters
    ----------
    ranked
        Best first.
    phases
        How many phases all round were tried; neighbours count as the same.
    most
        How many to return at most.
    """
    kept: list[Guess] = []
    for guess in ranked:
        if guess.unexplained > SURE * ranked[0].unexplained or len(kept) == most:
            break
        turns = [np.angle(np.exp(1j * (guess.phase_rad - other.phase_rad))) for other in kept]
        same = [guess.shift_hz == other.shift_hz for other in kept]
        near = 1.5 * 2 * np.pi / phases
        if not any(s and abs(turn) < near for s, turn in zip(same, turns, strict=True)):
            kept.append(guess)
    return kept


def _explained(gram: NDArray[np.float64], rhs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what non-negative amplitudes explain of many right-hand sides at once, shape (m,).

    Cyclic coordinate descent, vectorised over the right-hand sides; near enough for a start.
    Amplitudes that may be negative are not here: turned by pi, all would explain the same.
    """
    amplitudes = np.zeros_like(rhs)
    diagonal = np.diagonal(gram)
    usable = np.flatnonzero(diagonal > 1e-12 * diagonal.max(initial=0.0))
    for _ in range(SWEEPS):
        for k in usable:
            slope = rhs[k] - gram[k] @ amplitudes
            np.maximum(amplitudes[k] + slope / diagonal[k], 0.0, out=amplitudes[k])
    return np.asarray(np.sum(amplitudes * (2 * rhs - gram @ amplitudes), axis=0))


def phase_grid(count: int, *, free: bool) -> NDArray[np.float64]:
    """Return phases all round, or 0 alone."""
    return 2 * np.pi * np.arange(count) / count if free else np.zeros(1)


def shift_grid(most_hz: float, step_hz: float) -> NDArray[np.float64]:
    """Return shifts from ``-most_hz`` to ``most_hz``."""
    steps = int(np.floor(most_hz / step_hz + 1e-9))
    return np.asarray(np.arange(-steps, steps + 1) * step_hz, np.float64)

"""The least-squares problem: the real part of turned signals and baseline, and what is expected.

The data are not turned while the phases are sought, else the real part that is fitted would be
another one at every step; the model is turned against them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from mrsviewer.fitting.nnls import solve_nonnegative, solve_positive_definite
from mrsviewer.fitting.provencher.expected import PHASES
from mrsviewer.fitting.provencher.lines import Lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.provencher.expected import Expected
    from mrsviewer.fitting.provencher.grid import Grid
    from mrsviewer.fitting.provencher.spline import Spline

L_co = TypeVar("L_co", bound=Lines, covariant=True)

BOUND = 1e-9
"""Added to the diagonal of the normal equations, relative to it: keeps a free baseline determined.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Problem(Generic[L_co]):
    """One least-squares problem.

    Attributes
    ----------
    grid, lines, spline
        The model.
    data
        Shape (n,), complex: the window of the data's spectrum, turned as far as is known.
    expected
        Of phases and lines.
    held
        Shape (k, k): quadratic penalty on the amplitudes.
    variance
        Of the residual, in which the objective counts.
    stiffness
        Weight of the baseline's roughness.
    bends
        (D, d): rows ``D weights = d`` that hold the line shape even, weighed; None for none.
    nonnegative
        Whether amplitudes must not be negative.
    """

    grid: Grid
    lines: L_co
    spline: Spline
    data: NDArray[np.complex128]
    expected: Expected
    held: NDArray[np.float64]
    variance: float
    stiffness: float = 0.0
    bends: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    nonnegative: bool = True

    @property
    def used(self) -> NDArray[np.bool_]:
        """Return which points of the window are fitted."""
        return self.grid.window.used

    @property
    def samples(self) -> int:
        """Return the number of real samples that are fitted."""
        return int(np.count_nonzero(self.used))

    def turn(self, p: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return what parameters multiply the model by, shape (n,)."""
        away = self.grid.window.ppm - self.grid.pivot_ppm
        return np.asarray(np.exp(1j * (p[0] + p[1] * away)))

    def turned(self, phases: NDArray[np.float64]) -> Problem[L_co]:
        """Return the problem with its data turned back by phases, which are no longer to find."""
        known = np.zeros(self.expected.start.size)
        known[:PHASES] = phases
        expected = self.expected
        left = replace(expected, wanted=expected.wanted - expected.rows @ known)
        return replace(self, data=self.data * self.turn(phases).conj(), expected=left)

    def unevenness(self, p: NDArray[np.float64]) -> float:
        """Return the penalty on the line shape."""
        if self.bends is None:
            return 0.0
        rows, wanted = self.bends
        return float(np.sum((wanted - rows @ p[PHASES : PHASES + rows.shape[1]]) ** 2))


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Parameters and what follows from them.

    Attributes
    ----------
    p
        Phases, then the parameters of the lines.
    damped, spectra
        Signals in time and at the points used.
    turn
        At the points used.
    columns
        Shape (k + m, samples): signals, then basis splines, real and turned.
    normal
        Shape (k + m, k + m): normal equations with all penalties.
    solution
        Shape (k + m,): amplitudes, then coefficients of the baseline.
    left
        Shape (samples,): the residual.
    energy
        The residual's, with the penalties that are not for smoothness, in units of the variance.
    objective
        Energy with all penalties.
    """

    p: NDArray[np.float64]
    damped: NDArray[np.complex128]
    spectra: NDArray[np.complex128]
    turn: NDArray[np.complex128]
    columns: NDArray[np.float64]
    normal: NDArray[np.float64]
    solution: NDArray[np.float64]
    left: NDArray[np.float64]
    energy: float
    objective: float

    @property
    def amplitudes(self) -> NDArray[np.float64]:
        """Return the amplitudes, shape (k,)."""
        return self.solution[: len(self.spectra)]

    @property
    def coefficients(self) -> NDArray[np.float64]:
        """Return the coefficients of the baseline, shape (m,)."""
        return self.solution[len(self.spectra) :]

    @property
    def active(self) -> NDArray[np.bool_]:
        """Return which columns take part, shape (k + m,)."""
        splines = np.ones(self.coefficients.size, bool)
        return np.concatenate([self.amplitudes != 0, splines])


def evaluate(
    problem: Problem[Lines], p: NDArray[np.float64], positive: NDArray[np.bool_] | None = None
) -> State:
    """Return the state at ``p``, amplitudes and baseline solved for.

    ``positive`` says with which amplitudes to begin the search for those that are not zero.
    """
    damped = problem.lines.damped(p[PHASES:])
    spectra = problem.grid.band.spectra(damped)[:, problem.used]
    turn = problem.turn(p)[problem.used]
    splines = problem.spline.curves[:, problem.used] * turn.real
    columns = np.concatenate([(spectra * turn).real, splines])
    data = problem.data[problem.used].real
    normal = columns @ columns.T / problem.variance
    rhs = columns @ data / problem.variance
    held, smooth = problem.held, problem.stiffness * problem.spline.roughness
    normal[: len(held), : len(held)] += held
    normal[len(held) :, len(held) :] += smooth
    normal.flat[:: len(normal) + 1] *= 1.0 + BOUND
    if problem.nonnegative:
        solution = _solved(normal, rhs, len(held), positive)
    else:
        solution = solve_positive_definite(normal, rhs)
    left = data - solution @ columns
    amplitudes, coefficients = np.split(solution, [len(held)])
    energy = float(left @ left) / problem.variance + float(amplitudes @ held @ amplitudes)
    energy += problem.expected.penalty(p)
    rough = float(coefficients @ smooth @ coefficients) + problem.unevenness(p)
    return State(p, damped, spectra, turn, columns, normal, solution, left, energy, energy + rough)


def _solved(
    normal: NDArray[np.float64],
    rhs: NDArray[np.float64],
    count: int,
    positive: NDArray[np.bool_] | None,
) -> NDArray[np.float64]:
    """Return the solution whose first ``count`` entries are not negative."""
    across, splines = normal[count:, :count], normal[count:, count:]
    known = solve_positive_definite(splines, np.column_stack([across, rhs[count:]]))
    gram = normal[:count, :count] - across.T @ known[:, :-1]
    amplitudes = solve_nonnegative(gram, rhs[:count] - across.T @ known[:, -1], positive)
    return np.concatenate([amplitudes, known[:, -1] - known[:, :-1] @ amplitudes])


def derivatives(problem: Problem[Lines], state: State) -> NDArray[np.float64]:
    """Return d(model)/dp at the points used, shape (p, samples)."""
    signals, splines = state.amplitudes @ state.spectra, state.coefficients @ problem.spline.curves
    whole = (signals + splines[problem.used]) * state.turn
    away = (problem.grid.window.ppm - problem.grid.pivot_ppm)[problem.used]
    slopes = problem.lines.slopes(state.p[PHASES:], state.amplitudes, state.damped)
    lines = problem.grid.band.spectra(slopes)[:, problem.used] * state.turn
    return np.concatenate([-whole.imag[None], (-away * whole.imag)[None], lines.real])


def curvature(problem: Problem[Lines]) -> NDArray[np.float64]:
    """Return the curvature of all penalties on the parameters, shape (p, p)."""
    rows = problem.expected.rows
    whole = np.asarray(rows.T @ rows)
    if problem.bends is not None:
        bends = problem.bends[0]
        part = slice(PHASES, PHASES + bends.shape[1])
        whole[part, part] += bends.T @ bends
    return whole


def downhill(problem: Problem[Lines], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the slope of all penalties on the parameters, shape (p,)."""
    slope = problem.expected.downhill(p)
    if problem.bends is not None:
        rows, wanted = problem.bends
        part = slice(PHASES, PHASES + rows.shape[1])
        slope[part] += rows.T @ (wanted - rows @ p[part])
    return slope

"""From the solution to the result, on the data's own bins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from mrsviewer.fitting.doubts import Outcome, Parts, doubts
from mrsviewer.fitting.nnls import solve_positive_definite
from mrsviewer.fitting.provencher.expected import PHASES
from mrsviewer.fitting.provencher.problem import curvature, derivatives, evaluate
from mrsviewer.fitting.stages import BENT
from mrsviewer.fitting.uncertainty import inverse_of_information
from mrsviewer.model.fit import CONVERGED, FitResult, Lineshape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.provencher.lines import FreeLines
    from mrsviewer.fitting.provencher.problem import Problem, State
    from mrsviewer.fitting.provencher.stiffness import Accepted
    from mrsviewer.fitting.task import Task
    from mrsviewer.fitting.varpro import Solution


class Ended(NamedTuple):
    """All that a result is made from.

    Attributes
    ----------
    prepared, options, fit
        As said.
    broad
        Shape (k, k): the part of the soft ratios that holds macromolecules and lipids.
    phases
        By which the data were turned before the last fit.
    moved
        Bins of the zero-filled spectrum by which the data lie higher than the basis.
    steps
        Taken by all searches.
    """

    prepared: Prepared
    options: LcmOptions
    fit: Accepted
    broad: NDArray[np.float64]
    phases: NDArray[np.float64]
    moved: int
    steps: int


def to_result(ended: Ended, task: Task, near: Solution, *, filtered: bool) -> FitResult:
    """Return the result in the frame of the data, on descending ppm.

    ``task`` and ``near`` are those of the search for the place of the spectrum, ``filtered`` says
    that its noise was.
    """
    problem, state = ended.fit.problem, ended.fit.state
    grid, prepared = problem.grid, ended.prepared
    own = grid.of_data(ended.moved)
    phases = ended.phases + state.p[:PHASES]
    curves = state.amplitudes[:, None] * grid.band.spectra(state.damped)
    straight = problem.data * problem.turn(state.p).conj()
    baseline = _baseline(problem, state, straight - curves.sum(axis=0))
    turn = (problem.turn(phases))[own][::-1]
    turned_curves, turned_baseline = curves[:, own][:, ::-1] * turn, baseline[own][::-1] * turn
    shifts_ppm, lineshapes = _lineshapes(ended)
    parts = Parts(grid.window.ppm[own] - shifts_ppm, curves[:, own], baseline[own])
    return FitResult(
        engine="lcm",
        engine_version="2",
        ppm=grid.window.ppm[own][::-1] + ended.moved * grid.step_ppm,
        data=straight[own][::-1] * turn,
        fit=turned_baseline + turned_curves.sum(axis=0),
        baseline=turned_baseline,
        curves=turned_curves,
        components=prepared.components,
        amplitudes=state.amplitudes,
        covariance=_covariance(ended),
        lineshapes=lineshapes,
        zero_phase_rad=float(np.angle(np.exp(1j * phases[0]))),
        first_phase_s=float(phases[1] / (2 * np.pi * grid.window.axis.hz_per_ppm)),
        pivot_ppm=grid.pivot_ppm + ended.moved * grid.step_ppm,
        shift_ppm=ended.moved * grid.step_ppm + shifts_ppm,
        noise_sd=prepared.noise_sd,
        residual_sd=rms(state.left),
        effective_baseline_df=_baseline_df(problem, state),
        converged=ended.fit.found.converged,
        message=" ".join(_doubts(ended, task, near, parts, filtered)) or CONVERGED,
        iterations=ended.steps,
        prior_pull=_prior_pull(ended),
    )


def _baseline(
    problem: Problem[FreeLines], state: State, left: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return the baseline without phase: real as fitted, imaginary as smooth as that.

    Only a real part is fitted; to look at the spectrum in another phase needs both.
    """
    splines = problem.spline.curves
    used = splines[:, problem.used]
    normal = used @ used.T / problem.variance + problem.stiffness * problem.spline.roughness
    imaginary = solve_positive_definite(normal, used @ left.imag[problem.used] / problem.variance)
    return np.asarray((state.coefficients + 1j * imaginary) @ splines)


def _baseline_df(problem: Problem[FreeLines], state: State) -> float:
    """Return the effective degrees of freedom; two real ones count as one complex one."""
    splines = state.columns[len(state.spectra) :]
    normal = splines @ splines.T / problem.variance
    held = normal + problem.stiffness * problem.spline.roughness
    return 0.5 * float(np.trace(solve_positive_definite(held, normal)))


def _covariance(ended: Ended) -> NDArray[np.float64]:
    """Return the covariance of the amplitudes, shape (k, k).

    Shifts, decays, line shape and baseline are known as far as they are held, which is LCModel's
    way too; soft ratios of metabolites count for nothing.
    """
    problem, state = ended.fit.problem, ended.fit.state
    free = problem.expected.free
    variance = max(ended.prepared.noise_sd**2, float(state.left @ state.left) / ended.fit.left)
    every = np.concatenate([state.columns, derivatives(problem, state)[free]])
    fisher = every @ every.T / variance
    count, columns = len(state.spectra), len(state.columns)
    fisher[:count, :count] += ended.broad
    fisher[count:columns, count:columns] += problem.stiffness * problem.spline.roughness
    fisher[columns:, columns:] += curvature(problem)[free][:, free]
    return inverse_of_information(fisher)[:count, :count]


def _prior_pull(ended: Ended) -> NDArray[np.float64]:
    """Return how far expectations of metabolites move each amplitude, the rest held."""
    problem, state = ended.fit.problem, ended.fit.state
    without = evaluate(replace(problem, held=ended.broad), state.p, state.amplitudes > 0)
    return np.asarray(state.amplitudes - without.amplitudes)


def _lineshapes(ended: Ended) -> tuple[float, tuple[Lineshape, ...]]:
    """Return the common shift in ppm beyond the bins moved, and the lines of all components.

    The common shift is that of the centre of the line shape, the Gaussian width its half width.
    """
    problem, step_ppm = ended.fit.problem, ended.fit.problem.grid.step_ppm
    axis, support = problem.grid.window.axis, problem.lines.support
    weights, shifts, decays = problem.lines.parts(ended.fit.state.p[PHASES:])
    common_ppm = float(weights @ support.offsets) * step_ppm
    width_hz = support.width_bins(weights) * axis.step_hz
    shared = problem.lines.shares
    shift_ppm = ended.moved * step_ppm + np.where(shared, common_ppm, 0.0)
    shift_ppm = shift_ppm + shifts / axis.hz_per_ppm
    gauss_hz = np.where(shared, width_hz, 0.0)
    return common_ppm, tuple(
        Lineshape(float(s), float(d / np.pi), float(g))
        for s, d, g in zip(shift_ppm, decays, gauss_hz, strict=True)
    )


def _doubts(
    ended: Ended, task: Task, near: Solution, parts: Parts, filtered: bool
) -> tuple[str, ...]:
    """Return one sentence per reason for doubt."""
    ppm = task.model.band.window.ppm
    window = (float(ppm[-1]), float(ppm[0]))
    outcome = Outcome(
        prepared=ended.prepared,
        options=msgspec.structs.replace(ended.options, window_ppm=window),
        task=task,
        solution=replace(near, converged=ended.fit.found.converged),
        free=np.zeros(task.model.size, bool),
        iterations=ended.steps,
        moved=0,
        filtered=filtered,
    )
    said = tuple(doubts(outcome, parts, rms(ended.fit.state.left)))
    shape = ended.options.line_shape
    if shape not in BENT:
        said += (f"The line shape is free, as LCModel's, not of the kind '{shape}'.",)
    return said


def rms(values: NDArray[np.float64] | NDArray[np.complex128]) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.abs(values) ** 2)))

"""Reasons not to trust a fit, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.contamination import LIPID_PPM
from mrsviewer.fitting.model import GAUSS, LORENTZ, SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.task import Task
    from mrsviewer.fitting.varpro import Solution

RESIDUAL_TO_NOISE = 3.0
WATER_EDGE_PPM = 0.25
WATER_TO_METABOLITE = 1.0
LIPID_TO_METABOLITE = 3.0
LEAST_SNR = 4.0
CUT_PPM = 0.05

LIPID_WITHIN = (
    "Lipid towers over the metabolites and was fitted with them: lactate, alanine and tNAA are not "
    "to be trusted beside it, macromolecules not at all."
)
"""Said of a fit that leaves nothing out."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """All that a result is made from."""

    prepared: Prepared
    options: LcmOptions
    task: Task
    solution: Solution
    free: NDArray[np.bool_]
    iterations: int
    moved: int
    filtered: bool

    @property
    def shift_hz(self) -> float:
        """Return the common shift of data against basis."""
        axis = self.task.model.band.window.axis
        return float(self.solution.state.theta[SHIFT] + self.moved * axis.step_hz)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Curves in the frame of the model: ppm of the basis, ascending; phase taken off."""

    ppm: NDArray[np.float64]
    curves: NDArray[np.complex128]
    baseline: NDArray[np.complex128]


def doubts(outcome: Outcome, parts: Parts, residual_sd: float) -> Iterator[str]:
    """Yield one sentence per reason for doubt."""
    if not outcome.solution.converged:
        yield f"The fit did not converge in {outcome.options.max_iterations} iterations."
    if outcome.filtered:
        yield "Noise beside the signals was filtered off; it is taken from the residual."
    yield from _misfit(outcome, parts, residual_sd)
    yield from _contamination(outcome, parts)
    yield from _limits(outcome)


def _misfit(outcome: Outcome, parts: Parts, residual_sd: float) -> Iterator[str]:
    noise = outcome.prepared.noise_sd
    floor = 1e-3 * float(np.abs(outcome.task.data).max())
    if residual_sd > RESIDUAL_TO_NOISE * max(noise, floor / RESIDUAL_TO_NOISE):
        times = f"{residual_sd / noise:.1f} times the noise" if noise else "more than noise"
        yield f"The residual is {times}: the model does not describe these data well."
    peak = _peak(outcome, parts, ("metabolite",))
    if noise > 0 and peak < LEAST_SNR * noise:
        yield f"The highest metabolite peak is only {peak / noise:.1f} times the noise."


def _contamination(outcome: Outcome, parts: Parts) -> Iterator[str]:
    metabolites = _peak(outcome, parts, ("metabolite",))
    high = float(outcome.task.model.band.window.ppm[-1])
    if LIPID_PPM in outcome.options.excluded_ppm:
        yield (
            f"Lipid towers over the metabolites: what is below {LIPID_PPM[0]:g} ppm was left out, "
            "tNAA and lactate with it."
        )
    if high < max(outcome.options.window_ppm) - CUT_PPM:
        yield f"Water lies inside the fit window: what is above {high:.2f} ppm was left out."
    if LIPID_PPM in outcome.options.excluded_ppm:
        return  # what the baseline does there and beside it is lipid's
    edge = parts.ppm > high - WATER_EDGE_PPM
    water = float(np.abs(parts.baseline[edge]).max(initial=0.0))
    if high > 3.4 and water > WATER_TO_METABOLITE * metabolites:
        yield (
            f"Residual water reaches into the fit window: near {high:.1f} ppm the baseline is "
            f"{_ratio(water, metabolites)} the highest metabolite peak."
        )
    lipid = _peak(outcome, parts, ("lipid", "macromolecule"))
    if lipid > LIPID_TO_METABOLITE * metabolites:
        yield f"Lipid is {_ratio(lipid, metabolites)} the highest metabolite peak."
    inner = ~edge
    smooth = float(np.ptp(parts.baseline[inner].real)) if inner.any() else 0.0
    if smooth > LIPID_TO_METABOLITE * metabolites:
        yield f"The baseline varies by {_ratio(smooth, metabolites)} the highest metabolite peak."


def _limits(outcome: Outcome) -> Iterator[str]:
    theta, bounds = outcome.solution.state.theta, outcome.task.bounds
    most = bounds.high[SHIFT]
    shift = outcome.shift_hz
    if most > 0 and abs(shift) >= most:
        hz_per_ppm = outcome.task.model.band.window.axis.hz_per_ppm
        yield f"The shift ended at its limit of {shift / hz_per_ppm:+.2f} ppm."
    held = bounds.low == bounds.high
    if any(theta[place] >= bounds.high[place] and not held[place] for place in (LORENTZ, GAUSS)):
        yield "The line width ended at its limit."
    if theta[LORENTZ] <= 0 and theta[GAUSS] <= 0 and outcome.task.model.shares_line.any():
        yield "The data are no broader than the basis signals; check the basis set's line width."


def _peak(outcome: Outcome, parts: Parts, kinds: tuple[str, ...]) -> float:
    """Return the highest point of the sum of all components of the kinds."""
    rows = [c.kind in kinds for c in outcome.prepared.components]
    return float(np.abs(parts.curves[rows].sum(axis=0)).max(initial=0.0))


def _ratio(value: float, reference: float) -> str:
    return f"{value / reference:.1f} times" if reference > 0 else "far above"

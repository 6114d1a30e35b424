"""How long engines take: single fits of all kinds of spectra, and a grid of 256 voxels.

CPU time of the process, basis set loaded, processing done; the first fit with a basis set makes
tables that all later ones share, and is not counted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec
import numpy as np

from mrsviewer import __version__
from mrsviewer.analysis.benchmark.cases import cases_of
from mrsviewer.analysis.benchmark.grid import grid_of_voxels
from mrsviewer.analysis.benchmark.machine import machine
from mrsviewer.analysis.benchmark.outcome import fitted
from mrsviewer.analysis.benchmark.setting import CHALLENGE, make_setting
from mrsviewer.analysis.benchmark.trial import make_trial
from mrsviewer.model.fit import FitResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.failure import MrsError

EACH, BATCH, SEED = 4, 256, 20250
"""Spectra of each kind, voxels of the grid, and the seed of both."""


@runtime_checkable
class FitsMany(Protocol):
    """An engine with a method of its own for many spectra."""

    def fit_many(
        self, problems: Sequence[FitProblem], options: msgspec.Struct, context: JobContext
    ) -> tuple[FitResult | MrsError, ...]:
        """Fit all of them."""
        ...


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """The times of one engine.

    Attributes
    ----------
    engine, version
        Who.
    fits, refused
        Single spectra, and how many of them it did not fit.
    median_ms, worst_ms, worst_case
        Of the single fits, and the kind of spectrum that took longest.
    batch, batch_ms, batch_refused
        Voxels of a grid, milliseconds per voxel, and how many were not fitted; None where the
        engine has no method of its own for many spectra.
    """

    engine: str
    version: str
    fits: int
    refused: int
    median_ms: float
    worst_ms: float
    worst_case: str
    batch: int
    batch_ms: float | None
    batch_refused: int | None


class TimingBoard(msgspec.Struct, frozen=True, kw_only=True):
    """The times of all engines, and what they were measured on."""

    timings: tuple[Timing, ...]
    absent: tuple[str, ...] = ()
    program: str = __version__
    numpy: str = np.__version__
    machine: str = machine()
    seed: int = SEED


def time_engines(
    entrants: Sequence[Entrant],
    context: JobContext,
    *,
    basis: BasisSet | None = None,
    each: int = EACH,
    batch: int = BATCH,
) -> tuple[Timing, ...]:
    """Return the times of all entrants on the same spectra, those of the family "challenge".

    Parameters
    ----------
    entrants, context
        Who fits; progress and cancel.
    basis
        In place of the simulated one.
    each, batch
        Spectra of each case, and voxels of the grid.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    setting = make_setting(CHALLENGE, context, basis)
    singles = [
        (case.name, make_trial(case, setting, (SEED, "report", index), context.quiet()).noisy)
        for case in cases_of(("challenge",))
        for index in range(each)
    ]
    voxels = grid_of_voxels(setting, batch, np.random.default_rng(SEED))
    found = []
    for place, entrant in enumerate(entrants):
        context.tick(place / len(entrants), f"{entrant.label}: times")
        found.append(_time(entrant, singles, voxels, context.quiet()))
    return tuple(found)


def _time(
    entrant: Entrant,
    singles: list[tuple[str, FitProblem]],
    voxels: list[FitProblem],
    context: JobContext,
) -> Timing:
    fitted(singles[0][1], entrant, context)
    times, refused = [], 0
    for _, problem in singles:
        began = time.process_time()
        fit, _ = fitted(problem, entrant, context)
        times.append(1e3 * (time.process_time() - began))
        refused += fit is None
    batch_ms, batch_refused = _time_batch(entrant, voxels, context)
    return Timing(
        engine=entrant.label,
        version=entrant.engine.version,
        fits=len(singles),
        refused=refused,
        median_ms=float(np.median(times)),
        worst_ms=max(times),
        worst_case=singles[int(np.argmax(times))][0],
        batch=len(voxels),
        batch_ms=batch_ms,
        batch_refused=batch_refused,
    )


def _time_batch(
    entrant: Entrant, voxels: list[FitProblem], context: JobContext
) -> tuple[float | None, int | None]:
    engine = entrant.engine
    if not isinstance(engine, FitsMany):
        return None, None
    began = time.process_time()
    results = engine.fit_many(voxels, entrant.options, context)
    took = 1e3 * (time.process_time() - began)
    return took / len(voxels), sum(not isinstance(one, FitResult) for one in results)

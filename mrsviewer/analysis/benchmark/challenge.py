"""Every spectrum of a folder through every engine: times, refusals, and what was found.

For sets whose truth is not known, such as the ISMRM fitting challenge: what is judged is that each
spectrum is fitted or refused with a reason, how long that takes, and how engines differ.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer import formats
from mrsviewer.analysis.benchmark.outcome import estimates, fitted
from mrsviewer.basis.checks import check_basis
from mrsviewer.basis.macromolecules import with_macromolecules
from mrsviewer.basis.normalisation import normalise
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.failure import MrsError
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps
from mrsviewer.quantification.sums import TOTAL_CREATINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.fit import FitResult


class ChallengeFit(msgspec.Struct, frozen=True, kw_only=True):
    """One engine on one file.

    Attributes
    ----------
    file, engine
        What and who; engine "-" where the file could not be read or processed.
    milliseconds
        CPU time of the fit.
    refusal
        Why there are no numbers; None where there are.
    message
        What the engine says of its fit.
    residual_to_noise
        Standard deviation of the residual over that of the noise.
    ratios
        To tCr; empty where no creatine was found.
    """

    file: str
    engine: str
    milliseconds: float | None = None
    refusal: str | None = None
    message: str = ""
    residual_to_noise: float | None = None
    ratios: dict[str, float] = {}


@dataclass(frozen=True, slots=True, eq=False)
class _Set:
    """A file of the folder: its exam, or why there is none."""

    path: Path
    exam: Exam | None
    refusal: str | None


def run_challenge(
    folder: Path, basis_path: Path, entrants: Sequence[Entrant], context: JobContext
) -> tuple[ChallengeFit, ...]:
    """Return what every engine made of every metabolite spectrum in a folder.

    The basis set's macromolecules are used; where it has none, parametrised ones are added.

    Raises
    ------
    MrsError
        If the basis set cannot be read.
    Cancelled
        If the job was cancelled.
    """
    basis = with_macromolecules(normalise(formats.read_basis(basis_path)))
    sets = _sets(folder)
    found: list[ChallengeFit] = []
    for number, one in enumerate(sets):
        context.tick(number / len(sets), one.path.name)
        found += _fit_set(one, basis, entrants, context.quiet())
    return tuple(found)


def _sets(folder: Path) -> list[_Set]:
    """Return the files that are not the water reference of another one."""
    sets: list[_Set] = []
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        try:
            sets.append(_Set(path, formats.open_exam([path]), None))
        except MrsError as error:
            sets.append(_Set(path, None, error.failure.one_line()))
    water = {
        source.path.resolve()
        for one in sets
        if one.exam is not None
        for source in one.exam.sources
        if source.role == "water" and source.path != one.path
    }
    return [one for one in sets if one.path.resolve() not in water]


def _fit_set(
    one: _Set, basis: BasisSet, entrants: Sequence[Entrant], context: JobContext
) -> list[ChallengeFit]:
    if one.exam is None:
        return [ChallengeFit(file=one.path.name, engine="-", refusal=one.refusal)]
    try:
        source = Signals(one.exam.metabolite, one.exam.water, one.exam.eddy)
        data = run(source, default_steps(), context).metabolite
        check_basis(basis, data.acquisition)
    except MrsError as error:
        refusal = error.failure.one_line()
        return [ChallengeFit(file=one.path.name, engine="-", refusal=refusal)]
    problem = FitProblem(data, basis)
    return [_fit(one.path.name, problem, entrant, context) for entrant in entrants]


def _fit(name: str, problem: FitProblem, entrant: Entrant, context: JobContext) -> ChallengeFit:
    began = time.process_time()
    fit, refusal = fitted(problem, entrant, context)
    milliseconds = 1e3 * (time.process_time() - began)
    if fit is None:
        return ChallengeFit(
            file=name, engine=entrant.label, milliseconds=milliseconds, refusal=refusal
        )
    return ChallengeFit(
        file=name,
        engine=entrant.label,
        milliseconds=milliseconds,
        message=fit.message,
        residual_to_noise=fit.residual_sd / fit.noise_sd if fit.noise_sd > 0 else None,
        ratios=_ratios(fit),
    )


def _ratios(fit: FitResult) -> dict[str, float]:
    values = estimates(fit).values
    creatine = values.get(TOTAL_CREATINE, 0.0)
    return {name: v / creatine for name, v in values.items()} if creatine > 0 else {}


def times_ms(fits: Sequence[ChallengeFit], engine: str) -> tuple[float, float] | None:
    """Return median and worst time of an engine, None where it fitted nothing."""
    times = [f.milliseconds for f in fits if f.engine == engine and f.milliseconds is not None]
    return (float(np.median(times)), max(times)) if times else None

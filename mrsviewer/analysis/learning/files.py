"""Real files through a network and through linear combination, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer import formats
from mrsviewer.analysis.benchmark.outcome import estimates
from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import FitProblem, load_engine
from mrsviewer.fitting.learned import LearnedEngine
from mrsviewer.fitting.learned_card import FileScore
from mrsviewer.model.failure import MrsError
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps
from mrsviewer.quantification.sums import TOTAL_CREATINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.fitting.engine import FitEngine
    from mrsviewer.fitting.learned_card import Protocol
    from mrsviewer.fitting.learned_options import LearnedOptions
    from mrsviewer.jobs.context import JobContext

RATIOS = ("tNAA", "tCho", "Ins", "Glu", "Glx")


def examine_files(
    paths: Sequence[Path], protocol: Protocol, options: LearnedOptions, context: JobContext
) -> tuple[FileScore, ...]:
    """Return ratios to tCr from both engines, or why there are none.

    Parameters
    ----------
    paths
        Files of metabolite data. Echo time and sequence of files that do not say them are taken
        to be those of the protocol, as if entered by hand.
    protocol, options
        Of the network.
    context
        Progress and cancel.
    """
    return tuple(_score(path, protocol, options, context) for path in paths)


def _score(
    path: Path, protocol: Protocol, options: LearnedOptions, context: JobContext
) -> FileScore:
    context.tick(1.0, path.name)
    try:
        problem = _problem(path, protocol, context)
    except MrsError as error:
        return FileScore(path.name, error.failure.one_line(), {}, {})
    found, refusal = _ratios(LearnedEngine(), problem, options, context)
    other, _ = _ratios(load_engine("lcm"), problem, None, context)
    return FileScore(path.name, refusal, found, other)


def _problem(path: Path, protocol: Protocol, context: JobContext) -> FitProblem:
    exam = formats.open_exam([path])
    source = Signals(exam.metabolite, exam.water, exam.eddy)
    data = run(source, default_steps(), context.quiet()).metabolite
    said = data.acquisition
    told = replace(
        said,
        echo_time_s=said.echo_time_s or protocol.echo_time_s,
        localisation=said.localisation or protocol.localisation,
    )
    data = replace(data, acquisition=told)
    return FitProblem(data, matching_basis(told, data.points, context=context.quiet()))


def _ratios(
    engine: FitEngine, problem: FitProblem, options: LearnedOptions | None, context: JobContext
) -> tuple[dict[str, float], str | None]:
    try:
        fit = engine.fit(problem, options or engine.options(), context.quiet())
    except MrsError as error:
        return {}, error.failure.one_line()
    values = estimates(fit).values
    creatine = values.get(TOTAL_CREATINE, 0.0)
    if creatine <= 0:
        return {}, "No creatine was found."
    return {n: round(values[n] / creatine, 3) for n in RATIOS if n in values}, None

"""``mrsviewer agree``: the same case by several fit engines, and where they differ."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mrsviewer.commands.case import (
    UsageError,
    add_case,
    open_case,
    recipe_of,
    tell_entered,
)
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.present.text import table_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.analysis.recipe import FitSettings
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Finding

LEAST = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_case(parser)
    parser.add_argument(
        "--engine",
        action="append",
        default=[],
        dest="engines",
        metavar="NAME",
        help="once for each (default: all here that use a basis set)",
    )
    parser.add_argument("--spectrum", type=int, metavar="N", help="which one of a file of several")
    parser.set_defaults(run=run, engine=None)


def run(options: argparse.Namespace) -> int:
    """Fit with every engine, print and write where they agree; return the exit status.

    Raises
    ------
    MrsError
        If the input, an engine's name or the folder to write to is at fault, or fewer than two
        engines have an answer.
    """
    from mrsviewer.analysis.agreement import agreement_of, compare_engines
    from mrsviewer.analysis.each import spectra_in
    from mrsviewer.present.agreement import agreement_table, concordance_table
    from mrsviewer.report.tables_agreement import write_agreement

    settings = _settings(options)
    exam, recipe = open_case(options)
    if (count := spectra_in(exam.metabolite)) > 1:
        said = f"{options.metab.name} holds {count} spectra."
        raise UsageError("Command line", said, "Choose one with --spectrum N.")
    analyses = compare_engines(exam, recipe, settings, JobContext(_progress(tuple(settings)), 0.0))
    tell_entered(exam, recipe)
    _tell_of_fits(analyses)
    agreement = agreement_of(analyses)
    if len(agreement.engines) < LEAST:
        raise FitError(
            "No agreement",
            f"{len(agreement.engines)} of {len(settings)} engines could fit the spectrum.",
            "Name others with --engine, or mend what is said above.",
        )
    for table in (agreement_table(agreement), concordance_table(agreement)):
        sys.stdout.write(f"{table_text(table)}{table.caption}\n\n")
    paths = write_agreement(agreement, settings, options.out)
    sys.stdout.write(f"Written to {' and '.join(str(path) for path in paths)}\n")
    return 0


def _settings(options: argparse.Namespace) -> dict[str, FitSettings]:
    """Return what every engine fits with, by its label."""
    from mrsviewer.analysis.benchmark.entrant import enter_all

    entrants, absent = enter_all(options.engines)
    sys.stderr.writelines(f"info: Left out {reason}\n" for reason in absent)
    settings = {entrant.label: _of_engine(entrant, options) for entrant in entrants}
    if len(settings) < LEAST:
        said = f"That is {len(settings)} engine, and it takes two to agree."
        raise UsageError("Command line", said, "Name another with --engine.")
    return settings


def _of_engine(entrant: Entrant, options: argparse.Namespace) -> FitSettings:
    """Return the fit of the case with one engine; options of a recipe go to its own alone."""
    import msgspec

    name = entrant.engine.name
    fit = recipe_of(argparse.Namespace(**{**vars(options), "engine": name})).fit
    own = options.recipe is None or recipe_of(options).fit.engine == name
    _, _, given = entrant.label.partition("=")
    chosen = {**(fit.options if own else {}), **msgspec.json.decode(given or "{}")}
    return msgspec.structs.replace(fit, options=chosen)


def _progress(engines: tuple[str, ...]) -> Callable[[float, str], None]:
    """Return what says on stderr which engine is at work, once for each."""
    waiting = list(enumerate(engines, 1))

    def report(fraction: float, _message: str) -> None:
        while waiting and fraction * len(engines) >= waiting[0][0] - 1:
            number, label = waiting.pop(0)
            sys.stderr.write(f"engine {number} of {len(engines)}: {label}\n")

    return report


def _tell_of_fits(analyses: Mapping[str, Analysis]) -> None:
    """Write to stderr what was noticed, whose it is where not of all, and why engines failed."""
    noticed: dict[Finding, list[str]] = {}
    for label, one in analyses.items():
        for finding in dict.fromkeys(one.findings):
            noticed.setdefault(finding, []).append(label)
    for finding, engines in noticed.items():
        whose = "" if len(engines) == len(analyses) else f"{', '.join(engines)}: "
        sys.stderr.write(f"{finding.severity}: {whose}{finding.title}. {finding.detail}\n")
    for label, one in analyses.items():
        for failure in one.failures:
            sys.stderr.write(f"mrsviewer: {label}: {failure.one_line()}\n")

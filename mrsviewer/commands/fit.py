"""``mrsviewer fit`` and ``mrsviewer example``: process, fit, write tables and reports."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.commands.bootstrap import (
    DRAWS,
    LEAST,
    MOST,
    bootstrap_each,
    bootstrap_one,
    refuse_bootstrap,
)
from mrsviewer.commands.case import BAD_INPUT, add_case, open_case, tell, tell_entered
from mrsviewer.jobs.context import JobContext
from mrsviewer.present.text import table_text

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Exam


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``fit``."""
    add_case(parser)
    parser.add_argument("--engine", help="fit engine")
    parser.add_argument(
        "--spectrum", type=int, metavar="N", help="which one of a file of several (default: all)"
    )
    parser.add_argument("--no-report", action="store_true", help="tables only, no PDF and HTML")
    parser.add_argument("--hide-identity", action="store_true", help="reports without the patient")
    parser.add_argument(
        "--bootstrap",
        type=_draws,
        nargs="?",
        const=DRAWS,
        metavar="N",
        help=f"also fit N simulated repetitions (default: {DRAWS}), into bootstrap.csv",
    )
    parser.set_defaults(run=run)


def _draws(word: str) -> int:
    if not (word.isascii() and word.isdigit() and LEAST <= int(word) <= MOST):
        message = f"{word!r} is no number from {LEAST} to {MOST} (name METAB before --bootstrap)"
        raise argparse.ArgumentTypeError(message)
    return int(word)


def add_example(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``example``."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.set_defaults(run=_example)


def run(options: argparse.Namespace) -> int:
    """Carry out ``fit``; return the exit status.

    Raises
    ------
    MrsError
        If the input or the folder to write to is at fault.
    """
    from mrsviewer.analysis.each import spectra_in

    exam, recipe = open_case(options)
    if options.bootstrap:
        refuse_bootstrap(recipe.fit.engine)
    if spectra_in(exam.metabolite) > 1:
        return _fit_each(exam, recipe, options)
    analysis = fit_exam(exam, recipe)
    _write(analysis, options.out, reports=not options.no_report, identity=not options.hide_identity)
    status = _conclude(analysis, options.out)
    if options.bootstrap:
        return max(status, bootstrap_one(analysis, options.bootstrap, options.out))
    return status


def _fit_each(exam: Exam, recipe: Recipe, options: argparse.Namespace) -> int:
    """Fit every spectrum of a file, write one table and print a line for each."""
    from mrsviewer.analysis.each import analyse_each
    from mrsviewer.present.each import each_table, remarks
    from mrsviewer.report.tables import write_table_of_each

    tell(exam.findings)
    tell_entered(exam, recipe)
    analyses = tuple(analyse_each(exam, recipe, JobContext()))
    path = write_table_of_each(analyses, options.out)
    sys.stdout.write(table_text(each_table(analyses)))
    sys.stdout.writelines(f"{line}\n" for line in remarks(analyses))
    sys.stdout.write(f"\nWritten to {path}\n")
    status = 0 if any(analysis.fit for analysis in analyses) else BAD_INPUT
    if options.bootstrap:
        return max(status, bootstrap_each(analyses, options.bootstrap, options.out))
    return status


def fit_exam(exam: Exam, recipe: Recipe) -> Analysis:
    """Return the analysis of an exam, or raise what kept it from being fitted."""
    from mrsviewer.analysis.analyse import analyse

    return analyse(exam, recipe, JobContext())


def _write(analysis: Analysis, folder: Path, *, reports: bool, identity: bool) -> None:
    """Write tables, and reports if wanted, into ``folder``."""
    from mrsviewer.report.tables import write_tables
    from mrsviewer.report.write import write_report

    write_tables(analysis, folder)
    if reports:
        write_report(analysis, folder, show_identity=identity)


def _conclude(analysis: Analysis, folder: Path) -> int:
    """Print the table, what was noticed and what failed; return the exit status."""
    from mrsviewer.present.table import concentration_table

    tell(analysis.findings)
    tell_entered(analysis.exam, analysis.recipe)
    if analysis.failures:
        for failure in analysis.failures:
            sys.stderr.write(f"mrsviewer: {failure.one_line()}\n")
        return BAD_INPUT
    sys.stdout.write(table_text(concentration_table(analysis, analysis.recipe)))
    sys.stdout.write(f"\nQuality: {analysis.quality.grade}. Written to {folder}\n")
    return 0


def _example(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.simulation.example import example_paths

    exam = formats.open_exam([example_paths().metabolite])
    analysis = fit_exam(exam, Recipe())
    _write(analysis, options.out, reports=True, identity=True)
    return _conclude(analysis, options.out)

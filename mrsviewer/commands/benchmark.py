"""``mrsviewer benchmark``: scores and times of fit engines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.present.text import table_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mrsviewer.analysis.benchmark.cases import Family
    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.model.basis import BasisSet

FAMILIES = ("nominal", "perturbed", "artefacts", "voigt", "challenge", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("--engine", action="append", default=[], metavar="NAME", help="default: all installed")
    cases = "once for each family (default: all, but none with --challenge or --timing)"
    add("--cases", action="append", choices=FAMILIES, help=cases)
    add("--spectra", type=_positive, default=20, metavar="N", help="per case (default: 20)")
    add("--seed", type=int, default=20250, metavar="N", help="first random seed")
    add("--half", choices=("tune", "report"), default="report", help="which half of the spectra")
    add("--quick", action="store_true", help="do not ask where the errors come from")
    add("--timing", action="store_true", help="times only: single fits, and 256 voxels of a grid")
    intervals = "how often 95 %% intervals hold the truth, by SNR; with N bootstrap draws each"
    add("--intervals", type=int, metavar="N", help=f"{intervals} (0: bounds only)")
    basis = "basis set of the cases with measured macromolecules (default: simulated)"
    add("--basis", type=Path, metavar="FILE", help=basis)
    challenge = "fit all spectra of a folder with a basis set, which is also --basis"
    add("--challenge", nargs=2, type=Path, metavar=("FOLDER", "BASIS"), help=challenge)
    add("--out", type=Path, metavar="DIR", help="write tables, scores and pictures there")
    parser.set_defaults(run=run)


def _positive(word: str) -> int:
    value = int(word)
    if value < 1:
        message = f"must be at least 1, not {value}"
        raise argparse.ArgumentTypeError(message)
    return value


def run(options: argparse.Namespace) -> int:
    """Carry out what was asked for; return the exit status.

    Raises
    ------
    MrsError
        If an engine, the basis set or the folder to write to is at fault.
    """
    from mrsviewer.analysis.benchmark.entrant import enter_all

    _check(options)
    context = JobContext(_report, 0.0)
    basis = _basis(options)
    parts: list[Callable[[], None]] = []
    if options.challenge:
        entrants, _ = enter_all(options.engine)
        parts.append(lambda: _challenge(options, entrants, context))
    if options.timing:
        parts.append(lambda: _timing(options, basis, context))
    if options.intervals is not None:
        parts.append(lambda: _intervals(options, basis, context))
    elif options.cases is not None or not parts:
        parts.append(lambda: _scores(options, basis, context))
    for part in parts:
        part()
    return 0


def _check(options: argparse.Namespace) -> None:
    """Raise MrsError before any work if an engine cannot run or the folder cannot be written to."""
    from mrsviewer.analysis.benchmark.entrant import enter
    from mrsviewer.fitting.engine import why_unavailable
    from mrsviewer.report.atomic import make_folder

    for engine in (enter(word).engine for word in options.engine):
        if (reason := why_unavailable(engine)) is not None:
            raise FitError(
                f"Engine {engine.name} cannot run here",
                f"{reason.rstrip('.')}.",
                "Name another engine.",
            )
    if options.out:
        make_folder(options.out)


def _report(_fraction: float, message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _families(options: argparse.Namespace) -> tuple[Family, ...]:
    from mrsviewer.analysis.benchmark.cases import FAMILIES as EVERY

    named = options.cases or ["all"]
    return EVERY if "all" in named else tuple(family for family in EVERY if family in named)


def _basis(options: argparse.Namespace) -> BasisSet | None:
    from mrsviewer import formats

    path = options.basis or (options.challenge[1] if options.challenge else None)
    return None if path is None else formats.read_basis(path)


def _challenge(
    options: argparse.Namespace, entrants: Sequence[Entrant], context: JobContext
) -> None:
    from mrsviewer.analysis.benchmark.challenge import run_challenge
    from mrsviewer.present.leaderboard import challenge_table
    from mrsviewer.report.leaderboard import write_challenge

    folder, basis = options.challenge
    fits = run_challenge(folder, basis, entrants, context)
    sys.stdout.write(table_text(challenge_table(fits)))
    if options.out:
        write_challenge(fits, options.out)


def _timing(options: argparse.Namespace, basis: BasisSet | None, context: JobContext) -> None:
    from mrsviewer.analysis.benchmark.entrant import enter_all
    from mrsviewer.analysis.benchmark.timing import TimingBoard, time_engines
    from mrsviewer.present.timing import timing_lines, timing_table
    from mrsviewer.report.leaderboard import write_timing

    entrants, absent = enter_all(options.engine, peaks=True)
    board = TimingBoard(timings=time_engines(entrants, context, basis=basis), absent=absent)
    sys.stdout.write(table_text(timing_table(board)))
    sys.stdout.writelines(f"{line}\n" for line in timing_lines(board))
    if options.out:
        write_timing(board, options.out)


def _intervals(options: argparse.Namespace, basis: BasisSet | None, context: JobContext) -> None:
    from mrsviewer.analysis.benchmark.calibration import calibrate
    from mrsviewer.analysis.benchmark.cases import cases_of
    from mrsviewer.analysis.benchmark.entrant import enter_all
    from mrsviewer.analysis.benchmark.run import Extent
    from mrsviewer.present.calibration import calibration_table
    from mrsviewer.report.leaderboard import write_calibration

    entrants, _ = enter_all(options.engine)
    extent = Extent(spectra=options.spectra, seed=options.seed, half=options.half)
    cases = cases_of(_families(options))
    rows = calibrate(entrants, cases, extent, context, basis, max(options.intervals, 0))
    sys.stdout.write(table_text(calibration_table(rows)))
    if options.out:
        write_calibration(rows, options.out)


def _scores(options: argparse.Namespace, basis: BasisSet | None, context: JobContext) -> None:
    from mrsviewer.analysis.benchmark.cases import cases_of
    from mrsviewer.analysis.benchmark.entrant import enter_all
    from mrsviewer.analysis.benchmark.run import Extent, run_benchmark
    from mrsviewer.present import leaderboard as shown
    from mrsviewer.report.leaderboard import write_leaderboard

    entrants, absent = enter_all(options.engine)
    families = _families(options)
    extent = Extent(
        spectra=options.spectra, seed=options.seed, half=options.half, shares=not options.quick
    )
    board = run_benchmark(entrants, cases_of(families), extent, context, absent, basis)
    for family in families:
        table = table_text(shown.leaderboard_table(board, family))
        sys.stdout.write(f"\n{family}\n{table}")
        if family == "challenge":
            sys.stdout.write(f"\n{table_text(shown.group_table(board))}")
    sys.stdout.writelines(f"{line}\n" for line in ("", *shown.ranking_lines(board)))
    if options.out:
        write_leaderboard(board, options.out)

"""The option ``--bootstrap`` of ``mrsviewer fit``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mrsviewer.commands.case import BAD_INPUT
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import Failure, FitError, MrsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.analysis.repetitions import Repetitions
    from mrsviewer.analysis.result import Analysis

DRAWS, LEAST, MOST = 200, 20, 5000
SAY_EVERY_S = 1.0


def refuse_bootstrap(name: str) -> None:
    """Do nothing if an engine can be asked again and again.

    Raises
    ------
    FitError
        If it hands the data to another program.
    """
    from mrsviewer.analysis.engines_here import refuse_program

    refuse_program(name, "Leave out --bootstrap, or name an engine that fits here, as lcm.")


def bootstrap_one(analysis: Analysis, draws: int, folder: Path) -> int:
    """Write bootstrap.csv of one spectrum; return the exit status.

    Where there is nothing to say the file has no rows, so that none of an earlier fit stays.
    """
    from mrsviewer.report.tables_bootstrap import write_bootstrap

    found = _repeated(analysis, draws, "")
    path = write_bootstrap(None if isinstance(found, MrsError) else found, folder)
    if isinstance(found, MrsError):
        sys.stderr.write(f"mrsviewer: {found.failure.one_line()}\n")
        return BAD_INPUT
    _warn((found,))
    told = f"Bootstrap of {found.draws} refits ({found.refused} refused, seed {found.seed})"
    sys.stdout.write(f"{told} in {path}\n")
    return 0


def bootstrap_each(analyses: Sequence[Analysis], draws: int, folder: Path) -> int:
    """Write one bootstrap.csv of several spectra; return the exit status.

    A spectrum that cannot be refitted has a line with the reason.
    """
    from mrsviewer.report.tables_bootstrap import write_bootstrap_of_each

    found: list[Repetitions | Failure] = []
    for number, analysis in enumerate(analyses, 1):
        one = _repeated(analysis, draws, f"spectrum {number} of {len(analyses)}, ")
        if isinstance(one, MrsError):
            sys.stderr.write(f"mrsviewer: spectrum {number}: {one.failure.one_line()}\n")
        found.append(one.failure if isinstance(one, MrsError) else one)
    path = write_bootstrap_of_each(found, folder)
    done = [one for one in found if not isinstance(one, Failure)]
    _warn(done)
    sys.stdout.write(f"Bootstrap of {len(done)} of {len(found)} spectra in {path}\n")
    return 0 if done else BAD_INPUT


def _repeated(analysis: Analysis, draws: int, which: str) -> Repetitions | FitError:
    from mrsviewer.analysis.repetitions import repeat

    def report(_fraction: float, message: str) -> None:
        sys.stderr.write(f"{which}{message}\n")

    try:
        return repeat(analysis, JobContext(report, SAY_EVERY_S), draws=draws)
    except FitError as error:
        return error


def _warn(found: Sequence[Repetitions]) -> None:
    """Write to stderr where the scatter is known to be too small."""
    if any(one.noise_only for one in found):
        sys.stderr.write(
            "warning: Noise alone was drawn. What the fit does not know of baseline and lines is "
            "not in the scatter, which is too small: quote the Cramer-Rao bounds.\n"
        )

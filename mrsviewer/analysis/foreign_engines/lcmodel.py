"""LCModel as a fit engine, for users who have the program.

Data, water reference, basis set and control file are written into a folder of their own, the
program is run there, and its COORD file is read back (Provencher 1993,
doi 10.1002/mrm.1910300604; LCModel & LCMgui User's Manual).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.analysis.foreign_engines.comparison import Origin, to_result
from mrsviewer.analysis.foreign_engines.files import write_files
from mrsviewer.analysis.foreign_engines.lcmodel_options import LcmodelOptions
from mrsviewer.analysis.foreign_engines.program import ForeignEngine, Program
from mrsviewer.formats import lcmodel_coord
from mrsviewer.model.failure import FitError, FormatError
from mrsviewer.model.fit import CONCENTRATION_UNIT

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.analysis.foreign_engines.files import Written
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.foreign_fit import ForeignFit

__all__ = ["LcmodelEngine", "LcmodelOptions"]

PROGRAM = Program("LCModel", "lcmodel", "s-provencher.com/lcmodel.shtml")
COORD, TABLE = "out.coord", "out.table"
OWN = ("-CrCH2",)
"""Simulated by LCModel itself, as are parametrised macromolecules and lipids."""

_SETTING = re.compile(r"[A-Za-z]\w*(?:\([\d,: ]+\))?\s*=\s*[^;$&\n]+")


class LcmodelEngine(ForeignEngine):
    """Runs the user's LCModel."""

    name = "lcmodel"
    version = "1"
    program = PROGRAM
    options: type[msgspec.Struct] = LcmodelOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Amplitudes are in mM where LCModel scales by water, else in its own unit.

        Raises
        ------
        FitError
            If LCModel is not installed, refuses the data, takes too long or fails.
        """
        chosen = msgspec.convert(options, LcmodelOptions, from_attributes=True)
        program = PROGRAM.find(chosen.program_path)
        with self.folder(context) as folder:
            basis = known_basis(problem.basis, chosen)
            written = write_files(problem, basis, folder, water=chosen.water_scaling)
            _complete(written, chosen)
            limit = chosen.time_limit_s
            said = PROGRAM.run([str(program)], folder, context, limit, stdin=written.control)
            fit = _read(folder, said)
        scaled = CONCENTRATION_UNIT if written.water is not None else None
        sums = {q.name: tuple(q.name.split("+")) for q in fit.quantities if "+" in q.name}
        shift = fit.shift_ppm or 0.0
        origin = Origin(self.name, self.version, sums, scaled)
        return to_result(written.data, fit, tuple(sorted({0.0, shift, -shift})), origin)


def known_basis(basis: BasisSet, options: LcmodelOptions) -> BasisSet:
    """Return the part of a basis set that LCModel is given.

    Raises
    ------
    FitError
        If nothing is left.
    """
    own = options.simulated == "its own"
    kept = [
        c.name for c in basis.components if not own or (c.width_ppm is None and c.name not in OWN)
    ]
    if not kept:
        raise FitError(
            "Cannot fit with LCModel",
            "The basis set holds nothing but macromolecules and lipids.",
            "Choose a basis set with metabolites.",
        )
    return basis.take(tuple(kept))


def _complete(written: Written, options: LcmodelOptions) -> None:
    """Add to the control file what a fit needs besides the data."""
    lines = [
        f"FILBAS = '{written.basis.name}'",
        f"PPMST = {max(options.window_ppm):g}",
        f"PPMEND = {min(options.window_ppm):g}",
        f"FILCOO = '{COORD}'",
        "LCOORD = 9",
        f"FILTAB = '{TABLE}'",
        "LTABLE = 7",
        "NEACH = 99",
        "FILPS = 'out.ps'",
    ]
    if options.simulated == "none":
        lines.append("NSIMUL = 0")
    lines += _more(options.control)
    text = written.control.read_text("latin-1")
    head, end, _ = text.rpartition(" $END")
    added = "".join(f" {line}\n" for line in lines)
    written.control.write_text(f"{head}{added}{end}\n", "latin-1")


def _more(text: str) -> list[str]:
    """Return the settings that a person added; raises FitError where one is not understood."""
    settings = [part.strip() for part in text.split(";") if part.strip()]
    for setting in settings:
        if not _SETTING.fullmatch(setting) or setting.upper().startswith("FIL"):
            raise FitError(
                "Options of engine lcmodel",
                f"'{setting}' is not a control parameter that may be set here.",
                "Write NAME = value; names of files are set by the program.",
            )
    return settings


def _read(folder: Path, said: str) -> ForeignFit:
    path = folder / COORD
    if not path.exists():
        raise PROGRAM.failed("It wrote no COORD file.", said)
    try:
        return lcmodel_coord.read(path)[0]
    except FormatError as error:
        raise PROGRAM.failed(
            f"Its COORD file cannot be read: {error.failure.cause}", said
        ) from error

"""The settings of an LCModel control file: a recipe, and what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.analysis.lcmodel.keys import not_taken_over
from mrsviewer.analysis.lcmodel.missing import missing_files
from mrsviewer.analysis.lcmodel.passed_on import options_for_lcmodel
from mrsviewer.analysis.lcmodel.translation import Translation
from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.fitting.engine import load_engine
from mrsviewer.formats.lcmodel_case import is_control, read_case
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.exam import Finding, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
    from mrsviewer.formats.lcmodel_case import LcmodelCase
    from mrsviewer.model.exam import Exam


LCMODEL = "lcmodel"
"""The engine that runs the program itself."""


@dataclass(frozen=True, slots=True)
class LcmodelSettings:
    """What a control file decides here.

    Attributes
    ----------
    path
        The control file.
    recipe
        Its settings.
    findings
        What was taken over, then what was not.
    spectrum
        The first spectrum that LCModel analyses of a file of several, counted from 1.
    basis
        FILBAS, where it was found.
    """

    path: Path
    recipe: Recipe
    findings: tuple[Finding, ...]
    spectrum: int
    basis: Path | None

    @property
    def label(self) -> str:
        """Return what undo calls it."""
        return f"Settings from {self.path.name}"

    @property
    def own(self) -> Recipe:
        """Return this program's own settings with the basis set of the control file."""
        return Recipe(fit=FitSettings(basis_path=self.recipe.fit.basis_path))

    def with_basis(self, exam: Exam) -> Exam:
        """Return the exam with the basis set among its files."""
        if self.basis is None:
            return exam
        reason, key = f"named as FILBAS in {self.path.name}", digest(read_bytes(self.basis))
        source = Source(self.basis, "basis", "basis set", reason, key)
        passed = f"{self.path.name} names another basis set"
        others = (
            replace(other, role="unused", reason=passed) if other.role == "basis" else other
            for other in exam.sources
            if other.path != self.basis
        )
        return replace(exam, sources=(*others, source))

    def noted_in(self, exam: Exam) -> Exam:
        """Return the exam with what is to be known of these settings."""
        return replace(exam, findings=(*self.findings, *exam.findings))


def settings_among(paths: Sequence[Path]) -> LcmodelSettings | None:
    """Return the settings of the one control file among some paths; None without just one.

    Raises
    ------
    FormatError
        If it is damaged.
    """
    controls = [path for path in paths if is_control(path)]
    return settings_of(read_case(controls[0])) if len(controls) == 1 else None


def settings_of(
    case: LcmodelCase,
    basis: Path | None = None,
    macromolecules: MacromoleculeChoice | None = None,
    engine: str | None = None,
) -> LcmodelSettings:
    """Return what a control file decides, every setting of it answered by recipe or finding.

    Parameters
    ----------
    case
        What the file says.
    basis, macromolecules, engine
        A person's choice in place of the file's, and of the default engine; None: no choice.
    """
    if basis is not None:
        lost = tuple(named for named in case.lost if named[0] != "FILBAS")
        given = {**case.given, "FILBAS": str(basis)}
        case = replace(case, basis=basis, lost=lost, given=given)
    translated = Translation(case, macromolecules)
    recipe = translated.recipe()
    if engine is not None:
        recipe = _for_engine(recipe, engine, case)
    detail = f"{' '.join(translated.said)} Where it says nothing, LCModel's defaults hold."
    findings = (*translated.findings, *not_taken_over(case))
    if engine == LCMODEL:
        detail, findings = "They are handed to LCModel itself, word for word.", ()
    head = Finding("info", f"Settings from {case.path.name}", detail)
    findings = (head, *missing_files(case), *findings)
    return LcmodelSettings(case.path, recipe, findings, case.voxels.first, case.basis)


def _for_engine(recipe: Recipe, engine: str, case: LcmodelCase) -> Recipe:
    """Return the recipe for another engine: with those of the options that it has."""
    known = load_engine(engine).options
    options = {}
    given = options_for_lcmodel(case) if engine == LCMODEL else recipe.fit.options
    for name, value in given.items():
        try:
            msgspec.convert({name: value}, known)
        except msgspec.ValidationError:
            continue
        options[name] = value
    fit = msgspec.structs.replace(recipe.fit, engine=engine, options=options)
    return msgspec.structs.replace(recipe, fit=fit)

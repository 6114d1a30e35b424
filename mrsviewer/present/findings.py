"""What the data panel shows: findings with their remedy, questions, entries by hand, sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.analysis.checks import missing_values, reader_findings
from mrsviewer.analysis.confirmation import confirmation_key, geometry_doubts
from mrsviewer.present.fmt import one_line
from mrsviewer.present.form_words import CHOICES
from mrsviewer.quality.lint import ENTERED, in_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Exam, Finding, Severity, Source
    from mrsviewer.quality.lint import Correction, LintFinding, Question

SIDE_DOUBTED = "side not confirmed"
SEVERITIES: tuple[Severity, ...] = ("danger", "warning", "info")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding.

    Attributes
    ----------
    severity, title, evidence
        How grave, what, and the figures it follows from.
    correction
        What one click does about it; None where there is no such click.
    confirmation
        Key under which a person confirms that the voxel's place was checked; None for findings
        that need no such thing.
    confirmed
        Whether that was done.
    """

    severity: Severity
    title: str
    evidence: str
    correction: Correction | None = None
    confirmation: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class EnteredRow:
    """A value a person entered, and what the file says in its place."""

    field: str
    text: str
    file_says: str


@dataclass(frozen=True, slots=True)
class FindingsScene:
    """All that the data panel shows, the gravest first."""

    findings: tuple[FindingRow, ...] = ()
    questions: tuple[Question, ...] = ()
    entered: tuple[EnteredRow, ...] = ()
    sources: tuple[Source, ...] = ()

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity are open."""
        return sum(row.severity == severity and not row.confirmed for row in self.findings)


def entered_in_words(exam: Exam, recipe: Recipe) -> str:
    """Return what was entered by hand and what the file says; empty if nothing was entered."""
    return ", ".join(f"{row.text} (the file: {row.file_says})" for row in _entered(exam, recipe))


def findings_scene(
    exam: Exam | None, recipe: Recipe, analysis: Analysis | None = None
) -> FindingsScene:
    """Return what is to be shown of an exam under a recipe.

    Parameters
    ----------
    exam, recipe
        In force.
    analysis
        The latest; that of another exam is left aside. What its checks found is shown until the
        recipe mends it.
    """
    if exam is None:
        return FindingsScene()
    rows = [*_of_readers(exam, recipe)]
    if analysis is not None and analysis.exam is exam:
        rows += _of_checks(analysis.checks.findings, recipe)
    rows.sort(key=lambda row: SEVERITIES.index(row.severity))
    return FindingsScene(
        tuple(dict.fromkeys(rows)),
        missing_values(exam, recipe),
        tuple(_entered(exam, recipe)),
        tuple(_as_fitted(source, recipe) for source in exam.sources),
    )


def _as_fitted(source: Source, recipe: Recipe) -> Source:
    """Return a source with the role it has; a basis set has none where another one is chosen."""
    chosen = recipe.fit.basis_path
    if source.role != "basis" or chosen == str(source.path):
        return source
    instead = "a simulated basis set" if chosen is None else Path(chosen).name
    return replace(source, role="unused", reason=f"{instead} was chosen in its place")


def _of_readers(exam: Exam, recipe: Recipe) -> Iterator[FindingRow]:
    doubts = geometry_doubts(exam)
    for finding in reader_findings(exam):
        row = FindingRow(finding.severity, one_line(finding.title), one_line(finding.detail))
        yield _with_confirmation(row, exam, finding, recipe) if finding in doubts else row


def _with_confirmation(row: FindingRow, exam: Exam, finding: Finding, recipe: Recipe) -> FindingRow:
    key = confirmation_key(exam, finding)
    return FindingRow(
        row.severity, row.title, row.evidence, None, key, confirmed=key in recipe.confirmed
    )


def _of_checks(found: tuple[LintFinding, ...], recipe: Recipe) -> Iterator[FindingRow]:
    for finding in found:
        correction = finding.correction
        if correction is None or recipe.corrected(correction) != recipe:
            yield FindingRow(finding.severity, finding.title, finding.evidence, correction)


def _entered(exam: Exam, recipe: Recipe) -> Iterator[EnteredRow]:
    """Yield what was entered by hand, each with what the file says."""
    for field, (name, unit) in ENTERED.items():
        value = getattr(recipe.entered, field)
        if value is None or value is False:
            continue
        if field == "conjugated":
            yield EnteredRow(field, "Spectrum mirrored", "as stored")
            continue
        said = getattr(exam.metabolite.acquisition, field)
        file_says = "nothing" if said is None else _shown(field, said, unit)
        yield EnteredRow(field, f"{name} {_shown(field, value, unit)}", file_says)


def _shown(field: str, value: float | str, unit: str) -> str:
    text = in_unit(value, unit)
    return CHOICES.get(text, text) if field == "localisation" else text

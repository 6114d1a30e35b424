"""All that a report says, before it is decided how it looks."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from mrsviewer import __version__
from mrsviewer.analysis.checks import reader_findings
from mrsviewer.analysis.confirmation import confirmation_key, geometry_doubts, side_doubted
from mrsviewer.analysis.entered import exam_as_entered
from mrsviewer.present.anatomy import anatomy_scene, place_in_words, side_in_words
from mrsviewer.present.findings import SIDE_DOUBTED, entered_in_words
from mrsviewer.present.fmt import significant
from mrsviewer.present.identity import UNKNOWN, identity_scene
from mrsviewer.present.quality import metric_rows, quality_rows
from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.present.steps import step_rows
from mrsviewer.present.table import concentration_table
from mrsviewer.report.redact import redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.voxel import Vector
    from mrsviewer.present.scenes import AnatomyScene, SpectrumScene, TableScene

DISCLAIMER = "Research use, not a diagnosis"
TITLE = "MR spectroscopy report"
_DIGEST_SHOWN = 16

AlarmKind = Literal["failed", "danger", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the reader of the report must know; failures and dangers are red."""

    kind: AlarmKind
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One metric with its verdict and why."""

    label: str
    value: str
    grade: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecipeLine:
    """One step: what it does with these parameters, and what it found."""

    title: str
    words: str
    note: str
    state: str


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """Everything in a report, as text and scenes.

    Attributes
    ----------
    headline
        Who and when, for the head of every page; empty where the identity is hidden.
    patient, acquisition, definitions, constants, versions
        Lines of (label, value); metrics with the same definition share one.
    alarms
        The worst first.
    anatomy
        None where nothing is known of image and voxel.
    place
        Side, centre and size of the voxel; empty where they are not known.
    side_doubted
        Whether the place is contradicted and nobody has confirmed it: then ``place`` says only
        that, to be printed in red.
    no_numbers
        Why there are no concentrations; empty where there are some.
    verdict
        The overall grade and its reason.
    """

    headline: str
    patient: tuple[tuple[str, str], ...]
    acquisition: tuple[tuple[str, str], ...]
    alarms: tuple[Alarm, ...]
    anatomy: AnatomyScene | None
    place: str
    spectrum: SpectrumScene
    table: TableScene
    no_numbers: str
    verdict: QualityLine
    quality: tuple[QualityLine, ...]
    definitions: tuple[tuple[str, str], ...]
    recipe: tuple[RecipeLine, ...]
    constants: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    side_doubted: bool = False


def report_content(
    analysis: Analysis, *, show_identity: bool = True, anatomy_cursor: Vector | None = None
) -> ReportContent:
    """Return what a report on ``analysis`` says."""
    hide: Callable[[str], str] = (lambda text: text) if show_identity else redactor(analysis.exam)
    identity = identity_scene(analysis.exam, analysis.recipe.entered)
    patient = identity.patient if show_identity else (("Patient", "hidden"),)
    known = [value for label, value in identity.patient if label in ("Patient", "ID", "Date")]
    headline = " · ".join(value for value in known if value != UNKNOWN) or "Patient unknown"
    table = concentration_table(analysis, analysis.recipe)
    return ReportContent(
        headline if show_identity else "",
        patient,
        tuple((k, hide(v)) for k, v in _acquisition(analysis) if show_identity or k != "File"),
        tuple(_alarm(alarm, hide) for alarm in _alarms(analysis)),
        _anatomy(analysis, anatomy_cursor, hide),
        _place(analysis),
        spectrum_scene(analysis, analysis.recipe),
        replace(table, caption=hide(table.caption)),
        hide(_no_numbers(analysis)),
        _verdict(analysis, hide),
        _quality(analysis, hide),
        _definitions(analysis),
        _recipe(analysis, hide),
        _constants(analysis),
        tuple((label, hide(value)) for label, value in _versions(analysis)),
        side_doubted(analysis.exam, analysis.recipe),
    )


def _alarms(analysis: Analysis) -> list[Alarm]:
    failed = [Alarm("failed", f.title, f"{f.cause} {f.remedy}") for f in analysis.failures]
    findings = dict.fromkeys((*reader_findings(analysis.exam), *analysis.findings))
    noticed = [Alarm(f.severity, f.title, f.detail) for f in findings]
    noticed += [
        Alarm("warning", "Place of the voxel confirmed by hand", f.detail)
        for f in geometry_doubts(analysis.exam)
        if confirmation_key(analysis.exam, f) in analysis.recipe.confirmed
    ]
    if entered := entered_in_words(analysis.exam, analysis.recipe):
        noticed.append(Alarm("warning", "Entered by hand", f"{entered}."))
    order = ("failed", "danger", "warning", "info")
    return sorted((*failed, *noticed), key=lambda alarm: order.index(alarm.kind))


def _alarm(alarm: Alarm, hide: Callable[[str], str]) -> Alarm:
    return Alarm(alarm.kind, hide(alarm.title), hide(alarm.text))


def _anatomy(
    analysis: Analysis, cursor: Vector | None, hide: Callable[[str], str]
) -> AnatomyScene | None:
    voxel, image = analysis.exam.metabolite.voxel, analysis.exam.anatomy
    if voxel is None and image is None:
        return None
    scene = anatomy_scene(image, () if voxel is None else (voxel,), cursor)
    return replace(scene, caption=hide(scene.caption))


def _acquisition(analysis: Analysis) -> list[tuple[str, str]]:
    """Return the window's lines and what else a reader wants on paper."""
    data = exam_as_entered(analysis.exam, analysis.recipe.entered).metabolite
    how = data.acquisition
    lines = list(identity_scene(analysis.exam, analysis.recipe.entered).acquisition)
    if how.field_t is not None:
        lines.append(("Field", f"{how.field_t:.2f} T"))
    lines.append(("Samples", f"{data.points}, {1 / how.dwell_s:.0f} Hz"))
    if how.software:
        lines.append(("Software", how.software))
    return lines


def _place(analysis: Analysis) -> str:
    voxel = analysis.exam.metabolite.voxel
    if voxel is None:
        return ""
    if side_doubted(analysis.exam, analysis.recipe):
        return SIDE_DOUBTED
    edges = " × ".join(f"{edge:g}" for edge in voxel.size_mm)
    centre = place_in_words(voxel.centre_ras_mm)
    return f"{side_in_words(voxel)}; centre {centre}; {edges} mm"


def _no_numbers(analysis: Analysis) -> str:
    if analysis.quantification is not None:
        return ""
    if analysis.fit is not None:
        return "The fit gave no concentrations."
    if not analysis.recipe.fit.enabled:
        return "The fit is switched off: there are no concentrations."
    why = analysis.failures[0].title if analysis.failures else "no reason is known"
    return f"There is no fit, hence there are no concentrations: {why}"


def _verdict(analysis: Analysis, hide: Callable[[str], str]) -> QualityLine:
    row = quality_rows(analysis)[0]
    return QualityLine(row.label, row.value, row.grade, hide(row.reason))


def _quality(analysis: Analysis, hide: Callable[[str], str]) -> tuple[QualityLine, ...]:
    return tuple(
        QualityLine(row.label, row.value, row.grade, hide(row.reason))
        for row in metric_rows(analysis.quality)
    )


def _definitions(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    shared: dict[str, dict[str, None]] = {}
    for metric in analysis.quality.metrics:
        shared.setdefault(metric.definition, {})[metric.label] = None
    return tuple((", ".join(labels), definition) for definition, labels in shared.items())


def _recipe(analysis: Analysis, hide: Callable[[str], str]) -> tuple[RecipeLine, ...]:
    rows = step_rows(analysis, analysis.recipe)
    words = [step.in_words() for step in analysis.recipe.steps]
    words += [""] * (len(rows) - len(words))
    return tuple(
        RecipeLine(hide(row.title), hide(said), hide(row.note), row.state)
        for row, said in zip(rows, words, strict=True)
    )


def _constants(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Return (source, all constants that come from it)."""
    if analysis.quantification is None:
        return ()
    by_source: dict[str, list[str]] = {}
    for c in analysis.quantification.constants:
        said = f"{c.name} {significant(c.value, 4)} {c.unit}".rstrip()
        by_source.setdefault(c.source, []).append(said)
    return tuple((source, "; ".join(said)) for source, said in by_source.items())


def _versions(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Return all that is needed to compute the same numbers again."""
    lines = [
        ("mrsviewer", __version__),
        ("Python", platform.python_version()),
        ("NumPy", version("numpy")),
        ("SciPy", version("scipy")),
    ]
    if analysis.fit is not None:
        lines.append(("Fit engine", f"{analysis.fit.engine} {analysis.fit.engine_version}"))
    if analysis.basis is not None:
        lines.append(("Basis digest", analysis.basis.digest[:_DIGEST_SHOWN]))
    lines += [
        (f"Input: {source.role}", f"{source.format}, digest {source.digest[:_DIGEST_SHOWN]}")
        for source in analysis.exam.sources
        if source.role != "unused"
    ]
    return tuple(lines)

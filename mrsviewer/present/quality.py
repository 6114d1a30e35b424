"""Quality metrics, the verdict and warnings as rows of text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.analysis.checks import reader_findings
from mrsviewer.present.fmt import DASH, one_line, percent, significant
from mrsviewer.present.scenes import QualityRow

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Finding
    from mrsviewer.model.quality import Grade, Metric, Quality

OVERALL = "Overall"
"""Label of the row that holds the verdict; always the first."""

IN_HZ = "_hz"
"""Ending of the key of a metric that repeats another one in Hz."""

VERDICTS: dict[Grade, str] = {
    "good": "good",
    "borderline": "borderline",
    "poor": "poor",
    "unknown": "not known",
}
_SEVERITY_GRADE: dict[str, Grade] = {"danger": "poor", "warning": "borderline", "info": "unknown"}


def quality_rows(analysis: Analysis | None, recipe: Recipe | None = None) -> tuple[QualityRow, ...]:
    """Return the verdict, dangers and warnings of the stages, then one row per metric.

    What is to be said of the data themselves stands in the data panel, not here; but a danger
    there makes the verdict poor here.

    No analysis gives no rows. A danger makes the verdict poor whatever the metrics say. Where
    the recipe in force is not that of the analysis, a first row says so and no row has a grade.
    """
    if analysis is None:
        return ()
    alarms = [f for f in _findings(analysis) if f.severity != "info"]
    rows = [_verdict(analysis, alarms)]
    of_data = {*analysis.exam.findings, *(f.as_finding() for f in analysis.checks.findings)}
    rows += [_finding_row(finding) for finding in alarms if finding not in of_data]
    rows += metric_rows(analysis.quality)
    return tuple(rows) if recipe in (None, analysis.recipe) else _stale(rows)


def _stale(rows: list[QualityRow]) -> tuple[QualityRow, ...]:
    head = QualityRow("Stale", "", "unknown", "These figures are those of an earlier recipe.")
    return (head, *(replace(row, grade="unknown") for row in rows))


def metric_rows(quality: Quality) -> tuple[QualityRow, ...]:
    """Return one row per figure; one given in ppm and in Hz has both in its row."""
    return tuple(_metric_row(*figures) for figures in _merged(quality.metrics))


def _merged(metrics: tuple[Metric, ...]) -> list[tuple[Metric, ...]]:
    """Return metrics, each with the same figure in Hz (key ``..._hz``) where there is one."""
    by_key = {metric.key: metric for metric in metrics}
    first = [
        m for m in metrics if not (m.key.endswith(IN_HZ) and m.key.removesuffix(IN_HZ) in by_key)
    ]
    return [
        (metric, by_key[metric.key + IN_HZ]) if metric.key + IN_HZ in by_key else (metric,)
        for metric in first
    ]


def _findings(analysis: Analysis) -> list[Finding]:
    """Return findings of exam and stages, the worst first, none twice."""
    everything = dict.fromkeys((*reader_findings(analysis.exam), *analysis.findings))
    order = ("danger", "warning", "info")
    return sorted(everything, key=lambda finding: order.index(finding.severity))


def _verdict(analysis: Analysis, alarms: list[Finding]) -> QualityRow:
    quality = analysis.quality
    if analysis.failures:
        failed = "; ".join(failure.title for failure in analysis.failures)
        return QualityRow(OVERALL, VERDICTS["unknown"], "poor", one_line(failed))
    dangers = [finding.title for finding in alarms if finding.severity == "danger"]
    if dangers:
        return QualityRow(OVERALL, VERDICTS["poor"], "poor", one_line("; ".join(dangers)))
    culprits = dict.fromkeys(m.label for m in quality.metrics if m.grade == quality.grade)
    reason = {
        "good": "all metrics measured are within their limits",
        "unknown": "nothing could be measured",
    }.get(quality.grade, f"because of {', '.join(culprits)}" if culprits else "")
    return QualityRow(OVERALL, VERDICTS[quality.grade], quality.grade, reason)


def _finding_row(finding: Finding) -> QualityRow:
    grade = _SEVERITY_GRADE[finding.severity]
    return QualityRow(one_line(finding.title), finding.severity, grade, one_line(finding.detail))


def _metric_row(metric: Metric, *others: Metric) -> QualityRow:
    values = ", ".join(_value(m) for m in (metric, *others)) if metric.value is not None else DASH
    return QualityRow(metric.label, values, metric.grade, one_line(metric.reason))


def _value(metric: Metric) -> str:
    if metric.value is None:
        return DASH
    if metric.unit == "%":
        return percent(metric.value)
    return f"{significant(metric.value, 3)} {metric.unit}".strip()

"""Quality metrics, the verdict and warnings as rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.present.fmt import DASH, one_line, percent, significant
from mrsviewer.present.scenes import QualityRow

if TYPE_CHECKING:
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.exam import Finding
    from mrsviewer.model.quality import Grade, Metric, Quality

OVERALL = "Overall"
"""Label of the row that holds the verdict; always the first."""

VERDICTS: dict[Grade, str] = {
    "good": "good",
    "borderline": "borderline",
    "poor": "poor",
    "unknown": "not known",
}
_SEVERITY_GRADE: dict[str, Grade] = {"danger": "poor", "warning": "borderline", "info": "unknown"}


def quality_rows(analysis: Analysis | None) -> tuple[QualityRow, ...]:
    """Return the verdict, then dangers and warnings, then one row per metric.

    No analysis gives no rows. A danger makes the verdict poor whatever the metrics say.
    """
    if analysis is None:
        return ()
    alarms = [f for f in _findings(analysis) if f.severity != "info"]
    rows = [_verdict(analysis.quality, alarms)]
    rows += [_finding_row(finding) for finding in alarms]
    rows += [_metric_row(metric) for metric in analysis.quality.metrics]
    return tuple(rows)


def _findings(analysis: Analysis) -> list[Finding]:
    """Return findings of exam and stages, the worst first, none twice."""
    everything = dict.fromkeys((*analysis.exam.findings, *analysis.findings))
    order = ("danger", "warning", "info")
    return sorted(everything, key=lambda finding: order.index(finding.severity))


def _verdict(quality: Quality, alarms: list[Finding]) -> QualityRow:
    dangers = [finding.title for finding in alarms if finding.severity == "danger"]
    if dangers:
        return QualityRow(OVERALL, VERDICTS["poor"], "poor", one_line("; ".join(dangers)))
    culprits = [m.label for m in quality.metrics if m.grade == quality.grade]
    reason = {
        "good": "all metrics measured are within their limits",
        "unknown": "nothing could be measured",
    }.get(quality.grade, f"because of {', '.join(culprits)}" if culprits else "")
    return QualityRow(OVERALL, VERDICTS[quality.grade], quality.grade, reason)


def _finding_row(finding: Finding) -> QualityRow:
    grade = _SEVERITY_GRADE[finding.severity]
    return QualityRow(one_line(finding.title), finding.severity, grade, one_line(finding.detail))


def _metric_row(metric: Metric) -> QualityRow:
    return QualityRow(metric.label, _value(metric), metric.grade, one_line(metric.reason))


def _value(metric: Metric) -> str:
    if metric.value is None:
        return DASH
    if metric.unit == "%":
        return percent(metric.value)
    return f"{significant(metric.value, 3)} {metric.unit}".strip()

"""The header linter: every rule on what a file says of its acquisition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.dsp.mirror import SUSPECT, mirror_ratio
from mrsviewer.quality.axis_rules import axis_findings
from mrsviewer.quality.lint import Correction, LintFinding
from mrsviewer.quality.timing_rules import timing_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.dataset import Dataset

ORDER = ("danger", "warning", "info")
MOST_AVERAGES = 4096
MIRRORED = "The spectrum may be mirrored"
RECHECKED = frozenset({MIRRORED, "Check the echo time"})
"""Titles under which readers judge the file's own values; the linter judges those in force."""


def lint_header(data: Dataset) -> tuple[LintFinding, ...]:
    """Return what the header of the metabolite data gives away, the gravest first.

    Parameters
    ----------
    data
        With what a person entered already in place of the file's values.
    """
    findings = (
        *timing_findings(data.acquisition),
        *axis_findings(data),
        *_averages(data),
        *_mirrored(data),
    )
    return tuple(sorted(findings, key=lambda finding: ORDER.index(finding.severity)))


def _averages(data: Dataset) -> Iterator[LintFinding]:
    averages, stored = data.acquisition.averages, data.count("transient")
    other = next((s for s in data.acquisition.stated if s.about == "averages"), None)
    if averages is not None and 1 < stored == averages:
        evidence = (
            f"{stored} transients are stored, and the header says {averages} averages: each "
            "would be a mean of as many."
        )
        use = Correction("averages", 1, "", "every transient is stored by itself")
        yield LintFinding("averages-twice", "info", "Averages counted twice", evidence, use)
    elif other is not None and averages is not None and other.value != averages:
        evidence = f"Header {averages}, {other.source} {other.value:g}."
        use = Correction("averages", other.value, "", f"from {other.source}")
        title = "Number of averages given twice"
        yield LintFinding("averages-stated", "info", title, evidence, use)
    if averages is not None and averages > MOST_AVERAGES:
        title = "Number of averages is hardly possible"
        yield LintFinding("averages-many", "warning", title, f"{averages} averages.")


def _mirrored(data: Dataset) -> Iterator[LintFinding]:
    ratio = mirror_ratio(data.fid, data.acquisition, data.centre_ppm)
    if ratio is None or ratio <= SUSPECT:
        return
    evidence = (
        f"Peaks above 5 ppm are {ratio:.0f} times stronger than those below 4.2 ppm: the file "
        "may store the complex conjugate."
    )
    use = Correction("conjugated", True, "", "the complex conjugate of the file's samples")
    yield LintFinding("mirrored", "danger", MIRRORED, evidence, use)

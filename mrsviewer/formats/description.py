"""The facts of a scan, ready for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.exam import Scan

if TYPE_CHECKING:
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.voxel import Voxel


def describe(scan: Scan) -> dict[str, object]:
    """Return the fields of ``mrsviewer info PATH --json``; unknown ones are None.

    Units stand in the names. ``coils`` and ``transients`` are 1 where there is one; the columns
    of ``axes_ras`` are the directions of the voxel's edges.
    """
    data = scan.dataset
    facts = data.acquisition
    return {
        "format": scan.format,
        "vendor": facts.vendor,
        "nucleus": facts.nucleus,
        "frequency_hz": facts.frequency_hz,
        "dwell_s": facts.dwell_s,
        "points": data.points,
        "coils": data.count("coil"),
        "transients": data.count("transient"),
        "echo_time_s": facts.echo_time_s,
        "repetition_time_s": facts.repetition_time_s,
        "voxel": _box(data.voxel),
        "warnings": [_sentence(f.title, f.detail) for f in scan.findings if f.severity != "info"],
    }


def describe_exam(exam: Exam) -> dict[str, object]:
    """Return the facts of an exam's data, and every file with its role and the reason for it."""
    data = next(source for source in exam.sources if source.role == "metabolite")
    scan = Scan(exam.metabolite, data.format, data.path, data.digest, exam.identity, exam.findings)
    files = [
        {"role": each.role, "file": str(each.path), "format": each.format, "reason": each.reason}
        for each in exam.sources
    ]
    return {**describe(scan), "files": files}


def _box(voxel: Voxel | None) -> dict[str, list[object]] | None:
    if voxel is None:
        return None
    return {
        "centre_ras_mm": list(voxel.centre_ras_mm),
        "size_mm": list(voxel.size_mm),
        "axes_ras": [list(row) for row in voxel.axes_ras],
    }


def _sentence(title: str, detail: str) -> str:
    return f"{title}: {detail}" if detail else title

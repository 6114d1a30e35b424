"""Who was examined and how, in short lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.analysis.entered import exam_as_entered
from mrsviewer.present.fmt import one_line
from mrsviewer.present.scenes import IdentityScene

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import EnteredByHand
    from mrsviewer.model.acquisition import Acquisition, Identity
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Exam

UNKNOWN = "unknown"
BY_HAND = "(by hand)"
Lines = tuple[tuple[str, str], ...]


def identity_scene(exam: Exam | None, entered: EnteredByHand | None = None) -> IdentityScene:
    """Return patient and acquisition as (label, value) lines.

    Name and number are always listed, as "unknown" where the file gave none; other fields only
    where they are known. A value entered by hand is shown in the file's place and marked.
    """
    if exam is None:
        return IdentityScene()
    lines = _acquisition(exam)
    if entered is not None and entered != type(entered)():
        lines = _marked(lines, _acquisition(exam_as_entered(exam, entered)))
    return IdentityScene(_patient(exam.identity), lines)


def _marked(file: Lines, in_force: Lines) -> Lines:
    """Return the lines in force, those that the file does not say marked as entered by hand."""
    said = dict(file)
    return tuple(
        (label, value if said.get(label) == value else f"{value} {BY_HAND}")
        for label, value in in_force
    )


def _patient(identity: Identity) -> Lines:
    always = [
        ("Patient", identity.patient_name or UNKNOWN),
        ("ID", identity.patient_id or UNKNOWN),
    ]
    rest = [
        ("Born", identity.birth_date),
        ("Sex", identity.sex),
        ("Date", identity.study_date),
        ("Site", identity.institution),
        ("Protocol", identity.protocol),
    ]
    return (*always, *((label, value) for label, value in rest if value))


def _acquisition(exam: Exam) -> Lines:
    how, data = exam.metabolite.acquisition, exam.metabolite
    lines: list[tuple[str, str | None]] = [
        ("File", _file(exam)),
        ("Nucleus", how.nucleus),
        ("Frequency", f"{how.frequency_hz * 1e-6:.2f} MHz"),
        ("Sequence", how.sequence or (how.localisation.upper() if how.localisation else None)),
        ("TE", _milliseconds(how.echo_time_s)),
        ("TR", _milliseconds(how.repetition_time_s)),
        ("Averages", _averages(data)),
        ("Coils", str(data.count("coil")) if data.count("coil") > 1 else None),
        ("Voxel", _voxel(data)),
        ("Voxel proof", _proof(exam)),
        ("Scanner", _scanner(how)),
        ("Water reference", "yes" if exam.water is not None else "none"),
    ]
    return tuple((label, value) for label, value in lines if value)


def _file(exam: Exam) -> str | None:
    return next((source.path.name for source in exam.sources if source.role == "metabolite"), None)


def _milliseconds(value_s: float | None) -> str | None:
    return None if value_s is None else f"{round(value_s * 1e3, 2):g} ms"


def _averages(data: Dataset) -> str | None:
    """Return transients stored times excitations in each, as far as both are known."""
    stored, summed = data.count("transient"), data.acquisition.averages
    if stored > 1:
        return str(stored * (summed or 1))
    return None if summed is None else str(summed)


def _voxel(data: Dataset) -> str | None:
    if data.voxel is None:
        return None
    edges = " × ".join(f"{edge:.0f}" for edge in data.voxel.size_mm)
    return f"{edges} mm ({data.voxel.volume_ml():.1f} ml)"


def _proof(exam: Exam) -> str | None:
    """Return what two statements of the file on the voxel's place say together."""
    geometry = [finding for finding in exam.findings if finding.topic == "geometry"]
    if any(finding.severity == "danger" for finding in geometry):
        return "contradicted"
    return next((one_line(f.detail).rstrip(".") for f in geometry if f.severity == "info"), None)


def _scanner(how: Acquisition) -> str | None:
    return " ".join(part for part in (how.vendor, how.scanner) if part) or None

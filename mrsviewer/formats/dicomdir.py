"""DICOMDIR: the index of the DICOM files on a medium (PS3.10, PS3.3 annex F)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.formats import dicom_file
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


def is_dicomdir(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a DICOMDIR."""
    return dicom_file.storage_class(head) == MEDIA_DIRECTORY


def listed_files(path: Path) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Return the files that a DICOMDIR names and that are there, and a remark on the others.

    Names are compared without regard to case, as media lose it. Names that lead out of the
    DICOMDIR's own folder are not followed.

    Raises
    ------
    FormatError
        If the index is damaged or none of its files is there.
    """
    elements = dicom_file.open_dicom(path, pixels=False)
    found: dict[Path, None] = {}
    missing = []
    for record in dicom_file.items(elements, "DirectoryRecordSequence"):
        named = dicom_file.value(record, "ReferencedFileID")
        if named is None:
            continue
        parts = [named] if isinstance(named, str) else [str(part) for part in named]
        file = _below(path.parent, parts)
        if file is None:
            missing.append("/".join(parts))
        else:
            found[file] = None
    if not found:
        cause = f"None of the {len(missing)} files that it lists is there."
        raise FormatError(path, cause, "Copy the whole medium, not the DICOMDIR alone.")
    if not missing:
        return tuple(found), ()
    title = f"{len(missing)} files that {path.name} lists are missing"
    return tuple(found), (Finding("warning", title, ", ".join(missing[:5])),)


def _below(folder: Path, parts: Sequence[str]) -> Path | None:
    """Return the file at ``parts`` below ``folder``, in whatever letter case; None without one."""
    place = folder
    for part in parts:
        if part in {"", ".", ".."} or "/" in part or "\\" in part:
            return None
        exact = place / part
        if not exact.exists():
            if not place.is_dir():
                return None
            alike = (other for other in place.iterdir() if other.name.lower() == part.lower())
            found = next(alike, None)
            if found is None:
                return None
            exact = found
        place = exact
    return place if place.is_file() else None

"""Open DICOM files: what object a file holds, its elements, whose data they are."""

from __future__ import annotations

import struct
import warnings
from typing import TYPE_CHECKING, Any

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydicom import Dataset

SIEMENS_NON_IMAGE = "1.3.12.2.1107.5.9.1"
MR_SPECTROSCOPY = "1.2.840.10008.5.1.4.1.1.4.2"
PHILIPS_SPECTRUM = "1.3.46.670589.11.0.0.12.1"
UIH_ROOT = "1.2.156.112605."
"""What UIH's own identifiers begin with."""
IMAGES = {
    "1.2.840.10008.5.1.4.1.1.4": "MR image",
    "1.2.840.10008.5.1.4.1.1.2": "CT image",
    "1.2.840.10008.5.1.4.1.1.128": "PET image",
}
OTHERS = {
    "1.2.840.10008.5.1.4.1.1.4.1": "enhanced (multi-frame) MR image",
    "1.2.840.10008.5.1.4.1.1.4.3": "enhanced MR colour image",
    "1.2.840.10008.5.1.4.1.1.7": "secondary capture (a screenshot)",
    "1.2.840.10008.5.1.4.1.1.66": "raw data object",
    "1.2.840.10008.5.1.4.1.1.104.1": "encapsulated PDF",
    "1.2.840.10008.5.1.4.1.1.11.1": "presentation state",
    "1.2.840.10008.1.3.10": "DICOMDIR (an index of files)",
    "1.3.46.670589.11.0.0.12.2": "private Philips spectroscopic image",
    "1.3.12.2.1107.5.9.2": "private Siemens object",
}
"""Storage classes (DICOM PS3.4 annex B, and the manufacturers' conformance statements)."""

_CLASS_TAGS = (b"\x02\x00\x02\x00", b"\x08\x00\x16\x00")


def storage_class(head: bytes) -> str | None:
    """Return the UID of the object in a DICOM file from its first bytes, or None."""
    marked = head[128:132] == b"DICM"
    if not marked and head[:2] not in {b"\x08\x00", b"\x02\x00"}:
        return None
    for tag in _CLASS_TAGS:
        start = head.find(tag)
        if start >= 0:
            return _uid(head[start + 4 : start + 80])
    return "" if marked else None


def _uid(element: bytes) -> str:
    """Return the UID value after an element's tag, explicit or implicit VR."""
    try:
        if element[:2] == b"UI":
            (length,) = struct.unpack_from("<H", element, 2)
            start = 4
        else:
            (length,) = struct.unpack_from("<I", element, 0)
            start = 4
    except struct.error:
        return ""
    value = element[start : start + min(length, 64)].rstrip(b"\x00 ").decode("latin-1")
    return value if value.replace(".", "").isdigit() else ""


def open_dicom(path: Path, *, pixels: bool = True) -> Dataset:
    """Return the elements of a DICOM file.

    Parameters
    ----------
    path
        The file.
    pixels
        False to stop before the pixels of an image.

    Raises
    ------
    FormatError
        If it is no DICOM file or damaged.
    """
    import pydicom  # noqa: PLC0415 - 0.2 s that the empty window need not pay

    try:
        with warnings.catch_warnings():
            # pydicom warns of every odd value that a scanner wrote; none matters here.
            warnings.simplefilter("ignore")
            return pydicom.dcmread(path, stop_before_pixels=not pixels, force=True)
    except OSError as error:
        raise FormatError(path, f"It cannot be read: {error}.", "Check the file.") from error
    except Exception as error:
        raise FormatError(
            path, "The DICOM file is damaged.", SEND_AGAIN, f"{type(error).__name__}: {error}"
        ) from error


def value(dataset: Any, keyword: str) -> Any:
    """Return the value of an element, or None where it is missing, empty or unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dataset.get(keyword)
    except Exception:  # noqa: BLE001 - a value pydicom cannot convert is one the file lacks
        return None
    return None if found is None or found == "" else found


def text(dataset: Any, keyword: str) -> str | None:
    """Return an element as text, several values joined by a blank; None where there is none."""
    found = value(dataset, keyword)
    if found is None:
        return None
    parts = [str(found)] if isinstance(found, str) or not hasattr(found, "__iter__") else found
    joined = str(found) if hasattr(found, "family_name") else " ".join(str(p) for p in parts)
    return joined.strip("\x00 ") or None


def number(dataset: Any, keyword: str) -> float | None:
    """Return an element's (first) value as a number, or None."""
    found = value(dataset, keyword)
    first = found[0] if isinstance(found, (list, tuple)) or hasattr(found, "append") else found
    try:
        return float(first)
    except (TypeError, ValueError, IndexError):
        return None


def numbers(dataset: Any, keyword: str, count: int) -> list[float] | None:
    """Return exactly ``count`` numbers of an element, or None."""
    found = value(dataset, keyword)
    try:
        result = [float(item) for item in found]
    except (TypeError, ValueError):
        return None
    return result if len(result) == count else None


def items(dataset: Any, keyword: str) -> Sequence[Any]:
    """Return the items of a sequence element; empty where there is none."""
    found = value(dataset, keyword)
    return list(found) if found is not None and hasattr(found, "__iter__") else []


def element(dataset: Any, tag: int) -> Any:
    """Return the value of a private element that always has the same tag, or None."""
    try:
        return dataset[tag].value if tag in dataset else None
    except Exception:  # noqa: BLE001 - an unreadable value is one the file lacks
        return None


def private_bytes(dataset: Any, group: int, creator: str, element: int) -> bytes | None:
    """Return a private element's bytes, wherever its block was placed; None where absent."""
    try:
        found = dataset.private_block(group, creator)[element].value
    except Exception:  # noqa: BLE001 - absent block, absent element, unreadable value: all absent
        return None
    return bytes(found) if isinstance(found, (bytes, bytearray)) else None


def private_number(dataset: Any, group: int, creator: str, element: int) -> float | None:
    """Return a private element's value as a number; None where absent or none."""
    try:
        return float(dataset.private_block(group, creator)[element].value)
    except Exception:  # noqa: BLE001 - absent block, absent element, unreadable value: all absent
        return None


def private_items(dataset: Any, group: int, creator: str, element: int) -> Sequence[Any]:
    """Return the items of a private sequence element; empty where there is none."""
    try:
        found = dataset.private_block(group, creator)[element].value
    except Exception:  # noqa: BLE001 - absent block, absent element, unreadable value: all absent
        return []
    return [] if isinstance(found, (bytes, str)) else list(found)


def identity(dataset: Any) -> Identity:
    """Return whose data these are."""
    return Identity(
        patient_name=text(dataset, "PatientName"),
        patient_id=text(dataset, "PatientID"),
        birth_date=date(text(dataset, "PatientBirthDate")),
        sex=text(dataset, "PatientSex"),
        study_date=date(text(dataset, "StudyDate")),
        institution=text(dataset, "InstitutionName"),
        protocol=text(dataset, "ProtocolName") or text(dataset, "SeriesDescription"),
    )


def date(written: str | None) -> str | None:
    """Return "2016-04-29" of "20160429", other text as it is."""
    if written and len(written) == 8 and written.isdigit():
        return f"{written[:4]}-{written[4:6]}-{written[6:]}"
    return written

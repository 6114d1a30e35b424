"""What a file that cannot be opened looks like, and what to do about it."""

from __future__ import annotations

import lzma
import zlib
from bz2 import BZ2Decompressor
from typing import TYPE_CHECKING

from mrsviewer.formats import dicom_file
from mrsviewer.formats.source_file import describe_content

if TYPE_CHECKING:
    from pathlib import Path

READABLE = (
    "Open NIfTI-MRS, SDAT/SPAR, DATA/LIST, RDA, TWIX, P-file, DICOM spectroscopy, Bruker, Varian, "
    "LCModel RAW, jMRUI or TARQUIN dpt."
)
_BY_NAME = {
    ".sdat": ("Philips samples without their SPAR header", "Put the .SPAR file beside it."),
    ".spar": ("a damaged Philips SPAR header", "Export it again."),
    ".7": ("a damaged GE P-file", "Copy it from the scanner again."),
    ".dat": ("damaged Siemens raw data", "Export it from the scanner again."),
    ".dcm": ("a damaged DICOM file", "Export it again."),
    ".ima": ("a damaged DICOM file", "Export it again."),
    ".data": ("Philips raw data without their LIST file", "Put the .list file beside it."),
    ".list": ("a damaged list of Philips raw data", "Export it again."),
    ".mrui": ("a damaged jMRUI file", "Save it again, or export text."),
    ".dpt": ("a damaged TARQUIN file", "Write it again."),
    ".mat": ("a MATLAB file that is no basis set of Osprey", READABLE),
    ".rda": ("a damaged RDA file, or another program's .rda", "Export it again as RDA."),
    ".basis": ("a damaged LCModel basis set", "Make or copy it again."),
    ".coord": ("a damaged table of LCModel results", "Copy it again."),
    ".table": ("a damaged table of LCModel results", "Copy it again."),
}


def explain(path: Path, head: bytes) -> tuple[str, str]:
    """Return what the file looks like, as a sentence, and the remedy.

    Parameters
    ----------
    path
        The file; its name counts only where its content says nothing.
    head
        Its first 4096 bytes.
    """
    for look in (_dicom, _r_data, _signature):
        told = look(head)
        if told is not None:
            return told
    suffix = path.suffix.lower()
    if suffix in _BY_NAME:
        what, remedy = _BY_NAME[suffix]
        return f"Its content is not known here; by its name it is {what}.", remedy
    kind = "text" if _is_text(head) else "binary data"
    return f"It holds {kind} of no format known here.", READABLE


def _dicom(head: bytes) -> tuple[str, str] | None:
    uid = dicom_file.storage_class(head)
    if uid is None:
        return None
    name = dicom_file.OTHERS.get(uid) or dicom_file.IMAGES.get(uid)
    if name and "MR image" in name:
        return f"It is a DICOM {name}.", "Convert it to NIfTI with dcm2niix and open that."
    what = f"{name}" if name else f"object of a kind not known here ({uid or 'unnamed'})"
    return f"It is a DICOM {what}, not a spectrum.", "Choose the file of the spectroscopy series."


def _r_data(head: bytes) -> tuple[str, str] | None:
    plain = decompressed(head)
    if plain[:5] in {b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n"}:
        return "It is saved R data, not a Siemens RDA.", "Export it from R as NIfTI-MRS."
    return None


def _signature(head: bytes) -> tuple[str, str] | None:
    what = describe_content(decompressed(head)) or describe_content(head)
    return None if what is None else (f"It is {what}, not a spectrum.", READABLE)


def _is_text(head: bytes) -> bool:
    printable = sum(byte in b"\t\r\n" or byte >= 32 for byte in head)
    return b"\x00" not in head and printable > 0.95 * len(head)


def decompressed(head: bytes) -> bytes:
    """Return the beginning of what a gzip, bzip2 or xz stream holds; other bytes as they are."""
    try:
        if head[:2] == b"\x1f\x8b":
            return zlib.decompressobj(wbits=31).decompress(head, 4096)
        if head[:6] == b"\xfd7zXZ\x00":
            return lzma.LZMADecompressor().decompress(head, 4096)
        if head[:3] == b"BZh":
            return BZ2Decompressor().decompress(head, 4096)
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        return head
    return head

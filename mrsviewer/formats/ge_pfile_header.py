"""The header of a GE P-file: which revision, and its fields by name.

The layout of the header changes with its revision, the number in the first four bytes. Where
the fields are is taken from the tables of spec2nii; a few short fields of the first record,
which those tables leave out for some revisions, have kept their places and are read here.
"""

from __future__ import annotations

import ctypes
import math
import struct
from dataclasses import dataclass
from typing import Any

LOGOS = (b"GE_MED_NMR", b"INVALIDNMR")
_REVISIONS = (7.0, 32.0)
_MOVED = 26.0
"""Since this revision a table of offsets stands before the first record."""

_SHORTS = {"nechoes": 70, "navs": 72, "nframes": 74, "frame_size": 80, "point_size": 82}
_SHORTS_MOVED_BY = 76
_LOGO, _LOGO_MOVED = 34, 110
DATA_OFFSETS = {7: (39940, 39984), 8: (60464,), 9: (61464,)}
"""Where samples begin in revisions whose header does not say it."""


@dataclass(frozen=True, slots=True, eq=False)
class PfileHeader:
    """The fields of a header.

    Attributes
    ----------
    revision
        Of the header.
    order
        Byte order: "<" or ">".
    fields
        A ctypes structure with the fields of spec2nii's table.
    shorts
        Fields of the first record: nechoes, navs, nframes, frame_size, point_size.
    """

    revision: float
    order: str
    fields: Any
    shorts: dict[str, int]

    def number(self, name: str) -> float | None:
        """Return a field as a finite number, or None."""
        value = getattr(self.fields, name, None)
        if not isinstance(value, (int, float)):
            return None
        return float(value) if math.isfinite(value) else None

    def numbers(self, *names: str) -> list[float] | None:
        """Return several fields, or None if one is missing."""
        found = [self.number(name) for name in names]
        known = [value for value in found if value is not None]
        return known if len(known) == len(names) else None

    def text(self, name: str) -> str | None:
        """Return a field as text (UTF-8 or Latin-1), or None where it is blank."""
        value = getattr(self.fields, name, b"")
        raw = value if isinstance(value, bytes) else b""
        raw = raw.partition(b"\0")[0].strip()
        try:
            return raw.decode("utf-8") or None
        except UnicodeDecodeError:
            return raw.decode("latin-1")

    @property
    def coils(self) -> int:
        """Return the number of receivers."""
        count = 0
        for k in range(4):
            pair = self.numbers(f"rhr_rh_dab[{k}]_start_rcv", f"rhr_rh_dab[{k}]_stop_rcv")
            if pair is not None and any(pair):
                count += int(pair[1] - pair[0]) + 1
        return max(1, count)


def revision_of(head: bytes) -> tuple[float, str] | None:
    """Return revision and byte order of a P-file by its first bytes, or None if it is none."""
    if len(head) < 128:
        return None
    for order in "<>":
        (value,) = struct.unpack_from(f"{order}f", head)
        low, high = _REVISIONS
        if low <= value < high:
            at = _LOGO_MOVED if value >= _MOVED else _LOGO
            return (round(value, 3), order) if head[at : at + 10] in LOGOS else None
    return None


def parse(data: bytes) -> PfileHeader:
    """Return the header of a P-file.

    Raises
    ------
    ValueError
        If the revision is not known, or the file ends within the header.
    """
    found = revision_of(data[:128])
    if found is None:
        msg = "it is no P-file"
        raise ValueError(msg)
    revision, order = found
    layout = _layout(revision, order)
    if len(data) < ctypes.sizeof(layout):
        msg = "the file ends within its header"
        raise ValueError(msg)
    moved = _SHORTS_MOVED_BY if revision >= _MOVED else 0
    shorts = {
        name: struct.unpack_from(f"{order}H", data, at + moved)[0] for name, at in _SHORTS.items()
    }
    return PfileHeader(revision, order, layout.from_buffer_copy(data), shorts)


def _layout(revision: float, order: str) -> Any:
    """Return the ctypes structure of a revision; ValueError for one that nobody described."""
    from spec2nii.GE.ge_hdr_fields import (  # noqa: PLC0415 - 0.2 s, for GE files only
        UnknownPfileHdr,
        get_pfile_hdr_fields,
    )

    try:
        table = None if int(revision) == 10 else get_pfile_hdr_fields(revision)
    except UnknownPfileHdr:
        table = None
    if table is None:
        msg = f"its header has revision {revision:g}, whose layout is not known"
        raise ValueError(msg)
    base = ctypes.LittleEndianStructure if order == "<" else ctypes.BigEndianStructure
    return type("Layout", (base,), {"_pack_": 1, "_fields_": table})

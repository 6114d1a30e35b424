"""The CSA header: Siemens' private table of names and values in classic DICOM."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE = b"SV10"
MOST_TAGS = 1000


@dataclass(frozen=True, slots=True)
class Csa:
    """Parsed table: every value a tuple of texts, as many as the table says are valid."""

    values: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str | None:
        """Return the first value that is not blank, or None."""
        return next((item for item in self.values.get(name, ()) if item), None)

    def numbers(self, name: str, count: int) -> list[float] | None:
        """Return exactly ``count`` finite numbers, or None."""
        try:
            found = [float(item) for item in self.values.get(name, ()) if item]
        except ValueError:
            return None
        good = len(found) == count and all(math.isfinite(item) for item in found)
        return found if good else None

    def number(self, name: str) -> float | None:
        """Return a single number, or None."""
        found = self.numbers(name, 1)
        return found[0] if found else None


def parse(data: bytes) -> Csa:
    """Return the table in ``data`` (layout "SV10", VA21 and later).

    After the signature and four bytes: the number of tags and 77; per tag a name (64 bytes),
    multiplicity, representation, type, number of items and 77 or 205; per item four integers,
    the second its length, and the text padded to four bytes.

    Raises
    ------
    ValueError
        If it is not such a table or stops short.
    """
    if data[:4] != SIGNATURE:
        msg = "no CSA header of layout SV10"
        raise ValueError(msg)
    try:
        (count,) = struct.unpack_from("<I", data, 8)
        position, values = 16, {}
        for _ in range(min(count, MOST_TAGS)):
            position, name, texts = _tag(data, position)
            values[name] = texts
    except struct.error as error:
        msg = "the CSA header stops short"
        raise ValueError(msg) from error
    return Csa(values)


def _tag(data: bytes, position: int) -> tuple[int, str, tuple[str, ...]]:
    """Return the position after one tag, its name and its values."""
    raw_name, valid, _, _, items, _ = struct.unpack_from("<64si4s3i", data, position)
    position += 84
    texts = []
    for _ in range(items):
        length = struct.unpack_from("<4i", data, position)[1]
        position += 16
        if not 0 <= length <= len(data) - position:
            raise struct.error
        texts.append(_until_null(data[position : position + length]).strip())
        position += (length + 3) // 4 * 4
    return position, _until_null(raw_name), tuple(texts[: valid or None])


def _until_null(raw: bytes) -> str:
    """Return the text before the first null byte."""
    return raw.partition(b"\x00")[0].decode("latin-1")

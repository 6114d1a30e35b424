"""Philips LIST: the text that says what each vector in a DATA file is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = (
    *("typ", "mix", "dyn", "card", "echo", "loca", "chan", "extr1", "extr2", "kx", "ky", "kz"),
    *("aver", "sign", "rf", "grad", "enc", "rtop", "rr", "size", "offset"),
)
"""Of spectroscopy, where the file does not name them; images have two k columns only."""

_NAMES = re.compile(r"^# +typ +mix +.*$", re.MULTILINE)
_VECTOR = re.compile(r"^ *(STD|REJ|PHC|PHX|FRC|FRX|NOI|NAV|DNA) +(-?\d[-\d .]*)$", re.MULTILINE)
_COUNT = re.compile(r"^\. +(\d+) +\d+ +\d+ +(number_of_\w+) *: +(\d+)", re.MULTILINE)
_COMMENT = re.compile(r"^# *([A-Z][\w ]*?) *: *(\S.*?) *$", re.MULTILINE)
_MARK = b"DATA DESCRIPTION FILE"
_NEEDED = ("mix", "chan", "size", "offset")


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A parsed LIST file.

    Attributes
    ----------
    types
        Kind of each vector: "STD" for signals, "NOI" for noise.
    columns
        Attributes by name, each of shape (vectors,), int64.
    counts
        "number_of_..." lines by mix and name.
    remarks
        ``# Name : value`` lines: "Scan name", "Patient name".
    """

    types: tuple[str, ...]
    columns: Mapping[str, NDArray[np.int64]]
    counts: Mapping[tuple[int, str], int]
    remarks: Mapping[str, str]


def looks_like_list(head: bytes) -> bool:
    """Return whether a file's beginning is that of a LIST file."""
    return _MARK in head[:200] or (b"number_of_" in head and b"# typ mix" in head)


def parse(path: Path, text: str) -> Listing:
    """Return the vectors and counts of a LIST file.

    Raises
    ------
    FormatError
        If it names no vectors, lines are damaged, or it is cut off.
    """
    if not text.endswith("\n"):
        raise FormatError(path, "It is cut off: it ends within a line.", SEND_AGAIN)
    found = _NAMES.search(text)
    names = tuple(found[0].lstrip("# ").split()) if found else COLUMNS
    vectors = _VECTOR.findall(text)
    if not vectors:
        raise FormatError(path, "It names no data vectors.", SEND_AGAIN)
    rows = [numbers.split() for _, numbers in vectors]
    if any(len(row) != len(names) - 1 for row in rows) or not set(_NEEDED) <= set(names):
        cause = f"Some of its {len(rows)} vectors do not have the {len(names)} attributes named."
        raise FormatError(path, cause, SEND_AGAIN)
    table = np.array(rows, np.float64)
    if not np.all(np.abs(table) < 2**53):
        raise FormatError(path, "An attribute of a vector is absurd.", SEND_AGAIN)
    columns = dict(zip(names[1:], table.T.astype(np.int64), strict=True))
    counts = {(int(mix), name): int(value) for mix, name, value in _COUNT.findall(text)}
    remarks = dict(_COMMENT.findall(text[: text.find(vectors[0][0])]))
    return Listing(tuple(kind for kind, _ in vectors), columns, counts, remarks)

"""Blocks of numbers as FORTRAN formats such as ``(6E13.5)`` lay them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.fortran_namelist import TextFault, parse_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LAYOUT = re.compile(
    r"\(*\s*(?:[+-]?\d+P\s*,?\s*)?(\d*)\s*[DEFG]\s*(\d+)\s*\.\s*\d+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How many numbers stand on a line, and how many columns each takes."""

    per_line: int
    width: int

    @classmethod
    def parse(cls, text: str | None) -> Layout | None:
        """Return the layout of a format such as ``(6E13.5)``, or None if it is another kind."""
        match = _LAYOUT.match(text or "")
        if match is None or int(match[2]) == 0:
            return None
        return cls(int(match[1] or 1), int(match[2]))


def read_numbers(text: str, first_line: int, layout: Layout | None) -> NDArray[np.float64]:
    """Return all numbers of ``text``, shape (n,).

    Numbers parted by blanks or commas are taken as they come; where that fails the columns of
    ``layout`` are cut out, so that ``0.10000E+00-0.20000E+00`` is two numbers.

    Raises
    ------
    TextFault
        At the first text that is not a finite number; the message names the line, counted from
        ``first_line``.
    """
    try:
        values = np.array(text.replace(",", " ").split(), dtype=np.float64)
    except ValueError:
        values = _line_by_line(text, first_line, layout)
    if not np.isfinite(values).all():
        _raise_not_finite(text, first_line)
    return values


def last_line_is_cut(text: str, layout: Layout | None) -> bool:
    """Return whether the last line is not made of whole columns: the file ends too early."""
    if layout is None:
        return False
    lines = [line for line in text.split("\n")[-3:] if line.strip()]
    first = text.lstrip("\n").split("\n", 1)[0]
    as_laid_out = len(first) == layout.per_line * layout.width
    return as_laid_out and bool(lines) and len(lines[-1]) % layout.width != 0


def _line_by_line(text: str, first_line: int, layout: Layout | None) -> NDArray[np.float64]:
    values: list[float] = []
    for number, line in enumerate(text.split("\n"), first_line):
        if not line.strip():
            continue
        found = _free(line)
        if found is None and layout is not None:
            found = _columns(line, layout.width)
        if found is None:
            msg = f"Line {number} should hold numbers but reads {line.strip()[:40]!r}."
            raise TextFault(msg)
        values.extend(found)
    return np.array(values, dtype=np.float64)


def _free(line: str) -> list[float] | None:
    return _parsed(line.replace(",", " ").split())


def _columns(line: str, width: int) -> list[float] | None:
    fields = (line[at : at + width] for at in range(0, len(line), width))
    return _parsed([field for field in fields if field.strip()])


def _parsed(fields: list[str]) -> list[float] | None:
    try:
        return [parse_number(field) for field in fields]
    except ValueError:
        return None


def _raise_not_finite(text: str, first_line: int) -> None:
    for number, line in enumerate(text.split("\n"), first_line):
        if re.search(r"nan|inf|[eEdD]\+?\d{3}", line, re.IGNORECASE):
            msg = f"Line {number} holds a value that is not a finite number: {line.strip()[:40]!r}."
            raise TextFault(msg)
    msg = "The block holds values that are not finite numbers."
    raise TextFault(msg)

"""Bruker's parameter files (JCAMP-DX 4.24 as ParaVision writes it): labels and their values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SIZE = re.compile(r"^\( *\d+(?:, *\d+)* *\)[ \t]*(?:\n|$)")
_REPEATED = re.compile(r"@(\d{1,6})\*\(([^()]*)\)")
_STRUCT = re.compile(r"\(([^()]*)\)")
_END = re.compile(r"^##END=", re.MULTILINE)
_MARKS = (b"##TITLE=Parameter List", b"##TITLE= Parameter file, TOPSPIN")
"""First bytes as ParaVision writes them, and as it does in files that TopSpin reads as well."""

_MOST_REPEATS = 1 << 16


@dataclass(frozen=True, slots=True)
class Parameters:
    """Labels without ``##$`` and the text of their values, sizes of arrays left out."""

    values: Mapping[str, str]

    def text(self, *labels: str) -> str | None:
        """Return the first value that is not blank, without its angle brackets; or None."""
        for label in labels:
            value = self.values.get(label, "").strip()
            if value.startswith("<"):
                value = value[1 : value.find(">")].strip() if ">" in value else ""
            if value:
                return value.replace("\n", " ")
        return None

    def words(self, label: str) -> tuple[str, ...]:
        """Return the words of an array of symbols; angle brackets are left out."""
        return tuple(re.findall(r"[^\s<>]+", self.values.get(label, "")))

    def numbers(self, label: str) -> tuple[float, ...]:
        """Return an array of numbers; empty where there is none, or a value is no number."""
        text = _REPEATED.sub(_repeated, self.values.get(label, ""))
        try:
            return tuple(float(word) for word in text.split())
        except ValueError:
            return ()

    def number(self, *labels: str) -> float | None:
        """Return the first number of the first of ``labels`` that has one, or None."""
        for label in labels:
            found = self.numbers(label)
            if found:
                return found[0]
        return None

    def structs(self, label: str) -> tuple[tuple[str, ...], ...]:
        """Return the fields of each ``(a, b, c)`` of a value; nested brackets are not resolved."""
        found = _STRUCT.findall(self.values.get(label, ""))
        return tuple(tuple(cell.strip(" <>\n") for cell in body.split(",")) for body in found)


def is_parameter_file(head: bytes) -> bool:
    """Return whether the first bytes are those of a ParaVision parameter file."""
    return head.lstrip().startswith(_MARKS)


def read_parameters(path: Path) -> Parameters:
    """Return the content of a parameter file.

    Raises
    ------
    FormatError
        If it is missing, empty, no text, or ends before its end.
    """
    text, _ = read_text(path, "a ParaVision parameter file")
    if _END.search(text) is None:
        raise FormatError(path, "It is cut off: its last line, ##END=, is missing.", SEND_AGAIN)
    return parse(text)


def parse(text: str) -> Parameters:
    """Return the labels and values of a text; lines of comment are left out."""
    values: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("##"):
            label, _, first = line[2:].partition("=")
            lines = values.setdefault(label.lstrip("$").strip(), [])
            lines[:] = [first]
        elif not line.startswith("$$"):
            lines.append(line)
    return Parameters({key: _SIZE.sub("", "\n".join(body)) for key, body in values.items()})


def _repeated(match: re.Match[str]) -> str:
    """Return ``@3*(0)`` written out, as ParaVision 360 shortens arrays."""
    count = int(match[1])
    return " ".join([match[2]] * count) if count <= _MOST_REPEATS else match[0]

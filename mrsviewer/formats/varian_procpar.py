"""Varian and Agilent ``procpar``: the parameters of a scan, one header line and values each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.formats.source_file import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEADER = re.compile(
    r"^([A-Za-z_]\w*) -?\d+ ([0-2])(?: [-+\d.eE]+){3}(?: -?\d+){5} *$", re.MULTILINE
)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LONGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Procpar:
    """Parameters by name: numbers, or texts, as many as there are."""

    reals: Mapping[str, tuple[float, ...]]
    texts: Mapping[str, tuple[str, ...]]

    def number(self, name: str) -> float | None:
        """Return the first value of a parameter, or None where it has none."""
        values = self.reals.get(name, ())
        return values[0] if values else None

    def text(self, *names: str) -> str | None:
        """Return the first text that is not blank, or None."""
        found = (text.strip() for name in names for text in self.texts.get(name, ())[:1])
        return next((text for text in found if text), None)

    def values(self, name: str) -> tuple[float | str, ...]:
        """Return all values of a parameter of either kind."""
        return self.reals.get(name, ()) or self.texts.get(name, ())


def is_procpar(head: bytes) -> bool:
    """Return whether the first bytes are those of a procpar file."""
    text = head.decode("latin-1").replace("\r", "")
    return _HEADER.match(text) is not None


def read_procpar(path: Path) -> Procpar:
    """Return the content of a procpar file.

    Raises
    ------
    FormatError
        If it is missing, empty, or no text.
    """
    text, _ = read_text(path, "a Varian procpar file")
    return parse(text)


def parse(text: str) -> Procpar:
    """Return the parameters in a text; one whose values are damaged is left out."""
    reals: dict[str, tuple[float, ...]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    marks = list(_HEADER.finditer(text))
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, stop in zip(marks, stops, strict=True):
        count, _, body = text[mark.end() : stop].strip().partition(" ")
        if not count.isdigit() or not 0 < int(count) < _LONGEST:
            continue
        if mark[2] == "2":
            texts[mark[1]] = tuple(_STRING.findall(body)[: int(count)])
        elif (values := _numbers(body.split()[: int(count)])) and len(values) == int(count):
            reals[mark[1]] = values
    return Procpar(reals, texts)


def _numbers(words: list[str]) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in words)
    except ValueError:
        return ()

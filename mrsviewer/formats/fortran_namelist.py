"""FORTRAN namelists as LCModel, makers of basis sets and converters really write them.

Accepted: ``$`` or ``&`` in any column, ``$END``, ``&END``, ``/`` or a lone ``$`` as the end, any
letter case, any blanks about ``=``, values parted by commas, blanks or lines, both kinds of
quotes, ``!`` comments, values left empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START = re.compile(r"^[ \t]*[$&][ \t]*(?!END\b)([A-Za-z]\w*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(
    r"""(?P<skip>[\s,;]+|![^\n]*)
      | (?P<quote>'(?:[^']|''){0,2000}'|"(?:[^"]|""){0,2000}")
      | (?P<end>[$&](?:END)?(?!\w)|/)
      | (?P<key>[A-Za-z_]\w*(?:[ \t]*\([\d,: \t]*\))?)[ \t]*=
      | (?P<word>[^\s,;'"$&/=!]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_TRUE = re.compile(r"\.?T(?:RUE)?\.?", re.IGNORECASE)


class TextFault(ValueError):  # noqa: N818 - a fault of the text; readers turn it into a FormatError
    """Text that cannot be understood; the message is a sentence and names the line."""


@dataclass(frozen=True, slots=True)
class Group:
    """One namelist group.

    Attributes
    ----------
    name
        In capitals: "SEQPAR".
    values
        Keys in capitals; the text of each value without quotes. A key written twice keeps its
        last value, as in FORTRAN.
    line
        Number of its first line, from 1.
    end
        Offset of the first character after the line on which it ends.
    """

    name: str
    values: Mapping[str, tuple[str, ...]]
    line: int
    end: int

    def text(self, *keys: str) -> str | None:
        """Return the first value of the first of ``keys`` that has one which is not blank."""
        for key in keys:
            for value in self.values.get(key, ()):
                if value.strip():
                    return value.strip()
        return None

    def number(self, *keys: str) -> float | None:
        """Return a value as a number, or None where there is none.

        Raises
        ------
        TextFault
            If the value is not a number.
        """
        text = self.text(*keys)
        if text is None:
            return None
        try:
            return parse_number(text)
        except ValueError:
            msg = f"Line {self.line} and following: {keys[0]} = {text[:40]!r} is not a number."
            raise TextFault(msg) from None

    def integer(self, *keys: str) -> int | None:
        """Return a value as a whole number, or None; raises as :meth:`number`."""
        value = self.number(*keys)
        if value is None:
            return None
        if not abs(value) < 2**31 or value != int(value):
            msg = f"Line {self.line} and following: {keys[0]} = {value:g} is not a whole number."
            raise TextFault(msg)
        return int(value)

    def flag(self, key: str) -> bool:
        """Return whether a logical value is given and true."""
        text = self.text(key)
        return text is not None and _TRUE.fullmatch(text) is not None


def parse_number(text: str) -> float:
    """Return a number in FORTRAN notation: ``1.0D+00`` and ``0.5-101`` as well as ``1e0``."""
    try:
        return float(text)
    except ValueError:
        if "_" in text:
            raise
        plain = re.sub(r"(?<=[\d.])[DdQq](?=[+-]?\d)", "E", text.strip())
        return float(re.sub(r"(?<=[\d.])([+-]\d{2,3})$", r"E\1", plain))


def hertz(megahertz: float) -> float:
    """Return MHz as Hz, free of the last-digit noise of the multiplication."""
    return round(megahertz * 1e6, 3)


def next_group(text: str, start: int = 0) -> Group | None:
    """Return the first namelist group at or after offset ``start``, or None.

    Raises
    ------
    TextFault
        If the group does not end or holds what is no namelist.
    """
    head = _START.search(text, start)
    if head is None:
        return None
    line = text.count("\n", 0, head.start(1)) + 1
    values: dict[str, list[str]] = {}
    key: str | None = None
    at = head.end()
    while token := _TOKEN.match(text, at):
        at = token.end()
        if token["end"]:
            stop = text.find("\n", at)
            frozen = {k: tuple(v) for k, v in values.items()}
            return Group(head[1].upper(), frozen, line, len(text) if stop < 0 else stop + 1)
        if token["key"]:
            key = re.sub(r"\s", "", token["key"]).upper()
            values[key] = []
        elif key is not None and not token["skip"]:
            values[key].append(_unquoted(token[0]))
    where = text.count("\n", 0, at) + 1
    if at >= len(text):
        msg = f"The namelist ${head[1].upper()} that begins on line {line} has no $END."
    else:
        msg = f"Line {where} is not part of a namelist: {_excerpt(text, at)!r}."
    raise TextFault(msg)


def groups(text: str, start: int = 0) -> Iterator[Group]:
    """Return all groups one after another; raises as :func:`next_group`."""
    while (group := next_group(text, start)) is not None:
        yield group
        start = group.end


def _unquoted(token: str) -> str:
    quote = token[0]
    if quote not in "'\"":
        return token
    return token[1:-1].replace(quote * 2, quote).replace("\n", "")


def _excerpt(text: str, at: int) -> str:
    return text[at : at + 30].split("\n", 1)[0]

"""Prior knowledge of peaks from a table, in the columns that pyAMARES uses.

The first line is ``Index`` and the names of the peaks. A block "Initial Values" and a block
"Bounds" follow, with the rows amplitude, chemicalshift (ppm), linewidth (Hz), phase (degrees) and
g (0 Lorentz, 1 Gauss). An initial value is a number, the name of a peak (the same value), or a
relation such as ``BATP/2``, ``2*BATP``, ``BATP-15Hz``. A bound is ``(low, high)``, either side of
which may be left empty; a single number there fixes the value. Lines that begin with # are
comments. A row ``nuclei`` above the bounds, which pyAMARES does not have, tells how many nuclei
give each peak. Nothing in the file is ever evaluated as code.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.prior_knowledge import QUALITIES, PriorKnowledge, Quality, Rule, tied
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from pathlib import Path

NUCLEI = "nuclei"
_INITIAL, _BOUNDS = "initial values", "bounds"
_NEEDED: tuple[Quality, ...] = ("amplitude", "chemicalshift", "linewidth")
_LARGEST = 1 << 20
_MOST_PEAKS = 200
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NAME = r"[A-Za-z]\w*"
_RELATION = re.compile(
    rf"(?:(?P<before>{_NUMBER})\s*\*\s*)?(?P<name>{_NAME})"
    rf"(?:\s*(?P<sign>[*/])\s*(?P<factor>{_NUMBER}))?"
    rf"(?:\s*(?P<plus>[-+])\s*(?P<offset>{_NUMBER})\s*(?P<unit>Hz|ppm)?)?",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"\(\s*({_NUMBER}|[-+]?inf)?\s*,\s*({_NUMBER}|[-+]?inf)?\s*\)?", re.IGNORECASE)

Table = dict[tuple[str, str], list[str]]


def read_prior_knowledge(path: Path) -> PriorKnowledge:
    """Return the prior knowledge in a CSV file.

    Raises
    ------
    FitError
        If the file cannot be read, or says something that is not understood.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise _fault(path.name, "It is far too large for a table of peaks.")
        content = path.read_bytes()
    except OSError as error:
        raise _fault(path.name, f"It cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = "It is not text. Spreadsheets have to be saved as CSV first."
        raise _fault(path.name, cause) from error
    return parse_prior_knowledge(text, path.name)


def parse_prior_knowledge(text: str, source: str) -> PriorKnowledge:
    """Return the prior knowledge in the text of a table called ``source``; raises FitError."""
    names, table = _table(text, source)
    rules = {quality: _rules(source, names, table, quality) for quality in QUALITIES}
    nuclei = None
    if (_INITIAL, NUCLEI) in table:
        nuclei = tuple(_positive(source, cell) for cell in table[_INITIAL, NUCLEI])
    prior = PriorKnowledge(tuple(names), rules, nuclei, source)
    for quality in QUALITIES:
        tied(prior, quality, 1.0)
    return prior


def _table(text: str, source: str) -> tuple[list[str], Table]:
    """Return the names of the peaks, and the cells by block and row."""
    lines = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    lines = [row for row in lines if not row[0].lstrip(' "').startswith("#")]
    if not lines or lines[0][0].strip().lower() != "index":
        raise _fault(source, "Its first line does not begin with Index and the names of peaks.")
    names = [cell.strip() for cell in lines[0][1:] if cell.strip()]
    odd = [name for name in names if not re.fullmatch(_NAME, name)]
    if odd or len(set(names)) < len(names) or not 0 < len(names) <= _MOST_PEAKS:
        cause = f"{odd[0]!r} is no name of a peak." if odd else "It needs names, all different."
        raise _fault(source, cause)
    table: Table = {}
    block = _INITIAL
    for row in lines[1:]:
        title = row[0].strip().lower()
        if title in {_INITIAL, _BOUNDS}:
            block = title
        elif title in {*QUALITIES, NUCLEI}:
            cells = [cell.strip() for cell in row[1 : 1 + len(names)]]
            table[block, title] = cells + [""] * (len(names) - len(cells))
        else:
            raise _fault(source, f"A row is called {row[0].strip()!r}, which is not known.")
    lacking = [quality for quality in _NEEDED if (_INITIAL, quality) not in table]
    if lacking:
        raise _fault(source, f"It has no initial values of {lacking[0]}.")
    return names, table


def _rules(source: str, names: list[str], table: Table, quality: Quality) -> tuple[Rule, ...]:
    blank = [""] * len(names)
    initial = table.get((_INITIAL, quality), ["0"] * len(names))
    bounds = table.get((_BOUNDS, quality), blank)
    rules = []
    for name, value, bound in zip(names, initial, bounds, strict=True):
        try:
            rules.append(_rule(quality, value, bound))
        except ValueError as error:
            raise _fault(source, f"The {quality} of {name} is {error}.") from error
    return tuple(rules)


def _rule(quality: Quality, value: str, bound: str) -> Rule:
    """Return the rule that two cells make; raises ValueError with the cell that is wrong."""
    fixed = _as_number(bound)
    if fixed is not None:
        return Rule(fixed, fixed, fixed, fixed=True)
    low, high = _limits(quality, bound)
    number = _as_number(value)
    if number is not None:
        # As in pyAMARES, lines keep the shape that they are given.
        return Rule(float(np.clip(number, low, high)), low, high, fixed=quality == "g")
    match = _RELATION.fullmatch(value)
    if match is None:
        msg = f"{value!r}, which is neither a number nor a relation to a peak"
        raise ValueError(msg)
    return _relation(quality, match)


def _relation(quality: Quality, match: re.Match[str]) -> Rule:
    factor = float(match["before"] or 1.0)
    if match["sign"]:
        other = float(match["factor"])
        if match["sign"] == "/" and other == 0:
            msg = f"{match[0]!r}, a division by zero"
            raise ValueError(msg)
        factor *= 1 / other if match["sign"] == "/" else other
    offset = float(match["offset"] or 0.0) * (-1 if match["plus"] == "-" else 1)
    unit = (match["unit"] or "").lower()
    if unit and (quality, unit) not in {
        ("chemicalshift", "hz"),
        ("chemicalshift", "ppm"),
        ("linewidth", "hz"),
    }:
        msg = f"{match[0]!r}, whose unit does not belong there"
        raise ValueError(msg)
    if (quality, unit) == ("chemicalshift", "hz"):
        return Rule(tied_to=match["name"], factor=factor, offset_hz=offset)
    return Rule(tied_to=match["name"], factor=factor, offset=offset)


def _limits(quality: Quality, bound: str) -> tuple[float, float]:
    least, most = (0.0 if quality == "linewidth" else -np.inf), np.inf
    if quality == "g":
        least, most = 0.0, 1.0
    if not bound:
        return least, most
    match = _PAIR.fullmatch(bound)
    if match is None:
        msg = f"bounded by {bound!r}, which is neither (low, high) nor a number"
        raise ValueError(msg)
    low = least if match[1] is None else max(float(match[1]), least)
    high = most if match[2] is None else min(float(match[2]), most)
    if low > high:
        msg = f"bounded by {bound!r}, which holds no value"
        raise ValueError(msg)
    return low, high


def _as_number(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text) else None


def _positive(source: str, cell: str) -> float:
    number = _as_number(cell)
    if number is None or number <= 0:
        raise _fault(source, f"The number of nuclei is {cell!r}.")
    return number


def _fault(source: str, cause: str) -> FitError:
    remedy = "Correct the table; its format is described in the manual under fit engines."
    return FitError(f"Prior knowledge {source}", cause, remedy)

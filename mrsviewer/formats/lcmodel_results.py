"""Parts that LCModel's result files have in common: concentrations, misc. output, settings.

(Provencher, LCModel & LCMgui User's Manual, sections 4 and 10.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mrsviewer.formats.fortran_namelist import parse_number
from mrsviewer.model.foreign_fit import ForeignQuantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = "LCModel"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+)?"
_VERSION = re.compile(r"^ *LCModel \(Version ([^)\s]+)\)", re.MULTILINE)
_HEADING = re.compile(r"^ *Conc\.\S*\s+%SD\s*(?:/(\S+))?")
_ROW = re.compile(rf"^\s*({_NUMBER})\s+(\d+|\*+)%\s+(?:({_NUMBER})\s+)?(\S.*?)\s*$")
_PAIR = re.compile(
    r"^ *([A-Za-z]\w*(?:\(\d+(?:,\d+)?\))?) *= *('[^'\n]*'|[^\s,']+) *(?=,|$)", re.MULTILINE
)
_VOXEL = re.compile(r"Slice# *(\d+) +Row# *(\d+) +Col# *(\d+)")
_MISC = {
    "fwhm_ppm": re.compile(rf"FWHM *= *({_NUMBER}) *ppm"),
    "signal_to_noise": re.compile(rf"S/N *= *({_NUMBER})"),
    "shift_ppm": re.compile(rf"Data shift *= *({_NUMBER}) *ppm"),
    "zero_phase_deg": re.compile(rf"Ph: *({_NUMBER}) *deg"),
    "first_phase_deg_per_ppm": re.compile(rf"Ph:.*?({_NUMBER}) *deg/ppm"),
}


@dataclass(frozen=True, slots=True)
class Misc:
    """LCModel's own line width, S/N, shift and phases; None where the file lacks one."""

    fwhm_ppm: float | None
    signal_to_noise: float | None
    shift_ppm: float | None
    zero_phase_deg: float | None
    first_phase_deg_per_ppm: float | None


def version_of(text: str) -> str | None:
    """Return LCModel's version of a table or COORD file, or None."""
    match = _VERSION.search(text[:2000])
    return match[1] if match else None


def title_of(text: str) -> str | None:
    """Return the title: the lines below the version, up to the owner or the table."""
    lines = text.split("\n")[1:]
    found: list[str] = []
    for line in lines[:6]:
        if line.startswith(" Data of:") or "lines in following" in line or not line.strip():
            break
        found.append(line[1:] if found else line.strip())
    return "".join(found).strip() or None


def voxel_of(title: str | None) -> tuple[int, int, int] | None:
    """Return row, column and slice, from 1, where a title has them."""
    match = _VOXEL.search(title or "")
    return (int(match[2]), int(match[3]), int(match[1])) if match else None


def quantities_of(lines: Sequence[str]) -> tuple[tuple[ForeignQuantity, ...], str | None]:
    """Return the concentration table that begins with its heading, and the ratios' name.

    It ends with the first line that is no row of it: the count that LCModel writes is wrong for
    some of its special analyses.
    """
    heading = _HEADING.match(lines[0]) if lines else None
    if heading is None:
        return (), None
    rows = []
    for line in lines[1:]:
        match = _ROW.match(line)
        if match is None:
            break
        percent = 999.0 if "*" in match[2] else float(match[2])
        ratio = None if match[3] is None else parse_number(match[3])
        rows.append(ForeignQuantity(match[4], parse_number(match[1]), percent, ratio))
    return tuple(rows), heading[1]


def misc_of(text: str) -> Misc:
    """Return what the misc. output table says."""
    found = {key: pattern.search(text) for key, pattern in _MISC.items()}
    return Misc(**{key: float(match[1]) if match else None for key, match in found.items()})


def messages_of(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the errors and warnings of the diagnostic table; its notes are left out."""
    kept = (" ".join(line.split()) for line in lines)
    return tuple(line for line in kept if re.search(r"error|warning", line, re.IGNORECASE))


def settings_of(text: str) -> Mapping[str, str]:
    """Return the control parameters that a result file repeats, keys in capitals."""
    joined = re.sub(r" *\n {3}(?=\S)", "", text)  # LCModel folds long values
    joined = re.sub(r", *(?=[A-Za-z]\w* *=)", "\n", joined)
    pairs = {key.upper(): value.strip("'") for key, value in _PAIR.findall(joined)}
    return MappingProxyType(pairs)

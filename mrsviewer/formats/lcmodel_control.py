"""What LCModel's own files beside a RAW file say about its acquisition.

A RAW file does not hold its dwell time: LCModel takes it from the control file. The tables that
LCModel writes repeat the control file, so they serve as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mrsviewer.formats.fortran_namelist import Group, TextFault, groups, hertz
from mrsviewer.formats.lcmodel_case import control_group, named_file, sniff
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.source_file import read_head
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mrsviewer.model.acquisition import Localisation

_LARGEST = 2**20
_LARGEST_OF_ANY_NAME = 2**16
_SUFFIXES = {".control", ".ctrl", ".table", ".coord", ".in", ".ps", ".print"}


@dataclass(frozen=True, slots=True)
class Control:
    """Acquisition values of a control file; what it does not say is None.

    Attributes
    ----------
    path
        The file they were found in.
    dwell_s, frequency_hz, echo_time_s
        DELTAT, HZPPPM, ECHOT.
    points
        NUNFIL: samples per signal.
    grid
        NDCOLS, NDROWS, NDSLIC, where all are given.
    is_water
        Whether the RAW file is named as FILH2O.
    """

    path: Path
    dwell_s: float | None
    frequency_hz: float | None
    echo_time_s: float | None
    points: int | None
    grid: tuple[int, int, int] | None
    is_water: bool


def find_control(raw: Path, named: Path | None = None) -> Control | None:
    """Return the control values that belong to ``raw``, or None; a file that was named goes first.

    A control file belongs to it if it names it as FILRAW or FILH2O; LCModel's output (.table,
    .coord) belongs to it if it names it, or has the same stem. They are looked for beside it, and
    by name in the folder above, where LCMgui puts them; such a one must name this very file.

    Raises
    ------
    FormatError
        If the file that was named holds a value that is no number.
    """
    places = (raw.parent, raw.parent.parent)
    for path in _candidates(raw, places) if named is None else (named, *_candidates(raw, places)):
        control = _read(path, raw, strict=path == named)
        if control is not None:
            return control
    return None


def _candidates(raw: Path, places: tuple[Path, Path]) -> Iterator[Path]:
    """Yield files that may be control files: beside by name, beside by content, above by name."""
    beside, above = (_small_files(place) for place in places)
    yield from (path for path in beside if path != raw and _is_named_so(path))
    yield from (path for path in beside if not _is_named_so(path) and _begins_so(path))
    yield from (path for path in above if _is_named_so(path) and _names(path, raw))


def _small_files(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(
            sorted(p for p in folder.iterdir() if p.is_file() and p.stat().st_size <= _LARGEST)
        )
    except OSError:
        return ()


def _is_named_so(path: Path) -> bool:
    return "control" in path.name.lower() or path.suffix.lower() in _SUFFIXES


def _names(path: Path, raw: Path) -> bool:
    """Return whether a control file names this very file, not only one that is called so."""
    try:
        group = control_group(path)
    except FormatError:
        return False
    found = (named_file(path, group, key) for key in ("FILRAW", "FILH2O"))
    return any(file is not None and file.resolve() == raw.resolve() for file in found)


def _begins_so(path: Path) -> bool:
    """Return whether a file is a control file by its first bytes."""
    try:
        return path.stat().st_size <= _LARGEST_OF_ANY_NAME and sniff(path, read_head(path))
    except (OSError, FormatError):
        return False


def _read(path: Path, raw: Path, *, strict: bool) -> Control | None:
    try:
        text = path.read_bytes().decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    except OSError:
        return None
    group = _control_group(text)
    if group is None:
        return None
    names = {key: _base_name(group.text(key)) for key in ("FILRAW", "FILH2O")}
    mine = raw.name.lower()
    if mine not in names.values() and (any(names.values()) or path.stem != raw.stem):
        return None
    try:
        megahertz = group.number("HZPPPM")
        return Control(
            path,
            dwell_s=group.number("DELTAT"),
            frequency_hz=None if megahertz is None else hertz(megahertz),
            echo_time_s=echo_time_s(group),
            points=group.integer("NUNFIL"),
            grid=_grid(group),
            is_water=names["FILH2O"] == mine and names["FILRAW"] != mine,
        )
    except TextFault as fault:
        if strict:
            raise FormatError(path, str(fault), "Correct the control file.") from fault
        return None


def _control_group(text: str) -> Group | None:
    """Return the LCMODL namelist, or the same made of the key = value lines of an output."""
    try:
        for group in groups(text):
            if group.name == "LCMODL":
                return group
    except TextFault:
        pass
    at = text.find("$$INPU")
    listing = text[at:] if at >= 0 else text[-20_000:]
    joined = re.sub(r" *\n {3}(?=\S)", "", listing)  # LCModel folds long values
    pairs = re.findall(r"^ *(\w+) *= *('[^'\n]*'|[^\s,']+) *$", joined, re.MULTILINE)
    if not any(key.upper() == "DELTAT" for key, _ in pairs):
        return None
    values = {key.upper(): (value.strip("'"),) for key, value in pairs}
    return Group("LCMODL", values, text.count("\n", 0, max(at, 0)) + 1, len(text))


def echo_time_s(group: Group) -> float | None:
    """Return ECHOT in seconds; None where it is absent, blank or LCModel's "unknown" of -1."""
    milliseconds = group.number("ECHOT")
    return None if milliseconds is None or milliseconds <= 0 else milliseconds * 1e-3


def localisation(sequence: str | None) -> Localisation | None:
    """Return the localisation that LCModel's SEQ names; "SE" is a spin echo."""
    if (sequence or "").strip().upper() == "SE":
        return "spin-echo"
    return localisation_of(sequence)


def _grid(group: Group) -> tuple[int, int, int] | None:
    columns, rows, slices = (group.integer(key) for key in ("NDCOLS", "NDROWS", "NDSLIC"))
    if columns is None or rows is None:
        return None
    return columns, rows, slices or 1


def _base_name(text: str | None) -> str:
    return PurePosixPath((text or "").replace("\\", "/")).name.lower()

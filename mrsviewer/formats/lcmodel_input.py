"""LCModel control files as a way to open the signals they name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mrsviewer.formats import lcmodel_raw
from mrsviewer.formats.fortran_namelist import TextFault, groups
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.formats.fortran_namelist import Group
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Scan

_START = re.compile(rb"^[ \t]*[$&][ \t]*LCMODL\b", re.IGNORECASE | re.MULTILINE)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel control file."""
    del path
    return b"\x00" not in head and _START.search(head) is not None


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scan of the file named as FILRAW, and of FILH2O where it is there.

    Raises
    ------
    FormatError
        If it is damaged, names no signal, or the signal does not lie beside it.
    """
    return tuple(lcmodel_raw.read_raw(raw, control_file=path) for raw in _signals(path))


def read_told(path: Path, axes: Axes) -> tuple[Scan, ...]:
    """Return the scans of a control file without axes, which a person gives; as :func:`read`."""
    told = (lcmodel_raw.read_told(raw, axes, path) for raw in _signals(path))
    return tuple(scan for scans in told for scan in scans)


def _signals(path: Path) -> tuple[Path, ...]:
    """Return the files named as FILRAW, and as FILH2O where it is there."""
    group = _control(path)
    raw = _named(path, group, "FILRAW")
    if raw is None:
        cause = f"It is an LCModel control file; {_said(group, 'FILRAW')} does not lie beside it."
        raise FormatError(path, cause, "Put the RAW file into the folder of the control file.")
    water = _named(path, group, "FILH2O")
    return (raw,) if water is None else (raw, water)


def _control(path: Path) -> Group:
    text, _ = read_text(path, "an LCModel control file")
    try:
        found = next((group for group in groups(text) if group.name == "LCMODL"), None)
    except TextFault as fault:
        raise FormatError(path, str(fault), "Correct the control file.") from fault
    if found is None:
        cause = "It is text, but has no $LCMODL namelist as LCModel control files do."
        raise FormatError(path, cause, "Choose an LCModel control file.")
    return found


def _said(group: Group, key: str) -> str:
    said = group.text(key)
    return "its signal (FILRAW)" if said is None else f"its signal {_base(said)}"


def _named(path: Path, group: Group, key: str) -> Path | None:
    """Return the file of a key that lies beside the control file, wherever it lay once."""
    said = group.text(key)
    beside = path.parent / _base(said) if said else path
    return beside if said and beside.is_file() and beside != path else None


def _base(text: str) -> str:
    return PurePosixPath(text.replace("\\", "/")).name

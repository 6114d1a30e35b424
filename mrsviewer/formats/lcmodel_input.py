"""LCModel control files as a way to open the signals they name."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from mrsviewer.formats import lcmodel_raw
from mrsviewer.formats.lcmodel_case import control_group, named_file, sniff
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.formats.fortran_namelist import Group
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Scan

__all__ = ["read", "read_told", "sniff"]


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scan of the file named as FILRAW, and of FILH2O where it is there.

    Raises
    ------
    FormatError
        If it is damaged, names no signal, or the signal is not found.
    """
    return tuple(lcmodel_raw.read_raw(raw, control_file=path) for raw in _signals(path))


def read_told(path: Path, axes: Axes) -> tuple[Scan, ...]:
    """Return the scans of a control file without axes, which a person gives; as :func:`read`."""
    told = (lcmodel_raw.read_told(raw, axes, path) for raw in _signals(path))
    return tuple(scan for scans in told for scan in scans)


def _signals(path: Path) -> tuple[Path, ...]:
    """Return the files named as FILRAW, and as FILH2O where it is there."""
    group = control_group(path)
    raw = named_file(path, group, "FILRAW")
    if raw is None:
        raise FormatError(path, _missing(group), "Put the RAW file beside the control file.")
    water = named_file(path, group, "FILH2O")
    return (raw,) if water is None or water == raw else (raw, water)


def _missing(group: Group) -> str:
    said = group.text("FILRAW")
    if said is None:
        return "It is an LCModel control file that names no signal (FILRAW)."
    name = PureWindowsPath(said).name
    return f"It is an LCModel control file; its signal {name} does not lie beside it."

"""ASCCONV: the measurement protocol as text, which Siemens puts into every file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import lps_to_ras

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Voxel

_BLOCK = re.compile(rb"### ASCCONV BEGIN[^\n]*\n(.*?)### ASCCONV END", re.DOTALL)
_LINE = re.compile(r"^\s*(\S+)\s*=\s*(.*?)\s*$", re.MULTILINE)
_AXES = ("Sag", "Cor", "Tra")


@dataclass(frozen=True, slots=True, eq=False)
class ProtocolVoi:
    """The box as it was planned: LPS mm, edge lengths in no particular order."""

    centre_lps_mm: NDArray[np.float64]
    normal_lps: NDArray[np.float64]
    size_mm: NDArray[np.float64]

    def distance_mm(self, voxel: Voxel) -> float:
        """Return the distance between the centres."""
        return float(np.linalg.norm(lps_to_ras(self.centre_lps_mm) - voxel.centre_ras_mm))

    def agrees_in_shape(self, voxel: Voxel) -> bool:
        """Return whether edge lengths (0.1 mm) and slice normal (1 degree) are the same."""
        sizes = np.allclose(np.sort(self.size_mm), np.sort(voxel.size_mm), atol=0.1)
        third_axis = np.array(voxel.axes_ras)[:, 2]
        along = abs(float(lps_to_ras(self.normal_lps) @ third_axis))
        return bool(sizes) and along > np.cos(np.deg2rad(1.0))


def parse(data: bytes) -> dict[str, str]:
    """Return names and values of the last protocol block in ``data``; empty without one."""
    blocks = _BLOCK.findall(data)
    if not blocks:
        return {}
    text = blocks[-1].decode("latin-1")
    return {name: value.strip('"') for name, value in _LINE.findall(text)}


def number(protocol: Mapping[str, str], name: str) -> float | None:
    """Return a value as a number (decimal or 0x...), or None."""
    value = protocol.get(name, "")
    try:
        return float(int(value, 16)) if value.lower().startswith("0x") else float(value)
    except ValueError:
        return None


def table_shift(protocol: Mapping[str, str]) -> list[float]:
    """Return how far the table had moved when the scan was planned, LPS mm.

    Positions in the protocol are relative to it; those in DICOM include it.
    """
    return [number(protocol, f"lScanRegionPos{axis}") or 0.0 for axis in _AXES]


def planned_voi(protocol: Mapping[str, str]) -> ProtocolVoi | None:
    """Return the planned box, or None where the protocol has none.

    The protocol leaves out what is zero, so a missing coordinate is 0 once a size is there.
    """
    root = "sSpecPara.sVoI"
    sizes = [number(protocol, f"{root}.d{k}") for k in ("ReadoutFOV", "PhaseFOV", "Thickness")]
    known = [size for size in sizes if size is not None]
    if len(known) != len(sizes):
        return None
    position = [number(protocol, f"{root}.sPosition.d{axis}") or 0.0 for axis in _AXES]
    position = [one + two for one, two in zip(position, table_shift(protocol), strict=True)]
    normal = [number(protocol, f"{root}.sNormal.d{axis}") or 0.0 for axis in _AXES]
    if not any(normal):
        return None
    return ProtocolVoi(np.array(position), np.array(normal), np.array(known))

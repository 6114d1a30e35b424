"""Philips SPAR: the text header of an SDAT file, layouts of 2004 to R5 and later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.orientation import FARTHEST_MM
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.failure import FormatError
from mrsviewer.model.voxel import Voxel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

SIGNS = (b"synthesizer_frequency", b"GYROSCAN spectro parameter file")
"""What the first 4096 bytes of every SPAR hold."""


@dataclass(frozen=True, slots=True)
class Spar:
    """A parsed header: keys in lower case, values without quotes."""

    path: Path
    values: Mapping[str, str]

    def text(self, key: str) -> str | None:
        """Return a value, or None where it is missing, blank or dashes only."""
        value = self.values.get(key, "").strip("- ")
        return value or None

    def number(self, key: str) -> float | None:
        """Return a value as a number, or None where it is missing or is none."""
        try:
            value = float(self.values.get(key, "").replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def required(self, key: str, low: float, high: float) -> float:
        """Return a number that must be there and lie between two bounds.

        Raises
        ------
        FormatError
            If it is missing or out of bounds.
        """
        value = self.number(key)
        if value is None:
            raise FormatError(self.path, f"The header has no number '{key}'.", SEND_AGAIN)
        if not low <= value <= high:
            raise FormatError(self.path, f"The header's '{key}' is absurd: {value:g}.", SEND_AGAIN)
        return value

    def milliseconds(self, *keys: str) -> float | None:
        """Return the first positive value among ``keys``, stored in ms, in s; or None."""
        for key in keys:
            value = self.number(key)
            if value is not None and value > 0:
                return value * 1e-3
        return None


def looks_like_spar(head: bytes) -> bool:
    """Return whether a file's beginning is that of a SPAR header."""
    return all(sign in head for sign in SIGNS[:1]) or SIGNS[1] in head


def parse(path: Path, data: bytes) -> Spar:
    """Return the header in ``data``; Latin-1, any line ends.

    Raises
    ------
    FormatError
        If the text does not end in a line end: a number may have lost digits.
    """
    lines = data.decode("latin-1").splitlines()
    # All Philips files end in two line ends; any other ending means that something is lost.
    if not data.endswith((b"\n", b"\r")):
        raise FormatError(path, "The header is cut off: it stops within a line.", SEND_AGAIN)
    values: dict[str, str] = {}
    for line in lines:
        if not line.startswith("!") and ":" in line:
            key, _, value = line.partition(":")
            values.setdefault(key.strip().lower(), value.strip().strip('"').strip())
    return Spar(path, values)


def voxel(spar: Spar) -> Voxel | None:
    """Return the voxel, or None where the header does not give all of it.

    Off-centres are along L, P and S; the box is turned about the L axis (lr_angulation)
    of a frame turned about P (ap) turned about S (cc).
    """
    names = ("lr", "ap", "cc")
    keys = [f"{axis}_{what}" for what in ("size", "off_center", "angulation") for axis in names]
    found = [spar.number(key) for key in keys]
    numbers = np.array([math.nan if value is None else value for value in found])
    size, centre, degrees = numbers.reshape(3, 3)
    return angled_box(size, centre, degrees)


def angled_box(
    size: NDArray[np.float64], centre: NDArray[np.float64], degrees: NDArray[np.float64]
) -> Voxel | None:
    """Return the box of sizes, off-centres and angulations, each along L, P and S.

    None where a number is missing (NaN) or absurd.
    """
    numbers = np.concatenate([size, centre, degrees])
    # Written so that a missing number fails as well.
    if not np.all(np.abs(numbers) < FARTHEST_MM) or size.min() <= 0:
        return None
    angles = np.deg2rad(degrees) * (-1, -1, 1)
    axes = _turn(0, angles[0]) @ _turn(1, angles[1]) @ _turn(2, angles[2])
    return Voxel.from_arrays(centre * (-1, -1, 1) + 0, size, axes + 0)


def identity(spar: Spar) -> Identity:
    """Return whose data these are."""
    return Identity(
        patient_name=spar.text("patient_name"),
        birth_date=_date(spar.text("patient_birth_date")),
        study_date=_date(spar.text("scan_date")),
        protocol=spar.text("scan_id"),
    )


def _turn(axis: int, angle: float) -> NDArray[np.float64]:
    """Return the matrix of a right-handed turn about coordinate axis ``axis``."""
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = math.cos(angle)
    matrix[second, first] = math.sin(angle)
    matrix[first, second] = -math.sin(angle)
    return matrix


def _date(text: str | None) -> str | None:
    """Return "2007-02-16" of "2007.02.16 17:30:36"."""
    return text.split()[0].replace(".", "-") if text else None

"""What a NIfTI-MRS header says of editing: DIM_EDIT, EditCondition and EditPulse of the standard.

``dim_5 = "DIM_EDIT"`` with ``dim_5_header = {"EditCondition": ["ON", "OFF"]}`` names the conditions
along an axis; ``EditPulse`` gives place and duration of the pulses of each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Editing

OWN = "EditedSpectrum"
"""This program's own entry, for a spectrum that was made of several conditions."""

_AXES = (5, 6, 7)
_WORDS: Mapping[str, Editing] = {
    "on": "edit-on",
    "off": "edit-off",
    "diff": "difference",
    "difference": "difference",
    "sum": "sum",
}


@dataclass(frozen=True, slots=True)
class EditedScan:
    """Whether a scan is edited, and which of its spectra the file holds, where it is one."""

    edited: bool
    spectrum: Editing | None


def editing_of(entries: Mapping[str, Any]) -> EditedScan:
    """Return what a header extension says of editing.

    A single condition gives the spectrum; several, or names like "A" of HERMES, do not.
    """
    axes = [axis for axis in _AXES if entries.get(f"dim_{axis}") == "DIM_EDIT"]
    named = [name for axis in axes for name in _conditions(entries.get(f"dim_{axis}_header"))]
    own = entries.get(OWN)
    if isinstance(own, Mapping):
        named = [own.get("Value")]
    edited = bool(axes) or bool(entries.get("EditPulse")) or isinstance(own, Mapping)
    return EditedScan(edited, _spectrum(named[0]) if len(named) == 1 else None)


def _conditions(header: object) -> list[object]:
    """Return the names of the conditions along an axis."""
    found = header.get("EditCondition") if isinstance(header, Mapping) else None
    if isinstance(found, Mapping):  # the standard's other form: {"Value": [...]}
        found = found.get("Value")
    if isinstance(found, str):
        return [found]
    return list(found) if isinstance(found, Sequence) else []


def _spectrum(name: object) -> Editing | None:
    """Return which spectrum a name stands for: "ON", "edit_off", "Difference"."""
    plain = re.sub(r"[^a-z]", "", str(name).lower()).removeprefix("edit").removeprefix("ed")
    return _WORDS.get(plain)

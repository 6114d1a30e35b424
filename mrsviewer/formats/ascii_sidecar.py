"""The JSON file beside columns of numbers that says what they are."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from mrsviewer.formats.nifti_mrs_header import acquisition_of
from mrsviewer.formats.source_file import read_bytes
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrsviewer.model.acquisition import Acquisition

_DWELL = ("dwelltime", "dwell", "dwell_s")


def find_axes(path: Path) -> tuple[Acquisition, tuple[Finding, ...]] | None:
    """Return what ``<stem>.json`` beside a file says of its acquisition, or None without one.

    Raises
    ------
    FormatError
        If there is such a file and it is no JSON object, or lacks dwell time or frequency.
    """
    beside = path.with_suffix(".json")
    if not beside.is_file() or beside == path:
        return None
    entries = _entries(beside)
    dwell_s = _dwell_s(beside, {str(key).lower(): value for key, value in entries.items()})
    acquisition, findings = acquisition_of(beside, entries, dwell_s)
    detail = f"Dwell time and frequency were taken from {beside.name}."
    return acquisition, (Finding("info", "Header taken from another file", detail), *findings)


def _entries(beside: Path) -> Mapping[str, object]:
    try:
        entries = json.loads(read_bytes(beside).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        cause = "It lies beside a signal but is not valid JSON."
        raise FormatError(beside, cause, "Correct or remove it.", str(error)) from error
    if not isinstance(entries, dict):
        raise FormatError(beside, "It is no JSON object.", "Correct or remove it.")
    return entries


def _dwell_s(beside: Path, entries: Mapping[str, object]) -> float:
    """Return the dwell time in seconds, or one over the spectral width in Hz."""
    values = [_number(entries.get(key)) for key in _DWELL]
    width = _number(entries.get("spectralwidth"))
    values.append(1 / width if width else None)
    dwell_s = next((value for value in values if value is not None), None)
    if dwell_s is None or not 1e-7 < dwell_s < 0.1:
        said = "lacks the dwell time" if dwell_s is None else f"says a dwell time of {dwell_s:g} s"
        cause = f"It lies beside a signal but {said}."
        raise FormatError(beside, cause, 'Give "DwellTime" in seconds.')
    return dwell_s


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None

"""What a DICOM spectroscopy file says the scanner has already done to the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrsviewer.formats import dicom_file
from mrsviewer.model.acquisition import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

_YES = (
    ("WaterReferencedPhaseCorrection", "eddy-current correction", "(0018,9199)"),
    ("FirstOrderPhaseCorrection", "first-order phase correction", "(0018,9198)"),
    ("FrequencyCorrection", "frequency correction", "(0018,9101)"),
)
_NAMED = (
    ("TimeDomainFiltering", "filter in the time domain", "(0018,9065)"),
    ("BaselineCorrection", "baseline correction", "(0018,9067)"),
)
"""DICOM PS3.3 C.8.14.1, MR Spectroscopy: keyword, what it means, tag."""


def statements(elements: Any) -> tuple[Statement, ...]:
    """Return what was done, and averages where a private element gives another number."""
    return (*_done(elements), *_averages(elements))


def _done(elements: Any) -> Iterator[Statement]:
    for keyword, meaning, tag in _YES:
        if (dicom_file.text(elements, keyword) or "NO") == "YES":
            yield Statement("done", meaning, f"DICOM {tag} {keyword}")
    for keyword, meaning, tag in _NAMED:
        name = dicom_file.text(elements, keyword) or "NONE"
        if name != "NONE":
            yield Statement("done", f"{meaning}: {name.lower()}", f"DICOM {tag} {keyword}")
    fills = dicom_file.number(elements, "NumberOfZeroFills")
    if fills:
        yield Statement("done", f"zero-filling: {fills:g}", "DICOM (0018,9066) NumberOfZeroFills")


def _averages(elements: Any) -> Iterator[Statement]:
    """Yield what Philips gives in a private element; its standard one often says 1."""
    creator = "Philips Imaging DD 001"
    stored = dicom_file.private_number(elements, 0x2001, creator, 0x88)
    if stored is not None and stored >= 1:
        yield Statement("averages", int(stored), f"private DICOM element of {creator}")

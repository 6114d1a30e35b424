"""LCModel TABLE files: concentrations and quality of a fit, without spectra."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrsviewer.formats.lcmodel_results import (
    PROGRAM,
    messages_of,
    misc_of,
    quantities_of,
    settings_of,
    title_of,
    version_of,
    voxel_of,
)
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignFit

if TYPE_CHECKING:
    from pathlib import Path

_SECTION = re.compile(r"^\$\$(CONC|MISC|DIAG|INPU) *(\d+) lines in following.*$", re.MULTILINE)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of an LCModel TABLE file."""
    del path
    text = head.decode("latin-1")
    return version_of(text) is not None and "$$CONC" in text


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the results in a TABLE file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "an LCModel TABLE file")
    sections = _sections(text)
    if version_of(text) is None or "CONC" not in sections:
        cause = "It is text, but has no table of concentrations as LCModel TABLE files do."
        raise FormatError(path, cause, "Choose a TABLE file that LCModel wrote completely.")
    # LCModel's own count of the first table is wrong for some of its special analyses.
    for name in ("MISC", *(name for name in sections if name not in {"CONC", "MISC"})):
        _check_complete(path, name, sections)
    quantities, ratio_to = quantities_of(sections["CONC"][1])
    misc, title = misc_of("\n".join(sections["MISC"][1])), title_of(text)
    fit = ForeignFit(
        PROGRAM,
        path,
        digest,
        version_of(text),
        title,
        None,
        quantities,
        ratio_to,
        voxel_of(title),
        misc.fwhm_ppm,
        misc.signal_to_noise,
        misc.shift_ppm,
        misc.zero_phase_deg,
        misc.first_phase_deg_per_ppm,
        settings_of("\n".join(sections.get("INPU", (0, []))[1])),
        messages_of(sections.get("DIAG", (0, []))[1]),
    )
    return (fit,)


def _sections(text: str) -> dict[str, tuple[int, list[str]]]:
    """Return how many lines each section announces, and the lines that it has."""
    marks = list(_SECTION.finditer(text))
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    found = {}
    for mark, stop in zip(marks, stops, strict=True):
        lines = text[mark.end() : stop].split("\n")[1:]
        found[mark[1]] = (int(mark[2]), [line for line in lines if line.strip()])
    return found


def _check_complete(path: Path, name: str, sections: dict[str, tuple[int, list[str]]]) -> None:
    """Refuse a table that ends before its first line says."""
    announced, lines = sections.get(name, (1, []))
    if len(lines) < announced:
        cause = f"It is cut off: {len(lines)} of {announced} lines of its {name} table are there."
        raise FormatError(path, cause, SEND_AGAIN)

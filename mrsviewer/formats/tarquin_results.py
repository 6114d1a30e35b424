"""TARQUIN's text file of results: amplitudes with their Cramer-Rao bounds, and quality."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.failure import FormatError
from mrsviewer.model.foreign_fit import ForeignFit, ForeignQuantity

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "TARQUIN"
_HEADING = re.compile(r"^Signal\s+Conc \([^)]*\)\s+%SD\s+SD \([^)]*\)\s*$", re.MULTILINE)
_ROW = re.compile(r"^(\S.*?)\s+([-+\d.eE]+|nan|inf)\s+([-+\d.eE]+|nan|inf)\s+[-+\d.eE]+\s*$")
_SETTING = re.compile(r"^([A-Za-z][^:\n]*?) *: *(\S.*?) *$", re.MULTILINE)
_VERSION = re.compile(r"^TARQUIN version (\S+)", re.MULTILINE)


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of a TARQUIN result text."""
    del path
    return _HEADING.search(head.decode("latin-1").replace("\r", "")) is not None


def read(path: Path) -> tuple[ForeignFit, ...]:
    """Return the results in a TARQUIN text file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "a TARQUIN result text")
    heading = _HEADING.search(text)
    if heading is None:
        cause = "It is text, but has no table of signals as TARQUIN's results do."
        raise FormatError(path, cause, "Choose a text file of results that TARQUIN wrote.")
    version = _VERSION.search(text)
    if version is None:
        cause = "It is cut off: the version of TARQUIN, its last line, is missing."
        raise FormatError(path, cause, SEND_AGAIN)
    settings = dict(_SETTING.findall(text, heading.end()))
    fit = ForeignFit(
        PROGRAM,
        path,
        digest,
        version[1],
        quantities=_quantities(text[heading.end() :]),
        fwhm_ppm=number(settings.get("Metab FWHM (PPM)")),
        signal_to_noise=number(settings.get("SNR residual")),
        settings={key.upper(): value for key, value in settings.items()},
    )
    return (fit,)


def number(text: str | None) -> float | None:
    """Return a finite number, or None for "NA", infinity and what is no number."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _quantities(text: str) -> tuple[ForeignQuantity, ...]:
    """Return the rows below the heading and its rule, up to the first that is none."""
    rows = []
    for line in text.lstrip("\n").split("\n")[1:]:
        match = _ROW.match(line)
        amount = number(match[2]) if match else None
        if match is None or amount is None:
            break
        rows.append(ForeignQuantity(match[1], amount, float(match[3])))
    return tuple(rows)

"""TARQUIN's own signal files (.dpt, "Dangerplot"): a few header lines and two columns.

Samples are stored in the sign opposite to this program's: higher frequency is lower ppm. The
scaling, phases and reference of the header are TARQUIN's own state and not applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.fortran_namelist import TextFault, parse_number
from mrsviewer.formats.fortran_numbers import read_numbers
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, complex_pairs
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = "TARQUIN dpt"
_MARK = "Dangerplot_version"
_COLUMNS = "Real_FID"


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of a dpt file."""
    del path
    return head.startswith(_MARK.encode())


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a dpt file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    text, digest = read_text(path, "a TARQUIN dpt file")
    head, separator, body = text.partition(_COLUMNS)
    if not text.startswith(_MARK) or not separator:
        cause = "It is text, but does not begin as TARQUIN dpt files do."
        raise FormatError(path, cause, "Choose a dpt file that TARQUIN or spant wrote.")
    if not text.endswith("\n"):
        raise FormatError(path, "It is cut off: it ends within a line.", SEND_AGAIN)
    header = dict(line.split(None, 1) for line in head.split("\n") if len(line.split()) > 1)
    first_line = head.count("\n") + 2
    try:
        numbers = _numbers(header)
        values = read_numbers(body.partition("\n")[2], first_line, None)
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    rate, frequency = _axes(path, numbers)
    points = numbers.get("Number_of_points", values.size / 2)
    if values.size != 2 * points:
        cause = f"Its header says {points:g} samples, there are {values.size / 2:g}."
        raise FormatError(path, f"{cause} The file was cut off or altered.", SEND_AGAIN)
    fid = np.ascontiguousarray(turned(complex_pairs(values), "tarquin_dpt"))
    check_samples(path, fid)
    # The format has no field for a nucleus: TARQUIN knows protons only.
    acquisition = Acquisition("1H", frequency, 1 / rate, echo_time_s=_echo(numbers))
    dataset = Dataset(fid, acquisition, nominal_centre_ppm("1H"))
    findings = [*_notes(numbers), *check_signal(fid, acquisition, dataset.centre_ppm)]
    return (Scan(dataset, FORMAT, path, digest, findings=tuple(findings)),)


def _numbers(header: Mapping[str, str]) -> dict[str, float]:
    """Return the header's values as numbers."""
    found = {}
    for key, value in header.items():
        try:
            found[key] = parse_number(value)
        except ValueError:
            msg = f"The header value {key} = {value[:40]!r} is not a number."
            raise TextFault(msg) from None
    return found


def _axes(path: Path, numbers: Mapping[str, float]) -> tuple[float, float]:
    """Return sampling rate and transmitter frequency in Hz."""
    rate = numbers.get("Sampling_frequency", float("nan"))
    frequency = numbers.get("Transmitter_frequency", float("nan"))
    # Written so that NaN fails as well.
    if not (10 < rate < 1e7 and 1e6 < frequency < 2e9):
        cause = f"Sampling at {rate:g} Hz and {frequency * 1e-6:g} MHz cannot be right."
        raise FormatError(path, cause, "Correct Sampling_frequency and Transmitter_frequency.")
    return rate, frequency


def _echo(numbers: Mapping[str, float]) -> float | None:
    echo = numbers.get("Echo_time", 0.0)
    return echo if 0 < echo < 1 else None


def _notes(numbers: Mapping[str, float]) -> list[Finding]:
    """Return remarks on phases that the header gives and that are not applied."""
    if not any(numbers.get(key) for key in ("Phi0", "Phi1")):
        return []
    detail = "Phi0 and Phi1 are left for the phase step; the samples are as stored."
    return [Finding("info", "The header gives a phase", detail)]

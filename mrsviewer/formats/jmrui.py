"""jMRUI text files: a header of ``Key: value`` lines, then columns of numbers.

The samples are in this program's sign (higher frequency = higher ppm): the jMRUI and the LCModel
files of one scan are complex conjugates. Sampling interval and begin time are in ms, the
transmitter frequency in Hz (Naressi et al., MAGMA 2001;12:141).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.fortran_namelist import TextFault, parse_number
from mrsviewer.formats.fortran_numbers import read_numbers
from mrsviewer.formats.samples import SEND_AGAIN, check_samples
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import read_text
from mrsviewer.model.acquisition import (
    GYROMAGNETIC_RATIO_HZ_PER_T,
    Acquisition,
    Identity,
)
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = "jMRUI text"
_MARK = "jmrui data textfile"
_SIGNAL = re.compile(r"^Signal \d+ out of \d+ in file[ \t]*$", re.IGNORECASE | re.MULTILINE)
_COLUMNS = re.compile(r"^sig\(real\).*$", re.IGNORECASE | re.MULTILINE)
_HEADER_LINE = re.compile(r"^[ \t]*([A-Za-z]\w*)[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class JmruiText:
    """What a jMRUI text file holds.

    Attributes
    ----------
    header
        Keys in lower case without blanks.
    signals
        Shape (signals, points).
    names
        The SignalNames, as many as there are.
    digest
        SHA-256 of the file.
    """

    header: Mapping[str, str]
    signals: NDArray[np.complex128]
    names: tuple[str, ...]
    digest: str


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of a jMRUI text file."""
    del path
    return _MARK in head[:200].decode("latin-1").lower()


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a jMRUI text file; several signals are the axis "measurement".

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    content = read_jmrui(path)
    acquisition, findings = acquisition_of(path, content.header)
    centre = nominal_centre_ppm(acquisition.nucleus)
    fid = content.signals if len(content.signals) > 1 else content.signals[0]
    dims: tuple[Dimension, ...] = ("measurement",) if fid.ndim == 2 else ()
    dataset = Dataset(np.ascontiguousarray(fid), acquisition, centre, dims)
    header = content.header
    identity = Identity(
        patient_name=header.get("nameofpatient") or None,
        study_date=header.get("dateofexperiment") or None,
    )
    findings = (*findings, *display_findings(header), *check_signal(fid, acquisition, centre))
    return (Scan(dataset, FORMAT, path, content.digest, identity, findings),)


def read_jmrui(path: Path) -> JmruiText:
    """Return header and signals of a jMRUI text file; raises as :func:`read`."""
    text, digest = read_text(path, "a jMRUI text file")
    columns = _COLUMNS.search(text)
    if _MARK not in text[:200].lower() or columns is None:
        cause = "It is text, but does not begin as jMRUI text files do."
        raise FormatError(path, cause, "Choose a text file exported by jMRUI.")
    lines = _HEADER_LINE.findall(text[: columns.start()])
    header = {key.lower(): value for key, value in lines}
    try:
        points = _whole(header, "pointsindataset")
        count = _whole(header, "datasetsinfile") or 1
        blocks = _blocks(text, columns.end())
        values = [read_numbers(block, line, None) for block, line in blocks]
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    if points is None or points < 2:
        raise FormatError(path, "Its header lacks PointsInDataset.", SEND_AGAIN)
    width = _columns(blocks[0][0])
    if len(values) != count or any(block.size != width * points for block in values):
        found = sum(block.size for block in values) / max(width, 1)
        cause = (
            f"Its header says {count} x {points} samples, but there are {found:g} in "
            f"{len(values)} signals: the file was cut off or altered."
        )
        raise FormatError(path, cause, SEND_AGAIN)
    table = np.stack(values).reshape(count, points, width)
    signals = turned(table[..., 0] + 1j * table[..., 1], "jmrui")
    check_samples(path, signals)
    names = tuple(name.strip() for name in re.split(r"[;,]", header.get("signalnames", "")))
    return JmruiText(header, signals, tuple(name for name in names if name), digest)


def acquisition_of(
    path: Path, header: Mapping[str, str]
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return how the samples were acquired, and what is uncertain about it.

    Raises
    ------
    FormatError
        If sampling interval or transmitter frequency are missing or absurd.
    """
    try:
        interval_ms = _number(header, "samplinginterval")
        frequency_hz = _number(header, "transmitterfrequency")
        field_t = _number(header, "magneticfield")
    except TextFault as fault:
        raise FormatError(path, str(fault), SEND_AGAIN) from fault
    if interval_ms is None or frequency_hz is None:
        lacking = "SamplingInterval" if interval_ms is None else "TransmitterFrequency"
        raise FormatError(path, f"Its header lacks {lacking}.", SEND_AGAIN)
    if not (1e-4 < interval_ms < 100 and 1e6 < frequency_hz < 2e9):
        cause = (
            f"{interval_ms:g} ms between samples at {frequency_hz * 1e-6:g} MHz cannot be right."
        )
        raise FormatError(path, cause, "Correct SamplingInterval (ms) and the frequency (Hz).")
    nucleus, findings = _nucleus(header.get("typeofnucleus", ""), frequency_hz, field_t)
    return (
        Acquisition(
            nucleus,
            frequency_hz,
            interval_ms * 1e-3,
            localisation=localisation_of(header.get("additionalinfo")),
            scanner=header.get("spectrometer") or None,
        ),
        findings,
    )


def _nucleus(
    said: str, frequency_hz: float, field_t: float | None
) -> tuple[str, tuple[Finding, ...]]:
    """Return the nucleus that is said, or that fits field and frequency."""
    for nucleus in GYROMAGNETIC_RATIO_HZ_PER_T:
        if re.search(rf"(?<!\d){nucleus}", said, re.IGNORECASE):
            return nucleus, ()
    if field_t:
        for nucleus, gamma in GYROMAGNETIC_RATIO_HZ_PER_T.items():
            if abs(frequency_hz / (gamma * field_t) - 1) < 0.05:
                return nucleus, ()
    detail = "The file gives no nucleus, and its field and frequency do not tell; 1H is assumed."
    return "1H", (Finding("warning", "Nucleus not known", detail),)


def display_findings(header: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return notes of corrections that the header asks for and that are not applied."""
    findings = []
    for key, words in (("zeroorderphase", "a zero-order phase"), ("begintime", "a begin time")):
        value = header.get(key, "")
        if re.search(r"[1-9]", re.split(r"[eE]", value)[0]):
            detail = f"{value} is left for the phase step; the samples are as stored."
            findings.append(Finding("info", f"The header gives {words}", detail))
    return tuple(findings)


def _blocks(text: str, start: int) -> list[tuple[str, int]]:
    """Return the number block of each signal and the line on which it begins."""
    marks = list(_SIGNAL.finditer(text, start))
    starts = [mark.end() for mark in marks] or [start]
    stops = [mark.start() for mark in marks[1:]] + [len(text)]
    return [(text[a:b], text.count("\n", 0, a) + 1) for a, b in zip(starts, stops, strict=True)]


def _columns(block: str) -> int:
    """Return how many numbers a line holds: 2, or 4 with a spectrum, whatever the header says."""
    first = next((line for line in block.split("\n") if line.strip()), "")
    return max(2, len(first.replace(",", " ").split()))


def _number(header: Mapping[str, str], key: str) -> float | None:
    text = header.get(key, "").strip()
    if not text:
        return None
    try:
        return parse_number(text.split()[0])
    except ValueError:
        msg = f"The header value {key} = {text[:40]!r} is not a number."
        raise TextFault(msg) from None


def _whole(header: Mapping[str, str], key: str) -> int | None:
    value = _number(header, key)
    if value is None:
        return None
    if not 0 < value < 2**31 or value != int(value):
        msg = f"The header value {key} = {value:g} is not a whole number."
        raise TextFault(msg)
    return int(value)

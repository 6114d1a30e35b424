"""Where things lie in a Siemens TWIX file: measurements, header buffers, readouts.

VB files are one measurement. VD, VE and XA files begin with a table of measurements (the "RAID"
header), of which the first are adjustments and noise. A measurement is a header of named text
buffers, then readouts, each with a measurement data header (MDH), until one with the flag
"end of acquisition".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from mmap import mmap

COUNTERS = (
    "line",
    "average",
    "slice",
    "partition",
    "echo",
    "phase",
    "repetition",
    "set",
    "segment",
    "ida",
    "idb",
    "idc",
    "idd",
    "ide",
)
"""Names of the loop counters of a readout, in the order of the file."""

END, SYNC = 1 << 0, 1 << 5
BYTES_PER_SAMPLE = 8
_RAID_ENTRY = 152
_MOST_MEASUREMENTS, _MOST_BUFFERS = 64, 64
_LENGTH_BITS = (1 << 25) - 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: its text buffers by name, and where its readouts begin and must end."""

    buffers: Mapping[str, bytes]
    start: int
    end: int
    new: bool


@dataclass(frozen=True, slots=True)
class Readout:
    """One acquired signal of all coils.

    Attributes
    ----------
    flags
        The evaluation mask.
    samples
        Number of complex samples per coil.
    counters
        Loop counters, named by :data:`COUNTERS`.
    cut_before, free, ice
        What sequences use to count the samples before the echo: the cut-off field, the first
        free parameter and the fifth parameter for the reconstruction (0 in VB).
    offsets
        Where the samples of each coil begin in the file.
    """

    flags: int
    samples: int
    counters: tuple[int, ...]
    cut_before: int
    free: int
    ice: int
    offsets: tuple[int, ...]

    def counter(self, name: str) -> int:
        """Return one loop counter."""
        return self.counters[COUNTERS.index(name)]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Offsets inside a data header, and the sizes of headers per readout and per coil."""

    header: int
    coil_header: int
    mask: int
    cut: int
    ice: int | None
    free: int


_OLD = _Layout(header=0, coil_header=128, mask=20, cut=60, ice=None, free=88)
_NEW = _Layout(header=192, coil_header=32, mask=40, cut=80, ice=128 + 8, free=176)


def is_twix(head: bytes) -> bool:
    """Return whether a file begins as TWIX: VB with its header's length, later with a table."""
    if len(head) < 32:
        return False
    first, second = struct.unpack_from("<2I", head)
    if 1000 < first < 1 << 24 and 1 <= second <= _MOST_BUFFERS:
        return bool(head[8:14] == b"Config")
    (offset,) = struct.unpack_from("<Q", head, 16)
    table_end = 8 + _RAID_ENTRY * second
    counted = 1 <= second <= _MOST_MEASUREMENTS
    return bool(first < 10000 and counted and table_end <= offset < 1 << 20)


def measurements(data: mmap) -> list[Measurement]:
    """Return the measurements of a file in their order.

    Raises
    ------
    ValueError
        If tables or buffers reach beyond the end of the file or make no sense.
    """
    first, count = _unpack("<2I", data, 0)
    if first > 1000 and data[8:14] == b"Config":
        return [_measurement(data, 0, len(data), new=False)]
    if count > _MOST_MEASUREMENTS:
        msg = f"it claims {count} measurements"
        raise ValueError(msg)
    found = []
    for k in range(count):
        start, length = _unpack("<2Q", data, 8 + _RAID_ENTRY * k + 8)
        if not 0 < length <= len(data) - start:
            msg = f"measurement {k + 1} of {count} reaches beyond the end of the file"
            raise ValueError(msg)
        found.append(_measurement(data, start, start + length, new=True))
    return found


def _measurement(data: mmap, start: int, end: int, *, new: bool) -> Measurement:
    """Return the buffers of one measurement header."""
    length, count = _unpack("<2I", data, start)
    if not 8 < length <= end - start or count > _MOST_BUFFERS:
        msg = "the measurement header is cut off"
        raise ValueError(msg)
    position, buffers = start + 8, {}
    for _ in range(count):
        name_end = data.find(b"\0", position, position + 64)
        if name_end < 0:
            msg = "a buffer of the header has no name"
            raise ValueError(msg)
        (size,) = _unpack("<I", data, name_end + 1)
        begin = name_end + 5
        if begin + size > start + length:
            msg = "a buffer of the header is longer than the header"
            raise ValueError(msg)
        buffers[data[position:name_end].decode("latin-1")] = data[begin : begin + size]
        position = begin + size
    return Measurement(buffers, start + length, end, new)


def readouts(data: mmap, measurement: Measurement) -> Iterator[Readout]:
    """Yield all readouts of a measurement but those of other data than samples.

    Raises
    ------
    ValueError
        If the data stop before the readout that marks the end of the acquisition, or a header
        of another measurement lies between them.
    """
    layout = _NEW if measurement.new else _OLD
    position, identity = measurement.start, None
    while position + max(layout.header, layout.coil_header) <= measurement.end:
        length, found = _unpack("<Ii", data, position)
        (flags, samples, coils) = _unpack("<Q2H", data, position + layout.mask)
        if flags & END:
            return
        if flags & SYNC:
            position += max(length & _LENGTH_BITS, layout.header or layout.coil_header)
            continue
        identity = found if identity is None else identity
        size = layout.header + coils * (layout.coil_header + samples * BYTES_PER_SAMPLE)
        if found != identity or samples == 0 or coils == 0 or position + size > measurement.end:
            break
        yield _readout(data, position, layout)
        position += size
    msg = "the data stop before the end of the acquisition"
    raise ValueError(msg)


def _readout(data: mmap, position: int, layout: _Layout) -> Readout:
    """Return the readout whose header is at a position."""
    flags, samples, coils = _unpack("<Q2H", data, position + layout.mask)
    counters = _unpack("<14H", data, position + layout.mask + 12)
    (cut,) = _unpack("<H", data, position + layout.cut)
    (free,) = _unpack("<H", data, position + layout.free)
    ice = 0 if layout.ice is None else _unpack("<H", data, position + layout.ice)[0]
    step = layout.coil_header + samples * BYTES_PER_SAMPLE
    begin = position + layout.header + layout.coil_header
    offsets = tuple(begin + coil * step for coil in range(coils))
    return Readout(flags, samples, counters, cut, free, ice, offsets)


def _unpack(form: str, data: mmap, position: int) -> tuple[int, ...]:
    """Return integers at a position; ValueError where the file ends before."""
    try:
        return struct.unpack_from(form, data, position)
    except struct.error as error:
        msg = "the file is cut off"
        raise ValueError(msg) from error

"""jMRUI binary files (.mrui): 64 big-endian doubles, then the samples, then perhaps text.

The doubles are those of the text format: 0 kind of signal, 1 points, 2 sampling interval (ms),
3 begin time (ms), 4 zero-order phase (degrees), 5 transmitter frequency (Hz), 6 field (T),
7 nucleus, 8 and 9 reference in Hz and ppm, 10 FID or echo, 11 apodisation, 12 zeros, 13 signals
(Naressi et al., MAGMA 2001;12:141). Samples are in this program's sign: in a macromolecule
spectrum at 9.4 T the peak of 0.9 ppm lies where it belongs.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import jmrui
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, complex_pairs
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = "jMRUI binary"
_HEADER = 512
_LONGEST = 1 << 22
_MOST_SIGNALS = 1 << 16
_TEXT_BYTES = 1 << 20


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are a header of numbers that make sense together."""
    del path
    values = _header(head)
    return values is not None and _fault(values) is None


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a .mrui file; several signals are the axis "measurement".

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or damaged.
    """
    data = read_bytes(path)
    values = _header(data)
    fault = "it is too short" if values is None else _fault(values)
    if values is None or fault is not None:
        cause = f"It does not begin as jMRUI binary files do: {fault}."
        raise FormatError(path, cause, "Choose a file that jMRUI saved, or export text.")
    acquisition, findings = jmrui.acquisition_of(path, _as_text(values))
    signals = _signals(path, data, int(values[1]), int(values[13]))
    fid = signals if len(signals) > 1 else signals[0]
    dims: tuple[Dimension, ...] = ("measurement",) if fid.ndim == 2 else ()
    dataset = Dataset(fid, acquisition, nominal_centre_ppm(acquisition.nucleus), dims)
    notes = jmrui.display_findings(_as_text(values))
    checks = check_signal(fid, acquisition, dataset.centre_ppm)
    return (Scan(dataset, FORMAT, path, digest(data), findings=(*findings, *notes, *checks)),)


def _header(data: bytes) -> tuple[float, ...] | None:
    return struct.unpack(">64d", data[:_HEADER]) if len(data) >= _HEADER else None


def _fault(values: tuple[float, ...]) -> str | None:
    """Return what speaks against this header, or None; comparisons fail for NaN."""
    points, interval_ms, frequency_hz, field_t = values[1], values[2], values[5], values[6]
    if not (2 <= points <= _LONGEST and points == int(points)):
        return "its number of points is none"
    if not 1e-4 < interval_ms < 100:
        return "its sampling interval is absurd"
    if not (1e6 < frequency_hz < 2e9 and 0 <= field_t < 30):
        return "its frequency or field is absurd"
    if not (0 <= values[13] <= _MOST_SIGNALS and values[13] == int(values[13])):
        return "its number of signals is none"
    return None


def _as_text(values: tuple[float, ...]) -> dict[str, str]:
    """Return the header under the names of the text format, for the rules they share."""
    return {
        "samplinginterval": repr(values[2]),
        "begintime": repr(values[3]),
        "zeroorderphase": repr(values[4]),
        "transmitterfrequency": repr(values[5]),
        "magneticfield": repr(values[6]),
    }


def _signals(path: Path, data: bytes, points: int, announced: int) -> NDArray[np.complex128]:
    """Return the signals, shape (signals, points); what follows them may only be text."""
    size = 16 * points
    count = announced or max(1, (len(data) - _HEADER) // size)
    rest = len(data) - _HEADER - count * size
    trailer = data[_HEADER + count * size :]
    if rest < 0 or (rest and not _is_text(trailer)):
        cause = (
            f"Its header says {count} x {points} samples in {count * size} bytes, there are "
            f"{len(data) - _HEADER}: the file was cut off or altered."
        )
        raise FormatError(path, cause, SEND_AGAIN)
    numbers = np.frombuffer(data, ">f8", 2 * count * points, _HEADER)
    signals = turned(complex_pairs(numbers), "jmrui_binary").reshape(count, points)
    check_samples(path, signals)
    return signals


def _is_text(trailer: bytes) -> bool:
    """Return whether the bytes behind the samples are jMRUI's free text."""
    printable = sum(byte in b"\t\r\n\x00" or 32 <= byte < 127 for byte in trailer)
    return len(trailer) <= _TEXT_BYTES and printable > 0.95 * len(trailer)

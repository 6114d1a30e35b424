"""Varian and Agilent spectroscopy: a ``.fid`` folder with ``fid`` and ``procpar``.

The file is big-endian: 32 bytes of header, then blocks of ``nbheaders`` times 28 bytes of block
header and ``ntraces`` traces of ``np`` numbers, real and imaginary part in turn (Varian VNMR User
Programming, chapter 5). Samples are in the sign opposite to this program's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.samples import check_samples, check_size, complex_pairs
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.formats.varian_header import acquisition_of, identity_of
from mrsviewer.formats.varian_procpar import Procpar, is_procpar, read_procpar
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = "Varian fid"
_HEADER = struct.Struct(">6i2hi")
_BLOCK_HEADER = 28
_COUNT_AT = 8
_LONGEST = 1 << 24
_IS_32_BIT, _IS_FLOAT, _IS_SPECTRUM = 0x4, 0x8, 0x2
_COPY = "Copy the whole .fid folder again."


@dataclass(frozen=True, slots=True)
class _Layout:
    blocks: int
    traces: int
    values: int
    value_bytes: int
    block_headers: int
    status: int

    @property
    def dtype(self) -> str:
        if self.status & _IS_FLOAT:
            return ">f4"
        return ">i4" if self.status & _IS_32_BIT else ">i2"

    @property
    def head_bytes(self) -> int:
        return self.block_headers * _BLOCK_HEADER

    @property
    def block_bytes(self) -> int:
        return self.head_bytes + self.traces * self.values * self.value_bytes


def sniff(path: Path, head: bytes) -> bool:
    """Return whether a path is a ``.fid`` folder, or ``fid`` or ``procpar`` in one."""
    folder = path if path.is_dir() else path.parent
    if not path.is_dir() and path.name not in {"fid", "procpar"}:
        return False
    procpar = folder / "procpar"
    if not (folder / "fid").is_file() or not procpar.is_file():
        return False
    if path.name == "procpar":
        return is_procpar(head)
    with procpar.open("rb") as stream:
        return is_procpar(stream.read(4096))


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a ``.fid`` folder, whichever of its files is named.

    Raises
    ------
    FormatError
        If a file is missing, cut off or damaged, or it holds images or spectra.
    """
    folder = path if path.is_dir() else path.parent
    signal, parameters = folder / "fid", folder / "procpar"
    for needed in (signal, parameters):
        if not needed.is_file():
            cause = f"The file {needed.name} does not lie in its folder."
            raise FormatError(path, cause, "Keep fid and procpar together.")
    procpar, data = read_procpar(parameters), read_bytes(signal)
    layout = _layout(signal, data)
    _check_procpar(path, procpar, layout)
    fid, averages, empty = _samples(signal, data, layout)
    acquisition, doubts = acquisition_of(path, procpar, averages)
    fid, dims, axes = _arranged(fid, procpar)
    centre = nominal_centre_ppm(acquisition.nucleus)
    dataset = Dataset(fid, acquisition, centre, dims)
    findings = (*doubts, *empty, *axes, *check_signal(fid, acquisition, centre))
    key = digest(data + parameters.read_bytes())
    return (Scan(dataset, FORMAT, signal, key, identity_of(procpar), findings),)


def _layout(path: Path, data: bytes) -> _Layout:
    """Return what the file's header says, checked against the file's size."""
    if len(data) < _HEADER.size:
        raise FormatError(path, "It is cut off within its header.", _COPY)
    blocks, traces, values, value_bytes, trace_bytes, block_bytes, _, status, headers = (
        _HEADER.unpack_from(data)
    )
    layout = _Layout(blocks, traces, values, value_bytes, headers, status)
    sizes = (0 < blocks < _LONGEST, 0 < traces < _LONGEST, 2 <= values < _LONGEST, 0 < headers < 10)
    known = values % 2 == 0 and value_bytes == np.dtype(layout.dtype).itemsize
    agreed = trace_bytes == values * value_bytes and block_bytes == layout.block_bytes
    if not (all(sizes) and known and agreed):
        raise FormatError(path, "Its header makes no sense: it is damaged.", _COPY)
    if status & _IS_SPECTRUM:
        raise FormatError(path, "It holds spectra, not signals.", "Choose the fid of the scan.")
    expected = _HEADER.size + blocks * layout.block_bytes
    check_size(path, expected, len(data), f"{blocks} x {traces} signals of {values // 2} points")
    return layout


def _check_procpar(path: Path, procpar: Procpar, layout: _Layout) -> None:
    """Refuse parameters of another scan, and images."""
    points = procpar.number("np")
    if points is not None and points != layout.values:
        cause = f"procpar says np = {points:g}, the fid has {layout.values} numbers per signal."
        raise FormatError(path, cause, "Keep each fid with its own procpar.")
    if (procpar.number("nv") or 0) > 1 or (procpar.number("nv2") or 0) > 1:
        cause = "It was phase-encoded: it is an image or spectroscopic imaging."
        raise FormatError(path, cause, "Choose a single-voxel scan.")


def _samples(
    path: Path, data: bytes, layout: _Layout
) -> tuple[NDArray[np.complex128], int | None, tuple[Finding, ...]]:
    """Return the signals, shape (signals, points), excitations summed in each, and remarks."""
    rows, counts = [], []
    for block in range(layout.blocks):
        start = _HEADER.size + block * layout.block_bytes
        (count,) = struct.unpack_from(">i", data, start + _COUNT_AT)
        counts.append(count)
        values = layout.traces * layout.values
        table = np.frombuffer(data, layout.dtype, values, start + layout.head_bytes)
        rows.append(complex_pairs(table).reshape(layout.traces, layout.values // 2))
    fid = turned(np.concatenate(rows), "varian")
    check_samples(path, fid)
    same = len(set(counts)) == 1 and counts[0] > 0
    averages = counts[0] if same else None
    kept = np.any(fid != 0, axis=-1)
    if kept.all():
        return fid, averages, ()
    title = f"{int((~kept).sum())} of {len(fid)} stored signals are empty"
    detail = "The scan was stopped early; the empty signals were left out."
    return fid[kept], averages, (Finding("warning", title, detail),)


def _arranged(
    fid: NDArray[np.complex128], procpar: Procpar
) -> tuple[NDArray[np.complex128], tuple[Dimension, ...], tuple[Finding, ...]]:
    """Return the signals with their axes; receivers change fastest."""
    receivers = max(1, (procpar.text("rcvrs") or "y").lower().count("y"))
    if len(fid) == 1:
        return np.ascontiguousarray(fid[0]), (), ()
    if receivers > 1 and len(fid) % receivers == 0:
        fid = fid.reshape(-1, receivers, fid.shape[-1])
        if len(fid) == 1:
            return np.ascontiguousarray(fid[0]), ("coil",), ()
    outer: Dimension = "transient"
    varied = [name for name in _arrayed(procpar) if len(set(procpar.values(name))) > 1]
    findings: tuple[Finding, ...] = ()
    if varied:
        outer = "measurement"
        title = f"{len(fid)} signals with different {', '.join(varied)}"
        detail = "They are kept apart as separate measurements."
        findings = (Finding("warning", title, detail),)
    dims: tuple[Dimension, ...] = (outer, "coil") if fid.ndim == 3 else (outer,)
    return np.ascontiguousarray(fid), dims, findings


def _arrayed(procpar: Procpar) -> list[str]:
    """Return the parameters that change from signal to signal: "te", "(pw,te)"."""
    said = procpar.text("array") or ""
    return said.replace("(", " ").replace(")", " ").replace(",", " ").split()

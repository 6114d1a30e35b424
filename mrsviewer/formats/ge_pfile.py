"""GE P-files (raw data) of single voxels: water reference and suppressed frames in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.ge_pfile_facts import acquisition, identity, voxel
from mrsviewer.formats.ge_pfile_header import DATA_OFFSETS, parse, revision_of
from mrsviewer.formats.samples import check_samples, check_size, complex_pairs
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.ge_pfile_header import PfileHeader
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.dataset import Dimension
    from mrsviewer.model.voxel import Voxel

FORMAT = "GE P-file"
ALTERNATING = -0.5
FIRST_SAMPLES = 256
REFERENCE_EXCITATIONS = 16
"""Of the reference in GE's product PRESS, if the header does not count its frames."""


@dataclass(frozen=True, slots=True)
class _Frames:
    """How the samples lie in the file, and how many of the frames are the water reference."""

    coils: int
    echoes: int
    frames: int
    points: int
    word: int
    references: int
    summed: int

    @property
    def stored(self) -> int:
        """Return the number of bytes; one more frame per coil and echo is a baseline."""
        return self.coils * self.echoes * (self.frames + 1) * self.points * 2 * self.word


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file begins as a P-file does."""
    return revision_of(head) is not None


def read(path: Path) -> tuple[Scan, ...]:
    """Return the suppressed frames of a P-file and, second, its water reference if it has one.

    Raises
    ------
    FormatError
        If the file is cut off or damaged, its revision unknown, or it is an imaging scan.
    """
    data = read_bytes(path)
    try:
        header = parse(data)
        frames = _frames(header)
        facts, findings = acquisition(header, echoes=frames.echoes, summed=frames.summed)
    except ValueError as error:
        remedy = "Choose the P-file of a single-voxel scan, or copy it from the scanner again."
        raise FormatError(path, f"The P-file cannot be read: {error}.", remedy) from error
    fid = _samples(path, data, header, frames)
    box = voxel(header)
    if box is None:
        detail = "The header gives no complete box."
        findings += (Finding("warning", "Voxel position unknown", detail, "geometry"),)
    parts = [fid[:, :, frames.references :], fid[:, :, : frames.references]]
    scans = []
    for k, part in enumerate(parts if frames.references else parts[:1]):
        signals, remark = _unalternated(part)
        dataset = _dataset(signals, facts, box)
        remarks = findings + remark + check_signal(dataset.fid, facts, dataset.centre_ppm)
        mark = f"#{k + 1}" if frames.references else ""
        key = digest(data) + mark
        scans.append(Scan(dataset, FORMAT, path, key, identity(header), remarks))
    return tuple(scans)


def _frames(header: PfileHeader) -> _Frames:
    """Return how the samples lie in the file.

    Raises
    ------
    ValueError
        If it is no single-voxel spectrum or the header contradicts itself.
    """
    voxels = [int(header.number(f"rhr_{axis}csi") or 1) for axis in "xyz"]
    if np.prod([max(1, count) for count in voxels]) > 1:
        msg = f"it is spectroscopic imaging of {' x '.join(map(str, voxels))} voxels"
        raise ValueError(msg)
    if not (header.number("rhr_spectral_width") or 0) > 0:
        msg = "it is an imaging scan, not a spectrum"
        raise ValueError(msg)
    points, word = header.shorts["frame_size"], header.shorts["point_size"]
    coils, echoes = header.coils, max(1, header.shorts["nechoes"])
    size = header.number("rhr_rh_raw_pass_size") or 0
    per_frame = coils * echoes * points * 2 * word
    if word not in {2, 4} or points < 2 or coils > 256 or echoes > 16 or size <= 0:
        msg = "its header makes no sense"
        raise ValueError(msg)
    rows, rest = divmod(int(size), per_frame)
    if rest or rows < 2:
        msg = f"{size:.0f} bytes of samples do not divide into {coils} coils of {points} samples"
        raise ValueError(msg)
    references, summed = _references(header, rows - 1)
    return _Frames(coils, echoes, rows - 1, points, word, references, summed)


def _references(header: PfileHeader, frames: int) -> tuple[int, int]:
    """Return how many of the first frames are the water reference, and excitations per frame.

    Frames are sums of as many excitations as there are in a phase cycle, or single excitations
    where the sequence was told not to add.
    """
    cycle = max(1, header.shorts["navs"])
    excitations = int(header.number("rhr_rh_user4") or 0)
    stated = int(header.number("rhr_rh_user19") or 0)
    nex = max(1, int(header.number("rhi_nex") or 1))
    for step in dict.fromkeys((cycle, nex)):
        for count in (stated, stated // step, REFERENCE_EXCITATIONS // step):
            if excitations // step + count == frames:
                return count, step
    if 0 < excitations <= frames:
        return frames - excitations, 1
    return (stated if 0 < stated < frames else 0), cycle


def _samples(
    path: Path, data: bytes, header: PfileHeader, frames: _Frames
) -> NDArray[np.complex128]:
    """Return all frames without the baselines, shape (coils, echoes, frames, points)."""
    begin = int(header.number("rhr_rdb_hdr_off_data") or 0)
    places = (begin,) if begin else DATA_OFFSETS.get(int(header.revision), ())
    found = [place for place in places if place + frames.stored == len(data)]
    start = found[0] if found else max(places, default=0)
    what = f"{frames.coils} x {frames.echoes} x {frames.frames} frames of {frames.points} samples"
    if start <= 0 or len(data) - start < frames.stored:
        check_size(path, frames.stored, max(0, len(data) - start), what)
    raw = np.frombuffer(data, f"{header.order}i{frames.word}", frames.stored // frames.word, start)
    fid = turned(complex_pairs(raw), "ge_pfile")
    fid = fid.reshape(frames.coils, frames.echoes, frames.frames + 1, frames.points)[:, :, 1:]
    check_samples(path, fid)
    return fid


def _unalternated(
    fid: NDArray[np.complex128],
) -> tuple[NDArray[np.complex128], tuple[Finding, ...]]:
    """Return frames with their signs made equal where every other one is inverted.

    Sequences that do not add the shots of a phase cycle store them with alternating signs; which
    do so is not in the header, so it is measured: neighbours of one sign correlate, else they
    anticorrelate.
    """
    if fid.shape[2] < 2:
        return fid, ()
    head = np.ascontiguousarray(fid[..., :FIRST_SAMPLES]).view(np.float64)
    products = np.sum(head[:, :, 1:] * head[:, :, :-1], axis=(0, 1, 3))
    powers = np.sqrt(np.sum(head**2, axis=(0, 1, 3)))
    likeness = products / np.maximum(powers[1:] * powers[:-1], 1e-300)
    if float(np.median(likeness)) > ALTERNATING:
        return fid, ()
    signs = np.where(np.arange(fid.shape[2]) % 2, -1.0, 1.0)
    title = "Alternating signs of a phase cycle were undone"
    return fid * signs[:, None], (Finding("info", title, "Every other frame was inverted."),)


def _dataset(fid: NDArray[np.complex128], facts: Acquisition, box: Voxel | None) -> Dataset:
    """Return frames of shape (coils, echoes, frames, points) as a dataset."""
    names: tuple[Dimension, ...] = ("coil", "edit", "transient")
    dims = tuple(name for name, size in zip(names, fid.shape, strict=False) if size > 1)
    kept = [size for size in fid.shape[:-1] if size > 1]
    flat = np.ascontiguousarray(fid).reshape(*kept, fid.shape[-1])
    return Dataset(flat, facts, nominal_centre_ppm(facts.nucleus), dims, box)

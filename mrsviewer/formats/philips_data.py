"""Philips DATA/LIST: raw vectors of every receiver and excitation, in little-endian floats.

The pair does not hold dwell time, frequency and voxel: they come from the SPAR of the scan, which
must lie beside it. A "mix" is a part of the sequence; where there are two, one of them is the
unsuppressed water.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import philips_list, philips_sdat, philips_spar
from mrsviewer.formats.exam_names import named_role
from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes, read_text
from mrsviewer.formats.unknown_axes import UnknownAxesError
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.philips_list import Listing
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.voxel import Voxel

FORMAT = "Philips DATA/LIST"
_SAMPLE_BYTES = 8
_ENCODED = ("kx", "ky", "kz")
_LOOPS = ("dyn", "card", "echo", "loca", "extr1", "extr2", "aver")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the pair itself does not hold; ``points`` as the SPAR says, ``header`` its bytes."""

    acquisition: Acquisition
    voxel: Voxel | None
    identity: Identity
    points: float | None
    findings: tuple[Finding, ...]
    header: bytes


def sniff(path: Path, head: bytes) -> bool:
    """Return whether this is a LIST file, or samples that a LIST beside them describes."""
    if philips_list.looks_like_list(head):
        return True
    if path.suffix.lower() != ".data":
        return False
    listing = philips_sdat.partner(path, ".list")
    if listing is None:
        return False
    with listing.open("rb") as stream:
        return philips_list.looks_like_list(stream.read(4096))


def read(path: Path) -> tuple[Scan, ...]:
    """Return one scan for each mix, the weaker one (the metabolites) first.

    Raises
    ------
    FormatError
        If one of the pair is missing, the sizes do not match, or it is an imaging grid;
        UnknownAxesError if no SPAR lies beside it.
    """
    described, samples = _pair(path)
    header, notes = _spar(path)
    text = read_bytes(header)
    spar = philips_spar.parse(header, text)
    facts = _Facts(
        replace(philips_sdat.acquisition_of(spar), averages=1),
        philips_sdat.voxel_of(spar),
        philips_spar.identity(spar),
        spar.number("samples"),
        (*notes, *philips_sdat.doubts_of(spar)),
        text,
    )
    return _scans(path, described, samples, facts)


def read_told(path: Path, axes: Axes) -> tuple[Scan, ...]:
    """Return the scans of a pair whose axes a person gives; raises as :func:`read`."""
    described, samples = _pair(path)
    acquisition = replace(axes.acquisition(path), averages=1, vendor="Philips")
    facts = _Facts(acquisition, None, Identity(), None, (), b"")
    return _scans(path, described, samples, facts)


def _pair(path: Path) -> tuple[Path, Path]:
    """Return the LIST and the DATA file of a pair, whichever is named."""
    named_list = philips_list.looks_like_list(read_bytes(path)[:4096])
    described = path if named_list else philips_sdat.partner(path, ".list")
    samples = philips_sdat.partner(path, ".data") if named_list else path
    if described is None or samples is None:
        suffix = ".list" if described is None else ".data"
        cause = f"Its other half, {path.stem}{suffix}, is missing."
        raise FormatError(path, cause, "Put the .data and .list files into one folder.")
    return described, samples


def _scans(path: Path, described: Path, samples: Path, facts: _Facts) -> tuple[Scan, ...]:
    """Return the scans of all mixes."""
    text, _ = read_text(described, "a Philips LIST file")
    listing = philips_list.parse(described, text)
    data = read_bytes(samples)
    vectors = _vectors(samples, listing, data)
    key = digest(data + text.encode() + facts.header)
    mixes = sorted({int(mix) for mix in listing.columns["mix"][_standard(listing)]})
    scans = [_scan(path, facts, listing, vectors, mix) for mix in mixes]
    scans.sort(key=lambda scan: float(np.abs(scan.dataset.fid).max()))
    return tuple(
        replace(scan, digest=f"{key}/{number}" if number else key)
        for number, scan in enumerate(scans)
    )


def _spar(path: Path) -> tuple[Path, tuple[Finding, ...]]:
    """Return the SPAR of the scan and, if its name is another, a note of it."""
    own = philips_sdat.partner(path, ".spar")
    if own is not None:
        return own, ()
    beside = [other for other in sorted(path.parent.iterdir()) if other.suffix.lower() == ".spar"]
    chosen = [other for other in beside if named_role(other) == "metabolite"] or beside
    if len(chosen) != 1:
        seen = "no SPAR file" if not beside else f"{len(chosen)} SPAR files, none of its name,"
        cause = f"It does not hold dwell time and frequency, and {seen} lies beside it."
        remedy = f"Put the scan's SPAR beside it as {path.stem}.SPAR."
        raise UnknownAxesError(path, ("dwell_s", "frequency_hz"), cause, remedy)
    detail = f"Dwell time, frequency and voxel are those of {chosen[0].name}; check that it fits."
    return chosen[0], (Finding("warning", "Header taken from another file", detail),)


def _standard(listing: Listing) -> NDArray[np.bool_]:
    return np.array([kind == "STD" for kind in listing.types])


def _vectors(path: Path, listing: Listing, data: bytes) -> NDArray[np.complex64]:
    """Return all samples of the file; the vectors must fill it."""
    sizes, offsets = listing.columns["size"], listing.columns["offset"]
    if sizes.min() <= 0 or offsets.min() < 0 or np.any(sizes % _SAMPLE_BYTES):
        raise FormatError(path, "The LIST gives vectors of impossible size.", SEND_AGAIN)
    end = int((sizes + offsets).max())
    check_size(path, end, len(data), f"{len(sizes)} vectors")
    return np.frombuffer(data, "<c8")


def _scan(
    path: Path, facts: _Facts, listing: Listing, vectors: NDArray[np.complex64], mix: int
) -> Scan:
    """Return the signals of one mix as a scan."""
    mine = np.flatnonzero(_standard(listing) & (listing.columns["mix"] == mix))
    _refuse_grid(path, listing, mine)
    fid, dropped = _sorted(path, listing, vectors, mine)
    check_samples(path, fid)
    acquisition = facts.acquisition
    findings = [*facts.findings, *dropped, *_loops(listing, mine)]
    if facts.points and facts.points != fid.shape[-1]:
        detail = f"The vectors have {fid.shape[-1]} points, the SPAR says {facts.points:g}."
        title = "The dwell time of the SPAR may not be that of the raw data"
        findings.append(Finding("danger", title, detail, "header"))
    names: tuple[Dimension, ...] = ("transient", "coil")
    dims = tuple(name for name, count in zip(names, fid.shape, strict=False) if count > 1)
    fid = np.ascontiguousarray(fid.reshape([n for n in fid.shape[:2] if n > 1] + [fid.shape[-1]]))
    centre = nominal_centre_ppm(acquisition.nucleus)
    dataset = Dataset(fid, acquisition, centre, dims, facts.voxel)
    findings += check_signal(fid, acquisition, centre)
    return Scan(dataset, FORMAT, path, "", facts.identity, tuple(findings))


def _refuse_grid(path: Path, listing: Listing, mine: NDArray[np.int64]) -> None:
    """Raise FormatError for phase-encoded data."""
    for axis in _ENCODED:
        steps = listing.columns.get(axis)
        if steps is not None and np.ptp(steps[mine]) > 0:
            cause = "It is phase-encoded: an image or spectroscopic imaging."
            raise FormatError(path, cause, "Open a single-voxel scan.")


def _sorted(
    path: Path, listing: Listing, vectors: NDArray[np.complex64], mine: NDArray[np.int64]
) -> tuple[NDArray[np.complex128], tuple[Finding, ...]]:
    """Return the signals, shape (transients, coils, points), in the order they were measured."""
    columns = listing.columns
    mine = mine[np.argsort(columns["offset"][mine], kind="stable")]
    size = columns["size"][mine]
    if np.ptp(size):
        raise FormatError(path, "Its signals have different numbers of points.", SEND_AGAIN)
    loops = [columns[name][mine].tolist() for name in _LOOPS if name in columns]
    places: dict[tuple[int, ...], dict[int, int]] = {}
    for row, *place in zip(range(mine.size), *loops, strict=True):
        channel = int(columns["chan"][mine[row]])
        places.setdefault(tuple(place), {})[channel] = int(columns["offset"][mine[row]])
    channels = sorted({channel for found in places.values() for channel in found})
    whole = [found for found in places.values() if len(found) == len(channels)]
    if sum(len(found) for found in places.values()) != mine.size or not whole:
        raise FormatError(path, "Two vectors of it have the same attributes.", SEND_AGAIN)
    points = int(size[0]) // _SAMPLE_BYTES
    starts = np.array([[found[c] for c in channels] for found in whole]) // _SAMPLE_BYTES
    picked = vectors[starts[..., None] + np.arange(points)]
    fid = turned(complex_pairs(picked.view(np.float32)), "philips_data")
    lost = len(places) - len(whole)
    title = f"{lost} of {len(places)} excitations lack a receiver"
    detail = "They were left out."
    return fid, (Finding("warning", title, detail),) if lost else ()


def _loops(listing: Listing, mine: NDArray[np.int64]) -> tuple[Finding, ...]:
    """Return a note of what else than averages and dynamics varies among the transients."""
    varied = [
        name
        for name in ("card", "echo", "loca", "extr1", "extr2")
        if name in listing.columns and np.ptp(listing.columns[name][mine]) > 0
    ]
    if not varied:
        return ()
    detail = f"They differ in {', '.join(varied)}; their order is that of the measurement."
    return (Finding("warning", "Transients of different kinds", detail),)

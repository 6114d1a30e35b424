"""Siemens TWIX raw data (VB, VD, VE, XA) of single voxels: all coils and transients."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import siemens_twix_header as header_of
from mrsviewer.formats.embedded_water import standing_out
from mrsviewer.formats.samples import SEND_AGAIN, check_samples
from mrsviewer.formats.siemens_twix_layout import is_twix, measurements, readouts
from mrsviewer.formats.siemens_twix_loops import edit_values, ordered, telling_loop
from mrsviewer.formats.siemens_twix_samples import signals, sizes, sorted_by_kind, window_of
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.source_file import digest
from mrsviewer.formats.water import LEAST_GAIN, is_water
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mrsviewer.formats.siemens_twix_header import Header
    from mrsviewer.formats.siemens_twix_layout import Measurement, Readout
    from mrsviewer.formats.siemens_twix_samples import Kind, Window
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.dataset import Dimension
    from mrsviewer.model.voxel import Voxel

FORMAT = "Siemens TWIX"
MOST_CHECKED = 8
"""Signals whose spectra are looked at for signs of trouble; more would cost memory."""


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """What turns readouts of a file into datasets."""

    path: Path
    data: mmap.mmap
    window: Window
    acquisition: Acquisition
    voxel: Voxel | None


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file begins as TWIX raw data do."""
    return is_twix(head)


def read(path: Path) -> tuple[Scan, ...]:
    """Return the single-voxel scan of a TWIX file, and the water reference inside it if any.

    Noise, navigators and feedback are set apart, oversampling and the samples around the signal
    are removed, as the scanner does for its DICOM. Water references hidden among the transients
    or in phase-correction scans are found by measurement.

    Raises
    ------
    FormatError
        If the file is cut off or damaged, holds an imaging scan, or a grid of voxels.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            measured = measurements(data)
            measurement, header = _spectroscopy(path, measured)
            points = header.points or 0
            found = sorted_by_kind(list(readouts(data, measurement)), points)
            _check_kinds(path, found)
            window = window_of(found["signal"][0], points, header.sequence)
        except ValueError as error:
            raise FormatError(path, f"The raw data are damaged: {error}.", SEND_AGAIN) from error
        voxel, findings = header_of.voxel(header)
        source = _Source(path, data, window, _acquisition(path, header, window), voxel)
        findings += (*_set_apart(found), *_known_faults(header))
        return _scans(source, header, found, findings)


def _spectroscopy(path: Path, found: Sequence[Measurement]) -> tuple[Measurement, Header]:
    """Return the last measurement that is one of a spectrum; adjustments come before it."""
    headers = [header_of.parse(each.buffers) for each in found]
    for measurement, header in zip(reversed(found), reversed(headers), strict=True):
        if header.points is None:
            continue
        if header.voxels > 1:
            cause = f"It is spectroscopic imaging of {header.voxels} voxels."
            remedy = "Open a single-voxel scan; raw imaging grids are not reconstructed here."
            raise FormatError(path, cause, remedy)
        return measurement, header
    name = next((h.sequence for h in reversed(headers) if h.sequence), None)
    what = f"an imaging scan ({name})" if name else "a scan without spectroscopy"
    cause = f"It is Siemens raw data (TWIX) of {what}, not a spectrum."
    raise FormatError(path, cause, "Choose the raw data of the spectroscopy scan.")


def _check_kinds(path: Path, found: Mapping[Kind, Sequence[Readout]]) -> None:
    """Refuse files without signals, and those whose readouts encode places."""
    data = found.get("signal", [])
    if not data:
        cause = "It holds no signals as long as the protocol says, only adjustments or noise."
        raise FormatError(path, cause, SEND_AGAIN)
    for name in ("line", "partition", "slice"):
        count = len({readout.counter(name) for readout in data})
        if count > 1:
            cause = f"Its readouts encode {count} {name}s: it is an imaging scan."
            raise FormatError(path, cause, "Choose the raw data of a single-voxel scan.")


def _acquisition(path: Path, header: Header, window: Window) -> Acquisition:
    """Return what the header says of the acquisition, the dwell time after oversampling."""
    raw_ns = header.number("sRXSPEC.alDwellTime[0]")
    if raw_ns is not None and 10 <= raw_ns <= 1e8:
        found = header_of.acquisition(header, raw_ns * window.oversampling / 1e9)
        if found is not None:
            return found
    raise FormatError(path, "The header lacks frequency or dwell time.", SEND_AGAIN)


def _set_apart(found: Mapping[Kind, Sequence[Readout]]) -> tuple[Finding, ...]:
    """Return a remark that counts the readouts which are no signals."""
    counts = [f"{len(which)} {kind}" for kind, which in found.items() if kind != "signal" and which]
    if not counts:
        return ()
    return (Finding("info", "Readouts set apart", f"{', '.join(counts)}."),)


def _known_faults(header: Header) -> tuple[Finding, ...]:
    """Return a warning for sequences whose receiver phase is wrong in some software versions."""
    software, sequence = header.text("SoftwareVersions") or "", (header.sequence or "").lower()
    affected = any(version in software for version in ("XA50", "XA60"))
    if not affected or not any(name in sequence for name in ("isthmus", "herc")):
        return ()
    detail = "In XA50 and XA60 some versions of this sequence store wrong receiver phases."
    return (Finding("warning", "Check the phases of the transients", detail),)


def _scans(
    source: _Source,
    header: Header,
    found: Mapping[Kind, list[Readout]],
    findings: tuple[Finding, ...],
) -> tuple[Scan, ...]:
    """Return the scans, the metabolites first; the water reference is verified."""
    data, water, reason = _split(source, found["signal"])
    if water is None:
        shots = _stronger(source, found)
        water, reason = _if_water(source, shots, data), "phase-correction scans"
    if water is not None:
        title = "A water reference was found in the file"
        findings = (*findings, Finding("info", title, f"It stands in the {reason}."))
    key, person = digest(source.data), header_of.identity(header)
    pair = [data] if water is None else [data, water]
    scans = []
    for k, dataset in enumerate(pair):
        rows = dataset.fid.reshape(-1, dataset.points)
        few = rows[:: -(-len(rows) // MOST_CHECKED)]
        signs = check_signal(few, dataset.acquisition, dataset.centre_ppm)
        mark = f"#{k + 1}" if len(pair) > 1 else ""
        scans.append(Scan(dataset, FORMAT, source.path, key + mark, person, findings + signs))
    return tuple(scans)


def _split(source: _Source, shots: list[Readout]) -> tuple[Dataset, Dataset | None, str]:
    """Return metabolite data, the water reference among the transients or None, and where."""
    large = standing_out(sizes(source.data, shots, source.window).tolist())
    if any(large):
        high = [shot for shot, is_large in zip(shots, large, strict=True) if is_large]
        low = [shot for shot, is_large in zip(shots, large, strict=True) if not is_large]
        data = _dataset(source, low)
        water = _if_water(source, high, data)
        if water is not None:
            return data, water, telling_loop(high, low) or "transients"
        del data
    return _dataset(source, shots), None, ""


def _stronger(source: _Source, found: Mapping[Kind, list[Readout]]) -> list[Readout]:
    """Return phase-correction scans alike the signals but much stronger, as water is."""
    first = found["signal"][0]
    shape = (first.samples, len(first.offsets))
    shots = [r for r in found.get("phase correction", []) if (r.samples, len(r.offsets)) == shape]
    if not shots:
        return []
    usual = float(np.median(sizes(source.data, found["signal"], source.window)))
    own = float(np.median(sizes(source.data, shots, source.window)))
    return shots if own >= LEAST_GAIN * usual else []


def _if_water(source: _Source, shots: list[Readout], against: Dataset) -> Dataset | None:
    """Return readouts as a dataset if they are a water reference of the data, else None."""
    if not shots:
        return None
    water = _dataset(source, shots)
    return water if is_water(water, against).is_water else None


def _dataset(source: _Source, shots: list[Readout]) -> Dataset:
    """Return readouts as one dataset: edited pairs, transients and coils as far as there are."""
    facts = source.acquisition
    edits = edit_values(shots, facts)
    fid = signals(source.data, ordered(shots, edits), source.window)
    check_samples(source.path, fid)
    count = len(edits[1]) if edits else 1
    shape = (count, len(shots) // count, *fid.shape[1:])
    names: tuple[Dimension, ...] = ("edit", "transient", "coil")
    dims = tuple(name for name, size in zip(names, shape, strict=False) if size > 1)
    kept = [size for size in shape[:-1] if size > 1]
    fid = fid.reshape(*kept, shape[-1])
    return Dataset(fid, facts, nominal_centre_ppm(facts.nucleus), dims, source.voxel)

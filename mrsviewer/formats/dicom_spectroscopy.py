"""DICOM MR Spectroscopy Storage of all makers, and Philips' private class of spectra."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import dicom_file
from mrsviewer.formats.dicom_acquisition import acquisition
from mrsviewer.formats.dicom_signal import read_frames
from mrsviewer.formats.dicom_voxel import voxel
from mrsviewer.formats.embedded_water import FIRST_SAMPLES, standing_out
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.formats.water import is_water
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Finding, Scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.dicom_signal import Frames
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.dataset import Dimension
    from mrsviewer.model.voxel import Voxel

FORMAT = "DICOM MR Spectroscopy"
_SEEN = {"Siemens", "Philips"}
"""Makers of real files whose peaks proved the direction of the axis."""


def sniff(path: Path, head: bytes) -> bool:  # noqa: ARG001 - all readers share this signature
    """Return whether the file is a DICOM object of a class for spectra."""
    found = dicom_file.storage_class(head)
    classes = {dicom_file.MR_SPECTROSCOPY, dicom_file.PHILIPS_SPECTRUM}
    return found is not None and (found in classes or found.startswith(dicom_file.UIH_ROOT))


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scans of the file, the metabolites first.

    Frames of water, which Philips and UIH put into the same file, are a scan of their own; that
    they are water is measured, whatever the file calls them.

    Raises
    ------
    FormatError
        If the file is damaged, holds no time-domain signal, or a grid of voxels.
    """
    data = read_bytes(path)
    elements = dicom_file.open_dicom(path)
    frames = read_frames(path, elements)
    facts = acquisition(path, elements)
    box, findings = voxel(elements)
    findings += _doubts(facts)
    person, key = dicom_file.identity(elements), digest(data)
    parts = _split(frames, facts, box)
    scans = []
    for k, dataset in enumerate(parts):
        signs = check_signal(dataset.fid, facts, dataset.centre_ppm)
        mark = f"#{k + 1}" if len(parts) > 1 else ""
        scans.append(Scan(dataset, FORMAT, path, key + mark, person, findings + signs))
    return tuple(scans)


def _doubts(facts: Acquisition) -> tuple[Finding, ...]:
    """Return a warning for makers whose direction of the axis was never seen."""
    if facts.vendor in _SEEN:
        return ()
    detail = "The sign of the frequency was proved on Siemens and Philips files only."
    return (Finding("warning", "Check the direction of the ppm axis", detail),)


def _split(frames: Frames, facts: Acquisition, box: Voxel | None) -> list[Dataset]:
    """Return the metabolite data and, second, the water reference if there is one."""
    everything = range(len(frames.fid))
    strengths = np.sqrt(np.mean(np.abs(frames.fid[:, :FIRST_SAMPLES]) ** 2, axis=1))
    candidates = [frames.reference or (), standing_out(strengths.tolist())]
    for marks in candidates:
        if not any(marks) or all(marks):
            continue
        water = _dataset(frames, [k for k in everything if marks[k]], facts, box)
        data = _dataset(frames, [k for k in everything if not marks[k]], facts, box)
        if is_water(water, data).is_water:
            return [data, water]
    return [_dataset(frames, list(everything), facts, box)]


def _dataset(
    frames: Frames, which: Sequence[int], facts: Acquisition, box: Voxel | None
) -> Dataset:
    """Return some frames as transients, and by editing condition where they are marked."""
    fid, dims = frames.fid[list(which)], _transients(len(which))
    edits = [frames.edit[k] for k in which] if frames.edit else []
    conditions = sorted(set(edits), reverse=True)
    groups = [[k for k, edit in enumerate(edits) if edit == name] for name in conditions]
    if len(groups) == 2 and len(groups[0]) == len(groups[1]):
        fid, dims = _by_condition(fid, groups)
    elif not dims:
        fid = fid[0]
    return Dataset(fid, facts, nominal_centre_ppm(facts.nucleus), dims, box)


def _transients(count: int) -> tuple[Dimension, ...]:
    """Return the axes before time of so many frames."""
    return ("transient",) if count > 1 else ()


def _by_condition(
    fid: NDArray[np.complex128], groups: list[list[int]]
) -> tuple[NDArray[np.complex128], tuple[Dimension, ...]]:
    """Return frames with an axis of editing conditions, ON first."""
    stacked = np.stack([fid[group] for group in groups])
    dims: tuple[Dimension, ...] = ("edit", *_transients(len(groups[0])))
    return (stacked if len(dims) == 2 else stacked[:, 0]), dims

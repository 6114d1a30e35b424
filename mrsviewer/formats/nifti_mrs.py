"""NIfTI-MRS: complex NIfTI with a JSON header extension (Clarke et al., MRM 2022;88:2358).

On disk higher frequency is lower ppm, so samples are conjugated on reading and on writing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.dsp.mirror import mirror_ratio
from mrsviewer.formats import nifti_file
from mrsviewer.formats.nifti_mrs_header import (
    acquisition_of,
    centre_ppm_of,
    identity_of,
    provenance_of,
)
from mrsviewer.formats.nifti_mrs_writer import write
from mrsviewer.formats.samples import check_samples
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError
from mrsviewer.model.voxel import Voxel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.nifti_file import NiftiFile

__all__ = ["FORMAT", "read", "sniff", "write"]

FORMAT = "NIfTI-MRS"
EXTENSION_CODE = 44
_COMPLEX = {32, 1792, 2048}
_SPACE: tuple[Dimension, ...] = ("x", "y", "z")
_TAGS: Mapping[str, Dimension] = {
    "DIM_COIL": "coil",
    "DIM_DYN": "transient",
    "DIM_EDIT": "edit",
    "DIM_MEAS": "measurement",
}
_NO_PLACE_MM = 1000.0
"""Voxels this large are the standard's stand-in for a place that is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class _Meta:
    entries: Mapping[str, Any]
    findings: tuple[Finding, ...]


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of a NIfTI file with complex samples."""
    del path
    if not nifti_file.is_nifti(head):
        return False
    plain = nifti_file.unzipped_head(head)
    if plain[344:347] == b"n+1":
        field, intent = plain[70:72], plain[328:332]
    else:
        field, intent = plain[12:14], plain[508:512]
    codes = {int.from_bytes(field, "little"), int.from_bytes(field, "big")}
    return intent == b"mrs_" or bool(codes & _COMPLEX)


def read(path: Path) -> tuple[Scan, ...]:
    """Return the one scan of a NIfTI-MRS file.

    Axes of length 1 are left out. Phase cycles and other axes without an equivalent here become
    "measurement", with a warning.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off, damaged, or lacks what the standard requires.
    """
    data = read_bytes(path)
    image = nifti_file.parse(path, data)
    if not np.iscomplexobj(image.samples):
        cause = "It holds an image, not spectroscopy data: its samples are not complex."
        raise FormatError(path, cause, "Open it as the anatomical image of a spectrum.")
    meta = _meta(path, image)
    points = image.samples.shape[3] if image.samples.ndim > 3 else 0
    if points < 2:
        cause = "Its fourth axis, which should be time, is missing or has one point."
        raise FormatError(path, cause, "Convert the scan again.")
    dwell_s, units = _dwell(path, image)
    acquisition, facts = acquisition_of(path, meta.entries, dwell_s)
    fid, dims, axes = _arranged(image.samples, meta.entries)
    check_samples(path, fid)
    centre = centre_ppm_of(meta.entries, nominal_centre_ppm(acquisition.nucleus))
    sign: tuple[Finding, ...] = ()
    if not image.intent.startswith("mrs_v"):
        ratio = mirror_ratio(fid, acquisition, centre)
        mirrored = ratio is not None and ratio > 1.2
        fid = fid.conj() if mirrored else fid
        sign = (_draft_finding(mirrored),)
    dataset = Dataset(
        np.ascontiguousarray(fid),
        acquisition,
        centre,
        dims,
        _voxel(image, meta.entries),
        provenance_of(meta.entries),
    )
    checks = check_signal(dataset.fid, acquisition, centre)
    findings = (*meta.findings, *units, *facts, *axes, *sign, *checks)
    identity = identity_of(meta.entries)
    return (Scan(dataset, FORMAT, path, digest(data), identity, findings),)


def _draft_finding(mirrored: bool) -> Finding:
    kept = "is that of the signal itself" if mirrored else "is that of the standard"
    detail = (
        f"It has no NIfTI-MRS version. The direction of the ppm axis {kept}, by where the peaks "
        "lie; check it."
    )
    return Finding("warning", "File from before the NIfTI-MRS standard", detail)


def _meta(path: Path, image: NiftiFile) -> _Meta:
    """Return the header extension, or for early files the JSON file beside."""
    for code, content in image.extensions:
        if code == EXTENSION_CODE:
            return _Meta(_parsed(path, content), ())
    name = path.name.removesuffix(".gz").removesuffix(".nii") + ".json"
    beside = path.with_name(name)
    if not beside.is_file():
        cause = "It has no NIfTI-MRS header extension, so frequency and nucleus are not known."
        raise FormatError(path, cause, "Convert the scan again with a current converter.")
    detail = f"It has no header extension; {name} beside it was used."
    finding = Finding("warning", "Header taken from another file", detail)
    return _Meta(_parsed(beside, read_bytes(beside)), (finding,))


def _parsed(path: Path, content: bytes) -> Mapping[str, Any]:
    try:
        entries = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        cause = "Its header extension is not valid JSON."
        raise FormatError(path, cause, "Convert the scan again.", str(error)) from error
    if not isinstance(entries, dict):
        raise FormatError(path, "Its header extension is not a JSON object.", "Convert it again.")
    return entries


def _dwell(path: Path, image: NiftiFile) -> tuple[float, tuple[Finding, ...]]:
    step = image.pixdim[4]
    unit = 1.0 if image.time_unit_s is None else image.time_unit_s
    dwell_s = step * unit
    if not 1e-7 < dwell_s < 0.1:
        cause = f"Its dwell time of {dwell_s:g} s cannot be right."
        raise FormatError(path, cause, "Convert the scan again, or correct pixdim[4].")
    if image.time_unit_s is not None:
        return dwell_s, ()
    detail = f"The header gives no unit of time; {step:g} is taken as seconds."
    return dwell_s, (Finding("info", "Unit of the dwell time not given", detail),)


def _arranged(
    samples: NDArray[np.generic], entries: Mapping[str, Any]
) -> tuple[NDArray[np.complex128], tuple[Dimension, ...], tuple[Finding, ...]]:
    """Return the samples in this program's sign, time last, axes of length 1 left out."""
    axes: list[Dimension] = list(_SPACE)
    findings = []
    for axis in range(4, samples.ndim):
        tag = entries.get(f"dim_{axis + 1}")
        axes.append(_TAGS.get(str(tag), "measurement"))
        if str(tag) not in _TAGS and samples.shape[axis] > 1:
            detail = f"Its {samples.shape[axis]} entries are kept apart as separate measurements."
            findings.append(Finding("warning", f"Axis {axis + 1} is {tag or 'not named'}", detail))
    fid = turned(np.moveaxis(samples, 3, -1).astype(np.complex128), "nifti_mrs")
    kept = [index for index, count in enumerate(fid.shape[:-1]) if count > 1]
    fid = fid.reshape([*(fid.shape[index] for index in kept), fid.shape[-1]])
    dims = [axes[index] for index in kept]
    for name in [dim for dim in dict.fromkeys(dims) if dims.count(dim) > 1]:
        fid, dims = _merged(fid, dims, name)
    return fid, tuple(dims), tuple(findings)


def _merged(
    fid: NDArray[np.complex128], dims: list[Dimension], name: Dimension
) -> tuple[NDArray[np.complex128], list[Dimension]]:
    """Return the samples with all axes of one name made one, the last of them fastest."""
    same = [index for index, dim in enumerate(dims) if dim == name]
    others = [index for index, dim in enumerate(dims) if dim != name]
    fid = np.transpose(fid, [*others, *same, len(dims)])
    shape = [*fid.shape[: len(others)], -1, fid.shape[-1]]
    return fid.reshape(shape), [*(dims[index] for index in others), name]


def _voxel(image: NiftiFile, entries: Mapping[str, Any]) -> Voxel | None:
    """Return the voxel, for spectroscopic imaging the excited box or the whole grid."""
    affine = image.affine
    if affine is None:
        return None
    grid = np.array(image.samples.shape[:3], float)
    if (grid > 1).any():
        said = _matrix(entries.get("VOI"))
        if said is None:
            centre = affine @ [*((grid - 1) / 2), 1.0]
            said = affine @ np.diag([*grid, 1.0])
            said[:, 3] = centre
        affine = said
    voxel = Voxel.from_affine(affine)
    return None if max(voxel.size_mm) >= _NO_PLACE_MM else voxel


def _matrix(value: object) -> NDArray[np.float64] | None:
    try:
        matrix = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return matrix if matrix.shape == (4, 4) and nifti_file.is_place(matrix) else None

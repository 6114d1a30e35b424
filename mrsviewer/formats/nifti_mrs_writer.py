"""Writing NIfTI-MRS: NIfTI-2, so that dwell time and place keep their precision."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mrsviewer import __version__
from mrsviewer.formats.nifti_mrs_header import PROGRAM, header_entries
from mrsviewer.formats.signs import turned
from mrsviewer.formats.target_file import replace_file, write_error
from mrsviewer.model.acquisition import Identity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset, Dimension

_STANDARD = b"mrs_v0_11"
_TAGS: dict[Dimension, str] = {
    "coil": "DIM_COIL",
    "transient": "DIM_DYN",
    "edit": "DIM_EDIT",
    "measurement": "DIM_MEAS",
}
_SPACE: tuple[Dimension, ...] = ("x", "y", "z")
_SCANNER_FRAME = 1
_UNKNOWN_EDGE_MM = 10_000.0


def write(dataset: Dataset, path: Path, identity: Identity | None = None) -> None:
    """Write a dataset as NIfTI-MRS; a file of that name is replaced only when all is written.

    Samples are stored in single precision where that loses nothing, else in double. Axes of
    length 1 are left out. ``identity`` is written as given; without it no patient is named.

    Raises
    ------
    MrsError
        If the name does not end in .nii or .nii.gz, the folder cannot be written to, or the data
        have more than three axes besides space and time.
    """
    path = Path(path)
    if not path.name.lower().endswith((".nii", ".nii.gz")):
        cause = "NIfTI-MRS files are called .nii or .nii.gz."
        raise write_error(path, cause, f"Choose a name such as {path.stem}.nii.gz.")
    content = encode(dataset, identity, path)
    if path.name.lower().endswith(".gz"):
        content = gzip.compress(content, 6, mtime=0)
    replace_file(path, content)


def encode(dataset: Dataset, identity: Identity | None = None, path: Path | None = None) -> bytes:
    """Return the bytes of an uncompressed NIfTI-MRS file; raises as :func:`write`."""
    from nibabel.nifti1 import Nifti1Extension  # noqa: PLC0415 - 0.3 s, not needed at start
    from nibabel.nifti2 import Nifti2Image  # noqa: PLC0415 - as above

    samples, tags = _arranged(dataset, path or Path("data.nii.gz"))
    affine = _affine(dataset, samples.shape[:3])
    make: Any = Nifti2Image  # nibabel's classes are not annotated
    image = make(samples, affine)
    known = _SCANNER_FRAME if dataset.voxel is not None else 0
    image.header.set_sform(affine, known)
    image.header.set_qform(affine, known)
    image.header.set_xyzt_units("mm", "sec")
    image.header["intent_name"] = _STANDARD
    image.header["pixdim"][4] = dataset.acquisition.dwell_s
    entries: dict[str, Any] = {
        **header_entries(
            dataset.acquisition, dataset.centre_ppm, identity or Identity(), dataset.provenance
        ),
        **tags,
        "ConversionMethod": f"{PROGRAM} {__version__}",
        "ConversionTime": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(entries, ensure_ascii=False).encode()
    image.header.extensions.append(Nifti1Extension(44, text))
    return bytes(image.to_bytes())


def _arranged(dataset: Dataset, path: Path) -> tuple[NDArray[np.complexfloating], dict[str, str]]:
    """Return the samples as (x, y, z, time, up to three more) in the sign of the file."""
    kept = [
        index
        for index, dim in enumerate(dataset.dims)
        if dim not in _SPACE and dataset.fid.shape[index] > 1
    ]
    kept.sort(key=lambda index: list(_TAGS).index(dataset.dims[index]))
    if len(kept) > 3:
        cause = "NIfTI-MRS holds at most three axes besides space and time."
        raise write_error(path, cause, "Combine coils or average first.")
    space = [dataset.dims.index(dim) for dim in _SPACE if dim in dataset.dims]
    single = [index for index in range(len(dataset.dims)) if index not in {*space, *kept}]
    order = [*single, *space, dataset.fid.ndim - 1, *kept]
    fid = turned(np.transpose(dataset.fid, order), "nifti_mrs")
    shape = [dataset.count(dim) for dim in _SPACE]
    fid = fid.reshape([*shape, dataset.points, *(dataset.fid.shape[index] for index in kept)])
    brief = fid.astype(np.complex64)
    tags = {f"dim_{5 + at}": _TAGS[dataset.dims[index]] for at, index in enumerate(kept)}
    return (brief if np.array_equal(brief, fid) else fid), tags


def _affine(dataset: Dataset, grid: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the index-to-RAS matrix of one grid cell; the voxel is the box of the whole grid."""
    if dataset.voxel is None:
        return np.diag([_UNKNOWN_EDGE_MM] * 3 + [1.0])
    cells = np.array(grid, float)
    affine = dataset.voxel.affine() @ np.diag([*(1 / cells), 1.0])
    affine[:, 3] -= affine @ [*((cells - 1) / 2), 0.0]
    return np.asarray(affine)

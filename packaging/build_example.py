"""Build the bundled example case: ``python packaging/build_example.py [FOLDER]``.

Equal bytes each time on one machine: fixed seeds, no time stamps. The files lie under
resources/examples/press30_3t and are kept in the repository.
"""

# ruff: noqa: INP001 - a script beside the package, not part of it

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import nibabel as nib
import numpy as np
from nibabel.nifti1 import Nifti1Extension
from nibabel.nifti2 import Nifti2Image

from mrsviewer.anatomy.tissue import tissue_fractions
from mrsviewer.basis.matching import matching_basis
from mrsviewer.formats.nifti_mrs_writer import encode
from mrsviewer.quantification.relaxation import find_table
from mrsviewer.simulation.example import example_paths
from mrsviewer.simulation.example_case import (
    ACQUISITION,
    CONCENTRATIONS,
    IDENTITY,
    POINTS,
    example_case,
    voxel,
)
from mrsviewer.simulation.phantom import head
from mrsviewer.simulation.scaling import Relaxation, RelaxationTimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.volume import Tissue, Volume
    from mrsviewer.quantification.relaxation import Times

GRID, SAMPLE_MM = (112, 94, 92), 2.0
CENTRE_RAS_MM = (1.0, -14.0, 2.0)
STEPS = 16
"""Tissue fractions are stored in sixteenths, which keeps the maps small."""


def grid_affine() -> NDArray[np.float64]:
    """Return the grid of the head image: sagittal slices, tilted 7 and turned 4 degrees."""
    axes = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    tilt, turn = np.deg2rad(7.0), np.deg2rad(4.0)
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    )
    about_z = np.array(
        [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    affine = np.eye(4)
    affine[:3, :3] = SAMPLE_MM * (about_z @ about_x @ axes)
    affine[:3, 3] = np.array(CENTRE_RAS_MM) - affine[:3, :3] @ ((np.array(GRID) - 1) / 2)
    return np.asarray(np.round(affine, 6))


def build() -> dict[str, bytes]:
    """Return the content of every file of the example, by name."""
    person = head(GRID, grid_affine())
    maps = {tissue: stored(volume) for tissue, volume in person.maps.items()}
    fractions = voxel_fractions(maps)
    basis = matching_basis(ACQUISITION, POINTS)
    case = example_case(basis, fractions, relaxation())
    truth = msgspec.json.format(msgspec.json.encode(case.truth), indent=2)
    return {
        "metab.nii.gz": packed(timeless(case.metabolite)),
        "water.nii.gz": packed(timeless(case.water)),
        "t1w.nii.gz": packed(image_bytes(person.image, 1.0)),
        **{f"pve_{t}.nii.gz": packed(image_bytes(maps[t], 1 / STEPS)) for t in maps},
        "truth.json": truth + b"\n",
    }


def relaxation() -> RelaxationTimes:
    """Return the times that quantification uses by default at this field."""
    table = find_table("auto", ACQUISITION.field_t)
    assert table is not None

    def copied(by_tissue: Mapping[Tissue, Times]) -> dict[Tissue, Relaxation]:
        return {tissue: Relaxation(times.t1_s, times.t2_s) for tissue, times in by_tissue.items()}

    return RelaxationTimes(
        f"{table.table_id} {table.field_t:g} T, {table.source}",
        copied(table.water),
        {name: copied(times) for name, times in table.named.items() if name in CONCENTRATIONS},
        copied(table.metabolite),
    )


def stored(volume: Volume) -> Volume:
    """Return a tissue map as it will be read back."""
    data = np.round(volume.data * STEPS) / STEPS
    return replace(volume, data=data.astype(np.float32))


def voxel_fractions(maps: dict[Tissue, Volume]) -> dict[Tissue, float]:
    """Return the tissue of the voxel; rounding in the maps is scaled out of the sum."""
    found = tissue_fractions(voxel(), maps)
    total = sum(found.values())
    return {tissue: found[tissue] / total for tissue in ("gm", "wm", "csf")}


def image_bytes(volume: Volume, slope: float) -> bytes:
    """Return a head image as NIfTI, one byte per sample."""
    make: Any = nib.Nifti1Image
    image = make(np.round(volume.data / slope).astype(np.uint8), volume.affine)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = b"simulated"
    image.header.set_slope_inter(slope, 0.0)
    image.set_sform(volume.affine, 1)
    image.set_qform(volume.affine, 1)
    return bytes(image.to_bytes())


def timeless(dataset: Dataset) -> bytes:
    """Return a scan as NIfTI-MRS without the time at which it was written."""
    make: Any = Nifti2Image
    image = make.from_bytes(encode(dataset, IDENTITY))
    extension = image.header.extensions[0]
    entries = json.loads(extension.text)
    entries.pop("ConversionTime")
    image.header.extensions[0] = Nifti1Extension(44, json.dumps(entries).encode())
    return bytes(image.to_bytes())


def packed(content: bytes) -> bytes:
    """Return gzip data without file name and time."""
    return gzip.compress(content, 9, mtime=0)


def main(arguments: list[str]) -> None:
    """Write the files."""
    folder = Path(arguments[0]) if arguments else example_paths().truth.parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Voxels from the vectors in file headers (DICOM patient coordinates, LPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import lps_to_ras
from mrsviewer.model.voxel import Voxel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNIT_TOLERANCE = 0.01
FARTHEST_MM = 1e4
"""No scanner is larger; also false for what is not a number."""


def voxel_from_lps(
    centre: Sequence[float],
    row: Sequence[float],
    column: Sequence[float],
    size: Sequence[float],
) -> Voxel:
    """Return the voxel with edges along ``row``, ``column`` and their cross product.

    Parameters
    ----------
    centre
        LPS mm.
    row, column
        Unit vectors, LPS: the two halves of DICOM's Image Orientation (Patient).
    size
        Edge lengths in mm along row, column and their normal. DICOM's pixel spacing is
        (between rows, between columns), which is (column, row) here.

    Raises
    ------
    ValueError
        If a number is not finite, an edge not positive, or the vectors are not orthonormal.
    """
    axes = np.array([row, column], float)
    lengths = np.concatenate([np.asarray(centre, float), np.asarray(size, float)])
    if lengths.shape != (6,) or not np.all(np.abs(lengths) < FARTHEST_MM):
        msg = "the voxel's geometry is incomplete"
        raise ValueError(msg)
    if min(size) <= 0 or not _orthonormal(axes):
        msg = "the voxel's size or direction vectors make no box"
        raise ValueError(msg)
    axes = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    all_axes = np.vstack([axes, np.cross(axes[0], axes[1])])
    # Adding zero turns -0 into 0, which reads better.
    middle, directions = lps_to_ras(np.asarray(centre, float)) + 0, lps_to_ras(all_axes).T + 0
    return Voxel.from_arrays(middle, np.asarray(size, float), directions)


def voxel_from_slabs(
    normals: NDArray[np.float64], midpoints: NDArray[np.float64], thickness: NDArray[np.float64]
) -> Voxel:
    """Return the intersection of three slabs (DICOM Volume Localization Sequence).

    Parameters
    ----------
    normals, midpoints
        Shape (3, 3), LPS; one row per slab. A midpoint need not be the voxel's centre.
    thickness
        Shape (3,), mm.

    Raises
    ------
    ValueError
        If the slabs are not at right angles to one another.
    """
    if not _orthonormal(normals) or not np.all(np.abs(midpoints) < FARTHEST_MM):
        msg = "the three slabs do not cut out a box"
        raise ValueError(msg)
    centre = np.linalg.solve(normals, np.sum(normals * midpoints, axis=1))
    return voxel_from_lps(
        centre.tolist(), normals[2].tolist(), normals[1].tolist(), thickness[::-1].tolist()
    )


def _orthonormal(vectors: NDArray[np.float64]) -> bool:
    """Return whether the rows are unit vectors at right angles; not so for NaN."""
    if not np.all(np.abs(vectors) <= 1 + UNIT_TOLERANCE):
        return False
    return bool(np.allclose(vectors @ vectors.T, np.eye(len(vectors)), atol=UNIT_TOLERANCE))


def displacement_mm(one: Voxel, other: Voxel) -> float:
    """Return how far the corners of two boxes lie apart, whatever order their axes have."""
    a, b = one.corners_ras_mm(), other.corners_ras_mm()
    between = np.linalg.norm(a[:, None] - b[None], axis=-1)
    return float(max(between.min(axis=0).max(), between.min(axis=1).max()))

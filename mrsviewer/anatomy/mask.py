"""How much of each sample of an image lies in the spectroscopy voxel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.volume import Volume
    from mrsviewer.model.voxel import Voxel

_SUBSAMPLE_MM = 0.34
_MAX_SUBSAMPLES = 24


@dataclass(frozen=True, slots=True, eq=False)
class VoxelMask:
    """Partial volumes on the part of an image around a voxel.

    Attributes
    ----------
    fraction
        Share of each sample that lies in the box, 0 to 1, shape (i, j, k) of the block,
        float32, read-only.
    start
        Index of the block's first sample in the image.
    sample_ml
        Volume of one sample.
    coverage
        Share of the box that lies inside the image, 0 to 1.
    """

    fraction: NDArray[np.float32]
    start: tuple[int, int, int]
    sample_ml: float
    coverage: float

    @property
    def block(self) -> tuple[slice, slice, slice]:
        """Return the index of the block in the image."""
        i, j, k = (slice(s, s + n) for s, n in zip(self.start, self.fraction.shape, strict=True))
        return i, j, k

    def volume_ml(self) -> float:
        """Return the volume of the box inside the image."""
        return float(self.fraction.sum(dtype=np.float64)) * self.sample_ml


def voxel_mask(voxel: Voxel, volume: Volume) -> VoxelMask:
    """Return the partial-volume mask of ``voxel`` on the grid of ``volume``.

    Samples wholly inside or outside the box are found by their distance from its faces; those
    on a face are divided into points at most 0.34 mm apart (at most 24 per edge).
    """
    start, count = _block(voxel, volume)
    sample_ml = abs(float(np.linalg.det(volume.affine[:3, :3]))) * 1e-3
    to_box = _index_to_box(voxel, volume)
    index = np.stack(np.meshgrid(*map(np.arange, count), indexing="ij"), axis=-1) + start
    place = index @ to_box[:3, :3].T + to_box[:3, 3]
    half = np.array(voxel.size_mm) / 2
    reach = np.abs(to_box[:3, :3]).sum(axis=1) / 2
    fraction = np.all(np.abs(place) <= half - reach, axis=-1).astype(np.float32)
    touched = np.all(np.abs(place) < half + reach, axis=-1) & (fraction == 0)
    fraction[touched] = _shares(place[touched], to_box[:3, :3], half)
    fraction.setflags(write=False)
    inside_ml = float(fraction.sum(dtype=np.float64)) * sample_ml
    first = (int(start[0]), int(start[1]), int(start[2]))
    return VoxelMask(fraction, first, sample_ml, min(1.0, inside_ml / voxel.volume_ml()))


def _index_to_box(voxel: Voxel, volume: Volume) -> NDArray[np.float64]:
    """Return the 4 x 4 matrix from image index to mm along the box's own axes."""
    turn = np.array(voxel.axes_ras).T
    matrix = np.eye(4)
    matrix[:3, :3] = turn @ volume.affine[:3, :3]
    matrix[:3, 3] = turn @ (volume.affine[:3, 3] - np.array(voxel.centre_ras_mm))
    return matrix


def _block(voxel: Voxel, volume: Volume) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first index and size of the part of the image that may touch the box."""
    inverse = np.linalg.inv(volume.affine)
    corners = voxel.corners_ras_mm() @ inverse[:3, :3].T + inverse[:3, 3]
    shape = np.array(volume.data.shape)
    low = np.clip(np.floor(corners.min(axis=0) - 0.5), 0, shape).astype(np.intp)
    high = np.clip(np.ceil(corners.max(axis=0) + 0.5) + 1, 0, shape).astype(np.intp)
    return low, np.maximum(high - low, 0)


def _shares(
    place: NDArray[np.float64], edges: NDArray[np.float64], half: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the share inside the box of samples centred at ``place``, shape (n,).

    Each part of a sample counts by how far it lies inside each pair of faces, so that a face
    through its middle gives one half.
    """
    size = np.linalg.norm(edges, axis=0)
    parts = np.clip(np.ceil(size / _SUBSAMPLE_MM), 2, _MAX_SUBSAMPLES).astype(int)
    width = np.abs(edges / parts).sum(axis=1)
    share = np.zeros(len(place))
    for point in product(*((np.arange(n) + 0.5) / n - 0.5 for n in parts)):
        depth = (half - np.abs(place + edges @ np.array(point))) / width
        share += np.clip(depth + 0.5, 0.0, 1.0).prod(axis=-1)
    return np.asarray(share / float(np.prod(parts)), np.float32)

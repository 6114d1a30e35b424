"""Orthogonal slices through an image whose own axes may point anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.anatomy.frame import SliceFrame, slice_frame
from mrsviewer.anatomy.windowing import brightness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.anatomy.frame import Plane
    from mrsviewer.model.volume import Volume

MAX_PIXELS = 440
"""Longest side of a slice. 440 keeps one slice below 15 ms and a large screen sharp."""

_MARGIN_MM = 8.0
_COARSE_POINTS = 48
_INSIDE_TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Box:
    """A box along the RAS axes: its lowest and highest corner, mm."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def including(self, points_ras_mm: NDArray[np.float64]) -> Box:
        """Return the smallest box that holds this one and the points, shape (n, 3)."""
        low = np.minimum(self.low, points_ras_mm.min(axis=0))
        high = np.maximum(self.high, points_ras_mm.max(axis=0))
        return _box(low, high)


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """One resampled slice with square pixels.

    Attributes
    ----------
    frame
        Which way its sides point.
    image
        Shape (rows, columns), row 0 at the top, float32, read-only; NaN outside the volume.
    pixel_mm
        Edge of a pixel.
    origin_mm
        In-plane coordinates of the centre of the bottom left pixel.
    position_mm
        RAS coordinate along the normal.
    """

    frame: SliceFrame
    image: NDArray[np.float32]
    pixel_mm: float
    origin_mm: tuple[float, float]
    position_mm: float


def spacing_mm(volume: Volume) -> NDArray[np.float64]:
    """Return the distance of neighbouring samples along the array's three axes, mm."""
    return np.asarray(np.linalg.norm(volume.affine[:3, :3], axis=0))


def step_mm(volume: Volume, plane: Plane) -> float:
    """Return how far the next slice of the volume is along the normal of ``plane``, mm."""
    normal = np.abs(volume.affine[slice_frame(plane).normal, :3])
    return float(spacing_mm(volume)[int(np.argmax(normal))])


def extent(volume: Volume) -> Box:
    """Return the box along the RAS axes that holds the whole volume."""
    last = np.array(volume.data.shape) - 0.5
    corners = np.array(np.meshgrid(*((-0.5, end) for end in last))).reshape(3, -1)
    points = volume.affine[:3, :3] @ corners + volume.affine[:3, 3:]
    return _box(points.min(axis=1), points.max(axis=1))


def head_box(volume: Volume) -> Box:
    """Return the part of the volume with signal in it, with a margin: the best field of view.

    Voxels brighter than a twelfth of the volume's brightness count. Where noise or a bright
    background reaches the edge, this is simply the whole volume.
    """
    stride = tuple(max(1, n // _COARSE_POINTS) for n in volume.data.shape)
    coarse = volume.data[:: stride[0], :: stride[1], :: stride[2]]
    bright = np.argwhere(coarse > brightness(volume) / 12) * np.array(stride)
    whole = extent(volume)
    if len(bright) == 0:
        return whole
    points = bright @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    low = np.maximum(points.min(axis=0) - _MARGIN_MM, whole.low)
    high = np.minimum(points.max(axis=0) + _MARGIN_MM, whole.high)
    return _box(low, high)


def reslice(
    volume: Volume, frame: SliceFrame, position_mm: float, box: Box, *, order: int = 1
) -> Slice:
    """Return the slice of ``volume`` at ``position_mm`` that covers ``box``.

    Parameters
    ----------
    position_mm
        RAS coordinate of the slice along its normal.
    order
        1 for trilinear interpolation, 0 for the nearest sample (label maps).

    Notes
    -----
    The samples of a volume fill their own width: a slice within half a sample of the outermost
    one shows that one, beyond it is NaN.
    """
    from scipy import ndimage  # noqa: PLC0415  (0.1 s; not needed for the empty window)

    pixel, columns, rows = _grid(volume, frame, box)
    across = (frame.horizontal_sign * np.array([box.low, box.high])[:, frame.horizontal]).min()
    origin = (float(across) + pixel / 2, box.low[frame.vertical] + pixel / 2)
    matrix, offset = _to_index(volume, frame, (pixel, rows), origin, position_mm)
    image = ndimage.affine_transform(
        volume.data,
        np.column_stack([matrix, np.zeros(3)]),
        offset=offset,
        output_shape=(rows, columns, 1),
        output=np.float32,
        order=order,
        mode="nearest",
        prefilter=False,
    )[:, :, 0]
    inside = _inside(volume.data.shape, matrix, offset, (rows, columns))
    if not inside.all():
        image[~inside] = np.nan
    image.setflags(write=False)
    return Slice(frame, image, pixel, origin, position_mm)


def _grid(volume: Volume, frame: SliceFrame, box: Box) -> tuple[float, int, int]:
    size = np.array(box.high) - np.array(box.low)
    width, height = size[frame.horizontal], size[frame.vertical]
    pixel = max(float(spacing_mm(volume).min()), float(max(width, height)) / MAX_PIXELS)
    return pixel, max(1, round(width / pixel)), max(1, round(height / pixel))


def _to_index(
    volume: Volume,
    frame: SliceFrame,
    grid: tuple[float, int],
    origin: tuple[float, float],
    position_mm: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (3, 2) matrix and (3,) offset from (row, column) to the volume's index."""
    pixel, rows = grid
    top = origin[1] + (rows - 1) * pixel
    inverse = np.linalg.inv(volume.affine)
    steps = np.column_stack([-frame.up * pixel, frame.right * pixel])
    start = np.array(frame.to_ras(origin[0], top, position_mm))
    return inverse[:3, :3] @ steps, inverse[:3, :3] @ start + inverse[:3, 3]


def _inside(
    shape: tuple[int, ...],
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    size: tuple[int, int],
) -> NDArray[np.bool_]:
    """Return which pixels lie inside the volume, shape ``size``."""
    row = np.arange(size[0], dtype=np.float32)[:, None]
    column = np.arange(size[1], dtype=np.float32)[None, :]
    inside = np.ones(size, bool)
    for axis, count in enumerate(shape):
        low, high = -0.5 - _INSIDE_TOLERANCE, count - 0.5 + _INSIDE_TOLERANCE
        along_rows = (offset[axis] + matrix[axis, 0] * row).astype(np.float32)
        index = along_rows + (matrix[axis, 1] * column).astype(np.float32)
        if index[[0, 0, -1, -1], [0, -1, 0, -1]].min() < low:
            inside &= index >= low
        if index[[0, 0, -1, -1], [0, -1, 0, -1]].max() > high:
            inside &= index <= high
    return inside


def _box(low: NDArray[np.float64], high: NDArray[np.float64]) -> Box:
    a, b, c = (float(v) for v in low)
    d, e, f = (float(v) for v in high)
    return Box((a, b, c), (d, e, f))

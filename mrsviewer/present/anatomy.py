"""The voxel on the anatomical image, ready to draw."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.anatomy import outline
from mrsviewer.anatomy.frame import PLANES, SliceFrame, slice_frame
from mrsviewer.anatomy.slices import Box, Slice, extent, head_box, reslice, step_mm
from mrsviewer.anatomy.windowing import default_window
from mrsviewer.present.scenes import AnatomyScene, SliceScene

if TYPE_CHECKING:
    from mrsviewer.model.volume import Volume
    from mrsviewer.model.voxel import Vector, Voxel

_EMPTY_HALF_MM = 60.0
_EMPTY_PIXEL_MM = 1.0

_TOWARDS = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}
"""RAS axis and sign of each letter."""


def anatomy_scene(
    volume: Volume | None,
    voxels: tuple[Voxel, ...],
    cursor_ras_mm: Vector | None = None,
    level: float | None = None,
    width: float | None = None,
    *,
    radiological: bool = True,
) -> AnatomyScene:
    """Return the axial, coronal and sagittal slice through the cursor.

    Parameters
    ----------
    volume
        The head image, or None: then the slices are empty and show the outlines alone.
    voxels
        Boxes to outline; the first gives the side and, without a cursor, the slices.
    cursor_ras_mm
        Where the three slices meet; None: the centre of the first voxel, else of the image.
    level, width
        Intensity window; None: chosen from the image.
    radiological
        Show the patient's left on the right of axial and coronal slices (else on the left).
    """
    cursor = _default_cursor(volume, voxels) if cursor_ras_mm is None else cursor_ras_mm
    frames = tuple(slice_frame(plane, radiological=radiological) for plane in PLANES)
    box = _field_of_view(volume, voxels, cursor)
    slices = tuple(_slice(volume, frame, cursor[frame.normal], box) for frame in frames)
    scenes = tuple(_scene(piece, voxels, cursor, _step(volume, piece.frame)) for piece in slices)
    auto_level, auto_width = (0.5, 1.0) if volume is None else _window(volume)
    return AnatomyScene(
        scenes,
        auto_level if level is None else level,
        auto_width if width is None else width,
        _caption(volume, radiological=radiological),
        side_in_words(voxels[0]) if voxels else "",
    )


def side_in_words(voxel: Voxel) -> str:
    """Return on which side of the scanner's midline a voxel lies, and how far.

    "midline" where the plane x = 0 passes through the middle half of the box. The scanner's
    midline is not the patient's; the picture shows where the head lay.
    """
    x = voxel.centre_ras_mm[0]
    reach = float(np.ptp(voxel.corners_ras_mm()[:, 0])) / 2
    side = "right" if x > 0 else "left"
    if abs(x) > reach / 2:
        return f"{side}, {abs(x):.0f} mm from the scanner's midline"
    return f"midline, {abs(x):.0f} mm to the {side}" if round(abs(x)) else "midline"


def point_in_head(piece: SliceScene, across_mm: float, up_mm: float) -> Vector:
    """Return the RAS point at in-plane coordinates of a slice, told by its letters."""
    point = [piece.position_mm] * 3
    for letter, value in ((piece.letters[1], across_mm), (piece.letters[2], up_mm)):
        axis, sign = _TOWARDS[letter]
        point[axis] = sign * value
    return point[0], point[1], point[2]


def normal_axis(piece: SliceScene) -> int:
    """Return the RAS axis (0, 1, 2) along which a slice scrolls."""
    return 3 - _TOWARDS[piece.letters[1]][0] - _TOWARDS[piece.letters[2]][0]


def place_in_words(point_ras_mm: Vector, digits: int = 1) -> str:
    """Return a point as letters and millimetres: "L 41.6  P 21.6  I 5.0 mm"."""
    parts = (
        f"{pair[value >= 0]} {abs(value):.{digits}f}"
        for pair, value in zip(("LR", "PA", "IS"), point_ras_mm, strict=True)
    )
    return "  ".join(parts) + " mm"


def _default_cursor(volume: Volume | None, voxels: tuple[Voxel, ...]) -> Vector:
    if voxels:
        return voxels[0].centre_ras_mm
    if volume is None:
        return 0.0, 0.0, 0.0
    box = _boxes(volume)[0]
    x, y, z = ((a + b) / 2 for a, b in zip(box.low, box.high, strict=True))
    return x, y, z


def _field_of_view(volume: Volume | None, voxels: tuple[Voxel, ...], cursor: Vector) -> Box:
    """Return what all slices show: the head and all voxels, or the voxels' surroundings."""
    corners = [voxel.corners_ras_mm() for voxel in voxels]
    if volume is not None:
        box = _boxes(volume)[0]
        return box.including(np.concatenate(corners)) if corners else box
    points = np.concatenate([np.array([cursor]) if not corners else corners[0], *corners])
    middle, reach = points.mean(axis=0), float(np.ptp(points, axis=0).max()) * 0.75
    half = max(_EMPTY_HALF_MM, reach)
    x, y, z = (float(v) for v in middle)
    return Box((x - half, y - half, z - half), (x + half, y + half, z + half))


def _slice(volume: Volume | None, frame: SliceFrame, position_mm: float, box: Box) -> Slice:
    if volume is not None:
        return _resliced(volume, frame, position_mm, box)
    count = max(1, round((box.high[0] - box.low[0]) / _EMPTY_PIXEL_MM))
    across = (frame.horizontal_sign * np.array([box.low, box.high])[:, frame.horizontal]).min()
    origin = (float(across) + _EMPTY_PIXEL_MM / 2, box.low[frame.vertical] + _EMPTY_PIXEL_MM / 2)
    image = np.full((count, count), np.nan, np.float32)
    return Slice(frame, image, _EMPTY_PIXEL_MM, origin, position_mm)


def _step(volume: Volume | None, frame: SliceFrame) -> float:
    return 1.0 if volume is None else step_mm(volume, frame.plane)


def _scene(piece: Slice, voxels: tuple[Voxel, ...], cursor: Vector, step: float) -> SliceScene:
    frame = piece.frame
    cuts = [outline.cut(voxel, frame, piece.position_mm) for voxel in voxels]
    missed = [voxel for voxel, polygon in zip(voxels, cuts, strict=True) if len(polygon) == 0]
    across, up = (float(v) for v in frame.to_plane(np.array(cursor)))
    return SliceScene(
        frame.plane,
        piece.image,
        piece.pixel_mm,
        piece.origin_mm,
        frame.letters,
        piece.position_mm,
        tuple(cuts),
        tuple(outline.silhouette(voxel, frame) for voxel in missed),
        (across, up),
        step,
    )


def _caption(volume: Volume | None, *, radiological: bool) -> str:
    side = "right" if radiological else "left"
    name = "No anatomical image" if volume is None else volume.name
    return f"{name}. The patient's left is on the {side}."


@lru_cache(maxsize=3)
def _resliced(volume: Volume, frame: SliceFrame, position_mm: float, box: Box) -> Slice:
    """Return a slice; scrolling one plane does not resample the other two again."""
    return reslice(volume, frame, position_mm, box)


@lru_cache(maxsize=1)
def _boxes(volume: Volume) -> tuple[Box, Box]:
    """Return head and whole extent of the volume last used."""
    return head_box(volume), extent(volume)


@lru_cache(maxsize=1)
def _window(volume: Volume) -> tuple[float, float]:
    return default_window(volume)

"""The voxel on the head as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.present.anatomy import normal_axis, place_in_words
from mrsviewer.report import drawing as d

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from mrsviewer.present.scenes import AnatomyScene, SliceScene

_GAP = 6.0
_ENLARGE = 2


def slices_drawing(scene: AnatomyScene, width: float, height: float) -> d.Drawing:
    """Return the three slices side by side on one scale, with outline, letters and positions."""
    sizes = [np.array(piece.image.shape[::-1]) * piece.pixel_mm for piece in scene.slices]
    room = width - _GAP * (len(sizes) - 1)
    scale = min(room / sum(s[0] for s in sizes), (height - 2) / max(s[1] for s in sizes))
    spare = (room - scale * sum(s[0] for s in sizes)) / len(sizes)
    shapes: list[d.Shape] = []
    left = 0.0
    for piece, size in zip(scene.slices, sizes, strict=True):
        panel = float(size[0] * scale + spare)
        shapes.append(d.rectangle(left, 0, panel, height, d.BLACK))
        inner = (left + spare / 2, (height - float(size[1]) * scale) / 2)
        shapes += _slice(piece, scene, inner, float(scale))
        shapes += _letters(piece, left, panel, height)
        left += panel + _GAP
    words = f"Axial, coronal and sagittal slice with the voxel. {scene.caption}"
    return d.Drawing(width, height, tuple(shapes), words)


def _slice(
    piece: SliceScene, scene: AnatomyScene, corner: tuple[float, float], scale: float
) -> list[d.Shape]:
    rows, columns = piece.image.shape
    shapes: list[d.Shape] = []
    if np.isfinite(piece.image).any():
        image = _image(piece.image, scene.level, scene.width)
        wide, high = columns * piece.pixel_mm * scale, rows * piece.pixel_mm * scale
        shapes.append(d.Picture(*corner, wide, high, image))
    low = np.array(piece.origin_mm) - piece.pixel_mm / 2
    top = float(low[1]) + rows * piece.pixel_mm
    for polygons, dash in ((piece.projections, (3.0, 2.0)), (piece.outlines, ())):
        for polygon in polygons:
            if len(polygon):
                across = corner[0] + (polygon[:, 0] - low[0]) * scale
                down = corner[1] + (top - polygon[:, 1]) * scale
                points = np.column_stack([across, down])
                shapes.append(d.Path(points, d.BLACK, 2.0, dash, closed=True))
                shapes.append(d.Path(points, d.VOXEL, 1.0, dash, closed=True))
    return shapes


def _letters(piece: SliceScene, left: float, width: float, height: float) -> list[d.Shape]:
    """Return edge letters and where the slice is."""
    middle, centre = height / 2 + 3, left + width / 2
    places: tuple[tuple[float, float, d.Anchor], ...] = (
        (left + 3, middle, "start"),
        (left + width - 3, middle, "end"),
        (centre, 9, "middle"),
        (centre, height - 4, "middle"),
    )
    shapes: list[d.Shape] = [
        d.Label(x, y, letter, 8.0, d.ON_IMAGE, anchor, bold=True, halo=d.BLACK)
        for letter, (x, y, anchor) in zip(piece.letters, places, strict=True)
    ]
    where = place_in_words((piece.position_mm,) * 3).removesuffix(" mm").split("  ")
    text = f"{where[normal_axis(piece)]} mm"
    return [*shapes, d.Label(left + 3, height - 4, text, 6.5, d.ON_IMAGE, halo=d.BLACK)]


def _image(values: NDArray[np.float32], level: float, width: float) -> Image:
    """Return a slice as a grey image, enlarged so that no pixels show in print."""
    from PIL import Image  # noqa: PLC0415  (only reports need it)

    scaled = (values - (level - width / 2)) * (255.0 / max(width, 1e-12))
    grey = np.nan_to_num(np.clip(scaled, 0, 255), nan=0.0).astype(np.uint8)
    image = Image.fromarray(grey)
    size = (image.width * _ENLARGE, image.height * _ENLARGE)
    return image.resize(size, Image.Resampling.BICUBIC)

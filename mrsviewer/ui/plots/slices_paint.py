"""Painting of one slice: picture, voxel, crosshair, letters, scale bar and read-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainterPath, QPen, QPolygonF

from mrsviewer.ui.plots.slices_geometry import scale_bar_mm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from mrsviewer.present.scenes import SliceScene
    from mrsviewer.ui.plots.slices_geometry import PixelMap

VOXEL = QColor("#FFC914")
CROSSHAIR = QColor("#14B7FF")
LETTER = QColor("#E6EAED")
QUIET = QColor("#A9B2B9")
BLACK = QColor("#000000")
"""On images the colours are the same in both themes, on black."""

_CROSSHAIR_GAP = 9.0
_EDGE = 4.0


def grey_image(image: NDArray[np.float32], level: float, width: float) -> QImage:
    """Return the slice between black and white; NaN is black. Keeps its own copy."""
    low = level - width / 2
    scaled = np.clip((image - low) * (255.0 / max(width, 1e-12)), 0, 255)
    grey = np.ascontiguousarray(np.nan_to_num(scaled, nan=0.0).astype(np.uint8))
    rows, columns = grey.shape
    return QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def paint_voxels(painter: QPainter, scene: SliceScene, place: PixelMap) -> None:
    """Draw the cut of each voxel solid, the silhouette of one that the slice misses dashed."""
    halo = QPen(QColor(0, 0, 0, 150), 3.6)
    halo.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    solid = QPen(VOXEL, 1.8)
    solid.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    dashed = QPen(VOXEL, 1.2, Qt.PenStyle.DashLine)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for polygon in _polygons(scene.projections, place):
        painter.setPen(dashed)
        painter.drawPolygon(polygon)
    for polygon in _polygons(scene.outlines, place):
        for pen in (halo, solid):
            painter.setPen(pen)
            painter.drawPolygon(polygon)


def paint_crosshair(painter: QPainter, scene: SliceScene, place: PixelMap, size: QRectF) -> None:
    """Draw the crosshair from edge to edge, open where it crosses so that it hides nothing."""
    at = place.to_pixels(*scene.crosshair_mm)
    painter.setPen(QPen(CROSSHAIR, 1))
    painter.drawLines(
        [
            QLineF(size.left(), at.y(), at.x() - _CROSSHAIR_GAP, at.y()),
            QLineF(at.x() + _CROSSHAIR_GAP, at.y(), size.right(), at.y()),
            QLineF(at.x(), size.top(), at.x(), at.y() - _CROSSHAIR_GAP),
            QLineF(at.x(), at.y() + _CROSSHAIR_GAP, at.x(), size.bottom()),
        ]
    )


def paint_letters(painter: QPainter, letters: Iterable[str], size: QRectF) -> None:
    """Draw the letters of the left, right, top and bottom edge."""
    flags = Qt.AlignmentFlag
    middle, centre = flags.AlignVCenter, flags.AlignHCenter
    edges = (
        middle | flags.AlignLeft,
        middle | flags.AlignRight,
        flags.AlignTop | centre,
        flags.AlignBottom | centre,
    )
    for letter, edge in zip(letters, edges, strict=True):
        paint_text(painter, letter, size, edge, LETTER, bold=True)


def paint_scale_bar(painter: QPainter, place: PixelMap, size: QRectF) -> None:
    """Draw a bar of round length with its length, bottom right; none where there is no room."""
    length = scale_bar_mm(place.pixels_per_mm, int(size.width()))
    if not fits_beside_letter(painter, f"{length} mm", size):
        return
    right, bottom = size.right() - _EDGE - 2, size.bottom() - _EDGE - 2
    bar = QLineF(right - length * place.pixels_per_mm, bottom, right, bottom)
    for pen in (QPen(BLACK, 4), QPen(LETTER, 2)):
        painter.setPen(pen)
        painter.drawLine(bar)
    flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
    paint_text(painter, f"{length} mm", size.adjusted(0, 0, 0, -5), flags, QUIET)


def fits_beside_letter(painter: QPainter, text: str, size: QRectF) -> bool:
    """Return whether text at a lower corner leaves the letter in the middle of the edge alone."""
    metrics = painter.fontMetrics()
    room = (size.width() - metrics.horizontalAdvance("W")) / 2 - 2 * _EDGE
    return metrics.horizontalAdvance(text) <= room


def paint_text(
    painter: QPainter,
    text: str,
    size: QRectF,
    flags: Qt.AlignmentFlag,
    colour: QColor,
    *,
    bold: bool = False,
) -> None:
    """Draw text at an edge of the panel, with a dark rim so that it is read on any image."""
    font = painter.font()
    font.setBold(bold)
    painter.setFont(font)
    inner = size.adjusted(_EDGE, _EDGE - 2, -_EDGE, -_EDGE + 2)
    box = painter.boundingRect(inner, flags, text)
    path = QPainterPath()
    metrics = painter.fontMetrics()
    path.addText(QPointF(box.left(), box.top() + metrics.ascent()), font, text)
    painter.strokePath(path, QPen(QColor(0, 0, 0, 190), 3))
    painter.setPen(colour)
    painter.drawText(box, flags, text)
    font.setBold(False)
    painter.setFont(font)


def _polygons(shapes: Iterable[NDArray[np.float64]], place: PixelMap) -> list[QPolygonF]:
    return [QPolygonF([place.to_pixels(x, y) for x, y in shape]) for shape in shapes if len(shape)]

"""Where slices go: panels in the view, millimetres in a panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF

if TYPE_CHECKING:
    from mrsviewer.present.scenes import SliceScene

GAP = 2
_BAR_LENGTHS_MM = (100, 50, 20, 10, 5)


@dataclass(frozen=True, slots=True)
class PixelMap:
    """Turns in-plane millimetres into pixels of a panel and back.

    Attributes
    ----------
    pixels_per_mm
        Scale, the same in both directions.
    origin
        Where in-plane (0, 0) mm is, in pixels.
    target
        Where the image is drawn.
    """

    pixels_per_mm: float
    origin: QPointF
    target: QRectF

    def to_pixels(self, across_mm: float, up_mm: float) -> QPointF:
        """Return the pixel of an in-plane point."""
        scale = self.pixels_per_mm
        return QPointF(self.origin.x() + across_mm * scale, self.origin.y() - up_mm * scale)

    def to_mm(self, point: QPointF) -> tuple[float, float]:
        """Return the in-plane point of a pixel, kept inside the image."""
        x = min(max(point.x(), self.target.left()), self.target.right())
        y = min(max(point.y(), self.target.top()), self.target.bottom())
        scale = self.pixels_per_mm
        return (x - self.origin.x()) / scale, (self.origin.y() - y) / scale


def pixel_map(scene: SliceScene, width: int, height: int) -> PixelMap:
    """Return the map that shows the whole slice, centred, in a panel of that size."""
    rows, columns = scene.image.shape
    wide, high = columns * scene.pixel_mm, rows * scene.pixel_mm
    scale = max(1e-3, min(width / wide, height / high))
    left, top = (width - wide * scale) / 2, (height - high * scale) / 2
    low_across = scene.origin_mm[0] - scene.pixel_mm / 2
    low_up = scene.origin_mm[1] - scene.pixel_mm / 2
    origin = QPointF(left - low_across * scale, top + (high + low_up) * scale)
    return PixelMap(scale, origin, QRectF(left, top, wide * scale, high * scale))


def scale_bar_mm(pixels_per_mm: float, width: int) -> int:
    """Return the longest round length that takes at most a quarter of the panel."""
    fitting = (mm for mm in _BAR_LENGTHS_MM if mm * pixels_per_mm <= width / 4)
    return next(fitting, _BAR_LENGTHS_MM[-1])


def arrange(area: QRect) -> tuple[QRect, QRect, QRect]:
    """Return where the three panels go: the first is the largest unless they share a row.

    Wide areas show them side by side, square ones the first at the left, upright ones the
    first above the other two, and very tall ones all three in a column.
    """
    shape = area.width() / max(1, area.height())
    if shape > 2.1:
        return _row(area)
    if shape > 1.05:
        big = round(area.height() * 1.02) if shape > 1.5 else round(area.width() * 0.64)
        left, right = _split(area, big)
        upper, lower = _stack(right, right.height() // 2)
        return left, upper, lower
    if shape > 0.42:
        upper, lower = _stack(area, round(area.height() * 0.65))
        left, right = _split(lower, lower.width() // 2)
        return upper, left, right
    first, rest = _stack(area, area.height() // 3)
    return first, *_stack(rest, rest.height() // 2)


def _row(area: QRect) -> tuple[QRect, QRect, QRect]:
    first, rest = _split(area, area.width() // 3)
    return first, *_split(rest, rest.width() // 2)


def _split(area: QRect, width: int) -> tuple[QRect, QRect]:
    x, y, w, h = area.x(), area.y(), area.width(), area.height()
    return QRect(x, y, width - GAP // 2, h), QRect(x + width + GAP // 2, y, w - width - GAP // 2, h)


def _stack(area: QRect, height: int) -> tuple[QRect, QRect]:
    x, y, w, h = area.x(), area.y(), area.width(), area.height()
    lower = QRect(x, y + height + GAP // 2, w, h - height - GAP // 2)
    return QRect(x, y, w, height - GAP // 2), lower

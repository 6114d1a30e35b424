"""Puts the words of a spectrum where they belong: labels at their curves, notes in the corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.present.fmt import significant
from mrsviewer.ui.plots.curve_labels import LabelWish, place_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF

    from mrsviewer.present.scenes import SpectrumScene
    from mrsviewer.ui.plots.spectrum_canvas import SpectrumCanvas
    from mrsviewer.ui.plots.spectrum_curves import Key
    from mrsviewer.ui.plots.spectrum_texts import SpectrumTexts, TextTag
    from mrsviewer.ui.plots.spectrum_view import View
    from mrsviewer.ui.theme import Palette

CORNER = 8.0
_PRIORITY = ("metabolite", "baseline", "fit", "data")
_WISHES = {"baseline": 0.06, "fit": 0.58, "data": 0.80}
"""Where along the plot a role's label would like to be, from the left."""

Pixels = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def arrange(canvas: SpectrumCanvas, texts: SpectrumTexts, view: View, colours: Palette) -> None:
    """Place every text; call after the curves, the view, or the size have changed."""
    box = canvas.box(canvas.main)
    place_notes(texts, box)
    keys = [key for role in _PRIORITY for key in canvas.curves.drawn if key[0] == role]
    pixels = {key: _pixels(canvas.curves.drawn[key], view, box) for key in keys}
    keys = [key for key in keys if pixels[key][0].size > 1]
    stale = canvas.curves.stale
    named = [
        (f"{label} (stale)" if stale and role == "fit" else label, getattr(colours, role))
        for role, label in keys
    ]
    tags = texts.labels(named)
    wishes = [_wish(tag, key, pixels, box) for tag, key in zip(tags, keys, strict=True)]
    area = (box.left(), box.top(), box.width(), box.height())
    corners = place_labels(wishes, area, texts.taken())
    for tag, corner in zip(tags, corners, strict=True):
        tag.place(*corner)


def place_notes(texts: SpectrumTexts, box: QRectF) -> None:
    """Place the fixed notes: title of the strip, hover, hint, stale, empty."""
    texts["strip"].place(box.left() + CORNER, 3)
    place_hover(texts, box)
    texts["hint"].place(box.left() + CORNER, box.top() + CORNER)
    width, height = texts["stale"].size()
    texts["stale"].place(box.right() - width - CORNER, box.top() + CORNER)
    width, height = texts["empty"].size()
    middle = box.center()
    texts["empty"].place(middle.x() - width / 2, middle.y() - height / 2)


def place_hover(texts: SpectrumTexts, box: QRectF) -> None:
    """Place the read-out under the pointer's name: upper right, above the strip."""
    width, _ = texts["hover"].size()
    texts["hover"].place(box.right() - width - CORNER, 3)


def place_pivot(canvas: SpectrumCanvas, tag: TextTag, pivot_ppm: float, view: View) -> None:
    """Place the pivot's label beside its line, on the side where there is room."""
    box = canvas.box(canvas.main)
    low, high = view.ppm
    x = box.left() + (high - pivot_ppm) / (high - low) * box.width()
    width, height = tag.size()
    left = x + 6 if x + 12 + width < box.right() else x - 6 - width
    tag.place(left, box.top() + CORNER + 1.6 * height)
    tag.setVisible(low <= pivot_ppm <= high)


def strip_title(canvas: SpectrumCanvas, scene: SpectrumScene, view: View) -> str:
    """Return what the strip shows and how much higher than the spectrum it is drawn."""
    spans = [range_[1] - range_[0] for range_ in (view.amplitude, view.strip)]
    heights = [max(canvas.box(plot).height(), 1.0) for plot in (canvas.main, canvas.strip)]
    times = (spans[0] / heights[0]) / (spans[1] / heights[1])
    title = f"residual ×{significant(times, 2)}"
    return title if scene.noise_sd is None else f"{title}   shaded: ±2σ of the noise"


def place_near(canvas: SpectrumCanvas, tag: TextTag, x: float, y: float) -> None:
    """Place a tag beside the pointer, inside the canvas."""
    width, height = tag.size()
    rightmost = canvas.width() - width - CORNER
    lowest = canvas.height() - height - CORNER
    tag.place(min(x + 18, rightmost), min(max(y - height - 14, CORNER), lowest))


def _pixels(
    drawn: tuple[NDArray[np.float64], NDArray[np.float64]], view: View, box: QRectF
) -> Pixels:
    """Return a curve in pixels, from left to right, the part in view."""
    ppm, y = drawn
    (low, high), (bottom, top) = view.ppm, view.amplitude
    seen = (ppm >= low) & (ppm <= high)
    x = box.left() + (high - ppm[seen]) / (high - low) * box.width()
    height = box.top() + (top - y[seen]) / (top - bottom) * box.height()
    return x[::-1], height[::-1]


def _wish(tag: TextTag, key: Key, pixels: dict[Key, Pixels], box: QRectF) -> LabelWish:
    x, y = pixels[key]
    wish_x = box.left() + _WISHES.get(key[0], 0.5) * box.width()
    if key[0] == "metabolite":
        ground = next((pixels[k] for k in pixels if k[0] == "baseline"), None)
        rise = y if ground is None else y - np.interp(x, *ground)
        wish_x = float(x[np.argmin(rise)])
    return LabelWish(*tag.size(), x, y, wish_x)

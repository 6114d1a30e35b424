"""Line icons from resources/icons, drawn in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mrsviewer.resources import resource
from mrsviewer.ui.theme import current_palette, mixed

STROKE = b"#000000"
"""The colour in the files; replaced when they are drawn."""

SIZES = (16, 20, 24, 32, 48)


def icon(name: str) -> QIcon:
    """Return the icon ``name`` in the colours of the current theme, dimmed when disabled.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    drawing = resource("icons", f"{name}.svg").read_bytes()
    colours = current_palette()
    result = QIcon()
    modes = (
        (QIcon.Mode.Normal, colours.text),
        (QIcon.Mode.Disabled, mixed(colours.dim, colours.window, 0.5)),
    )
    for mode, colour in modes:
        for size in SIZES:
            result.addPixmap(_drawn(drawing, colour, size), mode)
    return result


def _drawn(drawing: bytes, colour: str, size: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(drawing.replace(STROKE, colour.encode())))
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture

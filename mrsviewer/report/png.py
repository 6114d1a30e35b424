"""Drawings as PNG, for pages that show no SVG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from mrsviewer.report.drawing import Label, Path

if TYPE_CHECKING:
    from mrsviewer.report.drawing import Drawing, Picture

SCALE = 3.0
"""Pixels per point: 216 dpi."""

FINER = 2
"""Drawn this many times larger and reduced, which smoothes edges."""

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def to_png(drawing: Drawing, scale: float = SCALE) -> bytes:
    """Return a drawing as the bytes of a PNG file on white; lines are drawn solid.

    ``scale`` is pixels per point.
    """
    size = round(drawing.width * scale), round(drawing.height * scale)
    large = Image.new("RGB", (size[0] * FINER, size[1] * FINER), "#FFFFFF")
    canvas = _Canvas(large, scale * FINER)
    for shape in drawing.shapes:
        if isinstance(shape, Path):
            canvas.path(shape)
        elif isinstance(shape, Label):
            canvas.label(shape)
        else:
            canvas.picture(shape)
    buffer = io.BytesIO()
    large.resize(size, Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Canvas:
    """Draws shapes on an image, ``scale`` pixels per point."""

    def __init__(self, image: Image.Image, scale: float) -> None:
        self.image, self.scale = image, scale
        self.draw = ImageDraw.Draw(image)

    def path(self, path: Path) -> None:
        points = [(float(x), float(y)) for x, y in path.points * self.scale]
        width = max(1, round(path.width * self.scale))
        if path.closed and path.fill is not None:
            self.draw.polygon(points, fill=path.fill)
        if path.colour is not None and path.width > 0:
            line = [*points, points[0]] if path.closed else points
            self.draw.line(line, fill=path.colour, width=width, joint="curve")

    def label(self, label: Label) -> None:
        font = ImageFont.load_default(label.size * self.scale)
        place = label.x * self.scale, label.y * self.scale
        bold = 0.03 * label.size * self.scale if label.bold else 0.0
        rim = round(self.scale) if label.halo is not None else 0
        if rim:
            self.draw.text(
                place, label.text, label.halo, font, _ANCHORS[label.anchor], stroke_width=rim
            )
        self.draw.text(
            place, label.text, label.colour, font, _ANCHORS[label.anchor], stroke_width=bold
        )

    def picture(self, picture: Picture) -> None:
        size = round(picture.width * self.scale), round(picture.height * self.scale)
        place = round(picture.x * self.scale), round(picture.y * self.scale)
        self.image.paste(picture.image.resize(size).convert("RGB"), place)

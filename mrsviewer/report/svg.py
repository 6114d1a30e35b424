"""Drawings as SVG for the HTML report."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from mrsviewer.report.drawing import Label, Path, Picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from mrsviewer.report.drawing import Drawing, Shape


def to_svg(drawing: Drawing) -> str:
    """Return a drawing as an SVG element, self-contained, every text escaped."""
    size = f"0 0 {drawing.width:g} {drawing.height:g}"
    shapes = "\n".join(_shape(shape) for shape in drawing.shapes)
    words = escape(drawing.description)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img" '
        f'aria-label="{words}">\n<title>{words}</title>\n{shapes}\n</svg>'
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Path):
        return _path(shape)
    return _label(shape) if isinstance(shape, Label) else _picture(shape)


def _path(path: Path) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in path.points)
    name = "polygon" if path.closed else "polyline"
    dash = f' stroke-dasharray="{" ".join(f"{v:g}" for v in path.dash)}"' if path.dash else ""
    return (
        f'<{name} points="{points}" fill="{path.fill or "none"}" '
        f'stroke="{path.colour or "none"}" stroke-width="{path.width:g}" '
        f'stroke-linejoin="round"{dash}/>'
    )


def _label(label: Label) -> str:
    bold = ' font-weight="bold"' if label.bold else ""
    halo = (
        f' stroke="{label.halo}" stroke-width="2" paint-order="stroke" stroke-linejoin="round"'
        if label.halo
        else ""
    )
    text = escape(label.text)
    return (
        f'<text x="{label.x:.2f}" y="{label.y:.2f}" font-size="{label.size:g}" '
        f'fill="{label.colour}" text-anchor="{label.anchor}"{bold}{halo}>{text}</text>'
    )


def _picture(picture: Picture) -> str:
    return (
        f'<image x="{picture.x:.2f}" y="{picture.y:.2f}" width="{picture.width:.2f}" '
        f'height="{picture.height:.2f}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{_png(picture.image)}"/>'
    )


def _png(image: Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")

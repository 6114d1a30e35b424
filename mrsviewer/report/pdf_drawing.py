"""Drawings as vector graphics of reportlab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrsviewer.report.drawing import Label, Path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.report.drawing import Drawing, Picture, Shape

FONT = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
_RIM = ((-0.7, 0.0), (0.7, 0.0), (0.0, -0.7), (0.0, 0.7))


def to_reportlab(drawing: Drawing) -> Any:
    """Return a drawing as a reportlab one, which is a flowable."""
    from reportlab.graphics import shapes  # noqa: PLC0415  (only reports need it)

    result = shapes.Drawing(drawing.width, drawing.height)
    for shape in drawing.shapes:
        for part in _parts(shape, drawing.height):
            result.add(part)
    return result


def _parts(shape: Shape, height: float) -> Iterator[Any]:
    if isinstance(shape, Path):
        yield _path(shape, height)
    elif isinstance(shape, Label):
        yield from _label(shape, height)
    else:
        yield _picture(shape, height)


def _path(path: Path, height: float) -> Any:
    from reportlab.graphics import shapes  # noqa: PLC0415

    flat = [v for x, y in path.points for v in (round(float(x), 2), round(height - float(y), 2))]
    style = {
        "strokeColor": _colour(path.colour),
        "strokeWidth": path.width,
        "strokeDashArray": list(path.dash) or None,
        "strokeLineJoin": 1,
    }
    if path.closed:
        return shapes.Polygon(flat, fillColor=_colour(path.fill), **style)
    return shapes.PolyLine(flat, **style)


def _label(label: Label, height: float) -> Iterator[Any]:
    from reportlab.graphics import shapes  # noqa: PLC0415

    style = {
        "fontName": BOLD if label.bold else FONT,
        "fontSize": label.size,
        "textAnchor": label.anchor,
    }
    x, y = label.x, height - label.y
    if label.halo:
        for right, up in _RIM:
            yield shapes.String(
                x + right, y + up, label.text, fillColor=_colour(label.halo), **style
            )
    yield shapes.String(x, y, label.text, fillColor=_colour(label.colour), **style)


def _picture(picture: Picture, height: float) -> Any:
    from reportlab.graphics import shapes  # noqa: PLC0415

    bottom = height - picture.y - picture.height
    return shapes.Image(picture.x, bottom, picture.width, picture.height, picture.image)


def _colour(text: str | None) -> Any:
    from reportlab.lib.colors import HexColor  # noqa: PLC0415

    return None if text is None else HexColor(text)

"""A picture as a list of shapes, which PDF and HTML draw alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

INK = "#1C2126"
DIM = "#59626A"
HAIR = "#C2C9CF"
DATA = "#2B3036"
FIT = "#B73814"
BASELINE = "#6F38FF"
RESIDUAL = "#70767C"
BAND = "#E7EBEE"
VOXEL = "#FFC914"
ON_IMAGE = "#E6EAED"
BLACK = "#000000"
"""The light theme's colours: reports are printed on white."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A line through points, or a polygon.

    Attributes
    ----------
    points
        Shape (n, 2): right and *down* from the top left corner, in points of 1/72 inch.
    colour, fill
        "#RRGGBB"; None draws no line, or no area.
    """

    points: NDArray[np.float64]
    colour: str | None = INK
    width: float = 0.5
    dash: tuple[float, ...] = ()
    closed: bool = False
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text at its baseline; ``halo`` gives it a rim of that colour."""

    x: float
    y: float
    text: str
    size: float = 7.0
    colour: str = INK
    anchor: Anchor = "start"
    bold: bool = False
    halo: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A raster image in a rectangle."""

    x: float
    y: float
    width: float
    height: float
    image: Image


Shape = Path | Label | Picture


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Shapes from back to front, with a text for those who cannot see them."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    description: str


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 0.5) -> Path:
    """Return a straight line."""
    return Path(np.array([[x1, y1], [x2, y2]]), colour, width)


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> Path:
    """Return a filled rectangle without a border."""
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    return Path(corners, None, 0.0, (), True, fill)

"""Where labels go: near their own curve, on no curve, on no other label. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL = 3
"""Edge of a cell of the search grid, in pixels."""

MARGIN = 3.0
PULL = 0.25
"""Pixels of distance to its curve that a label accepts to come one pixel nearer its wish."""

Box = tuple[float, float, float, float]
"""(left, top, width, height) in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelWish:
    """A label to place.

    Attributes
    ----------
    width, height
        Its size in pixels.
    x, y
        Its curve in pixels, x ascending.
    wish_x
        Where along the curve it would like to be centred.
    """

    width: float
    height: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    wish_x: float


def place_labels(wishes: list[LabelWish], area: Box, taken: list[Box]) -> list[tuple[float, float]]:
    """Return the top left corner of every label.

    Every curve is an obstacle to every label. Where there is no free place near, labels are
    stacked in the upper right corner.

    Parameters
    ----------
    wishes
        Labels, the most important first.
    area
        Where labels may be.
    taken
        Boxes that are occupied: other texts.
    """
    grid = _Grid(area)
    for wish in wishes:
        grid.draw(wish.x, wish.y)
    for box in taken:
        grid.block(box)
    corners = []
    for wish in wishes:
        corner = grid.nearest_free(wish) or grid.stacked(wish)
        grid.block((corner[0], corner[1], wish.width, wish.height))
        corners.append(corner)
    return corners


class _Grid:
    """Which cells of the area are occupied."""

    def __init__(self, area: Box) -> None:
        self.left, self.top, width, height = area
        self.columns, self.rows = max(int(width // CELL), 1), max(int(height // CELL), 1)
        self.occupied = np.zeros((self.rows, self.columns), bool)
        self.centres = self.left + (np.arange(self.columns) + 0.5) * CELL
        self._boxes: list[Box] = []

    def draw(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Occupy every cell that the curve passes through."""
        inside = (x >= self.left) & (x <= self.left + self.columns * CELL)
        if inside.sum() < 2:
            return
        own_x = np.concatenate([self.centres, x[inside]])
        own_y = np.concatenate([np.interp(self.centres, x, y), y[inside]])
        column = np.clip(((own_x - self.left) // CELL).astype(int), 0, self.columns - 1)
        low, high = np.full(self.columns, np.inf), np.full(self.columns, -np.inf)
        np.minimum.at(low, column, own_y)
        np.maximum.at(high, column, own_y)
        edges = np.interp(self.centres - CELL / 2, x, y), np.interp(self.centres + CELL / 2, x, y)
        first = (np.minimum.reduce([low, *edges]) - self.top) // CELL
        last = (np.maximum.reduce([high, *edges]) - self.top) // CELL
        row = np.arange(self.rows)[:, None]
        self.occupied |= (row >= first) & (row <= last)

    def block(self, box: Box) -> None:
        """Occupy a box and a margin round it."""
        self._boxes.append(box)
        left, top, width, height = box
        rows = _cells(top - self.top, height, self.rows)
        self.occupied[rows, _cells(left - self.left, width, self.columns)] = True

    def nearest_free(self, wish: LabelWish) -> tuple[float, float] | None:
        """Return the free place nearest to the label's curve and wish, or None."""
        wide, high = (int(np.ceil((s + 2 * MARGIN) / CELL)) for s in (wish.width, wish.height))
        if wide >= self.columns or high >= self.rows:
            return None
        summed = np.pad(self.occupied.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        busy = (
            summed[high:, wide:]
            - summed[:-high, wide:]
            - summed[high:, :-wide]
            + summed[:-high, :-wide]
        )
        top = self.top + np.arange(busy.shape[0])[:, None] * CELL
        middle = self.left + (np.arange(busy.shape[1]) + wide / 2) * CELL
        own = np.interp(middle, wish.x, wish.y)
        gap = np.maximum(np.maximum(top - own, own - top - high * CELL), 0.0)
        cost = gap + PULL * np.abs(middle - wish.wish_x)
        cost[busy > 0] = np.inf
        row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
        if not np.isfinite(cost[row, column]) or gap[row, column] > 0.4 * self.rows * CELL:
            return None
        return (self.left + column * CELL + MARGIN, self.top + row * CELL + MARGIN)

    def stacked(self, wish: LabelWish) -> tuple[float, float]:
        """Return the highest place at the right edge that is on no other text."""
        x = self.left + self.columns * CELL - wish.width - MARGIN
        y = self.top + MARGIN
        for left, top, width, height in sorted(self._boxes, key=lambda box: box[1]):
            beside = left > x + wish.width or left + width < x
            if not beside and top < y + wish.height + MARGIN and top + height + MARGIN > y:
                y = top + height + MARGIN
        return x, y


def _cells(offset: float, extent: float, limit: int) -> slice:
    first = int((offset - MARGIN) // CELL)
    last = int((offset + extent + MARGIN) // CELL)
    return slice(max(first, 0), max(min(last + 1, limit), 0))

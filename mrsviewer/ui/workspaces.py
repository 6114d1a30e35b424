"""Arrangements of the panels for what a person is about: reading, processing, reporting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

WorkspaceName = Literal["read", "process", "report"]
Side = Literal["left", "right", "bottom"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Which panels are shown, and how much of the window each takes.

    Attributes
    ----------
    title
        As in the menu.
    columns
        Names of panels that stand one below the other at each side; names in one tuple share a
        place as tabs, the first on top.
    widths
        Share of the window's width of the left and the right column.
    heights
        Share of the column's height by name of the topmost panel of each place.
    """

    title: str
    columns: Mapping[Side, tuple[tuple[str, ...], ...]]
    widths: tuple[float, float]
    heights: Mapping[str, float]

    @property
    def shown(self) -> frozenset[str]:
        """Return the names of all panels that are shown."""
        return frozenset(n for places in self.columns.values() for place in places for n in place)


WORKSPACES: Mapping[WorkspaceName, Workspace] = {
    "read": Workspace(
        "Read",
        {
            "left": (("voxel",), ("processing", "data")),
            "right": (("concentrations",), ("quality",)),
        },
        (0.225, 0.245),
        {"voxel": 0.56, "processing": 0.44, "concentrations": 0.66, "quality": 0.34},
    ),
    "process": Workspace(
        "Process",
        {
            "left": (("processing",), ("data",)),
            "right": (("quality", "concentrations"),),
            "bottom": (("log",),),
        },
        (0.25, 0.245),
        {"processing": 0.62, "data": 0.38, "quality": 1.0, "log": 0.18},
    ),
    "report": Workspace(
        "Report",
        {
            "left": (("voxel",), ("quality", "data")),
            "right": (("concentrations",),),
        },
        (0.28, 0.30),
        {"voxel": 0.60, "quality": 0.40, "concentrations": 1.0},
    ),
}

"""List of processing steps with what each found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.ui.panels.rows import Row, RowList

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mrsviewer.present.scenes import StepRow

SIGNS: dict[str, tuple[str, str, str]] = {
    "done": ("✓", "good", "done"),
    "manual": ("●", "accent", "set by hand"),
    "waiting": ("○", "dim", "waiting"),
    "failed": ("✕", "poor", "failed"),
}
"""(sign, colour, word) of each state."""


class StepList(RowList):
    """Shows one row per step; notes wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Processing steps", "No steps", parent)

    def show_rows(self, rows: tuple[StepRow, ...]) -> None:
        """Replace what is shown."""
        self.set_rows(tuple(_row(row) for row in rows))


def _row(row: StepRow) -> Row:
    sign, colour, word = SIGNS[row.state]
    ink = {"waiting": "dim", "failed": "poor"}.get(row.state, "text")
    spoken = ": ".join(part for part in (row.title, word, row.note) if part)
    return Row(sign, colour, row.title, row.note, ink=ink, tooltip=row.tooltip, spoken=spoken)

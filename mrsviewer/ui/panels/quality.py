"""Quality panel: the verdict, warnings, and every metric with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.present.quality import OVERALL
from mrsviewer.ui.panels.rows import Row, RowList

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from mrsviewer.present.scenes import QualityRow

SIGNS: dict[str, tuple[str, str]] = {
    "good": ("✓", "good"),
    "borderline": ("▲", "borderline"),
    "poor": ("✕", "poor"),
    "unknown": ("?", "dim"),
}
"""(sign, colour) of each grade; the sign alone tells it."""


class QualityPanel(RowList):
    """Shows one row per metric: sign, value, and why; reasons wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Quality", "No measurements", parent)

    def show_rows(self, rows: tuple[QualityRow, ...]) -> None:
        """Replace what is shown."""
        self.set_rows(tuple(_row(row) for row in rows))


def _row(row: QualityRow) -> Row:
    sign, colour = SIGNS[row.grade]
    spoken = ", ".join(part for part in (row.label, row.value, row.grade, row.reason) if part)
    overall = row.label == OVERALL
    ink = colour if overall and row.grade != "unknown" else "text"
    return Row(
        sign,
        colour,
        row.label,
        row.reason,
        row.value,
        ink=ink,
        spoken=spoken,
        below=True,
        strong=overall,
    )

"""Tables as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.present.scenes import TableScene


def table_text(scene: TableScene) -> str:
    """Return a table as aligned plain text, the first column to the left."""
    rows = [scene.headings, *(row.cells for row in scene.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(scene.headings))]
    return "".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in rows
    )

"""The shortcut sheet, made from the command table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from mrsviewer.ui.actions import shown_keys
from mrsviewer.ui.command_table import COMMANDS, MENUS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GESTURES = (
    ("Middle-drag, or drag with the phase tool", "Phase: up and down zero order, sideways first"),
    ("Shift while dragging", "Phase ten times finer"),
    ("Arrow keys with the phase tool", "Phase step by step"),
    ("Double-click with the phase tool", "Set the pivot at a peak"),
    ("Wheel", "Scale the amplitude; over an image: next slice"),
    ("Ctrl and wheel", "Zoom the ppm axis about the pointer"),
)


class ShortcutSheet(QDialog):
    """All commands with their keys, and what the mouse does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.text = QTextBrowser()
        self.text.setAccessibleName("Keyboard shortcuts")
        self.text.setHtml(sheet())
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(box)
        self.resize(760, 640)


def sheet() -> str:
    """Return the sheet as HTML: one block per menu, then the mouse."""
    blocks = [
        (
            menu.replace("&", ""),
            [(shown_keys(c), c.plain_text, c.tooltip) for c in COMMANDS if c.menu == menu],
        )
        for menu in MENUS
    ]
    blocks.append(("Mouse and wheel", [(keys, "", words) for keys, words in GESTURES]))
    return "".join(_block(title, rows) for title, rows in blocks)


def _block(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><td width='190'><b>{escape(keys)}</b></td>"
        f"<td>{escape(f'{name}: {words}' if name else words)}</td></tr>"
        for keys, name, words in rows
    )
    return f"<h3>{escape(title)}</h3><table cellspacing='4'>{lines}</table>"

"""The shortcut sheet, made from the command table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from mrsviewer.ui.actions import shown_keys
from mrsviewer.ui.command import MENUS
from mrsviewer.ui.command_table import COMMANDS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GESTURES = (
    (
        "Middle-drag",
        "Phase",
        "Up and down zero order, sideways first order; Shift: ten times finer",
    ),
    ("Drag", "Phase tool on", "The same; off: move the view"),
    ("Arrow keys", "Phase tool on", "Phase step by step; Shift: finer steps"),
    ("Double-click", "Phase tool on", "Set the pivot at a peak"),
    ("Wheel", "Amplitude", "Over an image: next slice"),
    ("Ctrl+Wheel", "Zoom", "The ppm axis about the pointer"),
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
    blocks.append(("Mouse and wheel", list(GESTURES)))
    return "".join(_block(title, rows) for title, rows in blocks)


def _block(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><td width='170'><b>{escape(keys)}</b></td>"
        f"<td width='170'>{escape(name)}</td><td>{escape(words)}</td></tr>"
        for keys, name, words in rows
    )
    return f"<h3>{escape(title)}</h3><table cellspacing='4'>{lines}</table>"

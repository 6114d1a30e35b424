"""The command palette: type a part of a command's name, press Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.ui.actions import shown_keys
from mrsviewer.ui.command_table import COMMANDS

if TYPE_CHECKING:
    from mrsviewer.ui.command import Command
    from mrsviewer.ui.situation import Situation

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def matching(text: str) -> tuple[Command, ...]:
    """Return the commands whose name or tooltip has every word of ``text``, best first."""
    words = text.casefold().split()
    found = [
        command
        for command in COMMANDS
        if all(word in f"{command.plain_text} {command.tooltip}".casefold() for word in words)
    ]
    return tuple(
        sorted(found, key=lambda c: not all(word in c.plain_text.casefold() for word in words))
    )


class CommandPalette(QDialog):
    """Lists the commands that match; what cannot be done now is dimmed.

    Signals
    -------
    chosen
        The id of the command.
    """

    chosen = Signal(str)

    def __init__(self, situation: Situation, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAccessibleName("Command palette")
        self._situation = situation
        self.line = QLineEdit()
        self.line.setPlaceholderText("Type a command")
        self.line.setAccessibleName("Command")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setSpacing(2)
        column = QVBoxLayout(self)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._choose)
        self.line.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.list.itemClicked.connect(lambda _item: self._choose())
        self.setFocusProxy(self.line)
        self.line.setFocus()
        self.resize(520, 420)
        self._filter("")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys of the line move in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.list.currentRow()
            if event.key() in _MOVES:
                step = -1 if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) else 1
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row + step)))
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self.list.clear()
        for command in matching(text):
            item = QListWidgetItem(f"{command.plain_text}    {shown_keys(command)}")
            item.setData(Qt.ItemDataRole.UserRole, command.id)
            item.setToolTip(command.tooltip)
            if not command.enabled(self._situation):
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        enabled = (i for i in range(self.list.count()) if self.list.item(i).flags())
        self.list.setCurrentRow(next(enabled, -1))

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.accept()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

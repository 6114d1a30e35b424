"""List of processing steps with what each found; each can be left out, changed and reset."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from mrsviewer.ui.panels.rows import Row, RowList

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from mrsviewer.present.scenes import StepRow

SIGNS: dict[str, tuple[str, str, str]] = {
    "done": ("✓", "good", "done"),
    "manual": ("●", "accent", "set by hand"),
    "waiting": ("○", "dim", "waiting"),
    "failed": ("✕", "poor", "failed"),
    "off": ("–", "dim", "left out"),
}
"""(sign, colour, word) of each state."""

HINT = "Click: parameters. Space: leave out or put back. Right click: more."
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StepList(RowList):
    """Shows one row per step; notes wrap.

    Signals
    -------
    edit_wanted
        Name of the step whose parameters the user wants to see.
    toggle_wanted
        Name of the step to leave out, or to put back.
    reset_wanted
        Name of the step that is to have its first parameters.
    reset_all_wanted
        All steps are to be as at first.
    """

    edit_wanted = Signal(str)
    toggle_wanted = Signal(str)
    reset_wanted = Signal(str)
    reset_all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._steps: tuple[StepRow, ...] = ()
        super().__init__("Processing steps", "No steps", parent)

    def show_rows(self, rows: tuple[StepRow, ...]) -> None:
        """Replace what is shown."""
        self._steps = rows
        self.set_rows(tuple(_row(row) for row in rows))

    @override
    def set_rows(self, rows: tuple[Row, ...]) -> None:
        super().set_rows(rows)
        for step, widget in zip(self._steps, self.row_widgets(), strict=False):
            if step.name:
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                widget.setObjectName(step.name)
                widget.setCursor(Qt.CursorShape.PointingHandCursor)
                widget.installEventFilter(self)

    def menu_of(self, name: str) -> QMenu:
        """Return what can be done with a step."""
        state = next((row.state for row in self._steps if row.name == name), "off")
        menu = QMenu(self)
        for text, signal, enabled in (
            ("Parameters…", self.edit_wanted, state != "off"),
            ("Put back" if state == "off" else "Leave out", self.toggle_wanted, True),
            ("Reset this step", self.reset_wanted, state != "off"),
        ):
            action = menu.addAction(text)
            action.setEnabled(enabled)
            action.triggered.connect(partial(signal.emit, name))
        menu.addSeparator()
        menu.addAction("Reset all steps").triggered.connect(self.reset_all_wanted)
        return menu

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let rows be clicked, and used by keys."""
        name = watched.objectName()
        if isinstance(event, QContextMenuEvent):
            self._show_menu(name, event.globalPos())
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            if event.button() == Qt.MouseButton.LeftButton:
                self.edit_wanted.emit(name)
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(name, event.key())
        return super().eventFilter(watched, event)

    def _pressed(self, name: str, key: int) -> bool:
        if key in _OPEN_KEYS:
            self.edit_wanted.emit(name)
        elif key == Qt.Key.Key_Space:
            self.toggle_wanted.emit(name)
        else:
            return False
        return True

    def _show_menu(self, name: str, position: QPoint) -> None:
        menu = self.menu_of(name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)


def _row(row: StepRow) -> Row:
    sign, colour, word = SIGNS[row.state]
    ink = {"waiting": "dim", "off": "dim", "failed": "poor"}.get(row.state, "text")
    spoken = ": ".join(part for part in (row.title, word, row.note) if part)
    tooltip = "\n".join(part for part in (row.tooltip, HINT if row.name else "") if part)
    return Row(sign, colour, row.title, row.note, ink=ink, tooltip=tooltip, spoken=spoken)

"""The installed engines with tick boxes, and how each of them fared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.ui.dialogs.engine_choice import OWN_PEAKS, TITLES
from mrsviewer.ui.theme import current_palette, scaled_font

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.analysis.engines_here import EngineHere
    from mrsviewer.present.agreement import Standing

LEAST_WIDTH = 270
INDENT = 24
SIGNS = {"good": "●", "warning": "⚠", "danger": "✕"}


class EngineList(QScrollArea):
    """One box per engine; those that cannot run stand with the reason.

    Signals
    -------
    ticked_changed
        A person chose or left out an engine.
    """

    ticked_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Engines")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST_WIDTH)
        self.rows: dict[str, _Row] = {}

    def show_engines(self, engines: tuple[EngineHere, ...], ticked: tuple[str, ...]) -> None:
        """Replace the list; emits nothing."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(10)
        self.rows = {one.name: _Row(one) for one in engines}
        for name, row in self.rows.items():
            row.box.setChecked(name in ticked)
            row.box.toggled.connect(lambda _on: self.ticked_changed.emit())
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(whole)

    def ticked(self) -> tuple[str, ...]:
        """Return the names of the engines chosen."""
        return tuple(name for name, row in self.rows.items() if row.box.isChecked())

    def show_standings(self, standings: Mapping[str, Standing]) -> None:
        """Say of each engine how it fared; nothing of those that were not asked."""
        for name, row in self.rows.items():
            row.show_standing(standings.get(name))


class _Row(QWidget):
    """An engine: box with its name, what it is, how it fared."""

    def __init__(self, engine: EngineHere) -> None:
        super().__init__()
        self.box, self.about, self.state = QCheckBox(engine.name), QLabel(), QLabel()
        self.box.setEnabled(engine.reason is None)
        own = "" if engine.uses_basis or engine.reason else f". {OWN_PEAKS}"
        self.about.setText(f"{TITLES.get(engine.name, 'Fit engine')}{own}")
        self._standing: Standing | None = None
        self._reason = engine.reason
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.box)
        for label in (self.about, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(INDENT, 0, 0, 0)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self.box.setAccessibleDescription(f"{self.about.text()} {engine.reason or ''}".strip())
        self.show_standing(None)

    def show_standing(self, standing: Standing | None) -> None:
        """Say how it fared, or why it cannot be chosen."""
        self._standing = standing
        if standing is not None:
            self.state.setText(f"{SIGNS[standing.level]} {standing.text}")
        else:
            self.state.setText(f"Not usable here. {self._reason}" if self._reason else "")
        self.state.setVisible(bool(self.state.text()))
        self._restyle()

    def _restyle(self) -> None:
        colours = current_palette()
        inks = {"good": colours.good, "warning": colours.borderline, "danger": colours.poor}
        level = None if self._standing is None else self._standing.level
        self.about.setStyleSheet(f"color: {colours.dim}")
        self.state.setStyleSheet(f"color: {colours.text if level is None else inks[level]}")
        self.box.setFont(scaled_font(self, 1.0, bold=True))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and text size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._restyle()

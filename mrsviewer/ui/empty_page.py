"""What the window shows before a case is open."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent

    from mrsviewer.session.recent import RecentCase

MOST = 6
"""How many recent cases are offered."""


class EmptyPage(QWidget):
    """An invitation to open something: drop, buttons, recent cases.

    Signals
    -------
    painted
        Once, after the page was painted for the first time.
    recent_chosen
        A :class:`mrsviewer.session.recent.RecentCase`.
    """

    painted = Signal()
    recent_chosen = Signal(object)

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_painted = False
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._line("Drop files or a folder here", "emptyTitle"))
        column.addWidget(
            self._line(
                "NIfTI-MRS, DICOM, Philips, Siemens, GE, Bruker, Varian; LCModel, jMRUI",
                "emptyHint",
            )
        )
        column.addLayout(_buttons(actions))
        column.addSpacing(18)
        self._recent = QVBoxLayout()
        column.addLayout(self._recent)
        column.addStretch(3)

    def show_recent(self, cases: tuple[RecentCase, ...]) -> None:
        """Offer the latest cases."""
        while item := self._recent.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        if cases:
            self._recent.addWidget(self._line("Recent", "emptyHint"))
        for case in cases[:MOST]:
            button = QPushButton(Path(case.paths[0]).name)
            button.setFlat(True)
            button.setToolTip(case.title)
            button.clicked.connect(partial(self.recent_chosen.emit, case))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def _line(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        return label


def _buttons(actions: tuple[QAction, ...]) -> QHBoxLayout:
    """Return a row of push buttons that do what the actions do."""
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addStretch(1)
    for action in actions:
        button = QPushButton(action.iconText())
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())
        action.changed.connect(partial(_follow, button, action))
        button.clicked.connect(action.trigger)
        row.addWidget(button)
    row.addStretch(1)
    return row


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())

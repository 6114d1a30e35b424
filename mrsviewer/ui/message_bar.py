"""The bar above the spectrum: failures and notices, never modal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from mrsviewer.model.failure import Failure

Level = Literal["info", "warning", "danger"]
_SIGNS: dict[Level, str] = {"info": "●", "warning": "⚠", "danger": "✕"}


class MessageBar(QFrame):
    """Shows one message with its remedy until it is closed or replaced.

    Signals
    -------
    details_wanted
        The user wants to see the log.
    """

    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName("Message")
        self._sign, self._text = QLabel(), QLabel()
        self._sign.setObjectName("messageSign")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        self._details = QPushButton("Log")
        self._details.setToolTip("Show the log with the details (Ctrl+L)")
        self._details.clicked.connect(self.details_wanted)
        self._close = QPushButton("Close")
        self._close.setToolTip("Close this message")
        self._close.clicked.connect(self.hide)
        self._topic, self._lasts = "", False
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._details)
        row.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """Return what is shown; empty while hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_failure(self, failure: Failure, topic: str = "") -> None:
        """Show what failed, why, and what the user can do; ``topic`` is for :meth:`dismiss`."""
        self._topic = topic
        self._show("danger", f"{failure.title}\n{failure.cause} {failure.remedy}", details=True)

    def show_notice(
        self,
        level: Level,
        text: str,
        answers: tuple[tuple[str, Callable[[], None]], ...] = (),
        *,
        lasts: bool = False,
        topic: str = "",
    ) -> None:
        """Show a notice, with a button for each answer; answering closes it.

        One that ``lasts`` is not about the case that is open and outlives it; ``topic`` is for
        :meth:`dismiss`.
        """
        self._topic = topic
        self._show(level, text, details=False)
        self._lasts = lasts
        for label, act in answers:
            button = QPushButton(label)
            button.clicked.connect(self.hide)
            button.clicked.connect(act)
            self._buttons.addWidget(button)

    def dismiss(self, topic: str) -> None:
        """Close the message if it is of that topic."""
        if self._topic == topic:
            self.hide()

    def leave_case(self) -> None:
        """Close the message if it is about the case that was open until now."""
        if not self._lasts:
            self.hide()

    def _show(self, level: Level, text: str, *, details: bool) -> None:
        self._lasts = False
        while item := self._buttons.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._sign.setText(_SIGNS[level])
        self._text.setText(text)
        self._details.setVisible(details)
        self.setProperty("level", level)
        for widget in (self, self._sign):
            self.style().unpolish(widget)
            self.style().polish(widget)
        self.setAccessibleDescription(text)
        self.show()

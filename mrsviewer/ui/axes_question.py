"""The question for dwell time and frequency that a file does not hold; never modal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.model.acquisition import GYROMAGNETIC_RATIO_HZ_PER_T
from mrsviewer.model.axes import Axes
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from mrsviewer.model.failure import Failure

FIELDS = {
    "dwell_s": ("Dwell time (ms)", 1e-3, "0.25"),
    "frequency_hz": ("Frequency (MHz)", 1e6, "123.2"),
}
"""What is asked for under which name, its unit in SI units, and an example."""

_WHY = "Enter what was set at the scanner; it is recorded as entered by hand. Or: "


class AxesQuestion(QFrame):
    """Asks for what a file does not say; an answer opens the file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("axesQuestion")
        self.setAccessibleName("Values that the file does not hold")
        self._missing: tuple[str, ...] = ()
        self._answer: Callable[[Axes], None] | None = None
        self._text, self._complaint = QLabel(), QLabel()
        self._complaint.setObjectName("complaint")
        for label in (self._text, self._complaint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._fields = {name: QLineEdit() for name in FIELDS}
        self._nucleus = QComboBox()
        self._nucleus.addItems(list(GYROMAGNETIC_RATIO_HZ_PER_T))
        self._open, self._close = QPushButton("Open"), QPushButton("Close")
        self._open.clicked.connect(self._accept)
        self._close.clicked.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.addWidget(self._text)
        column.addLayout(self._row())
        column.addLayout(self._end())
        self.hide()

    def ask(self, failure: Failure, answer: Callable[[Axes], None]) -> None:
        """Show the question.

        Parameters
        ----------
        failure
            Of the file; its ``missing`` says what to ask for.
        answer
            Called with what the user says.
        """
        self._missing, self._answer = failure.missing, answer
        self._text.setText(f"{failure.title}\n{failure.cause} {_WHY}{failure.remedy}")
        self._complain("")
        for name, (label, field) in self._labelled.items():
            field.clear()
            label.setVisible(name in failure.missing)
            field.setVisible(name in failure.missing)
        self._nucleus.setCurrentIndex(0)
        self.setAccessibleDescription(self._text.text())
        self.show()
        first = next((f for name, f in self._fields.items() if name in failure.missing), None)
        (first or self._open).setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _row(self) -> QHBoxLayout:
        """Return the fields with their labels, and the buttons."""
        row = QHBoxLayout()
        self._labelled: dict[str, tuple[QLabel, QLineEdit]] = {}
        for name, field in self._fields.items():
            words, _, example = FIELDS[name]
            label = _buddy(words, field)
            field.setPlaceholderText(example)
            field.setFixedWidth(field.fontMetrics().averageCharWidth() * 14)
            field.returnPressed.connect(self._accept)
            self._labelled[name] = label, field
            row.addWidget(label)
            row.addWidget(field)
        row.addWidget(_buddy("Nucleus", self._nucleus))
        row.addWidget(self._nucleus)
        row.addStretch(1)
        return row

    def _end(self) -> QHBoxLayout:
        """Return what is wrong with the answer, and the buttons."""
        row = QHBoxLayout()
        row.addWidget(self._complaint, 1)
        row.addStretch(0)
        row.addWidget(self._open)
        row.addWidget(self._close)
        return row

    def _accept(self) -> None:
        """Answer, or say what is wrong with what was entered."""
        values: dict[str, float] = {}
        for name in self._missing:
            words, unit, example = FIELDS[name]
            try:
                values[name] = float(self._fields[name].text().replace(",", ".")) * unit
            except ValueError:
                self._complain(f"{words}: a number such as {example} is needed.")
                self._fields[name].setFocus()
                return
        nucleus = self._nucleus.currentText()
        axes = Axes(values.get("dwell_s"), values.get("frequency_hz"), nucleus)
        try:
            axes.check(Path())
        except FormatError as error:
            self._complain(error.failure.cause)
            return
        self.hide()
        if self._answer is not None:
            self._answer(axes)

    def _complain(self, text: str) -> None:
        self._complaint.setText(text)
        self._complaint.setVisible(bool(text))


def _buddy(words: str, field: QWidget) -> QLabel:
    label = QLabel(words)
    label.setBuddy(field)
    field.setAccessibleName(words)
    return label

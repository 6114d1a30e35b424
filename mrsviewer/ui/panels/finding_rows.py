"""The rows of the data panel: a finding with its button, a question with its field."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from mrsviewer.present.form_words import CHOICES
from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from mrsviewer.model.exam import Role, Severity, Source
    from mrsviewer.present.findings import FindingRow
    from mrsviewer.quality.lint import Question

SIGNS: dict[Severity, tuple[str, str]] = {
    "danger": ("✕", "poor"),
    "warning": ("▲", "borderline"),
    "info": ("·", "dim"),
}
"""(sign, colour) of each severity; the sign alone tells it."""

CONFIRMED = ("✓", "borderline")
ASKED = ("?", "accent")
FILE = ("▪", "dim")
_CHOOSE = "choose"
ROLES: dict[Role, str] = {
    "metabolite": "data",
    "water": "water reference",
    "eddy": "eddy-current reference",
    "anatomy": "head image",
    "tissue": "tissue map",
    "basis": "basis set",
    "unused": "not used",
}
"""Roles a person can give, in words."""


class RemedyWidget(QWidget):
    """A sign, a title, a note below, and a button (text, tooltip) that does something about it.

    Signals
    -------
    pressed
        The button was pressed.
    """

    pressed = Signal()

    def __init__(
        self,
        sign: tuple[str, str],
        title: str,
        note: str,
        button: tuple[str, str] | None = None,
        *,
        strong: bool = False,
    ) -> None:
        super().__init__()
        colours = current_palette()
        mark, colour = sign[0], getattr(colours, sign[1])
        self.setAccessibleName(". ".join(part.rstrip(".") for part in (title, note) if part))
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        label = _label(f'<span style="color:{colour}">{mark}</span>', wrap=False)
        label.setFixedWidth(label.fontMetrics().horizontalAdvance("✕●") // 2 + 6)
        self.grid.addWidget(label, 0, 0, top)
        ink = colour if strong else colours.text
        self.grid.addWidget(_label(f'<b style="color:{ink}">{escape(title)}</b>'), 0, 1, top)
        if note:
            self.grid.addWidget(
                _label(f'<span style="color:{colours.dim}">{escape(note)}</span>'), 1, 1, top
            )
        if button is not None:
            self.grid.addWidget(self._button(*button, title), 2, 1, Qt.AlignmentFlag.AlignLeft)

    def _button(self, text: str, tooltip: str, title: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tooltip)
        button.setAccessibleName(f"{text}: {title}")
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self.pressed)
        return button


class FindingWidget(RemedyWidget):
    """A finding; a danger is red, sign and title, until it is confirmed or mended."""

    def __init__(self, row: FindingRow, button: tuple[str, str] | None = None) -> None:
        sign = CONFIRMED if row.confirmed else SIGNS[row.severity]
        title = f"{row.title} (confirmed by hand)" if row.confirmed else row.title
        grave = row.severity == "danger" and not row.confirmed
        super().__init__(sign, title, row.evidence, button, strong=grave)
        self.setAccessibleName(f"{row.severity}: {self.accessibleName()}")


class QuestionWidget(RemedyWidget):
    """A value the file lacks, with a field to enter it.

    Signals
    -------
    answered
        The answer as a correction; only answers within the limits.
    """

    answered = Signal(object)

    def __init__(self, question: Question) -> None:
        title = question.title if question.required else f"{question.title}, if known"
        super().__init__(ASKED, f"{title}?", question.why)
        self._question = question
        row = QHBoxLayout()
        row.setSpacing(6)
        if question.choices:
            row.addWidget(self._choice(question))
        else:
            for widget in self._field(question):
                row.addWidget(widget)
        row.addStretch(1)
        self.grid.addLayout(row, 2, 1)
        self.complaint = _label("")
        self.complaint.setObjectName("complaint")
        self.complaint.hide()
        self.grid.addWidget(self.complaint, 3, 1)

    def _choice(self, question: Question) -> QWidget:
        choice = QComboBox()
        choice.addItem(_CHOOSE, None)
        for value in question.choices:
            choice.addItem(CHOICES.get(value, value), value)
        choice.setAccessibleName(question.title)
        choice.setToolTip("Take this in place of the file's; the recipe records it")
        choice.activated.connect(lambda _row: self._choose(choice.currentData()))
        return choice

    def _choose(self, value: str | None) -> None:
        if value is not None:
            self.answered.emit(self._question.answer(value))

    def _field(self, question: Question) -> tuple[QWidget, ...]:
        field, use = QLineEdit(), QPushButton("Enter")
        field.setAccessibleName(f"{question.title} in {question.unit}")
        field.setFixedWidth(field.fontMetrics().horizontalAdvance("0" * 10))
        field.returnPressed.connect(lambda: self._answer(field.text()))
        use.setAccessibleName(f"Enter {question.title}")
        use.setToolTip("Take this value in place of the file's; the recipe records it")
        use.clicked.connect(lambda: self._answer(field.text()))
        return field, QLabel(question.unit), use

    def _answer(self, text: str) -> None:
        question = self._question
        try:
            given = float(text.replace(",", "."))
        except ValueError:
            given = float("nan")
        if question.low <= given <= question.high:
            self.complaint.hide()
            self.answered.emit(question.answer(given))
            return
        limits = f"{question.low:g} to {question.high:g} {question.unit}"
        self.complaint.setText(f"A number from {limits} is wanted.")
        self.complaint.show()


class SourceWidget(RemedyWidget):
    """An input file: its role, why it has it, and a choice of other roles.

    Signals
    -------
    role_chosen
        (source, role): the user gives the file another role. What is shown changes only when
        the exam does.
    """

    role_chosen = Signal(object, str)

    def __init__(self, source: Source) -> None:
        super().__init__(FILE, source.path.name, f"{source.format}; {source.reason}")
        self._source = source
        self._choice = QComboBox()
        self._choice.addItems([ROLES[role] for role in ROLES])
        self._choice.setAccessibleName(f"Role of {source.path.name}")
        self._choice.setToolTip("Give this file another role; it is read and checked again")
        self._choice.setEnabled(source.role in ROLES)
        self._choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._show_role()
        self._choice.activated.connect(self._chosen)
        self.grid.addWidget(self._choice, 2, 1, Qt.AlignmentFlag.AlignLeft)

    def _show_role(self) -> None:
        role = self._source.role
        if role not in ROLES:
            self._choice.addItem(role)
        self._choice.setCurrentText(ROLES.get(role, role))

    def _chosen(self, index: int) -> None:
        role = list(ROLES)[index]
        self._show_role()
        if role != self._source.role:
            self.role_chosen.emit(self._source, role)


def _label(text: str, *, wrap: bool = True) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(wrap)
    return label

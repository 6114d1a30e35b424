"""Dialog with the parameters of one processing step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.present.form_words import complaint
from mrsviewer.ui.dialogs.struct_form import StructForm

if TYPE_CHECKING:
    from mrsviewer.processing.steps import AnyStep

_HIDDEN = frozenset({"version"})


class StepDialog(QDialog):
    """Shows what a step does and lets its parameters be changed.

    Signals
    -------
    step_chosen
        The step as edited, when the user accepts.
    """

    step_chosen = Signal(object)

    def __init__(self, title: str, step: AnyStep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._step = step
        words = QLabel(step.in_words())
        words.setWordWrap(True)
        self._form_place = QVBoxLayout()
        self._complaint = QLabel()
        self._complaint.setObjectName("complaint")
        self._complaint.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self._box = QDialogButtonBox(buttons.Ok | buttons.Cancel | buttons.RestoreDefaults)
        self._box.accepted.connect(self.accept)
        self._box.rejected.connect(self.reject)
        self._box.button(buttons.RestoreDefaults).clicked.connect(self._restore)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addLayout(self._form_place)
        column.addStretch(1)
        column.addWidget(self._complaint)
        column.addWidget(self._box)
        self.form = self._fill(step)
        self.resize(440, self.sizeHint().height())

    @override
    def accept(self) -> None:
        self.step_chosen.emit(self.form.value())
        super().accept()

    def _restore(self) -> None:
        self.form.deleteLater()
        self.form = self._fill(type(self._step)())
        self._check()

    def _fill(self, step: AnyStep) -> StructForm:
        form = StructForm(step, hidden=_HIDDEN)
        form.changed.connect(self._check)
        self._form_place.addWidget(form)
        return form

    def _check(self) -> None:
        said = ""
        try:
            self.form.value()
        except msgspec.ValidationError as error:
            said = complaint(error, type(self._step))
        self._complaint.setText(said)
        self._box.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not said)

"""Which spectrum of a file that holds several is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QWidget

from mrsviewer.present.each import place_in_words
from mrsviewer.session.several import count_of

if TYPE_CHECKING:
    from mrsviewer.model.exam import Exam


class SpectrumChooser(QFrame):
    """A number among several; hidden where a file holds one spectrum.

    Signals
    -------
    chosen
        Number of the spectrum that the user wants, counted from 1.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("spectrumChooser")
        self.setAccessibleName("Spectra of this file")
        self.box, self.words = QSpinBox(), QLabel()
        self.box.setAccessibleName("Number of the spectrum")
        self.box.setToolTip(
            "Which spectrum of the file is shown and fitted; arrow keys step, from anywhere "
            "Ctrl+PgDown and Ctrl+PgUp"
        )
        self.box.setKeyboardTracking(False)
        label = QLabel("&Spectrum")
        label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        for widget in (label, self.box, self.words):
            row.addWidget(widget)
        row.addStretch(1)
        self.box.valueChanged.connect(self.chosen)
        self.hide()

    def show_choice(self, whole: Exam | None, number: int) -> None:
        """Show which of how many spectra is open, and where it lies."""
        count = count_of(whole)
        self.setVisible(count > 1)
        if whole is None or count == 1:
            return
        with QSignalBlocker(self.box):
            self.box.setRange(1, count)
            self.box.setValue(number)
        place = place_in_words(whole.metabolite, number)
        where = f": {place}" if place else ""
        self.words.setText(f"of {count}{where}. Each is processed and fitted alone.")

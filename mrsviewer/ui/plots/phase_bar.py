"""The phase tool in figures."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class PhaseBar(QFrame):
    """Phase in figures: zero order, first order, pivot, and buttons.

    Signals
    -------
    phase_entered
        (zero_deg, first_deg_per_ppm, pivot_ppm): the phase itself, not a difference.
    pivot_entered
        Another pivot, in ppm; the phase about it is unchanged.
    auto_requested, reset_requested, done
        The buttons.
    """

    phase_entered = Signal(float, float, float)
    pivot_entered = Signal(float)
    auto_requested = Signal()
    reset_requested = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phaseBar")
        self.setAccessibleName("Phase in figures")
        self._zero = _box("Zero-order phase in degrees", "°", 180.0, 1, 1.0)
        self._zero.setWrapping(True)
        self._first = _box("First-order phase in degrees per ppm", " °/ppm", 999.0, 2, 0.5)
        self._pivot = _box("Pivot in ppm", " ppm", 50.0, 2, 0.01)
        for box in (self._zero, self._first):
            box.valueChanged.connect(self._enter_phase)
        self._pivot.valueChanged.connect(self.pivot_entered)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(5)
        for text, box in (("φ₀", self._zero), ("φ₁", self._first), ("pivot", self._pivot)):
            label = QLabel(text)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        for text, tip, signal in (
            ("Auto", "Automatic phase (A)", self.auto_requested),
            ("Reset", "Back to the phase at which the tool was opened", self.reset_requested),
            ("Done", "Leave the phase tool (P)", self.done),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(signal)
            row.addWidget(button)

    def set_phase(self, zero_deg: float, first_deg_per_ppm: float, pivot_ppm: float) -> None:
        """Show a phase; emits nothing."""
        wrapped = (zero_deg + 180.0) % 360.0 - 180.0
        for box, value in (
            (self._zero, wrapped),
            (self._first, first_deg_per_ppm),
            (self._pivot, pivot_ppm),
        ):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)

    def phase(self) -> tuple[float, float, float]:
        """Return what the boxes show."""
        return self._zero.value(), self._first.value(), self._pivot.value()

    def _enter_phase(self) -> None:
        self.phase_entered.emit(*self.phase())


def _box(name: str, suffix: str, limit: float, decimals: int, step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setRange(-limit, limit)
    box.setDecimals(decimals)
    box.setSingleStep(step)
    box.setSuffix(suffix)
    box.setKeyboardTracking(False)
    return box

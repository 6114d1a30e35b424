"""The phase tool: one gesture at a time, with mouse or arrow keys, about a pivot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from mrsviewer.ui.plots.phase_bar import PhaseBar
from mrsviewer.ui.plots.phase_gesture import PhaseGesture

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QKeyEvent

__all__ = ["ARROWS", "PhaseBar", "PhaseTool"]

ARROWS = {
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Left: (0, -1),
}
"""(steps of zero order, steps of first order)."""


class PhaseTool(QObject):
    """Follows one gesture from begin to commit or cancel.

    Signals
    -------
    turned
        The phase on top of the scene changed: draw anew.
    committed
        (zero_deg, first_deg_per_ppm, pivot_ppm), once per gesture that turned anything.
    cancelled
        The gesture was taken back.
    """

    turned = Signal()
    committed = Signal(float, float, float)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pivot_ppm = 2.01
        self._gesture: PhaseGesture | None = None
        self._shown: PhaseGesture | None = None
        self._keys: set[int] = set()

    @property
    def active(self) -> bool:
        """Return whether a gesture runs."""
        return self._gesture is not None

    @property
    def by_mouse(self) -> bool:
        """Return whether the gesture that runs is a drag."""
        return self.active and not self._keys

    @property
    def turn(self) -> tuple[float, float]:
        """Return (degrees, degrees per ppm) on top of the scene."""
        shown = self._shown
        return (shown.zero_deg, shown.first_deg_per_ppm) if shown else (0.0, 0.0)

    def turn_si(self, hz_per_ppm: float) -> tuple[float, float]:
        """Return the same in (radians, seconds)."""
        zero, first = self.turn
        return float(np.radians(zero)), first / 360 / hz_per_ppm

    def scene_changed(self) -> None:
        """Note that the scene holds what was committed; a gesture that runs goes on."""
        self._shown = self._gesture

    def begin(self, position: QPointF) -> None:
        """Start a drag."""
        self.end()
        self._gesture = self._shown = PhaseGesture(position.x(), position.y())

    def drag(self, position: QPointF, *, fine: bool) -> None:
        """Follow the pointer."""
        gesture = self._gesture
        if gesture is not None and gesture.move_to(position.x(), position.y(), fine=fine):
            self.turned.emit()

    def end(self) -> None:
        """End the gesture; commit it if it turned anything."""
        gesture, self._gesture = self._gesture, None
        self._keys.clear()
        if gesture is not None and gesture.moved:
            self.committed.emit(gesture.zero_deg, gesture.first_deg_per_ppm, self.pivot_ppm)

    def cancel(self) -> bool:
        """Take the gesture back; return whether there was one."""
        gesture, self._gesture, self._shown = self._gesture, None, None
        self._keys.clear()
        if gesture is None:
            return False
        self.turned.emit()
        self.cancelled.emit()
        return True

    def press(self, event: QKeyEvent) -> bool:
        """Step by an arrow key; return whether the key was one."""
        steps = ARROWS.get(Qt.Key(event.key()))
        if steps is None or self.by_mouse:
            return False
        if self._gesture is None:
            self._gesture = self._shown = PhaseGesture()
        self._keys.add(event.key())
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._gesture.step(*steps, fine=fine)
        self.turned.emit()
        return True

    def release(self, event: QKeyEvent) -> bool:
        """End the burst when the last arrow key is up; return whether the key was one."""
        if event.key() not in self._keys:
            return False
        if not event.isAutoRepeat():
            self._keys.discard(event.key())
            if not self._keys:
                self.end()
        return True

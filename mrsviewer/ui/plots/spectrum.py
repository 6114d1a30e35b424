"""Spectrum plot: draws a scene, reports gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from mrsviewer.present.fmt import degrees, degrees_per_ppm, significant
from mrsviewer.present.peaks import nearest_peak
from mrsviewer.ui.plots import spectrum_layout as layout
from mrsviewer.ui.plots.phase_tool import ARROWS
from mrsviewer.ui.plots.pointer import Pointer
from mrsviewer.ui.plots.spectrum_picture import SpectrumPicture
from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent
    from PySide6.QtWidgets import QWidget

    from mrsviewer.ui.plots.spectrum_view import View

SNAP_PPM = 0.06
"""How far from a double-click the pivot looks for a peak."""

ZOOM_PER_NOTCH = 1.2
CLICK_REACH = 4
"""By how many pixels the pointer may move between press and release of a click."""


class SpectrumPlot(SpectrumPicture):
    """Draws a scene; emits what the user did. Wants no answer to keep working.

    Wheel: amplitude; Ctrl+wheel: ppm about the pointer; drag: pan; R: the whole spectrum.
    Middle-drag, or any drag and the arrow keys while the phase tool is on: phase.

    Signals
    -------
    phase_dragged
        (zero_deg, first_deg_per_ppm) turned so far by the gesture that runs.
    phase_committed
        (zero_deg, first_deg_per_ppm, pivot_ppm) turned by a gesture in all, on top of the scene
        as shown; once per gesture. ``present.spectrum.phase_after_drag`` makes of it the phase
        for the recipe. The turn stays on screen until the next scene.
    phase_cancelled
        The gesture was taken back.
    hovered
        (ppm, amplitude) under the pointer; (nan, nan) when it left.
    pivot_changed
        The pivot was put elsewhere, in ppm.
    peak_clicked
        The user pointed at this shift, in ppm.
    enlarge_wanted
        The spectrum should fill the window, or go back to its place.
    """

    phase_dragged = Signal(float, float)
    phase_committed = Signal(float, float, float)
    phase_cancelled = Signal()
    hovered = Signal(float, float)
    pivot_changed = Signal(float)
    peak_clicked = Signal(float)
    enlarge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pan_from: QPointF | None = None
        self._pressed_at: QPointF | None = None
        self._pointer = pointer = Pointer(self.canvas.viewport(), self)
        pointer.pressed.connect(self._begin)
        pointer.dragged.connect(self._drag)
        pointer.released.connect(self._end)
        pointer.hovered.connect(self._hover)
        pointer.left.connect(self._leave)
        pointer.wheeled.connect(self._wheel)
        pointer.double_clicked.connect(self._double_click)
        self.tool.turned.connect(self._turned)
        self.tool.committed.connect(self.phase_committed)
        self.tool.cancelled.connect(self.phase_cancelled)
        self.phase_bar.pivot_entered.connect(self._enter_pivot)

    @property
    def phase_mode(self) -> bool:
        """Return whether the phase tool is on."""
        return self._phasing

    @property
    def pivot_ppm(self) -> float:
        """Return the pivot of the phase tool."""
        return self.tool.pivot_ppm

    def viewport(self) -> QWidget:
        """Return the widget that the pointer acts on."""
        surface: QWidget = self.canvas.viewport()
        return surface

    def set_phase_mode(self, on: bool) -> None:
        """Switch the phase tool on or off; a gesture that runs is taken back."""
        self.tool.cancel()
        self._pointer.drop()
        self._phasing = self._pointer.phase_mode = on
        self.phase_bar.setVisible(on)
        shape = Qt.CursorShape.SizeAllCursor if on else Qt.CursorShape.ArrowCursor
        self.canvas.viewport().setCursor(shape)
        self._settle()

    def _begin(self, kind: str, position: QPointF) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._scene is None:
            return
        if kind == "phase":
            self.tool.begin(position)
        else:
            self._pan_from = self._pressed_at = position

    def _drag(self, position: QPointF, fine: bool) -> None:
        if self.tool.by_mouse:
            self.tool.drag(position, fine=fine)
            self._show_reading(position)
        elif self._pan_from is not None:
            if self._pressed_at and (position - self._pressed_at).manhattanLength() < CLICK_REACH:
                return
            self._pressed_at = None
            here, there = (self.canvas.to_view(p) for p in (position, self._pan_from))
            self._pan_from = position
            moved = (there[0] - here[0], there[1] - here[1])
            self._move_view(self._view.panned(*moved, self._limits()))

    def _end(self) -> None:
        self.tool.end()
        if self._pressed_at is not None:
            ppm, _ = self.canvas.to_view(self._pressed_at)
            self._pressed_at = None
            self.peak_clicked.emit(ppm)
        if self._pan_from is not None or self._scene is not None:
            self._pan_from = None
            self._settle()

    def _turned(self) -> None:
        """Draw while a phase gesture runs: thin lines, no new texts, no new range."""
        self.canvas.curves.restyle(current_palette(), fast=True)
        self.texts.labels([])
        self._draw()
        zero, first = self._phase()
        self.phase_bar.set_phase(zero, first, self.tool.pivot_ppm)
        self.canvas.pivot.setValue(self.tool.pivot_ppm)
        self.canvas.pivot.setVisible(True)
        if self.tool.active:
            self.phase_dragged.emit(*self.tool.turn)

    def _show_reading(self, position: QPointF) -> None:
        zero, first = self._phase()
        tag = self.texts.say("read", f"φ₀ {degrees(zero)}   φ₁ {degrees_per_ppm(first)}")
        layout.place_near(self.canvas, tag, position.x(), position.y())

    def _hover(self, position: QPointF) -> None:
        curve = self.canvas.curves.real("data")
        if curve is None:
            return
        ppm, _ = self.canvas.to_view(position)
        low, high = self._view.ppm
        if not low <= ppm <= high:
            return
        amplitude = float(np.interp(ppm, *curve))
        name = nearest_peak(ppm, "1H" if self._scene is None else self._scene.nucleus)
        text = f"{ppm:.2f} ppm   {significant(amplitude)} a.u." + (f"   {name}" if name else "")
        self.texts.say("hover", text)
        layout.place_hover(self.texts, self.canvas.box(self.canvas.main))
        self.hovered.emit(ppm, amplitude)

    def _leave(self) -> None:
        self.texts.say("hover", "")
        self.hovered.emit(float("nan"), float("nan"))

    def _wheel(self, notches: float, about_ppm: bool, position: QPointF) -> None:
        if self._scene is None:
            return
        factor = ZOOM_PER_NOTCH**notches
        if about_ppm:
            ppm, _ = self.canvas.to_view(position)
            self._move_view(self._view.zoomed(factor, ppm, self._limits()))
        elif self.canvas.box(self.canvas.strip).contains(position) and self.canvas.strip_shown:
            self._move_view(self._view.strip_magnified(factor))
        else:
            self._move_view(self._view.magnified(factor))

    def _move_view(self, view: View) -> None:
        self._view = view
        self._settle()

    def _double_click(self, position: QPointF) -> None:
        curve = self.canvas.curves.real("data")
        if curve is None:
            return
        if not self.phase_mode:
            self.enlarge_wanted.emit()
            return
        ppm, _ = self.canvas.to_view(position)
        self._enter_pivot(_local_maximum(*curve, ppm))

    def _enter_pivot(self, ppm: float) -> None:
        self.tool.pivot_ppm = ppm
        self._settle()
        self.pivot_changed.emit(ppm)

    def _limits(self) -> tuple[float, float]:
        curve = self.canvas.curves.real("data")
        return (float(curve[0][0]), float(curve[0][-1])) if curve else (0.2, 4.2)

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys of a gesture from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = event.key()
            if (key == Qt.Key.Key_Escape and self.tool.active) or (
                key in ARROWS and self.phase_mode
            ):
                event.accept()
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Phase by arrows, Esc, R, zoom by + and -."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.tool.cancel():
            self._pointer.drop()
            self._settle()
        elif self.phase_mode and self._scene is not None and self.tool.press(event):
            pass
        elif key == Qt.Key.Key_R:
            self.reset_view()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and self._scene is not None:
            notch = 1 if key == Qt.Key.Key_Plus else -1
            self._move_view(self._view.magnified(ZOOM_PER_NOTCH**notch))
        else:
            super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a burst of arrow keys."""
        if self.tool.release(event):
            if not self.tool.active:
                self._settle()
        else:
            super().keyReleaseEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End a burst of arrow keys whose release will not come."""
        if self.tool.active and not self.tool.by_mouse:
            self.tool.end()
        super().focusOutEvent(event)


def _local_maximum(ppm: NDArray[np.float64], y: NDArray[np.float64], near_ppm: float) -> float:
    """Return the shift of the highest point within ``SNAP_PPM``."""
    close = np.flatnonzero(np.abs(ppm - near_ppm) <= SNAP_PPM)
    return float(ppm[close[np.argmax(y[close])]]) if close.size else near_ppm

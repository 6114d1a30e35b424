"""Mouse events of a canvas as few signals; moves are collected once per frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

FRAME_MS = 12
"""Moves within this time are seen as one."""

Kind = Literal["pan", "phase"]


class Pointer(QObject):
    """Filters the mouse events of ``surface``; none of them reaches it.

    Signals
    -------
    pressed
        (kind, position): a drag begins; ``kind`` is "pan" or "phase".
    dragged
        (position, fine): at most once per frame; ``fine`` while Shift is held.
    released
        The drag ended.
    hovered
        (position): moved without a button; at most once per frame.
    left
        The pointer is gone.
    wheeled
        (notches, about_ppm, position): ``about_ppm`` while Ctrl is held.
    double_clicked
        (position).
    """

    pressed = Signal(str, QPointF)
    dragged = Signal(QPointF, bool)
    released = Signal()
    hovered = Signal(QPointF)
    left = Signal()
    wheeled = Signal(float, bool, QPointF)
    double_clicked = Signal(QPointF)

    def __init__(self, surface: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase_mode = False
        self._button: Qt.MouseButton | None = None
        self._waiting: tuple[QPointF, bool] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.flush)
        surface.setMouseTracking(True)
        surface.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn mouse events into signals; let everything else pass."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            self._moved(cast("QMouseEvent", event))
        elif kind == QEvent.Type.MouseButtonPress:
            self._pressed(cast("QMouseEvent", event))
        elif kind == QEvent.Type.MouseButtonRelease:
            self._released(cast("QMouseEvent", event))
        elif kind == QEvent.Type.MouseButtonDblClick:
            self.double_clicked.emit(cast("QMouseEvent", event).position())
        elif kind == QEvent.Type.Wheel:
            self._wheeled(cast("QWheelEvent", event))
        elif kind == QEvent.Type.Leave:
            self._waiting = None
            self.left.emit()
            return False
        else:
            return False
        return True

    def flush(self) -> None:
        """Report the last move now."""
        self._timer.stop()
        if self._waiting is None:
            return
        position, fine = self._waiting
        self._waiting = None
        if self._button is None:
            self.hovered.emit(position)
        else:
            self.dragged.emit(position, fine)

    def drop(self) -> None:
        """Forget the drag that runs; its release will mean nothing."""
        self._button, self._waiting = None, None

    def _pressed(self, event: QMouseEvent) -> None:
        kind: Kind | None = None
        if event.button() == Qt.MouseButton.MiddleButton:
            kind = "phase"
        elif event.button() == Qt.MouseButton.LeftButton:
            kind = "phase" if self.phase_mode else "pan"
        if kind is None or self._button is not None:
            return
        self.flush()
        self._button = event.button()
        self.pressed.emit(kind, event.position())

    def _moved(self, event: QMouseEvent) -> None:
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._waiting = (event.position(), fine)
        if not self._timer.isActive():
            self._timer.start()

    def _released(self, event: QMouseEvent) -> None:
        if self._button is None or event.button() != self._button:
            return
        self.flush()
        self._button = None
        self.released.emit()

    def _wheeled(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120.0
        about_ppm = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if notches:
            self.wheeled.emit(notches, about_ppm, event.position())

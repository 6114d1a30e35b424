"""The voxel on the head: three linked slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from mrsviewer.present.anatomy import normal_axis, place_in_words, point_in_head
from mrsviewer.ui.plots.slices_geometry import arrange
from mrsviewer.ui.plots.slices_paint import BLACK, LETTER, QUIET
from mrsviewer.ui.plots.slices_panel import SlicePanel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from mrsviewer.model.voxel import Vector
    from mrsviewer.present.scenes import AnatomyScene, Plane, SliceScene

_PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")
_PIXELS_PER_WIDTH = 250.0
_EMPTY = "No image. Open a scan with its anatomical image to see the voxel here."


class SlicesView(QWidget):
    """Draws an :class:`AnatomyScene`; emits where the user pointed and how he windowed.

    The crosshair moves when the owner shows the scene of the new cursor. Gestures that come
    faster than that are merged.
    """

    cursor_moved = Signal(object)
    """RAS point (x, y, z), mm."""
    window_changed = Signal(float, float)
    """Level and width."""
    window_reset_requested = Signal()
    plane_maximised = Signal(str)
    """Name of the plane that now fills the view; empty when all three are shown again."""
    home_requested = Signal()
    """Home key: back to the centre of the voxel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: AnatomyScene | None = None
        self._cursor: Vector = (0.0, 0.0, 0.0)
        self._window = (0.5, 1.0)
        self._grabbed = self._window
        self._maximised: Plane | None = None
        self.panels = tuple(self._panel(plane) for plane in _PLANES)
        self._side, self._place, self._caption = (self._label(c) for c in (LETTER, QUIET, QUIET))
        self._frame = QTimer(self, interval=0, singleShot=True)
        self._frame.timeout.connect(lambda: self.cursor_moved.emit(self._cursor))
        self.setAutoFillBackground(True)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor("#1B2026"))
        self.setPalette(palette)
        self.setAccessibleName("Voxel on the anatomical image")
        self.clear()

    @override
    def sizeHint(self) -> QSize:
        return QSize(310, 400)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(180, 180)

    def show_scene(self, scene: AnatomyScene) -> None:
        """Replace what is drawn."""
        self._scene = scene
        self._window = (scene.level, scene.width)
        self._cursor = _cursor(scene.slices[0])
        self._side.setText(f"Voxel: {scene.side}" if scene.side else "No voxel position")
        self._place.setText(f"Cursor: {place_in_words(self._cursor)}")
        self._caption.setText(scene.caption)
        self._draw()
        self._lay_out()

    def clear(self) -> None:
        """Show nothing."""
        self._scene = None
        self._frame.stop()
        for label, text in ((self._side, ""), (self._place, ""), (self._caption, _EMPTY)):
            label.setText(text)
        self._draw()
        self._lay_out()

    def maximise(self, plane: Plane | None) -> None:
        """Let one plane fill the view; None shows all three."""
        self._maximised = plane
        self._lay_out()
        self.plane_maximised.emit(plane or "")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._maximised is not None:
            self.maximise(None)
        elif event.key() == Qt.Key.Key_Home and self._scene is not None:
            self.home_requested.emit()
        else:
            super().keyPressEvent(event)

    def _panel(self, plane: Plane) -> SlicePanel:
        panel = SlicePanel(plane, self)
        panel.pointed.connect(self._move)
        panel.scrolled.connect(lambda slices: self._scroll(panel, slices))
        panel.window_grabbed.connect(self._grab_window)
        panel.window_dragged.connect(lambda x, y: self._drag_window(panel, x, y))
        panel.window_released.connect(lambda: panel.show_note(""))
        panel.window_reset_requested.connect(self.window_reset_requested)
        panel.maximise_requested.connect(
            lambda: self.maximise(None if self._maximised else panel.plane)
        )
        return panel

    def _label(self, colour: QColor) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setAutoFillBackground(True)
        label.setContentsMargins(6, 1, 6, 1)
        palette = QPalette(label.palette())
        palette.setColor(QPalette.ColorRole.Window, BLACK)
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        label.setPalette(palette)
        return label

    def _draw(self) -> None:
        slices: tuple[SliceScene | None, ...] = (None, None, None)
        if self._scene is not None:
            slices = self._scene.slices
        for panel, piece in zip(self.panels, slices, strict=True):
            panel.show_slice(piece, *self._window)

    def _lay_out(self) -> None:
        bottom = self.height()
        for label in (self._caption, self._place, self._side):
            label.setVisible(bool(label.text()))
            if label.text():
                height = label.heightForWidth(self.width())
                bottom -= height
                label.setGeometry(0, bottom, self.width(), height)
        area = QRect(0, 0, self.width(), max(1, bottom))
        for panel, place in zip(self.panels, arrange(area), strict=True):
            panel.setVisible(self._maximised in (None, panel.plane))
            panel.setGeometry(area if self._maximised else place)

    def _move(self, point: Vector) -> None:
        self._cursor = point
        self._frame.start()

    def _scroll(self, panel: SlicePanel, slices: int) -> None:
        if self._scene is None:
            return
        piece = self._scene.slices[_PLANES.index(panel.plane)]
        point = list(self._cursor)
        axis = normal_axis(piece)
        low, high = _reach(self._scene, axis)
        point[axis] = min(max(point[axis] + slices * piece.step_mm, low), high)
        self._move((point[0], point[1], point[2]))

    def _grab_window(self) -> None:
        self._grabbed = self._window

    def _drag_window(self, panel: SlicePanel, right: float, up: float) -> None:
        """Change the width by moving sideways, the level by moving up and down."""
        level, width = self._grabbed
        per_pixel = width / _PIXELS_PER_WIDTH
        self._window = (level - up * per_pixel, max(width + right * per_pixel, width / 100))
        panel.show_note("level {:.4g}\nwidth {:.4g}".format(*self._window))
        self._draw()
        self.window_changed.emit(*self._window)


def _cursor(piece: SliceScene) -> Vector:
    return point_in_head(piece, *piece.crosshair_mm)


def _reach(scene: AnatomyScene, axis: int) -> tuple[float, float]:
    """Return the lowest and highest RAS coordinate along ``axis`` that any slice shows."""
    reached: list[float] = []
    for piece in scene.slices:
        rows, columns = piece.image.shape
        x, y = piece.origin_mm
        for across, up in ((0, 0), (columns - 1, rows - 1)):
            point = point_in_head(piece, x + across * piece.pixel_mm, y + up * piece.pixel_mm)
            if normal_axis(piece) != axis:
                reached.append(point[axis])
    return min(reached), max(reached)

"""One slice on the screen: draws it and reports gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from mrsviewer.present.anatomy import normal_axis, place_in_words, point_in_head
from mrsviewer.ui.plots import slices_paint as paint
from mrsviewer.ui.plots.slices_geometry import PixelMap, pixel_map

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from mrsviewer.present.scenes import Plane, SliceScene

_KEY_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_KEY_SLICES = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
_ROOM_FOR_NAME = 190


class SlicePanel(QWidget):
    """Draws one slice, black in every theme."""

    pointed = Signal(object)
    """The RAS point under the pointer while the left button is down, or moved to by arrows."""
    scrolled = Signal(int)
    """Number of slices along the normal."""
    window_dragged = Signal(float, float)
    """Pixels moved to the right and upwards with the right button since it was pressed."""
    window_grabbed = Signal()
    window_released = Signal()
    window_reset_requested = Signal()
    maximise_requested = Signal()

    def __init__(self, plane: Plane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = plane
        self._scene: SliceScene | None = None
        self._image: QImage | None = None
        self._note = ""
        self._grip: QPointF | None = None
        self._wheel = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(f"{plane.capitalize()} slice")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(
            "Click or drag: move the crosshair. Wheel or Page keys: other slices.\n"
            "Right drag: contrast and brightness (right double-click: automatic).\n"
            "Double-click: enlarge. Home: back to the voxel."
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(60, 60)

    def show_slice(self, scene: SliceScene | None, level: float, width: float) -> None:
        """Replace what is drawn; None empties the panel."""
        self._scene = scene
        self._image = None if scene is None else paint.grey_image(scene.image, level, width)
        self.setAccessibleDescription(_in_words(scene))
        self.update()

    def show_note(self, note: str) -> None:
        """Show a read-out over the image; an empty one removes it."""
        self._note = note
        self.update()

    def place(self) -> PixelMap | None:
        """Return where millimetres are on the panel, or None while it is empty."""
        scene = self._scene
        return None if scene is None else pixel_map(scene, self.width(), self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = QRectF(self.rect())
        painter.fillRect(size, paint.BLACK)
        place = self.place()
        if self._scene is not None and self._image is not None and place is not None:
            self._paint_scene(painter, self._scene, self._image, place)
        if self._note:
            paint.paint_text(painter, self._note, size, Qt.AlignmentFlag.AlignCenter, paint.LETTER)
        if self.hasFocus() and self._scene is not None:
            painter.setPen(QPen(paint.CROSSHAIR, 1))
            painter.drawRect(size.adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_scene(
        self, painter: QPainter, scene: SliceScene, image: QImage, place: PixelMap
    ) -> None:
        size = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place.target, image)
        paint.paint_crosshair(painter, scene, place, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.paint_voxels(painter, scene, place)
        paint.paint_letters(painter, scene.letters, size)
        paint.paint_scale_bar(painter, place, size)
        flags, label, inner = Qt.AlignmentFlag, _slice_label(scene), size
        if not paint.fits_beside_letter(painter, label, size):
            inner = size.adjusted(0, 0, 0, -painter.fontMetrics().height())
        paint.paint_text(painter, label, inner, flags.AlignBottom | flags.AlignLeft, paint.QUIET)
        if self.width() >= _ROOM_FOR_NAME:
            paint.paint_text(
                painter, scene.plane, size, flags.AlignTop | flags.AlignLeft, paint.QUIET
            )

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._point_at(event.position())
        elif event.button() is Qt.MouseButton.RightButton and self._scene is not None:
            self._grip = event.position()
            self.window_grabbed.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            moved = event.position() - self._grip
            self.window_dragged.emit(moved.x(), -moved.y())
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._point_at(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.RightButton and self._grip is not None:
            self._grip = None
            self.window_released.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.maximise_requested.emit()
        elif event.button() is Qt.MouseButton.RightButton:
            self.window_reset_requested.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        if notches and self._scene is not None:
            self.scrolled.emit(notches)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        far = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        if self._scene is not None and key in _KEY_STEPS:
            across, up = _KEY_STEPS[key]
            x, y = self._scene.crosshair_mm
            self.pointed.emit(point_in_head(self._scene, x + far * across, y + far * up))
        elif self._scene is not None and key in _KEY_SLICES:
            self.scrolled.emit(int(far) * _KEY_SLICES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.maximise_requested.emit()
        else:
            super().keyPressEvent(event)

    def _point_at(self, position: QPointF) -> None:
        place = self.place()
        if self._scene is not None and place is not None:
            self.pointed.emit(point_in_head(self._scene, *place.to_mm(position)))


def _slice_label(scene: SliceScene) -> str:
    """Return where the slice is along its normal: "S 30.3 mm"."""
    axis = normal_axis(scene)
    position = scene.position_mm
    return place_in_words((position, position, position)).removesuffix(" mm").split("  ")[axis]


def _in_words(scene: SliceScene | None) -> str:
    """Return what the panel shows, for screen readers."""
    if scene is None:
        return "No image"
    left, right, top, bottom = scene.letters
    cut = any(len(outline) for outline in scene.outlines)
    voxel = "The slice cuts the voxel." if cut else "The slice misses the voxel."
    return (
        f"{scene.plane.capitalize()} slice at {_slice_label(scene)} mm, "
        f"left {left}, right {right}, top {top}, bottom {bottom}. {voxel}"
    )

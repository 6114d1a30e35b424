from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from mrsviewer.model.volume import Volume
from mrsviewer.model.voxel import Voxel
from mrsviewer.present.anatomy import anatomy_scene
from mrsviewer.ui.plots import slices_paint
from mrsviewer.ui.plots.slices import SlicesView
from mrsviewer.ui.plots.slices_geometry import arrange, pixel_map, scale_bar_mm
from mrsviewer.ui.plots.slices_paint import CROSSHAIR, VOXEL, grey_image

PLACE = (-30.0, 20.0, 10.0)
SIZES = [(310, 400), (220, 700), (520, 460), (700, 400), (1200, 420), (180, 180)]


def head(bright=None):
    affine = np.diag([2.0, 2.0, 4.0, 1.0])
    affine[:3, 3] = (-90, -100, -70)
    index = np.stack(np.meshgrid(*[np.arange(n) for n in (90, 100, 35)], indexing="ij"), axis=-1)
    place = index @ affine[:3, :3].T + affine[:3, 3]
    data = 100.0 * (np.linalg.norm(place / [70, 90, 60], axis=-1) < 1)
    if bright is not None:
        data[np.linalg.norm(place - bright, axis=-1) < 12] = 400
    return Volume(data.astype(np.float32), affine, "T1w")


VOXEL_BOX = Voxel.from_arrays(np.array(PLACE), np.array([20.0, 30.0, 16.0]), np.eye(3))


@pytest.fixture
def view(qtbot):
    widget = SlicesView()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    widget.show()
    widget.show_scene(anatomy_scene(head(), (VOXEL_BOX,)))
    qtbot.waitExposed(widget)
    return widget


def pixels(widget):
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int).copy()


def near(picture, colour, tolerance=40):
    return np.argwhere(np.abs(picture - colour.getRgb()[:3]).max(axis=-1) < tolerance)


def wheel(panel, notches):
    at = QPointF(panel.rect().center())
    event = QWheelEvent(
        at, QPointF(panel.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel, event)


def test_the_patients_left_is_drawn_on_the_right(qtbot):
    widget = SlicesView()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    widget.show_scene(anatomy_scene(head(PLACE), (), (0.0, 20.0, 10.0), 200.0, 400.0))
    widget.show()
    axial = pixels(widget.panels[0])
    bright = np.argwhere((axial.min(axis=-1) > 220) & (np.ptp(axial, axis=-1) < 10))
    inside = bright[(bright[:, 0] > 40) & (bright[:, 0] < axial.shape[0] - 60)]
    blob = inside[inside[:, 1] < axial.shape[1] - 30]
    assert len(blob) > 200
    assert np.median(blob[:, 1]) > axial.shape[1] / 2 + 20
    assert np.median(blob[:, 0]) < axial.shape[0] / 2, "anterior is up"


def test_outline_and_crosshair_are_drawn_where_the_voxel_is(view):
    for panel, piece in zip(view.panels, anatomy_scene(head(), (VOXEL_BOX,)).slices, strict=True):
        place, picture = panel.place(), pixels(panel)
        rows, columns = near(picture, VOXEL).T
        corners = [place.to_pixels(x, y) for x, y in piece.outlines[0]]
        assert columns.min() == pytest.approx(min(c.x() for c in corners), abs=2)
        assert columns.max() == pytest.approx(max(c.x() for c in corners), abs=2)
        assert rows.min() == pytest.approx(min(c.y() for c in corners), abs=2)
        assert rows.max() == pytest.approx(max(c.y() for c in corners), abs=2)
        at = place.to_pixels(*piece.crosshair_mm)
        assert len(near(picture[:, round(at.x()) - 2 : round(at.x()) + 3], CROSSHAIR)) > 40


@pytest.mark.parametrize("index", [0, 1, 2])
def test_click_moves_the_crosshair_to_that_point(view, qtbot, index):
    panel = view.panels[index]
    target = panel.place().to_pixels(12.0, 5.0).toPoint()
    with qtbot.waitSignal(view.cursor_moved, timeout=1000) as caught:
        qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=target)
    expected = {
        0: (-12.0, 5.0, PLACE[2]),
        1: (-12.0, PLACE[1], 5.0),
        2: (PLACE[0], -12.0, 5.0),
    }[index]
    assert caught.args[0] == pytest.approx(expected, abs=1.0)


def test_drag_follows_the_pointer_and_stays_in_the_image(view, qtbot):
    panel = view.panels[0]
    got = []
    view.cursor_moved.connect(got.append)
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(panel, QPoint(150, 120))
    qtbot.waitUntil(lambda: bool(got))
    first = got[-1]
    qtbot.mouseMove(panel, QPoint(-500, 120))
    qtbot.waitUntil(lambda: got[-1] != first)
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=QPoint(-500, 120))
    assert got[-1][0] <= 90, "no further right than the volume reaches"
    assert got[-1][2] == PLACE[2]


@pytest.mark.parametrize(("index", "axis", "step"), [(0, 2, 4.0), (1, 1, 2.0), (2, 0, 2.0)])
def test_wheel_scrolls_by_the_images_own_slices(view, qtbot, index, axis, step):
    with qtbot.waitSignal(view.cursor_moved, timeout=1000) as caught:
        wheel(view.panels[index], 1)
        wheel(view.panels[index], 1)
    expected = list(PLACE)
    expected[axis] += 2 * step
    assert caught.args[0] == pytest.approx(tuple(expected))


def test_wheel_stops_at_the_edge(view, qtbot):
    with qtbot.waitSignal(view.cursor_moved, timeout=1000) as caught:
        wheel(view.panels[0], 500)
    assert 55 < caught.args[0][2] < 75


def test_keys(view, qtbot):
    panel = view.panels[0]
    for key, modifier, expected in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (-31.0, 20.0, 10.0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, (-30.0, 30.0, 10.0)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, (-30.0, 20.0, 6.0)),
    ):
        view.show_scene(anatomy_scene(head(), (VOXEL_BOX,)))
        with qtbot.waitSignal(view.cursor_moved, timeout=1000) as caught:
            qtbot.keyClick(panel, key, modifier)
        assert caught.args[0] == pytest.approx(expected)
    with qtbot.waitSignal(view.home_requested, timeout=1000):
        qtbot.keyClick(panel, Qt.Key.Key_Home)


def test_right_drag_windows_and_reads_out(view, qtbot):
    panel = view.panels[0]
    before = pixels(panel)
    level, width = 50.0, 100.0
    with qtbot.waitSignal(view.window_changed, timeout=1000) as caught:
        qtbot.mousePress(panel, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
        qtbot.mouseMove(panel, QPoint(150, 140))
    assert caught.args[0] == pytest.approx(level + 40 * width / 250, rel=0.02), "down is darker"
    assert caught.args[1] == pytest.approx(width * 1.2, rel=0.02)
    during = pixels(panel)
    assert during[:, :, 0].mean() < before[:, :, 0].mean()
    qtbot.mouseRelease(panel, Qt.MouseButton.RightButton, pos=QPoint(150, 140))
    centre = np.s_[panel.height() // 2 - 20 : panel.height() // 2 + 20]
    assert not np.array_equal(pixels(panel)[centre], during[centre]), "read-out goes on release"
    with qtbot.waitSignal(view.window_reset_requested, timeout=1000):
        qtbot.mouseDClick(panel, Qt.MouseButton.RightButton, pos=QPoint(100, 100))


def test_double_click_fills_the_view_with_one_plane(view, qtbot):
    sagittal = view.panels[2]
    with qtbot.waitSignal(view.plane_maximised, timeout=1000) as caught:
        qtbot.mouseDClick(sagittal, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert caught.args == ["sagittal"]
    assert [panel.isVisible() for panel in view.panels] == [False, False, True]
    assert sagittal.width() == view.width()
    with qtbot.waitSignal(view.plane_maximised, timeout=1000) as caught:
        qtbot.keyClick(sagittal, Qt.Key.Key_Escape)
    assert caught.args == [""]
    assert all(panel.isVisible() for panel in view.panels)


def test_words_for_screen_readers(view):
    assert [panel.accessibleName() for panel in view.panels] == [
        "Axial slice",
        "Coronal slice",
        "Sagittal slice",
    ]
    text = view.panels[0].accessibleDescription()
    assert text == (
        "Axial slice at S 10.0 mm, left R, right L, top A, bottom P. The slice cuts the voxel."
    )
    view.clear()
    assert view.panels[0].accessibleDescription() == "No image"


def test_cleared_view_shows_nothing_of_the_old_case(view, qtbot):
    view.clear()
    for panel in view.panels:
        assert pixels(panel).max() == 0
    got = []
    view.cursor_moved.connect(got.append)
    qtbot.mouseClick(view.panels[0], Qt.MouseButton.LeftButton)
    wheel(view.panels[0], 1)
    QApplication.processEvents()
    assert got == []


def test_scene_without_image(view):
    view.show_scene(anatomy_scene(None, (VOXEL_BOX,)))
    picture = pixels(view.panels[0])
    assert len(near(picture, VOXEL)) > 100
    assert (picture.max(axis=-1) == 0).mean() > 0.9


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_panels_never_overlap_and_nothing_is_elided(view, width, height):
    view.resize(width, height)
    QApplication.processEvents()
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert not view.panels[a].geometry().intersects(view.panels[b].geometry())
    for panel in view.panels:
        assert panel.geometry().width() > 40
        assert view.rect().contains(panel.geometry())
    for label in (view._side, view._place, view._caption):
        assert label.height() >= label.heightForWidth(label.width())
        assert view.rect().contains(label.geometry())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_arrangement_covers_the_area(width, height):
    area = QRect(0, 0, width, height)
    covered = sum(r.width() * r.height() for r in arrange(area))
    assert covered > 0.96 * width * height


def test_map_keeps_proportions():
    piece = anatomy_scene(head(), (VOXEL_BOX,)).slices[0]
    place = pixel_map(piece, 300, 900)
    assert place.target.width() <= 300.001
    assert place.to_mm(place.to_pixels(10.0, -5.0)) == pytest.approx((10.0, -5.0))
    assert place.target.width() / place.target.height() == pytest.approx(
        piece.image.shape[1] / piece.image.shape[0]
    )


def test_scale_bar_is_round_and_fits():
    assert scale_bar_mm(1.0, 300) == 50
    assert scale_bar_mm(3.0, 300) == 20
    assert scale_bar_mm(100.0, 100) == 5


def test_grey_levels():
    image = grey_image(np.array([[np.nan, 0.0, 50.0, 100.0, 900.0]], np.float32), 50.0, 100.0)
    assert [image.pixelColor(k, 0).red() for k in range(5)] == [0, 0, 127, 255, 255]


def test_two_renders_are_the_same(view):
    assert np.array_equal(pixels(view), pixels(view))


@pytest.mark.parametrize("points", [9.0, 13.0])
def test_texts_of_a_small_slice_stand_apart(view, points, monkeypatch):
    drawn = []

    def note(painter, text, size, flags, _colour, *, bold=False):
        del bold
        drawn.append((text, painter.boundingRect(size, flags, text)))

    monkeypatch.setattr(slices_paint, "paint_text", note)
    font = view.font()
    font.setPointSizeF(points)
    view.setFont(font)
    view.resize(290, 380)
    for panel in view.panels:
        drawn.clear()
        panel.grab()
        assert len(drawn) >= 5
        for (one, here), (two, there) in combinations(drawn, 2):
            assert not here.intersects(there), (one, two)

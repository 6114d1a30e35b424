"""The spectrum plot: what it shows, and how it is looked at."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel
from spectrum_fixtures import (
    MIDDLE,
    drag,
    opened,
    ranges,
    scene,
    wheel,
)
from synthetic_case import phased_recipe

from mrsviewer.present.scenes import SpectrumScene
from mrsviewer.ui.plots.curve_labels import LabelWish, place_labels
from mrsviewer.ui.theme import apply_theme

# ---- view

pytestmark = pytest.mark.usefixtures("dark")


def test_ppm_rises_to_the_left_in_the_default_window(plot):
    assert ranges(plot)[0] == pytest.approx((0.2, 4.2))
    assert plot.canvas.main.getViewBox().xInverted()
    left, _ = plot.canvas.to_view(QPointF(plot.canvas.box(plot.canvas.main).left(), 300))
    assert left == pytest.approx(4.2, abs=0.01)


def test_wheel_zooms_amplitude_about_zero(plot):
    (x0, y0), (at) = ranges(plot), (300, 400)
    wheel(plot, 2, at)
    x1, y1 = ranges(plot)
    assert x1 == x0
    assert y1[1] == pytest.approx(y0[1] / 1.44)
    assert y1[0] / y1[1] == pytest.approx(y0[0] / y0[1])


def test_ctrl_wheel_zooms_ppm_about_the_pointer(plot):
    at = (200, 400)
    before = plot.canvas.to_view(QPointF(*at))[0]
    (x0, y0) = ranges(plot)
    wheel(plot, 3, at, Qt.KeyboardModifier.ControlModifier)
    x1, y1 = ranges(plot)
    assert plot.canvas.to_view(QPointF(*at))[0] == pytest.approx(before, abs=1e-6)
    assert x1[1] - x1[0] == pytest.approx((x0[1] - x0[0]) / 1.2**3)
    assert y1 == y0
    assert tuple(plot.canvas.strip.getViewBox().viewRange()[0]) == pytest.approx(x1)


def test_r_resets_and_a_touched_view_survives_new_scenes(plot, qtbot):
    home = ranges(plot)
    wheel(plot, 3, (300, 400))
    zoomed = ranges(plot)
    plot.show_scene(scene(highlight=("NAA",)))
    assert ranges(plot) == zoomed
    qtbot.keyClick(plot, Qt.Key.Key_R)
    np.testing.assert_allclose(ranges(plot), home)


def test_cannot_zoom_out_beyond_the_data(plot):
    wheel(plot, -60, (300, 400), Qt.KeyboardModifier.ControlModifier)
    (low, high), _ = ranges(plot)
    ppm = plot.canvas.curves.real("data")[0]
    assert (low, high) == pytest.approx((ppm[0], ppm[-1]))


def test_hover_reads_ppm_amplitude_and_metabolite(plot, qtbot):
    box = plot.canvas.box(plot.canvas.main)
    x = box.left() + (4.2 - 2.01) / 4.0 * box.width()
    with qtbot.waitSignal(plot.hovered, timeout=1000) as seen:
        qtbot.mouseMove(plot.viewport(), QPoint(round(x), 300))
    assert seen.args[0] == pytest.approx(2.01, abs=0.01)
    ppm, y = plot.canvas.curves.real("data")
    assert seen.args[1] == pytest.approx(np.interp(seen.args[0], ppm, y))
    text = plot.texts["hover"].text()
    assert text.startswith("2.01 ppm")
    assert text.endswith("NAA")
    assert "a.u." in text


def test_residual_strip_can_be_hidden(plot):
    height = plot.canvas.box(plot.canvas.main).height()
    plot.set_residual_visible(False)
    QApplication.processEvents()
    assert plot.canvas.box(plot.canvas.main).height() > height + 40
    assert not plot.texts["strip"].isVisible()


def test_residual_is_not_in_the_spectrum_and_magnification_is_true(plot):
    strip = plot.canvas.strip.getViewBox().viewRange()[1]
    main = ranges(plot)[1]
    residual = plot.canvas.curves.real("residual")[1]
    assert strip[1] > np.abs(residual).max()
    heights = [plot.canvas.box(p).height() for p in (plot.canvas.strip, plot.canvas.main)]
    times = (heights[0] / (strip[1] - strip[0])) / (heights[1] / (main[1] - main[0]))
    shown = plot.texts["strip"].text().split("×")[1].split()[0]
    assert float(shown) == pytest.approx(times, rel=0.06)


# ---- states


def test_stale_fit_is_said_and_dimmed(plot):
    def colour(role):
        item = next(i for k, i in plot.canvas.curves._items.items() if k[0] == role)
        return item.opts["pen"].color().name()

    current = {role: colour(role) for role in ("data", "fit", "baseline")}
    assert not plot.texts["stale"].isVisible()
    plot.show_scene(scene(phased_recipe()))
    assert plot.texts["stale"].text() == "stale — of an earlier recipe"
    assert plot.texts["stale"].isVisible()
    assert colour("data") == current["data"]
    assert colour("fit") != current["fit"]
    plot.show_scene(scene())
    assert not plot.texts["stale"].isVisible()


def test_noisy_curves_are_one_pixel_and_model_curves_thin_while_dragging(plot, qtbot):
    def widths():
        return {k[0]: i.opts["pen"].widthF() for k, i in plot.canvas.curves._items.items()}

    assert widths() == {"data": 1, "fit": 2, "baseline": 2, "metabolite": 1.5, "residual": 1}
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 250), release=False)
    plot._pointer.flush()
    assert set(widths().values()) == {1}
    qtbot.mouseRelease(plot.viewport(), MIDDLE, pos=QPoint(300, 250))
    assert widths()["fit"] == 2


def test_empty_states(qtbot):
    plot = opened(qtbot, what=SpectrumScene((), 123.25, 2.01))
    assert plot.texts["empty"].isVisible()
    plot.show_scene(scene())
    assert not plot.texts["empty"].isVisible()
    plot.clear()
    assert plot.texts["empty"].isVisible()
    assert plot.canvas.curves.drawn == {}
    wheel(plot, 1, (200, 200))
    qtbot.mouseMove(plot.viewport(), QPoint(220, 220))
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 250))


def test_items_are_reused(plot):
    items = dict(plot.canvas.curves._items)
    plot.show_scene(scene(phased_recipe()))
    assert plot.canvas.curves._items == items


def test_accessible(plot):
    assert plot.accessibleName() == "Spectrum"
    assert "data, baseline, Ins, fit, residual; fit current" in plot.accessibleDescription()
    for box in plot.phase_bar.findChildren(QDoubleSpinBox):
        assert box.accessibleName()


# ---- words


@pytest.mark.parametrize("size", [(780, 720), (520, 480)])
@pytest.mark.parametrize("recipe", [None, phased_recipe(40.0, 5.0)])
@pytest.mark.parametrize("phasing", [False, True])
def test_no_text_overlaps_another_or_a_curve_or_the_edge(qtbot, size, recipe, phasing):
    plot = opened(qtbot, size, scene(recipe, ("Ins", "tNAA")))
    plot.set_phase_mode(phasing)
    QApplication.processEvents()
    tags = plot.texts.visible()
    rects = [tag.mapRectToScene(tag.boundingRect().adjusted(4, 2, -4, -2)) for tag in tags]
    for i, one in enumerate(rects):
        assert plot.canvas.rect().contains(one.toAlignedRect()), tags[i].text()
        for j, two in enumerate(rects[:i]):
            assert not one.intersects(two), (tags[i].text(), tags[j].text())
    box = plot.canvas.box(plot.canvas.main)
    (low, high), (bottom, top) = plot._view.ppm, plot._view.amplitude
    for key, (ppm, y) in plot.canvas.curves.drawn.items():
        if key[0] == "residual":
            continue
        x = box.left() + (high - ppm) / (high - low) * box.width()
        v = box.top() + (top - y) / (top - bottom) * box.height()
        for tag in plot.texts._labels:
            if tag.isVisible():
                r = tag.mapRectToScene(tag.boundingRect().adjusted(5, 4, -5, -4))
                hit = (x > r.left()) & (x < r.right()) & (v > r.top()) & (v < r.bottom())
                assert not hit.any(), (tag.text(), key)
    label = plot.findChild(QLabel)
    assert label.height() >= label.heightForWidth(label.width())


def test_labels_stack_where_there_is_no_room():
    x = np.linspace(0, 100, 400)
    wishes = [LabelWish(30, 12, x, 50 + 49 * np.sin(40 * x), 50.0) for _ in range(2)]
    one, two = place_labels(wishes, (0, 0, 100, 100), [])
    assert one[0] == two[0] > 60
    assert two[1] - one[1] >= 12


def test_label_goes_near_its_own_curve():
    x = np.linspace(0, 300, 600)
    high, low = np.full_like(x, 40.0), np.full_like(x, 160.0)
    wishes = [LabelWish(30, 12, x, low, 150.0), LabelWish(30, 12, x, high, 150.0)]
    (_, y_low), (_, y_high) = place_labels(wishes, (0, 0, 300, 200), [])
    assert abs(y_low - 160) < 25
    assert abs(y_high - 40) < 25


def _pixels(widget):
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).copy()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_two_renders_are_identical(qtbot, qapp, theme):
    apply_theme(qapp, theme)
    one, two = (_pixels(opened(qtbot, (600, 500))) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    apply_theme(qapp, "dark")


def test_an_open_plot_follows_theme_and_font(plot, qapp):
    before = plot.texts["strip"].font().pointSizeF()
    light = apply_theme(qapp, "light")
    QApplication.processEvents()
    image = plot.grab().toImage()
    assert image.pixelColor(3, 300).name().upper() == light.surface
    assert plot.canvas.curves._items["fit", "fit"].opts["pen"].color().name().upper() == light.fit
    font = plot.font()
    font.setPointSizeF(2 * before)
    plot.setFont(font)
    assert plot.texts["strip"].font().pointSizeF() == 2 * before
    apply_theme(qapp, "dark")

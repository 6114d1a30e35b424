"""Turning the phase on the spectrum with mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton
from spectrum_fixtures import (
    ANALYSIS,
    LEFT,
    MIDDLE,
    SHIFT,
    caught,
    drag,
    move,
    ranges,
    scene,
)
from synthetic_case import phased_recipe

from mrsviewer.present.spectrum import phase_after_drag
from mrsviewer.ui.plots.phase_gesture import PhaseGesture

pytestmark = pytest.mark.usefixtures("dark")


def test_vertical_middle_drag_commits_zero_order_once(plot, qtbot):
    live, done = caught(plot.phase_dragged), caught(plot.phase_committed)
    drag(qtbot, plot, MIDDLE, (300, 300), (303, 280), (340, 260))
    assert done == [(20.0, 0.0, 2.01)]
    assert live[-1] == (20.0, 0.0)


def test_horizontal_drag_turns_first_order_about_the_pivot(plot, qtbot):
    done = caught(plot.phase_committed)
    before = plot.canvas.curves.real("data")
    drag(qtbot, plot, MIDDLE, (300, 300), (330, 304), (400, 350))
    assert done[0] == (0.0, pytest.approx(10.0), 2.01)
    ppm, after = plot.canvas.curves.real("data")
    at_pivot = np.abs(ppm - 2.01).argmin()
    assert after[at_pivot] == pytest.approx(before[1][at_pivot], rel=0.02)
    assert np.abs(after - before[1]).max() > 0.1 * np.abs(before[1]).max()


def test_what_is_drawn_in_a_drag_equals_the_scene_after_it(plot, qtbot):
    done = caught(plot.phase_committed)
    drag(qtbot, plot, MIDDLE, (300, 300), (360, 300))
    drawn = {role: plot.canvas.curves.real(role)[1].copy() for role in ("data", "fit", "residual")}
    phase = phase_after_drag(ANALYSIS, ANALYSIS.recipe, *done[0])
    plot.show_scene(scene(ANALYSIS.recipe.with_manual_phase(phase)))
    for role, y in drawn.items():
        now = plot.canvas.curves.real(role)[1]
        np.testing.assert_allclose(now, y, atol=1e-9 * np.abs(y).max())


def test_shift_is_ten_times_finer(plot, qtbot):
    done = caught(plot.phase_committed)
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 280), modifier=SHIFT)
    assert done[0][0] == pytest.approx(1.0)


def test_left_drag_pans_and_in_phase_mode_turns(plot, qtbot):
    done = caught(plot.phase_committed)
    home = ranges(plot)[0]
    drag(qtbot, plot, LEFT, (300, 400), (378, 400))
    assert done == []
    moved = ranges(plot)[0]
    assert moved[0] - home[0] == pytest.approx(78 / 780 * 4.0, rel=0.02)
    plot.set_phase_mode(True)
    drag(qtbot, plot, LEFT, (300, 400), (300, 390))
    assert done == [(5.0, 0.0, 2.01)]
    assert ranges(plot)[0] == moved


def test_escape_takes_the_drag_back(plot, qtbot):
    done, gone = caught(plot.phase_committed), caught(plot.phase_cancelled)
    before = plot.canvas.curves.real("data")[1].copy()
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 200), release=False)
    qtbot.waitUntil(lambda: not np.array_equal(plot.canvas.curves.real("data")[1], before))
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    qtbot.mouseRelease(plot.viewport(), MIDDLE, pos=QPoint(300, 200))
    assert (done, gone) == ([], [()])
    np.testing.assert_array_equal(plot.canvas.curves.real("data")[1], before)


def test_a_click_turns_nothing(plot, qtbot):
    done = caught(plot.phase_committed)
    drag(qtbot, plot, MIDDLE, (300, 300), (301, 301))
    assert done == []


def test_arrow_keys_step_and_a_held_key_commits_once(plot, qtbot):
    plot.set_phase_mode(True)
    done = caught(plot.phase_committed)
    for _ in range(3):
        qtbot.keyPress(plot, Qt.Key.Key_Up)
    qtbot.keyRelease(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Down, SHIFT)
    assert done[0] == (3.0, 0.0, 2.01)
    assert done[1][:2] == (0.0, -0.5) or done[1][1] == pytest.approx(-0.5)
    assert len(done) == 3


def test_arrows_turn_nothing_outside_the_phase_tool(plot, qtbot):
    done = caught(plot.phase_committed)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    assert done == []


def test_double_click_puts_the_pivot_on_the_peak(plot, qtbot):
    plot.set_phase_mode(True)
    moved = caught(plot.pivot_changed)
    box = plot.canvas.box(plot.canvas.main)
    x = box.left() + (4.2 - 3.06) / 4.0 * box.width()
    qtbot.mouseDClick(plot.viewport(), LEFT, pos=QPoint(round(x), 400))
    assert moved[0][0] == pytest.approx(3.03, abs=0.01)
    assert plot.pivot_ppm == moved[0][0]
    assert plot.texts["pivot"].text() == "pivot 3.03"


def test_phase_bar_shows_the_phase_in_force_and_reports_figures(plot, qtbot):
    recipe = phased_recipe(20.0, 4.0)
    plot.show_scene(scene(recipe))
    plot.set_phase_mode(True)
    assert plot.phase_bar.isVisible()
    assert plot.phase_bar.phase() == pytest.approx((20.0, 4.0, 2.01))
    entered = caught(plot.phase_bar.phase_entered)
    box = plot.phase_bar.findChildren(QDoubleSpinBox)[0]
    box.selectAll()
    qtbot.keyClicks(box, "12.5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert entered == [(12.5, 4.0, 2.01)]
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 290))
    assert plot.phase_bar.phase()[0] == pytest.approx(25.0)
    buttons = {b.text(): b for b in plot.phase_bar.findChildren(QPushButton)}
    for name, signal in (
        ("Auto", plot.phase_bar.auto_requested),
        ("Reset", plot.phase_bar.reset_requested),
        ("Done", plot.phase_bar.done),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            qtbot.mouseClick(buttons[name], LEFT)


def test_leaving_the_phase_tool_in_a_drag_takes_it_back(plot, qtbot):
    plot.set_phase_mode(True)
    gone = caught(plot.phase_cancelled)
    drag(qtbot, plot, LEFT, (300, 300), (300, 200), release=False)
    plot._pointer.flush()
    plot.set_phase_mode(False)
    assert gone == [()]
    assert not plot.canvas.pivot.isVisible()


def test_a_late_scene_does_not_break_the_drag(plot, qtbot):
    done = caught(plot.phase_committed)
    drag(qtbot, plot, MIDDLE, (300, 300), (300, 280), release=False)
    plot._pointer.flush()
    plot.show_scene(scene(highlight=("tCr",)))
    drag_end = QPoint(300, 270)
    move(plot.viewport(), (300, 270), MIDDLE, Qt.KeyboardModifier.NoModifier)
    qtbot.mouseRelease(plot.viewport(), MIDDLE, pos=drag_end)
    assert done == [(15.0, 0.0, 2.01)]


def test_axis_is_decided_once():
    gesture = PhaseGesture(0.0, 0.0)
    assert not gesture.move_to(1.0, 1.0, fine=False)
    gesture.move_to(10.0, 2.0, fine=False)
    gesture.move_to(10.0, -90.0, fine=False)
    assert (gesture.axis, gesture.zero_deg) == ("first", 0.0)
    assert gesture.first_deg_per_ppm == pytest.approx(1.0)

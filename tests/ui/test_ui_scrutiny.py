"""Engines side by side and the bootstrap in the window, driven by keys and mouse."""

import csv
import threading
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QPushButton,
)
from window_fixtures import open_and_wait, settle

from mrsviewer.analysis.recipe import FitSettings
from mrsviewer.present.scenes import TableScene
from mrsviewer.session import commands
from mrsviewer.session.scrutiny import compare
from mrsviewer.simulation.example import example_paths
from mrsviewer.ui import bootstrap_task, engines_task
from mrsviewer.ui.dialogs.scrutiny_actions import ACTIONS, MENUS

CONTROL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


def begin(window, qtbot, key):
    """Open the view by its key; return (commands, view)."""
    qtbot.keyClick(window, key)
    scrutiny = window.wiring.scrutiny
    qtbot.waitUntil(scrutiny.view.isVisible)
    return scrutiny, scrutiny.view


def front(view, qtbot):
    view.activateWindow()
    view.tabs.setFocus()
    qtbot.waitUntil(view.isActiveWindow)


def run(scrutiny, qtbot):
    """Start by the key and wait for the end."""
    front(scrutiny.view, qtbot)
    qtbot.keyClick(scrutiny.view, Qt.Key.Key_Return, CONTROL)
    assert scrutiny.jobs.busy
    qtbot.waitUntil(lambda: not scrutiny.jobs.busy, timeout=30_000)


def tick(view, qtbot, *names):
    """Tick just these engines with the mouse."""
    for name, row in view.engines.engines.rows.items():
        if row.box.isChecked() != (name in names):
            qtbot.mouseClick(row.box, LEFT, pos=QPoint(10, row.box.height() // 2))
    assert set(view.engines.engines.ticked()) == set(names)


def choose(table, qtbot, name):
    """Click on a row of a table."""
    place = [row.name for row in table.scene.rows].index(name)
    item = table.tree.topLevelItem(place)
    table.tree.scrollToItem(item)
    at = table.tree.visualItemRect(item).center()
    qtbot.mouseClick(table.tree.viewport(), LEFT, pos=QPoint(20, at.y()))
    assert table.choice == name


@pytest.fixture
def waiting(monkeypatch):
    """Let jobs of both pages run until they are cancelled; return what tells that they began."""
    began = threading.Event()

    def forever(*arguments):
        context = next(a for a in arguments if hasattr(a, "tick"))
        began.set()
        for turn in range(3000):
            context.tick(turn / 3000, "lcm: Fitting")
            time.sleep(0.01)
        raise AssertionError

    monkeypatch.setattr(engines_task, "compare", forever)
    monkeypatch.setattr(bootstrap_task, "resample", forever)
    return began


def running(scrutiny, qtbot, began):
    front(scrutiny.view, qtbot)
    qtbot.keyClick(scrutiny.view, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(began.is_set)


def test_without_a_case_neither_command_can_be_chosen(window):
    assert not window.commands["compare_engines"].isEnabled()
    assert not window.commands["bootstrap"].isEnabled()


def test_keys_and_menu_letters_are_unique():
    assert len({row.keys for row in ACTIONS}) == len(ACTIONS)
    for menu in MENUS:
        letters = [r.text[r.text.index("&") + 1].lower() for r in ACTIONS if r.menu == menu]
        assert len(set(letters)) == len(letters), menu


def test_engines_side_by_side_from_key_to_files(opened, qtbot, tmp_path):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    rows = view.engines.engines.rows
    assert "lcm" in view.engines.engines.ticked()
    assert not rows["lcmodel"].box.isEnabled()
    assert "Not usable here" in rows["lcmodel"].state.text()
    assert not view["export"].isEnabled()
    tick(view, qtbot, "lcm")
    assert not view["start"].isEnabled()
    assert "at least two" in view.engines.table.state.text()
    tick(view, qtbot, "lcm", "quest")
    run(scrutiny, qtbot)
    assert view.engines.message_bar.text == ""
    assert rows["quest"].state.text().startswith("●")
    table = view.engines.table
    assert table.scene.headings == ("Metabolite", "lcm", "quest", "mean", "spread", "differ")
    assert len(view.engines.concordance.scene.rows) == 2
    choose(table, qtbot, "Ins")
    scene = view.engines.plot.scene
    assert [one.label for one in scene.whiskers] == ["lcm", "quest"]
    assert scene.axis == "Ins / tCr"
    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Metabolite", "lcm", "quest"]
    assert len(lines) == 1 + len(table.scene.rows)
    scrutiny.task.export(tmp_path)
    qtbot.waitUntil(lambda: "Written to" in view.engines.message_bar.text)
    folder = tmp_path / "sub-01_svs_agreement"
    assert {path.name for path in folder.iterdir()} == {"agreement.csv", "agreement.json"}
    with (folder / "agreement.csv").open(encoding="utf-8") as file:
        assert {row["metabolite"] for row in csv.DictReader(file)} == {
            row.name for row in table.scene.rows
        }


def test_a_result_is_stale_while_the_engines_would_say_something_else(opened, qtbot):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    tick(view, qtbot, "lcm", "quest")
    run(scrutiny, qtbot)
    assert view["export"].isEnabled()
    settle(opened, qtbot, lambda: opened.wiring._enter_phase(20, 0, 2.0))
    assert view.engines.table.scene.freshness == "stale"
    assert view.engines.concordance.scene.freshness == "stale"
    assert view.engines.plot.scene.freshness == "stale"
    assert "stale" in view.engines.table.state.text()
    assert "stale" in view.engines.plot.title.text()
    assert "before the recipe was changed" in view.engines.message_bar.text
    assert view.engines.engines.rows["lcm"].state.text() == ""
    assert not view["export"].isEnabled()
    again = next(b for b in view.findChildren(QPushButton) if b.text() == "Start again")
    qtbot.mouseClick(again, LEFT)
    qtbot.waitUntil(lambda: not scrutiny.jobs.busy, timeout=30_000)
    assert view.engines.table.scene.freshness == "current"
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert view.engines.table.scene.freshness == "stale"
    settle(opened, qtbot, opened.commands["redo"].trigger)
    assert view.engines.table.scene.freshness == "current"
    assert view.engines.message_bar.text == ""
    assert view["export"].isEnabled()
    document = opened.wiring.document
    other = type(document.recipe)(fit=FitSettings(engine="quest"), steps=document.recipe.steps)
    settle(
        opened, qtbot, lambda: opened.wiring.apply(commands.set_recipe(document, other, "Engine"))
    )
    assert view.engines.table.scene.freshness == "current"


def test_bootstrap_from_key_to_files(opened, qtbot, tmp_path):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F7)
    page = view.bootstrap
    assert view.page == "bootstrap"
    page.draws.setFocus()
    page.draws.selectAll()
    qtbot.keyClicks(page.draws, "4000")
    assert page.draws.value() <= 1000
    page.draws.selectAll()
    qtbot.keyClicks(page.draws, "60")
    qtbot.keyClick(page.draws, Qt.Key.Key_Tab)
    run(scrutiny, qtbot)
    scene = page.table.scene
    assert scene.headings[:4] == ("Metabolite", "value", "± CRLB", "± bootstrap")
    assert "60 refits" in scene.caption
    assert "tCr" not in [row.name for row in scene.rows]
    choose(page.table, qtbot, "NAA")
    drawn = page.plot.scene
    assert drawn.counts.sum() == 60
    assert drawn.low < drawn.value < drawn.high
    assert drawn.axis == "NAA / tCr"
    page.what.setFocus()
    qtbot.keyClick(page.what, Qt.Key.Key_Down)
    assert "tCr" in [row.name for row in page.table.scene.rows]
    assert page.plot.scene.axis.startswith("NAA (amplitude")
    scrutiny.task.export(tmp_path)
    qtbot.waitUntil(lambda: "Written to" in page.message_bar.text)
    with (tmp_path / "sub-01_svs_bootstrap" / "bootstrap.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["draws"] for row in rows} == {"60"}
    settle(opened, qtbot, lambda: opened.wiring._enter_phase(20, 0, 2.0))
    assert page.table.scene.freshness == "stale"
    assert "stale" in page.plot.title.text()


def test_escape_and_closing_the_view_stop_it(opened, qtbot, waiting):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    running(scrutiny, qtbot, waiting)
    assert view["cancel"].isEnabled()
    assert not view["start"].isEnabled()
    qtbot.waitUntil(lambda: view.strip.shows_progress)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not scrutiny.jobs.busy
    assert scrutiny.task.message_bar.text == "Cancelled."
    assert scrutiny.task.result is None
    view.show_page("bootstrap")
    waiting.clear()
    running(scrutiny, qtbot, waiting)
    assert "Computing" in view.bootstrap.table.state.text()
    qtbot.keyClick(view, Qt.Key.Key_W, CONTROL)
    assert not view.isVisible()
    assert not scrutiny.jobs.busy


def test_a_change_of_the_recipe_stops_it(opened, qtbot, waiting):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    settle(opened, qtbot, lambda: opened.wiring._enter_phase(20, 0, 2.0))
    running(scrutiny, qtbot, waiting)
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert not scrutiny.jobs.busy
    assert "the recipe was changed" in view.engines.message_bar.text


def test_another_case_stops_it_and_empties_both_pages(opened, qtbot, waiting, monkeypatch):
    monkeypatch.setattr(engines_task, "compare", compare)
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    tick(view, qtbot, "lcm", "quest")
    run(scrutiny, qtbot)
    view.show_page("bootstrap")
    running(scrutiny, qtbot, waiting)
    assert open_and_wait(opened, qtbot, example_paths().metabolite)
    assert not scrutiny.jobs.busy
    assert "another spectrum" in view.bootstrap.message_bar.text
    for task in (view.engines, view.bootstrap):
        assert task.table.scene == TableScene((), ())
    assert view.engines.plot.scene.whiskers == ()
    assert view.engines.engines.rows["lcm"].state.text() == ""
    assert example_paths().metabolite.name.split(".")[0] in view.windowTitle()


def test_all_that_can_be_reached_by_key_has_a_name(opened, qtbot):
    _, view = begin(opened, qtbot, Qt.Key.Key_F6)
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QAbstractItemView):
        for widget in view.findChildren(kind):
            reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
            assert not reached or widget.accessibleName() or widget.text(), widget


def test_engines_that_fail_stand_with_their_reason(opened, qtbot):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F6)
    document = opened.wiring.document
    entered = type(document.recipe.entered)(frequency_hz=40e6)
    recipe = commands.set_recipe(
        document, type(document.recipe)(entered=entered, steps=document.recipe.steps), "Field"
    )
    settle(opened, qtbot, lambda: opened.wiring.apply(recipe))
    tick(view, qtbot, "learned", "quest")
    run(scrutiny, qtbot)
    state = view.engines.engines.rows["learned"].state.text()
    assert state.startswith("✕")
    assert view.engines.message_bar.text.startswith("No agreement")
    assert view.engines.table.scene.rows == ()


def test_an_engine_without_its_package_says_so(window, qtbot, monkeypatch, case_file):
    reason = "The package onnxruntime is not installed."
    monkeypatch.setattr("mrsviewer.fitting.learned.why_no_runtime", lambda: reason)
    open_and_wait(window, qtbot, case_file)
    _, view = begin(window, qtbot, Qt.Key.Key_F6)
    row = view.engines.engines.rows["learned"]
    assert not row.box.isEnabled()
    assert not row.box.isChecked()
    assert "onnxruntime" in row.state.text()


def test_a_case_without_a_fit_says_why_there_is_no_bootstrap(window, qtbot, tmp_path, case_file):
    open_and_wait(window, qtbot, case_file)
    document = window.wiring.document
    fit = FitSettings(basis_path=str(tmp_path / "gone.basis"))
    settle(
        window,
        qtbot,
        lambda: window.wiring.apply(
            commands.set_recipe(document, type(document.recipe)(fit=fit), "Basis")
        ),
    )
    _, view = begin(window, qtbot, Qt.Key.Key_F7)
    assert not view["start"].isEnabled()
    said = view.bootstrap.table.state.text()
    assert said.startswith("There is no fit to repeat.")
    assert "gone.basis" in said


def test_a_program_of_the_users_is_not_asked_again_and_again(opened, qtbot, monkeypatch):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F7)
    monkeypatch.setattr("mrsviewer.fitting.lcm.LinearCombinationEngine.runs_program", True,
        raising=False)  # fmt: skip
    front(view, qtbot)
    qtbot.keyClick(view, Qt.Key.Key_Return, CONTROL)
    assert not scrutiny.jobs.busy
    assert "starts another program" in view.bootstrap.message_bar.text


def test_closing_the_main_window_ends_the_thread(opened, qtbot, waiting):
    scrutiny, _ = begin(opened, qtbot, Qt.Key.Key_F7)
    running(scrutiny, qtbot, waiting)
    opened.close()
    assert not scrutiny.view.isVisible()
    assert not scrutiny.jobs.busy
    names = [one.name for one in threading.enumerate()]
    assert not any(name.startswith("mrsviewer") for name in names), names


def test_another_theme_and_larger_text_cut_nothing_off(opened, qtbot):
    scrutiny, view = begin(opened, qtbot, Qt.Key.Key_F7)
    view.bootstrap.draws.setValue(50)
    run(scrutiny, qtbot)
    choose(view.bootstrap.table, qtbot, "Glu")
    qtbot.keyClick(view, Qt.Key.Key_F6)
    tick(view, qtbot, "lcm", "quest")
    run(scrutiny, qtbot)
    choose(view.engines.table, qtbot, "Glu")
    opened.commands["dark_theme"].trigger()
    for _ in range(3):
        opened.commands["larger_text"].trigger()
    qtbot.wait(50)
    for page in (view.engines, view.bootstrap):
        tree = page.table.tree
        for column in range(tree.columnCount()):
            assert tree.sizeHintForColumn(column) <= tree.columnWidth(column)
        assert page.table.choice == "Glu"

"""The command table and what is made from it."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolBar

from mrsviewer.resources import resource
from mrsviewer.ui.actions import Actions, shown_keys
from mrsviewer.ui.command import MENUS
from mrsviewer.ui.command_table import COMMANDS, TOOLBAR
from mrsviewer.ui.dialogs.palette import CommandPalette, matching
from mrsviewer.ui.dialogs.shortcuts import ShortcutSheet, sheet
from mrsviewer.ui.situation import Situation

BY_ID = {command.id: command for command in COMMANDS}


def test_ids_texts_and_keys_are_unique():
    for values in (
        [c.id for c in COMMANDS],
        [c.plain_text for c in COMMANDS],
        [QKeySequence(k).toString() for c in COMMANDS for k in c.shortcuts],
    ):
        assert [v for v, n in Counter(values).items() if n > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_every_command_has_key_tooltip_menu_and_icon_file(command):
    assert command.shortcuts
    assert all(not QKeySequence(keys).isEmpty() for keys in command.shortcuts)
    assert command.tooltip
    assert command.menu in MENUS
    assert not command.icon or resource("icons", f"{command.icon}.svg").is_file()


def test_menu_letters_are_unique_within_a_menu():
    for menu in MENUS:
        letters = [c.text[c.text.index("&") + 1].lower() for c in COMMANDS if c.menu == menu]
        assert [v for v, n in Counter(letters).items() if n > 1] == [], menu


def test_nothing_that_needs_a_case_is_enabled_without_one():
    start = Situation(ready=True)
    enabled = {c.id for c in COMMANDS if c.enabled(start)}
    assert {"open", "open_example", "quit", "palette", "shortcuts", "about"} <= enabled
    assert enabled.isdisjoint(
        {"undo", "redo", "refit", "phase_tool", "export_report", "copy_table", "cancel"}
    )


@pytest.fixture
def frame(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_menus_hold_every_command_once_with_its_key_in_the_tooltip(frame):
    actions = Actions(frame)
    actions.fill_menus(frame.menuBar())
    found = [
        action.objectName()
        for top in frame.menuBar().actions()
        for action in top.menu().actions()
        if action.objectName() and not action.menu()
    ]
    assert sorted(found) == sorted(BY_ID)
    for command in COMMANDS:
        assert shown_keys(command) in actions[command.id].toolTip()


def test_toolbar_holds_its_commands_with_short_texts(frame):
    bar = QToolBar()
    frame.addToolBar(bar)
    Actions(frame).fill_toolbar(bar)
    assert [a.objectName() for a in bar.actions()] == list(TOOLBAR)
    assert [a.iconText() for a in bar.actions()] == [BY_ID[name].short for name in TOOLBAR]
    assert all(a.iconText() for a in bar.actions())


def test_situation_enables_checks_and_names(frame):
    actions = Actions(frame)
    assert not actions["undo"].isEnabled()
    actions.update(Situation(ready=True, open=True, undo="Phase", show_identity=False))
    assert actions["undo"].isEnabled()
    assert actions["undo"].text() == "&Undo phase"
    assert actions["hide_identity"].isChecked()
    assert not actions["redo"].isEnabled()


def test_triggering_says_which(frame, qtbot):
    actions = Actions(frame)
    with qtbot.waitSignal(actions.triggered) as caught:
        actions["about"].trigger()
    assert caught.args == ["about"]


def test_sheet_lists_every_command_and_key(qtbot):
    dialog = ShortcutSheet()
    qtbot.addWidget(dialog)
    text = dialog.text.toPlainText()
    for command in COMMANDS:
        assert command.plain_text in text
        assert shown_keys(command) in text
    assert "<h3>" in sheet()


def test_palette_finds_by_parts_of_words_names_first():
    assert matching("undo")[0].id == "undo"
    assert [c.id for c in matching("exp rep")] == ["export_report"]
    assert matching("no such command at all") == ()
    assert len(matching("")) == len(COMMANDS)


def test_palette_runs_the_command_by_keyboard(qtbot):
    from PySide6.QtCore import Qt

    palette = CommandPalette(Situation(ready=True))
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.line, "shortcuts")
    with qtbot.waitSignal(palette.chosen) as caught:
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert caught.args == ["shortcuts"]


def test_palette_does_not_run_what_cannot_be_done(qtbot):
    from PySide6.QtCore import Qt

    palette = CommandPalette(Situation(ready=True))
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.line, "undo")
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_palette_arrow_keys_move_in_the_list(qtbot):
    from PySide6.QtCore import Qt

    palette = CommandPalette(Situation(ready=True))
    qtbot.addWidget(palette)
    palette.show()
    first = palette.list.currentRow()
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first + 1
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.list.currentRow() == first

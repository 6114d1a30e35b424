"""Arrangements of panels, enlarged views, links between views, another patient; by real events."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QDialogButtonBox
from window_fixtures import open_and_wait, settle

from mrsviewer.app import make_window
from mrsviewer.formats import write_nifti_mrs
from mrsviewer.processing.steps import Phase, default_steps
from mrsviewer.session.commands import step_name
from mrsviewer.ui.dialogs.palette import CommandPalette
from mrsviewer.ui.dialogs.step import StepDialog
from mrsviewer.ui.errors import QT_LOGGER, log_qt_message
from mrsviewer.ui.identity_strip import OTHER
from mrsviewer.ui.workspaces import WORKSPACES

LEFT = Qt.MouseButton.LeftButton


def shown(window):
    return {name for name, dock in window.panels.docks.items() if not dock.isHidden()}


@pytest.mark.parametrize(("key", "name"), [("1", "read"), ("2", "process"), ("3", "report")])
def test_a_workspace_shows_its_panels_by_key(window, qtbot, key, name):
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert shown(window) == WORKSPACES[name].shown
    assert window.commands[f"{name}_workspace"].isChecked()
    assert sum(window.commands[f"{n}_workspace"].isChecked() for n in WORKSPACES) == 1


def test_the_workspace_is_remembered(window, qtbot):
    window.commands["report_workspace"].trigger()
    window.close()
    again = make_window(window.folder)
    qtbot.addWidget(again)
    assert again.panels.workspace == "report"
    assert shown(again) == WORKSPACES["report"].shown
    again.close()


def test_double_click_on_a_title_enlarges_the_panel_and_puts_it_back(opened, qtbot):
    before, dock = shown(opened), opened.panels.docks["concentrations"]
    width = dock.width()
    title = dock.titleBarWidget()
    qtbot.mouseDClick(title, LEFT, pos=QPoint(40, 8))
    qtbot.waitUntil(lambda: dock.width() > 0.9 * opened.width())
    assert shown(opened) == {"concentrations"}
    qtbot.mouseDClick(title, LEFT, pos=QPoint(40, 8))
    assert shown(opened) == before
    qtbot.waitUntil(lambda: abs(dock.width() - width) < 20)


def test_double_click_on_the_spectrum_enlarges_it(opened, qtbot):
    before, surface = shown(opened), opened.wiring.views.spectrum.viewport()
    qtbot.mouseDClick(surface, LEFT, pos=surface.rect().center())
    assert shown(opened) == set()
    assert opened.wiring.views.spectrum.isVisible()
    opened.commands["reset_layout"].trigger()
    assert shown(opened) == before


def test_closing_while_enlarged_remembers_the_panels(opened, qtbot):
    opened.commands["enlarge_spectrum"].trigger()
    opened.close()
    again = make_window(opened.folder)
    qtbot.addWidget(again)
    again.restore_layout((1440, 900))
    assert shown(again) == WORKSPACES["read"].shown
    again.close()


def click_at(qtbot, window, ppm):
    plot = window.wiring.views.spectrum
    box = plot.canvas.box(plot.canvas.main)
    low, high = plot._view.ppm
    x = box.left() + (high - ppm) / (high - low) * box.width()
    place = QPoint(round(x), round(box.center().y()))
    qtbot.mousePress(plot.viewport(), LEFT, pos=place)
    qtbot.mouseRelease(plot.viewport(), LEFT, pos=place)


def test_a_click_on_a_peak_chooses_its_row_and_a_click_beside_none(opened, qtbot):
    wiring = opened.wiring
    click_at(qtbot, opened, 2.01)
    chosen = wiring.views.table.selected()
    assert chosen
    assert chosen[0] in {"NAA", "tNAA"}
    assert wiring.document.selection == chosen
    assert chosen[0] in wiring.views.spectrum.accessibleDescription()
    click_at(qtbot, opened, 0.3)
    assert wiring.document.selection == ()
    assert wiring.views.table.selected() == ()


def test_hovering_a_row_previews_its_curve_and_chooses_nothing(opened):
    views = opened.wiring.views
    view, model, name = views.table.view, views.table.view.model(), "NAA"
    line = model.lines_of((name,))[0]
    view.entered.emit(model.index(line, 1))
    assert f" {name}," in views.spectrum.accessibleDescription()
    assert opened.wiring.document.selection == ()
    view.left.emit()
    assert f" {name}," not in views.spectrum.accessibleDescription()


def test_space_on_a_step_leaves_it_out_and_puts_it_back_in_its_place(opened, qtbot):
    wiring, steps = opened.wiring, opened.wiring.views.steps
    names = [step_name(step) for step in wiring.document.recipe.steps]
    row = next(w for w in steps.row_widgets() if w.objectName() == "removewater")
    settle(opened, qtbot, lambda: qtbot.keyClick(row, Qt.Key.Key_Space))
    assert "removewater" not in [step_name(s) for s in wiring.document.recipe.steps]
    row = next(w for w in steps.row_widgets() if w.objectName() == "removewater")
    assert "left out" in row.accessibleName()
    settle(opened, qtbot, lambda: qtbot.keyClick(row, Qt.Key.Key_Space))
    assert [step_name(step) for step in wiring.document.recipe.steps] == names


def test_a_click_on_a_step_shows_its_parameters_and_a_change_undoes(opened, qtbot):
    wiring = opened.wiring
    row = next(w for w in wiring.views.steps.row_widgets() if w.objectName() == "removewater")
    qtbot.mouseClick(row, LEFT, pos=QPoint(5, 5))
    dialog = opened.findChild(StepDialog)
    assert dialog is not None
    before = wiring.document.recipe
    field = next(iter(dialog.form._editors))
    assert field != ("version",)
    dialog.form.editor("components").setText("21")
    settle(opened, qtbot, dialog.accept)
    changed = next(s for s in wiring.document.recipe.steps if step_name(s) == "removewater")
    assert changed.components == 21
    steps = wiring.views.steps
    reset = next(a for a in steps.menu_of("removewater").actions() if a.text() == "Reset this step")
    settle(opened, qtbot, reset.trigger)
    assert wiring.document.recipe.steps == before.steps
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert wiring.document.recipe.steps != before.steps
    every = next(a for a in steps.menu_of("removewater").actions() if a.text() == "Reset all steps")
    settle(opened, qtbot, every.trigger)
    assert wiring.document.recipe.steps == default_steps()


def test_a_step_dialog_does_not_take_what_is_not_allowed(opened):
    opened.wiring.links.show_parameters("removewater")
    dialog = opened.findChild(StepDialog)
    dialog.form.editor("components").setText("many")
    ok = dialog._box.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    assert dialog._complaint.text()
    dialog._box.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert ok.isEnabled()
    dialog.reject()


def test_another_patient_tints_the_frame_and_is_said(opened, qtbot, tmp_path):
    assert OTHER not in opened.identity.text
    exam = opened.wiring.document.exam
    other = tmp_path / "other_svs.nii.gz"
    write_nifti_mrs(exam.metabolite, other, replace(exam.identity, patient_name="Other, Person"))
    before = opened.identity.grab().toImage()
    open_and_wait(opened, qtbot, other)
    assert OTHER in opened.identity.text
    assert opened.identity.property("tint") == opened.centralWidget().property("tint") == "1"
    place = before.rect().center()
    assert opened.identity.grab().toImage().pixelColor(place) != before.pixelColor(place)


def test_the_palette_takes_what_is_typed_at_once(window, qtbot):
    window.commands["palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette.focusWidget() is palette.line
    qtbot.keyClicks(palette.focusWidget(), "phase")
    assert palette.list.item(0).text().startswith("Phase tool")
    palette.close()


def test_without_a_fit_there_is_no_empty_strip(window, qtbot, case_file):
    open_and_wait(window, qtbot, case_file)
    plot = window.wiring.views.spectrum
    assert plot.canvas.strip_shown
    plot.clear()
    assert not plot.canvas.strip_shown


def test_messages_of_qt_go_to_the_log_and_not_to_the_terminal(caplog, capfd):
    before = qInstallMessageHandler(log_qt_message)
    try:
        with caplog.at_level("INFO", logger=QT_LOGGER):
            qWarning("something odd")
            qWarning("This plugin does not support propagateSizeHints()")
    finally:
        qInstallMessageHandler(before)
    assert [record.getMessage() for record in caplog.records] == ["Qt (default): something odd"]
    assert capfd.readouterr().err == ""


def test_a_case_that_was_only_looked_at_leaves_nothing_to_restore(opened, qtbot):
    autosave = opened.wiring.autosave
    autosave.save_now()
    assert autosave.leftover() is None
    settle(opened, qtbot, lambda: opened.wiring._set_phase(Phase(zero_deg=10.0)))
    autosave.save_now()
    assert autosave.leftover() is not None

"""The whole window, by mouse and keys, on a small case."""

import sys
import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from window_fixtures import PATIENT, drop, open_and_wait, settle

from mrsviewer.app import make_window
from mrsviewer.session.request import Request
from mrsviewer.session.session_file import SUFFIX
from mrsviewer.ui.command_table import COMMANDS

LEFT = Qt.MouseButton.LeftButton


def document(window):
    return window.wiring.document


def drag(qtbot, window, by, button=LEFT):
    """Drag with the mouse across the spectrum."""
    surface = window.wiring.views.spectrum.viewport()
    start = QPoint(surface.width() // 3, 2 * surface.height() // 3)
    qtbot.mousePress(surface, button, pos=start)
    for part in (0.3, 0.7, 1.0):
        qtbot.mouseMove(surface, start + QPoint(round(by[0] * part), round(by[1] * part)))
        qtbot.wait(20)
    qtbot.mouseRelease(surface, button, pos=start + QPoint(*by))


def test_every_command_has_exactly_one_handler(window):
    own, wired = set(window.handlers()), set(window.wiring.handlers())
    assert own & wired == set()
    assert own | wired == {command.id for command in COMMANDS}


def test_opening_shows_patient_side_facts_results_and_title(opened):
    assert PATIENT in opened.identity.text
    assert "Voxel" in opened.identity.text
    assert "right" in opened.identity.text
    assert "TE 30 ms" in opened.status.facts
    assert "SNR" in opened.status.figures
    assert "sub-01_svs" in opened.windowTitle()
    assert opened.stack.currentWidget() is opened.wiring.views.spectrum
    assert document(opened).has_fit
    assert opened.message_bar.text == ""
    enabled = {c.id for c in COMMANDS if opened.commands[c.id].isEnabled()}
    assert {"refit", "phase_tool", "export_report", "copy_table", "save_session"} <= enabled


def test_a_whole_drag_is_one_undo_step_and_can_be_redone(opened, qtbot):
    recipe = document(opened).recipe
    qtbot.keyClick(opened, Qt.Key.Key_P)
    assert opened.wiring.views.spectrum.phase_mode
    settle(opened, qtbot, lambda: drag(qtbot, opened, (0, -60)))
    turned = document(opened).recipe
    assert turned.manual_phase.zero_deg != 0
    assert document(opened).freshness == "current"
    settle(
        opened,
        qtbot,
        lambda: qtbot.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    )
    assert document(opened).recipe == recipe
    assert not opened.commands["undo"].isEnabled()
    settle(
        opened,
        qtbot,
        lambda: qtbot.keyClick(opened, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier),
    )
    assert document(opened).recipe == turned


def test_middle_drag_phases_without_the_tool_and_the_key_a_takes_it_back(opened, qtbot):
    settle(opened, qtbot, lambda: drag(qtbot, opened, (80, 0), Qt.MouseButton.MiddleButton))
    assert document(opened).recipe.manual_phase.first_deg_per_ppm != 0
    settle(opened, qtbot, lambda: qtbot.keyClick(opened, Qt.Key.Key_A))
    assert document(opened).recipe.manual_phase.is_zero


def test_results_are_stale_at_once_and_current_after_the_fit(opened, qtbot):
    table = opened.wiring.views.table
    with qtbot.waitSignal(opened.settled, timeout=30_000):
        drag(qtbot, opened, (0, -60), Qt.MouseButton.MiddleButton)
        assert document(opened).freshness == "stale"
        assert not opened.commands["export_report"].isEnabled()
        assert opened.status.figures == ""
        assert "Stale" in opened.wiring.views.quality.accessibleDescription()
    assert document(opened).freshness == "current"
    assert opened.commands["export_report"].isEnabled()
    assert "Stale" not in opened.wiring.views.quality.accessibleDescription()
    assert table.isVisible()


def test_a_phase_typed_in_figures_is_taken_over(opened, qtbot):
    qtbot.keyClick(opened, Qt.Key.Key_P)
    bar = opened.wiring.views.spectrum.phase_bar
    settle(opened, qtbot, lambda: bar.phase_entered.emit(25.0, 1.5, 2.01))
    phase = document(opened).recipe.manual_phase
    assert (phase.zero_deg, phase.first_deg_per_ppm) == (25.0, 1.5)
    assert bar.phase()[0] == pytest.approx(25.0, abs=0.1)
    settle(opened, qtbot, lambda: bar.phase_entered.emit(26.0, 1.5, 2.01))
    assert len(document(opened).history.past) == 1, "steps of one box are one decision"
    settle(opened, qtbot, lambda: drag(qtbot, opened, (0, -40)))
    assert len(document(opened).history.past) == 2


def test_escape_leaves_the_phase_tool(opened, qtbot):
    qtbot.keyClick(opened, Qt.Key.Key_P)
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.wiring.views.spectrum.phase_mode
    assert not opened.commands["cancel"].isEnabled()


def test_a_bad_file_is_told_and_the_open_case_stays(opened, qtbot, tmp_path):
    before = document(opened)
    bad = tmp_path / "bad.sdat"
    bad.write_bytes(b"nothing of the kind")
    with qtbot.waitSignal(opened.settled) as caught:
        assert drop(opened, bad)
    assert caught.args == [False]
    assert "bad.sdat" in opened.message_bar.text
    assert document(opened).exam is before.exam
    assert document(opened).analysis is before.analysis
    assert QApplication.activeModalWidget() is None


def test_a_missing_file_is_told(window, qtbot, tmp_path):
    assert not open_and_wait(window, qtbot, tmp_path / "gone.rda")
    assert "gone.rda" in window.message_bar.text
    assert window.stack.currentWidget() is window.empty


def test_dropping_a_file_opens_it_and_remembers_it(window, qtbot, case_file):
    with qtbot.waitSignal(window.settled, timeout=30_000):
        assert drop(window, case_file)
    assert document(window).exam is not None
    recent = window.commands.recent_menu.actions()
    assert [case_file.name in action.text() for action in recent] == [True]


def test_files_can_be_dropped_on_every_view(opened, qtbot, case_file):
    views = opened.wiring.views
    places = (
        views.spectrum.viewport(),
        views.table.view.viewport(),
        views.slices.panels[0],
        views.steps.viewport(),
        views.log.view.viewport(),
        opened.identity,
        opened.status,
    )
    for place in places:
        with qtbot.waitSignal(opened.settled, timeout=30_000):
            assert drop(opened, case_file, on=place), place


def test_dropping_text_is_not_taken(window):
    assert not drop(window)


def test_opening_by_menu_and_dialog(window, qtbot, case_file):
    window.commands["open"].trigger()
    dialog = window.findChild(QFileDialog)
    with qtbot.waitSignal(window.settled, timeout=30_000):
        dialog.filesSelected.emit([str(case_file)])
    dialog.close()
    assert document(window).exam is not None


def test_report_and_tables_are_written_into_new_folders(opened, qtbot, tmp_path):
    files = opened.wiring.files
    for export, expected in (
        (files.export_report, {"report.pdf", "report.html"}),
        (
            files.export_tables,
            {"concentrations.csv", "spectrum.csv", "quality.json", "recipe.json"},
        ),
    ):
        for _ in range(2):
            opened.message_bar.hide()
            export(tmp_path / "out")
            qtbot.waitUntil(lambda: "written to" in opened.message_bar.text, timeout=30_000)
        assert expected <= {path.name for path in (tmp_path / "out").glob("*/*")}
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_report_that_cannot_be_written_is_told(opened, qtbot, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    opened.wiring.files.export_report(blocked)
    qtbot.waitUntil(lambda: "not written" in opened.message_bar.text, timeout=30_000)


def test_a_session_brings_the_decisions_back(opened, qtbot, tmp_path):
    settle(opened, qtbot, lambda: drag(qtbot, opened, (0, -60), Qt.MouseButton.MiddleButton))
    recipe = document(opened).recipe
    opened.wiring.files.save_session(tmp_path / "case")
    qtbot.waitUntil(lambda: "written to" in opened.message_bar.text, timeout=10_000)
    settle(opened, qtbot, lambda: qtbot.keyClick(opened, Qt.Key.Key_A))
    assert open_and_wait(opened, qtbot, tmp_path / f"case{SUFFIX}")
    assert document(opened).recipe == recipe


def test_nifti_mrs_is_written_as_it_was_read(opened, qtbot, tmp_path):
    from mrsviewer.formats import read_scan

    target = tmp_path / "out.nii.gz"
    opened.wiring.files.export_nifti(target)
    qtbot.waitUntil(lambda: "written to" in opened.message_bar.text, timeout=30_000)
    again = read_scan(target).dataset
    assert again.fid.shape == document(opened).exam.metabolite.fid.shape


def test_identity_can_be_hidden_everywhere(opened, qtbot, tmp_path):
    opened.commands["hide_identity"].trigger()
    assert "Muster" not in opened.identity.text
    assert opened.commands["hide_identity"].isChecked()
    opened.wiring.files.export_report(tmp_path)
    qtbot.waitUntil(lambda: "written to" in opened.message_bar.text, timeout=30_000)
    pages = list(tmp_path.glob("*/report.html"))
    assert len(pages) == 1
    assert "Muster" not in pages[0].read_text()


def test_cancel_stops_a_computation_and_f5_starts_it_anew(opened, qtbot):
    opened.commands["refit"].trigger()
    assert opened.wiring.jobs.busy
    assert opened.commands["cancel"].isEnabled()
    opened.commands["cancel"].trigger()
    assert not opened.wiring.jobs.busy
    settle(opened, qtbot, lambda: qtbot.keyClick(opened, Qt.Key.Key_F5))
    assert document(opened).has_fit


def test_a_step_switched_off_is_left_out_and_undone(opened, qtbot):
    recipe = document(opened).recipe
    steps = {action.objectName(): action for action in opened.commands.steps_menu.actions()}
    assert steps["removewater"].isChecked()
    settle(opened, qtbot, steps["removewater"].trigger)
    assert len(document(opened).recipe.steps) == len(recipe.steps) - 1
    assert not steps["removewater"].isChecked()
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert document(opened).recipe == recipe
    assert steps["removewater"].isChecked()


def test_readers_are_loaded_in_a_thread_once_the_window_is_there(window, qtbot):
    window.wiring.warm_up()
    assert not window.wiring.jobs.busy
    qtbot.waitUntil(lambda: "mrsviewer.analysis.analyse" in sys.modules, timeout=30_000)


def test_selecting_in_the_table_highlights_in_the_spectrum(opened):
    opened.wiring.views.table.selection_changed.emit(("tNAA",))
    assert document(opened).selection == ("tNAA",)


def test_the_crosshair_moves_and_goes_home(opened):
    slices = opened.wiring.views.slices
    slices.cursor_moved.emit((1.0, 2.0, 3.0))
    assert document(opened).cursor_ras_mm == (1.0, 2.0, 3.0)
    opened.commands["reset_view"].trigger()
    assert document(opened).cursor_ras_mm is None


def test_theme_changes_live_and_is_remembered(window, tmp_path, qtbot):
    dark = window.palette().window().color()
    window.commands["dark_theme"].trigger()
    assert window.palette().window().color() != dark
    window.close()
    again = make_window(tmp_path / "state")
    qtbot.addWidget(again)
    assert again.settings.theme == "light"
    again.commands["dark_theme"].trigger()


def test_text_size_changes_and_comes_back(window):
    size = window.font().pointSizeF()
    window.commands["larger_text"].trigger()
    assert window.font().pointSizeF() > size
    window.commands["normal_text"].trigger()
    assert window.font().pointSizeF() == pytest.approx(size)


def test_layout_is_remembered_and_reset(window, tmp_path, qtbot):
    window.commands["show_log"].trigger()
    window.resize(780, 700)
    size = window.size()
    window.close()
    again = make_window(tmp_path / "state")
    qtbot.addWidget(again)
    again.show()
    assert again.size() == size
    assert not again.panels.docks["log"].isHidden()
    again.commands["reset_layout"].trigger()
    assert again.panels.docks["log"].isHidden()
    assert all(not again.panels.docks[name].isHidden() for name in ("voxel", "quality"))
    again.close()


def test_what_a_crash_left_is_offered_and_restored(opened, qtbot, tmp_path, case_file):
    settle(opened, qtbot, lambda: drag(qtbot, opened, (0, -60), Qt.MouseButton.MiddleButton))
    recipe = document(opened).recipe
    opened.wiring.autosave.save_now()
    left = next((tmp_path / "state" / "autosave").glob("*.json")).read_bytes()
    opened.close()
    assert not list((tmp_path / "state" / "autosave").glob("*.json"))
    (tmp_path / "state" / "autosave" / "window-0.json").write_bytes(left)
    again = make_window(tmp_path / "state")
    qtbot.addWidget(again)
    with qtbot.waitSignal(again.awake):
        again.show()
    assert case_file.name in again.message_bar.text
    restore = next(b for b in again.message_bar.findChildren(QPushButton) if b.text() == "Restore")
    with qtbot.waitSignal(again.settled, timeout=30_000):
        qtbot.mouseClick(restore, LEFT)
    assert again.wiring.document.recipe == recipe
    again.close()


def test_a_file_named_before_the_window_is_awake_is_opened(qtbot, tmp_path, case_file):
    early = make_window(tmp_path / "state")
    qtbot.addWidget(early)
    early.open(Request((case_file,)))
    with qtbot.waitSignal(early.settled, timeout=30_000):
        early.show()
    assert early.wiring.document.exam is not None
    early.close()


def test_closing_while_computing_ends_all_threads(opened):
    opened.commands["refit"].trigger()
    opened.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("mrsviewer")]


def test_the_log_tells_what_was_recognised_and_why(opened, case_file):
    assert case_file.name in opened.wiring.views.log.text()


def test_copying_the_table_gives_tab_separated_text(opened):
    opened.commands["copy_table"].trigger()
    lines = QApplication.clipboard().text().splitlines()
    assert "\t" in lines[0]
    assert any(line.startswith("tNAA\t") for line in lines)


def test_the_phase_tool_does_not_pass_on_to_another_case(opened, case_file, qtbot):
    qtbot.keyClick(opened, Qt.Key.Key_P)
    assert opened.wiring.views.spectrum.phase_mode
    open_and_wait(opened, qtbot, case_file)
    assert not opened.wiring.views.spectrum.phase_mode
    assert not opened.commands["phase_tool"].isChecked()


def test_no_message_of_the_case_before_stays(opened, case_file, qtbot, tmp_path):
    bar = opened.message_bar
    bar.show_notice("danger", "The voxel lies outside the head image.")
    other = tmp_path / "other_svs.nii.gz"
    other.write_bytes(case_file.read_bytes())
    open_and_wait(opened, qtbot, other)
    assert bar.text == ""
    bar.show_notice("warning", "Restore?", lasts=True)
    open_and_wait(opened, qtbot, case_file)
    assert bar.text == "Restore?"

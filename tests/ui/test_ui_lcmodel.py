"""An LCModel control file dropped on the window: its settings, and undo of them."""

from lcmodel_folder import make_folder, write_control
from window_fixtures import drop, settle

from mrsviewer.analysis.recipe import FitSettings, Recipe


def test_a_dropped_control_file_brings_its_settings(window, qtbot, tmp_path):
    make_folder(tmp_path)
    control = write_control(tmp_path, nsimul="0", ppmend="0.5")
    settle(window, qtbot, lambda: drop(window, control))
    document = window.wiring.document
    assert document.recipe.fit.options["window_ppm"] == [4.0, 0.5]
    assert document.has_fit
    assert document.analysis.fit.ppm.min() > 0.45
    assert window.commands["undo"].text() == "&Undo settings from control.file"
    assert any(f.title == "Settings from control.file" for f in document.analysis.findings)
    settle(window, qtbot, window.commands["undo"].trigger)
    own = Recipe(fit=FitSettings(basis_path=str(tmp_path / "set.basis")))
    assert window.wiring.document.recipe == own
    assert window.wiring.document.has_fit


def test_what_is_said_of_undo_goes_with_the_next_decision(window, qtbot, tmp_path):
    make_folder(tmp_path)
    settle(window, qtbot, lambda: drop(window, write_control(tmp_path)))
    assert "Undo goes back" in window.message_bar.text
    settle(window, qtbot, window.commands["undo"].trigger)
    assert window.message_bar.text == ""

"""A file of several spectra in the window: one is shown, and the user chooses which."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from synthetic_case import make_analysis
from window_fixtures import open_and_wait, settle

from mrsviewer.formats import write_nifti_mrs
from mrsviewer.ui.spectrum_chooser import SpectrumChooser


@pytest.fixture(scope="module")
def several_file(tmp_path_factory):
    """Return a file of three repeated measurements, the second twice as high as the first."""
    exam = make_analysis(fit=False).exam
    fid = exam.metabolite.fid * np.array([[1.0], [2.0], [3.0]])
    path = tmp_path_factory.mktemp("several") / "three.nii.gz"
    write_nifti_mrs(replace(exam.metabolite, fid=fid, dims=("measurement",)), path, exam.identity)
    return path


def test_the_user_chooses_a_spectrum_by_key(window, several_file, qtbot):
    chooser = window.findChild(SpectrumChooser)
    assert chooser.isHidden()
    assert open_and_wait(window, qtbot, several_file)
    assert chooser.isVisible()
    assert chooser.words.text().startswith("of 3")
    first = window.wiring.document.analysis
    settle(window, qtbot, lambda: qtbot.keyClick(chooser.box, Qt.Key.Key_Up))
    second = window.wiring.document.analysis
    ratio = second.signals.metabolite.fid / first.signals.metabolite.fid
    assert np.median(np.abs(ratio)) == pytest.approx(2, rel=0.05)
    settle(window, qtbot, window.commands["undo"].trigger)
    assert chooser.box.value() == 1


def test_it_goes_where_a_file_holds_one(window, several_file, case_file, qtbot):
    chooser = window.findChild(SpectrumChooser)
    open_and_wait(window, qtbot, several_file)
    open_and_wait(window, qtbot, case_file)
    assert chooser.isHidden()


def test_keys_step_through_the_spectra_and_stop_at_the_ends(window, several_file, qtbot):
    open_and_wait(window, qtbot, several_file)
    document, commands = window.wiring.document, window.commands
    assert not commands["previous_spectrum"].isEnabled()
    for number in (2, 3):
        settle(window, qtbot, lambda: press(qtbot, window, Qt.Key.Key_PageDown))
        document = window.wiring.document
        assert document.spectrum == number
    assert not commands["next_spectrum"].isEnabled()
    settle(window, qtbot, lambda: press(qtbot, window, Qt.Key.Key_PageUp))
    assert window.wiring.document.spectrum == 2


def test_where_a_file_holds_one_there_is_nothing_to_step_to(opened):
    assert not opened.commands["next_spectrum"].isEnabled()
    assert not opened.commands["previous_spectrum"].isEnabled()


def test_nothing_of_the_spectrum_before_is_shown_as_the_next(window, several_file, qtbot):
    open_and_wait(window, qtbot, several_file)
    window.wiring._timer.setInterval(60_000)
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert window.wiring.document.analysis is None
    assert window.wiring.views.table.names() == ()


def test_the_phase_bar_goes_back_to_the_phase_of_the_spectrum_that_is_shown(
    window, several_file, qtbot
):
    open_and_wait(window, qtbot, several_file)
    wiring = window.wiring
    settle(window, qtbot, lambda: wiring._enter_phase(30.0, 0.0, 2.01))
    wiring._set_phasing(on=True)
    settle(window, qtbot, lambda: press(qtbot, window, Qt.Key.Key_PageDown))
    assert wiring.document.recipe.manual_phase.is_zero
    settle(window, qtbot, lambda: wiring._enter_phase(10.0, 0.0, 2.01))
    settle(window, qtbot, wiring.views.spectrum.phase_bar.reset_requested.emit)
    assert wiring.document.recipe.manual_phase.is_zero


def press(qtbot, window, key):
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def test_a_comparison_of_engines_is_of_the_spectrum_that_is_shown(window, several_file, qtbot):
    open_and_wait(window, qtbot, several_file)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    scrutiny = window.wiring.scrutiny
    view = scrutiny.view
    assert view.windowTitle().endswith("spectrum 1")
    scrutiny.task.start()
    qtbot.waitUntil(lambda: bool(view.engines.table.scene.rows), timeout=30_000)
    window.commands["next_spectrum"].trigger()
    assert view.engines.table.scene.rows == ()
    assert view.engines.plot.scene.whiskers == ()
    assert view.windowTitle().endswith("spectrum 2")

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

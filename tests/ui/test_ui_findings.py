"""The data panel, by mouse and keys."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from synthetic_case import make_analysis
from window_fixtures import PATIENT, open_and_wait, settle

from mrsviewer.analysis.confirmation import confirmation_key
from mrsviewer.analysis.recipe import EnteredByHand
from mrsviewer.formats import write_nifti_mrs
from mrsviewer.model.exam import Finding, Source
from mrsviewer.present.findings import EnteredRow, FindingRow, FindingsScene
from mrsviewer.quality.lint import Correction, Question
from mrsviewer.session import commands
from mrsviewer.ui.panels.findings import FindingsPanel
from mrsviewer.ui.theme import current_palette

LEFT = Qt.MouseButton.LeftButton
USE = Correction("echo_time_s", 0.04168, "ms", "from the protocol")
SUM = FindingRow("danger", "TE is a sum", "4226.68 ms of 32 entries", USE)
NOTE = FindingRow("info", "Averaged by the scanner", "64 averages")
WARNING = FindingRow("warning", "Dwell time was rounded", "833 µs")
ECHO = Question("echo_time_s", "Echo time (TE)", "It is needed.", "ms", 1.0, 1000.0)
KIND = Question("localisation", "Sequence", "It is needed.", choices=("press", "steam"))
DOUBT = Finding("danger", "The file contradicts itself on the voxel", "40 mm apart", "geometry")


@pytest.fixture
def panel(qtbot):
    made = FindingsPanel()
    made.resize(320, 500)
    qtbot.addWidget(made)
    made.show()
    return made


def texts(widget):
    QApplication.processEvents()
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def button(widget, text):
    QApplication.processEvents()
    (found,) = [b for b in widget.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    return found


def click(qtbot, widget):
    qtbot.mouseClick(widget, LEFT)


def test_signs_tell_the_severity_and_a_danger_is_red(panel):
    panel.show_scene(FindingsScene((NOTE, WARNING, SUM)))
    said = "".join(texts(panel))
    for sign in ("✕", "▲", "·"):
        assert sign in said
    (title,) = [text for text in texts(panel) if "TE is a sum" in text]
    assert current_palette().poor in title
    assert said.index("TE is a sum") < said.index("Dwell time") < said.index("Averaged")


def test_one_click_makes_the_correction(panel, qtbot):
    panel.show_scene(FindingsScene((SUM,)))
    with qtbot.waitSignal(panel.correction_chosen) as caught:
        click(qtbot, button(panel, "Use TE 41.68 ms"))
    assert caught.args == [USE]


def test_a_finding_without_a_remedy_has_no_button(panel):
    panel.show_scene(FindingsScene((NOTE,)))
    assert not panel.findChildren(QPushButton)


def test_a_question_takes_a_number_within_its_limits(panel, qtbot):
    panel.show_scene(FindingsScene(questions=(ECHO,)))
    field = panel.findChild(QLineEdit)
    qtbot.mouseClick(field, LEFT)
    answers = []
    panel.correction_chosen.connect(answers.append)
    for wrong in ("", "abc", "0.03", "5000", "nan"):
        field.setText(wrong)
        click(qtbot, button(panel, "Enter"))
        assert "1 to 1000 ms" in "".join(texts(panel))
    assert answers == []
    field.clear()
    qtbot.keyClicks(field, "41,68")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert answers[0].value == pytest.approx(0.04168)
    assert "1 to 1000 ms" not in "".join(texts(panel))


def test_a_question_with_choices_takes_one(panel, qtbot):
    panel.show_scene(FindingsScene(questions=(KIND,)))
    box = panel.findChild(QComboBox)
    box.setFocus()
    with qtbot.waitSignal(panel.correction_chosen) as caught:
        qtbot.keyClick(box, Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())
    assert box.currentText() == "PRESS"
    assert caught.args[0].value == "press"


def test_what_is_being_typed_stays_when_the_same_scene_comes_again(panel, qtbot):
    panel.show_scene(FindingsScene(questions=(ECHO,)))
    qtbot.keyClicks(panel.findChild(QLineEdit), "41")
    panel.show_scene(FindingsScene(questions=(ECHO,)))
    assert panel.findChild(QLineEdit).text() == "41"


def test_an_entry_can_be_taken_back(panel, qtbot):
    panel.show_scene(FindingsScene(entered=(EnteredRow("echo_time_s", "TE 41.68 ms", "4227 ms"),)))
    assert "the file says 4227 ms" in "".join(texts(panel))
    with qtbot.waitSignal(panel.entry_taken_back) as caught:
        click(qtbot, button(panel, "Take back"))
    assert caught.args == ["echo_time_s"]


def test_a_place_in_doubt_is_confirmed_and_taken_back(panel, qtbot):
    row = FindingRow("danger", "Contradiction", "40 mm apart", None, "key")
    panel.show_scene(FindingsScene((row,)))
    with qtbot.waitSignal(panel.place_confirmed) as caught:
        click(qtbot, button(panel, "Confirm the place"))
    assert caught.args == ["key", True]
    panel.show_scene(FindingsScene((replace(row, confirmed=True),)))
    assert "confirmed by hand" in "".join(texts(panel))
    with qtbot.waitSignal(panel.place_confirmed) as caught:
        click(qtbot, button(panel, "Take back"))
    assert caught.args == ["key", False]


def test_nothing_to_remark_is_said(panel):
    assert texts(panel) == ["Nothing to remark"]


def test_a_screen_reader_hears_severity_and_evidence(panel):
    panel.show_scene(FindingsScene((SUM,), (ECHO,)))
    assert "danger: TE is a sum. 4226.68 ms of 32 entries" in panel.accessibleDescription()
    assert "Echo time (TE)?" in panel.accessibleDescription()


@pytest.fixture
def wrong_echo(tmp_path) -> Path:
    """Return a file whose echo time was written in milliseconds where seconds belong."""
    exam = make_analysis(fit=False).exam
    how = replace(exam.metabolite.acquisition, echo_time_s=30.0, repetition_time_s=60.0)
    path = tmp_path / "wrong_te.nii.gz"
    write_nifti_mrs(replace(exam.metabolite, acquisition=how), path, exam.identity)
    return path


def test_the_whole_way_from_a_wrong_echo_time_to_numbers(window, qtbot, wrong_echo):
    open_and_wait(window, qtbot, wrong_echo)
    document = window.wiring.document
    assert not document.has_fit
    assert "✕ 1 danger" in window.identity.text
    panel = window.wiring.views.findings
    settle(window, qtbot, lambda: click(qtbot, button(panel, "Use TE 30 ms")))
    document = window.wiring.document
    assert document.recipe.entered == EnteredByHand(echo_time_s=0.03)
    assert document.has_fit
    assert "danger" not in window.identity.text
    assert "TE 30 ms (by hand)" in window.status.facts
    assert document.history.undo_label == "Use TE 30 ms"
    settle(window, qtbot, lambda: click(qtbot, button(panel, "Take back")))
    assert window.wiring.document.recipe.entered == EnteredByHand()
    assert "✕ 1 danger" in window.identity.text


def test_a_contradicted_side_is_red_in_the_window_until_confirmed(opened, qtbot):
    assert PATIENT in opened.identity.text
    exam = replace(opened.wiring.document.exam, findings=(DOUBT,))
    settle(
        opened,
        qtbot,
        lambda: opened.wiring.apply(
            commands.replace_exam(opened.wiring.document, exam, "Other reading")
        ),
    )
    assert "side not confirmed" in opened.identity.text
    panel = opened.wiring.views.findings
    settle(opened, qtbot, lambda: click(qtbot, button(panel, "Confirm the place")))
    assert "side not confirmed" not in opened.identity.text
    assert opened.wiring.document.recipe.confirmed == (confirmation_key(exam, DOUBT),)
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert "side not confirmed" in opened.identity.text


SOURCE = Source(Path("sub-01_ref.sdat"), "water", "Philips SDAT/SPAR", "found beside", "abc")


def test_a_file_tells_its_role_and_takes_another(panel, qtbot):
    panel.show_scene(FindingsScene(sources=(SOURCE,)))
    assert "found beside" in "".join(texts(panel))
    box = panel.findChild(QComboBox)
    assert box.currentText() == "water reference"
    with qtbot.waitSignal(panel.role_chosen) as caught:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert caught.args == [SOURCE, "eddy"]
    assert box.currentText() == "water reference"


def test_the_role_of_a_basis_set_can_be_taken_away(panel):
    panel.show_scene(FindingsScene(sources=(replace(SOURCE, role="basis"),)))
    box = panel.findChild(QComboBox)
    assert (box.currentText(), box.isEnabled()) == ("basis set", True)


@pytest.fixture
def with_water(tmp_path, case_file):
    """Return the files of a case and of its water reference."""
    metabolite = make_analysis(fit=False).exam.metabolite
    t = np.arange(metabolite.points) * metabolite.acquisition.dwell_s
    water = replace(metabolite, fid=1e5 * np.exp(-15 * t) + 0j)
    path = tmp_path / "sub-01_ref.nii.gz"
    write_nifti_mrs(water, path)
    return case_file, path


def role_box(panel, name):
    QApplication.processEvents()
    (box,) = [
        b for b in panel.findChildren(QComboBox)
        if b.accessibleName() == f"Role of {name}" and b.isVisible()
    ]  # fmt: skip
    return box


def test_the_water_reference_is_left_out_by_hand(window, qtbot, with_water):
    open_and_wait(window, qtbot, *with_water)
    panel = window.wiring.views.findings
    assert window.wiring.document.exam.water is not None
    box = role_box(panel, "sub-01_ref.nii.gz")
    box.setFocus()
    settle(window, qtbot, lambda: qtbot.keyClick(box, Qt.Key.Key_End))
    assert window.wiring.document.exam.water is None
    assert window.wiring.document.history.undo_label == "Role of sub-01_ref.nii.gz"
    settle(window, qtbot, window.commands["undo"].trigger)
    assert window.wiring.document.exam.water is not None


def test_a_role_that_does_not_fit_is_refused_and_nothing_changes(window, qtbot, with_water):
    open_and_wait(window, qtbot, *with_water)
    before = window.wiring.document.exam
    box = role_box(window.wiring.views.findings, with_water[0].name)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: "It is the data" in window.message_bar.text, timeout=10_000)
    assert window.wiring.document.exam is before
    assert box.currentText() == "data"

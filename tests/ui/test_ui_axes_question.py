"""Files that do not say their axes: the window asks, by mouse and keys, and never invents."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from synthetic_case import make_analysis
from window_fixtures import open_and_wait, settle

from mrsviewer.formats import write_scan
from mrsviewer.formats.unknown_axes import ENTERED_BY_HAND
from mrsviewer.model.axes import Axes
from mrsviewer.session.opening import request_of
from mrsviewer.session.recent import load_recent
from mrsviewer.ui.axes_question import FIELDS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """Return a RAW file of the case, whose dwell time and frequency were taken away."""
    data = make_analysis(fit=False).exam.metabolite
    path = tmp_path_factory.mktemp("case") / "scan.RAW"
    for written in write_scan(data, path):
        if written != path:
            written.unlink()
    lines = path.read_text().splitlines(keepends=True)
    begin = next(k for k, line in enumerate(lines) if "NMID" in line.upper())
    path.write_text("".join(lines[begin:]))
    return path, data.acquisition


def field(window, name):
    words = FIELDS[name][0]
    (found,) = [
        each
        for each in window.axes_question.findChildren(QLineEdit)
        if each.accessibleName() == words
    ]
    return found


def button(window, text):
    (found,) = [b for b in window.axes_question.findChildren(QPushButton) if b.text() == text]
    return found


def asked(window):
    QApplication.processEvents()
    return window.axes_question.isVisible()


def said(window):
    return [w.text() for w in window.axes_question.findChildren(QLabel) if w.isVisible()]


def test_the_window_asks_and_opens_with_the_answer(window, qtbot, raw, tmp_path):
    path, how = raw
    assert open_and_wait(window, qtbot, path) is False
    assert asked(window)
    assert not window.message_bar.text
    assert "scan.RAW" in said(window)[0]
    qtbot.keyClicks(field(window, "dwell_s"), f"{how.dwell_s * 1e3:g}")
    qtbot.keyClicks(field(window, "frequency_hz"), f"{how.frequency_hz * 1e-6:.6f}")
    settle(window, qtbot, lambda: qtbot.mouseClick(button(window, "Open"), LEFT))
    assert not asked(window)
    exam = window.wiring.document.exam
    assert exam.metabolite.acquisition.dwell_s == pytest.approx(how.dwell_s)
    (note,) = [f for f in exam.findings if f.title == ENTERED_BY_HAND]
    assert "a person did" in note.detail
    # Recorded: session, list of recent files and whatever reads the exam again know the answer.
    target = tmp_path / "case.mrsv.json"
    window.wiring.files.save_session(target)
    qtbot.waitUntil(target.exists)
    assert json.loads(target.read_text())["axes"]["dwell_s"] == pytest.approx(how.dwell_s)
    assert load_recent(window.folder).cases[0].axes == exam.axes == request_of(exam).axes
    open_and_wait(window, qtbot, target)
    again = window.wiring.document.exam
    assert again is not exam
    assert again.axes == exam.axes


@pytest.mark.parametrize(
    ("dwell", "frequency", "word"),
    [("", "123.2", "number"), ("0.25", "x", "number"), ("250", "123.2", "cannot be right")],
)
def test_an_answer_that_cannot_be_is_asked_again(window, qtbot, raw, dwell, frequency, word):
    open_and_wait(window, qtbot, raw[0])
    qtbot.keyClicks(field(window, "dwell_s"), dwell)
    qtbot.keyClicks(field(window, "frequency_hz"), frequency)
    qtbot.keyClick(field(window, "frequency_hz"), Qt.Key.Key_Return)
    assert asked(window)
    assert word in said(window)[-1]
    assert window.wiring.document.exam is None


def test_the_question_can_be_left_and_goes_with_another_file(window, qtbot, raw, case_file):
    open_and_wait(window, qtbot, raw[0])
    qtbot.keyClick(field(window, "dwell_s"), Qt.Key.Key_Escape)
    assert not asked(window)
    open_and_wait(window, qtbot, raw[0])
    assert asked(window)
    assert open_and_wait(window, qtbot, case_file) is True
    assert not asked(window)
    assert window.wiring.document.exam.axes is None


def test_only_what_is_missing_is_asked_for(window, qtbot, raw):
    path, how = raw
    megahertz = f" $SEQPAR\n HZPPPM={how.frequency_hz * 1e-6:.6f}\n $END\n"
    other = path.with_name("half.RAW")
    other.write_text(megahertz + path.read_text())
    open_and_wait(window, qtbot, other)
    assert asked(window)
    assert field(window, "dwell_s").isVisible()
    assert not field(window, "frequency_hz").isVisible()
    (nucleus,) = window.axes_question.findChildren(QComboBox)
    assert nucleus.currentText() == "1H"
    qtbot.keyClicks(field(window, "dwell_s"), f"{how.dwell_s * 1e3:g}".replace(".", ","))
    settle(window, qtbot, lambda: qtbot.keyClick(field(window, "dwell_s"), Qt.Key.Key_Return))
    assert window.wiring.document.exam.axes == Axes(pytest.approx(how.dwell_s), None, "1H")

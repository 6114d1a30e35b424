"""Message bar, status strip, identity strip, empty page, settings, watch."""

import logging
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Exam
from mrsviewer.model.failure import Failure
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.recent import RecentCase
from mrsviewer.ui.autosave_timer import decided
from mrsviewer.ui.empty_page import MOST, EmptyPage
from mrsviewer.ui.errors import Watch
from mrsviewer.ui.identity_strip import OTHER, UNSURE, IdentityStrip
from mrsviewer.ui.message_bar import MessageBar
from mrsviewer.ui.settings import Settings, load_settings, save_settings
from mrsviewer.ui.status_strip import StatusStrip

FAILURE = Failure("Cannot open x.sdat", "It is cut short.", "Export it again.")


@pytest.fixture
def bar(qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def press(qtbot, widget, text):
    button = next(b for b in widget.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_bar_tells_title_cause_and_remedy(qtbot, bar):
    assert bar.text == ""
    bar.show_failure(FAILURE)
    assert all(part in bar.text for part in (FAILURE.title, FAILURE.cause, FAILURE.remedy))
    press(qtbot, bar, "Close")
    assert bar.text == ""


def test_bar_offers_the_log(qtbot, bar):
    bar.show_failure(FAILURE)
    with qtbot.waitSignal(bar.details_wanted):
        press(qtbot, bar, "Log")


def test_bar_takes_an_answer_once(qtbot, bar):
    answers = []
    bar.show_notice("warning", "Restore?", (("Restore", lambda: answers.append(1)),))
    press(qtbot, bar, "Restore")
    assert answers == [1]
    assert bar.text == ""


def test_bar_dismisses_only_its_topic(bar):
    bar.show_failure(FAILURE, "open")
    bar.dismiss("analysis")
    assert bar.text
    bar.dismiss("open")
    assert bar.text == ""


@pytest.fixture
def strip(qtbot):
    made = StatusStrip()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_short_job_shows_no_progress(qtbot, strip):
    strip.set_busy(True)
    assert not strip.shows_progress
    strip.set_busy(False)
    qtbot.wait(350)
    assert not strip.shows_progress


def test_a_long_job_shows_progress_and_cancel(qtbot, strip):
    strip.set_busy(True)
    strip.set_progress(0.62, "Fitting")
    qtbot.waitUntil(lambda: strip.shows_progress, timeout=2000)
    with qtbot.waitSignal(strip.cancel_clicked):
        press(qtbot, strip, "Cancel")
    strip.set_busy(False)
    assert not strip.shows_progress


def test_long_progress_texts_do_not_widen_the_window(strip):
    strip.set_busy(True)
    strip.set_progress(0.5, "Short")
    strip.set_progress(0.5, "Reference the chemical-shift axis to " + 20 * "many peaks ")
    assert strip.minimumSizeHint().width() < 700


def test_facts_and_figures(strip):
    strip.show_facts(["a.dat", "1H"])
    strip.show_figures(["SNR 34"])
    assert strip.facts == "a.dat   1H"
    assert strip.figures == "SNR 34"


def test_identity_can_be_hidden_and_side_stays(qtbot):
    strip = IdentityStrip()
    qtbot.addWidget(strip)
    lines = (("Patient", "Doe^Jane"), ("ID", "7"), ("Site", "Here"))
    strip.show_patient(lines, "left: 20 mm", visible=True)
    assert "Doe^Jane" in strip.text
    assert "Date  unknown" in strip.text
    assert "left: 20 mm" in strip.text
    strip.show_patient(lines, "left: 20 mm", visible=False)
    assert "Doe" not in strip.text
    assert "7" not in strip.text
    assert "left" in strip.text
    strip.clear()
    assert strip.text == "No case open"


ROE, DOE = Identity("Roe^Richard", "12"), Identity("Doe^Jane", "7")
NOBODY, NEITHER = Identity(), Identity("Anonymous", "000", study_date="2020-01-01")


@pytest.mark.parametrize(
    ("files", "claim", "tints"),
    [
        ((ROE, ROE), "", []),
        ((ROE, DOE), OTHER, [1]),
        ((ROE, DOE, ROE), OTHER, [1, 2]),
        ((ROE, replace(ROE, patient_name="Richard ROE")), "", []),
        ((ROE, replace(ROE, patient_name="Poe^Edgar")), OTHER, [1]),
        ((ROE, NOBODY), UNSURE, [0]),
        ((ROE, NOBODY, ROE), "", [0, 0]),
        ((ROE, NOBODY, DOE), OTHER, [0, 1]),
        ((NOBODY, NOBODY), "", []),
        ((NOBODY, NEITHER), UNSURE, [0]),
        ((NOBODY, ROE), "", []),
        ((ROE, replace(ROE, patient_name=None)), "", []),
        ((Identity("Roe"), Identity(None, "12")), UNSURE, [0]),
    ],
)
def test_another_patient_is_claimed_only_where_the_files_say_so(qtbot, files, claim, tints):
    strip = IdentityStrip()
    qtbot.addWidget(strip)
    told = []
    strip.patient_changed.connect(told.append)
    for who in files:
        for _ in range(2):
            strip.show_patient((), "", visible=True, who=who)
    assert told == tints
    assert (OTHER in strip.text, UNSURE in strip.text) == (claim == OTHER, claim == UNSURE)


def test_empty_page_tells_its_first_paint_once_and_offers_recent_cases(qtbot):
    page = EmptyPage(())
    qtbot.addWidget(page)
    painted = []
    page.painted.connect(lambda: painted.append(1))
    page.show_recent(tuple(RecentCase((f"/data/case{i}.sdat",)) for i in range(MOST + 3)))
    page.show()
    qtbot.waitUntil(lambda: bool(painted))
    page.repaint()
    assert painted == [1]
    assert len(page.findChildren(QPushButton)) == MOST
    with qtbot.waitSignal(page.recent_chosen) as caught:
        press(qtbot, page, "case2.sdat")
    assert caught.args[0].paths == ("/data/case2.sdat",)


def test_settings_come_back_and_damaged_ones_are_none(tmp_path):
    settings = Settings(theme="light", text_scale=1.3, geometry=b"\x00\xff", folder="/data")
    save_settings(tmp_path, settings)
    assert load_settings(tmp_path) == settings
    (tmp_path / "window.json").write_text('{"theme": "pink"}')
    assert load_settings(tmp_path) == Settings()


def test_watch_passes_on_records_and_uncaught_errors(qtbot, capsys):
    watch = Watch()
    hook = sys.excepthook
    watch.start()
    try:
        with qtbot.waitSignal(watch.recorded) as record:
            logging.getLogger("mrsviewer.somewhere").warning("odd header")
        with qtbot.waitSignal(watch.failed) as failed:
            error = ZeroDivisionError("oh")
            sys.excepthook(ZeroDivisionError, error, None)
    finally:
        watch.stop()
    assert record.args == ["warning", "odd header"]
    assert "ZeroDivisionError: oh" in failed.args[0].cause
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert sys.excepthook is hook


@pytest.mark.parametrize("nucleus", ["1H", "31P"])
def test_a_case_just_opened_has_nothing_to_restore(nucleus):
    fid = np.ones(8, np.complex128)
    exam = Exam(Dataset(fid, Acquisition(nucleus, 49.9e6, 1 / 2000), centre_ppm=0.0))
    assert not decided(Document())
    document = commands.open_case(Document(), exam)
    assert not decided(document)
    assert decided(commands.set_basis(document, "a.basis"))
    assert decided(commands.open_case(Document(), exam, Recipe(confirmed=("key",))))

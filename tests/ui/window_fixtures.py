"""A whole window with a small made-up case, for the tests of the window."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from synthetic_case import make_analysis

from mrsviewer.analysis.cache import StageCache
from mrsviewer.app import make_window
from mrsviewer.formats import write_nifti_mrs
from mrsviewer.session.request import Request

PATIENT = "Muster, Erika"


@pytest.fixture(scope="session")
def case_file(tmp_path_factory):
    """Return a NIfTI-MRS file of one spectrum, PRESS TE 30 at 3 T."""
    exam = make_analysis(fit=False).exam
    path = tmp_path_factory.mktemp("case") / "sub-01_svs.nii.gz"
    write_nifti_mrs(exam.metabolite, path, exam.identity)
    return path


@pytest.fixture(scope="session")
def stages():
    """Return a cache of stages for all windows: the same file and recipe give the same result."""
    return StageCache(200)


@pytest.fixture
def window(qtbot, tmp_path, stages):
    """Return an awake window without a case."""
    made = make_window(tmp_path / "state", "dark", (1440, 900))
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.awake):
        made.show()
    made.activateWindow()
    made.wiring._cache = stages
    yield made
    made.close()


@pytest.fixture
def opened(window, case_file, qtbot):
    """Return a window with the case opened, analysed and shown."""
    open_and_wait(window, qtbot, case_file)
    return window


def open_and_wait(window, qtbot, *paths):
    with qtbot.waitSignal(window.settled, timeout=30_000) as caught:
        window.open(Request(tuple(paths)))
    return caught.args[0]


def settle(window, qtbot, act):
    """Do something that asks for a new analysis and wait for it."""
    with qtbot.waitSignal(window.settled, timeout=30_000):
        act()


def drop(window, *paths, on=None):
    """Drop files on the middle of a widget (the window); return whether they were taken.

    Qt hands the events to the parents of a widget that does not want them, as with a real drag.
    """
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    target = window if on is None else on
    middle, left, none = (
        target.rect().center(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(middle), copy, data, left, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(middle), copy, data, left, none)
    QApplication.sendEvent(target, event)
    return event.isAccepted()

"""A spectrum plot with a synthetic case, and hands that drag and turn the wheel on it."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from synthetic_case import make_analysis

from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.ui.plots.spectrum import SpectrumPlot
from mrsviewer.ui.theme import apply_theme

MIDDLE, LEFT = Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
ANALYSIS = make_analysis()


def scene(recipe=None, highlight=("Ins",)):
    return spectrum_scene(ANALYSIS, recipe if recipe is not None else ANALYSIS.recipe, highlight)


def opened(qtbot, size=(780, 720), what=None):
    plot = SpectrumPlot()
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show_scene(what if what is not None else scene())
    plot.show()
    qtbot.waitExposed(plot)
    return plot


@pytest.fixture(scope="module")
def dark(qapp):
    apply_theme(qapp, "dark")


@pytest.fixture
def plot(qtbot):
    return opened(qtbot)


def drag(qtbot, plot, button, *points, modifier=Qt.KeyboardModifier.NoModifier, release=True):
    surface = plot.viewport()
    qtbot.mousePress(surface, button, pos=QPoint(*points[0]))
    for point in points[1:]:
        move(surface, point, button, modifier)
    if release:
        qtbot.mouseRelease(surface, button, pos=QPoint(*points[-1]))


def move(surface, point, button, modifier):
    from PySide6.QtGui import QMouseEvent

    at = QPointF(*point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(surface.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        button,
        modifier,
    )
    QApplication.sendEvent(surface, event)


def wheel(plot, notches, at, modifier=Qt.KeyboardModifier.NoModifier):
    surface = plot.viewport()
    event = QWheelEvent(
        QPointF(*at),
        QPointF(surface.mapToGlobal(QPoint(*at))),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(surface, event)


def caught(signal):
    got = []
    signal.connect(lambda *args: got.append(args))
    return got


def ranges(plot):
    return [tuple(r) for r in plot.canvas.main.getViewBox().viewRange()]

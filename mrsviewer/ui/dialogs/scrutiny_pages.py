"""The two pages of the view of engines and refits: each shows what it is given."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mrsviewer.session.scrutiny import LEAST_DRAWS, MOST_DRAWS
from mrsviewer.ui.dialogs.engine_list import EngineList
from mrsviewer.ui.message_bar import MessageBar
from mrsviewer.ui.plots.histogram import HistogramPlot
from mrsviewer.ui.plots.whiskers import WhiskerPlot
from mrsviewer.ui.tables.scene_table import SceneTable

USUAL_DRAWS, DRAWS_STEP = 200, 50


class EnginesPage(QWidget):
    """Engines to choose from, the table of what they say, the row chosen as a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message_bar, self.engines = MessageBar(), EngineList()
        self.table = SceneTable("What the engines say", "text")
        self.plot = WhiskerPlot()
        self.concordance = SceneTable("Concordance of the engines")
        self.concordance.tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.concordance.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = _splitter(Qt.Orientation.Horizontal, (self.plot, self.concordance), (600, 340))
        right = _splitter(Qt.Orientation.Vertical, (self.table, below), (400, 300))
        across = _splitter(Qt.Orientation.Horizontal, (self.engines, right), (280, 960))
        across.setStretchFactor(0, 0)
        _stack(self, self.message_bar, across)


class BootstrapPage(QWidget):
    """How many refits, the table of their scatter, the row chosen as a histogram."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message_bar = MessageBar()
        self.draws, self.what, self.about = QSpinBox(), QComboBox(), QLabel()
        self.table = SceneTable("Scatter of the values")
        self.plot = HistogramPlot()
        across = _splitter(Qt.Orientation.Horizontal, (self.table, self.plot), (560, 680))
        _stack(self, self.message_bar, self._controls(), across)

    @property
    def ratios(self) -> bool:
        """Return whether ratios are to be shown, not amplitudes."""
        return self.what.currentIndex() == 0

    def offer_ratios(self, *, possible: bool) -> None:
        """Let ratios be chosen, or show amplitudes where there are none; emits nothing."""
        self.what.setEnabled(possible)
        if not possible:
            with QSignalBlocker(self.what):
                self.what.setCurrentIndex(1)

    def _controls(self) -> QWidget:
        self.draws.setRange(LEAST_DRAWS, MOST_DRAWS)
        self.draws.setSingleStep(DRAWS_STEP)
        self.draws.setValue(USUAL_DRAWS)
        self.draws.setAccessibleName("Number of refits")
        self.draws.setToolTip("Simulated repetitions that are fitted: more make it surer")
        self.what.addItems(["Ratios", "Amplitudes"])
        self.what.setAccessibleName("Ratios or amplitudes")
        self.what.setToolTip("Show ratios to creatine, or amplitudes of the basis signals")
        label = QLabel("Refits")
        label.setBuddy(self.draws)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(8)
        for widget in (label, self.draws, self.what):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.about, 1)
        return whole


def _splitter(
    side: Qt.Orientation, widgets: tuple[QWidget, ...], shares: tuple[int, ...]
) -> QSplitter:
    """Return widgets with handles between them, room divided by ``shares``."""
    splitter = QSplitter(side)
    splitter.setChildrenCollapsible(False)
    for place, (widget, share) in enumerate(zip(widgets, shares, strict=True)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, share)
    splitter.setSizes(list(shares))
    return splitter


def _stack(page: QWidget, *widgets: QWidget) -> None:
    """Put widgets above one another, the last one taking the room that is left."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, int(widget is widgets[-1]))

"""The view of basis sets: list, spectra, facts beside those of the data, comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.present.basis_set import Look
from mrsviewer.ui.dialogs.action_window import ActionWindow
from mrsviewer.ui.dialogs.basis_actions import ACTIONS, MENUS, TOOLBAR
from mrsviewer.ui.dialogs.basis_table import FactsPanel, LikenessTable
from mrsviewer.ui.message_bar import MessageBar
from mrsviewer.ui.plots.basis_plot import BasisPlot
from mrsviewer.ui.tables.basis_components import ComponentList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.present.basis_facts import ComponentRow

FIRST = (1280, 800)
LEAST_HEIGHT = 540
"""The widths of the parts give the least width."""


class BasisWindow(ActionWindow):
    """Shows what it is given, beside the main window; decides nothing.

    Signals
    -------
    look_changed
        How the set is looked at, or what is ticked, changed.
    """

    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Basis set", ACTIONS, parent)
        self.setObjectName("basisWindow")
        self.message_bar = MessageBar()
        self.components, self.plot = ComponentList(), BasisPlot()
        self.facts, self.likeness = FactsPanel(), LikenessTable()
        self.broadening, self.arrangement = QDoubleSpinBox(), QComboBox()
        self.summed, self.magnitude = QPushButton("Sum"), QPushButton("Magnitude")
        self.summed.setCheckable(True)
        self.magnitude.setCheckable(True)
        self.fit_view, self.tick = QPushButton("Fit to window"), QComboBox()
        self.busy = QLabel()
        self._build()
        self._connect()
        self.setMinimumHeight(LEAST_HEIGHT)
        self.resize(*FIRST)
        self.likeness.hide()

    @property
    def look(self) -> Look:
        """Return how the set is to be looked at."""
        return Look(
            self.components.ticked(),
            self.broadening.value(),
            self.arrangement.currentIndex() == 0,
            self.summed.isChecked(),
            self.magnitude.isChecked(),
        )

    def show_rows(self, rows: tuple[ComponentRow, ...], ticked: tuple[str, ...]) -> None:
        """Show the components of a set."""
        self.components.show_rows(rows, ticked)
        header = self.components.header()
        needed = sum(header.sectionSize(c) for c in range(self.components.columnCount()))
        self.components.setMinimumWidth(needed + 24)

    def enable(self, names: Sequence[str]) -> None:
        """Let just these commands be chosen."""
        for name, action in self._actions.items():
            action.setEnabled(name in names)

    def show_busy(self, text: str) -> None:
        """Say what is being computed; empty: nothing."""
        self.busy.setText(text)
        self._actions["cancel"].setEnabled(bool(text))

    def _build(self) -> None:
        self.add_bars(MENUS, TOOLBAR)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.components)
        left.addWidget(self.facts)
        left.setSizes([400, 320])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._controls())
        column.addWidget(self.plot, 1)
        across = QSplitter(Qt.Orientation.Horizontal)
        for widget in (left, middle, self.likeness):
            across.addWidget(widget)
        across.setStretchFactor(1, 1)
        for splitter in (left, across):
            splitter.setChildrenCollapsible(False)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.message_bar)
        rows.addWidget(across, 1)
        self.setCentralWidget(whole)
        self.statusBar().addWidget(self.busy, 1)

    def _controls(self) -> QWidget:
        self.arrangement.addItems(["Stacked", "Overlaid"])
        self.arrangement.setAccessibleName("Arrangement of the curves")
        self.arrangement.setToolTip("Curves above one another, or on one scale")
        self.tick.addItems(["Draw…", "All", "Metabolites", "Broad", "Chosen", "None"])
        self.tick.setAccessibleName("Which components are drawn")
        self.tick.setToolTip("Tick the components that are drawn")
        self.broadening.setRange(0, 40)
        self.broadening.setSingleStep(1)
        self.broadening.setDecimals(1)
        self.broadening.setValue(4)
        self.broadening.setSuffix(" Hz")
        self.broadening.setAccessibleName("Line broadening for the eye")
        self.broadening.setToolTip("Lorentz width given to all curves, for the eye only")
        self.summed.setToolTip("Draw the sum of the curves as well")
        self.magnitude.setToolTip("Draw the magnitude instead of the real part")
        self.fit_view.setToolTip("Show all of the curves (R)")
        label = QLabel("Broadening")
        label.setBuddy(self.broadening)
        first = (self.tick, self.arrangement, label, self.broadening)
        second = (self.summed, self.magnitude, self.fit_view)
        row = QWidget()
        lines = QVBoxLayout(row)
        lines.setContentsMargins(8, 4, 8, 4)
        for widgets in (first, second):
            line = QHBoxLayout()
            for widget in widgets:
                line.addWidget(widget)
            line.addStretch(1)
            lines.addLayout(line)
        row.setMinimumWidth(row.sizeHint().width())
        return row

    def _connect(self) -> None:
        for signal in (
            self.components.ticked_changed,
            self.broadening.valueChanged,
            self.arrangement.currentIndexChanged,
            self.summed.toggled,
            self.magnitude.toggled,
        ):
            signal.connect(lambda *_: self.look_changed.emit())
        self.fit_view.clicked.connect(self.plot.fit)
        self.tick.activated.connect(self._tick)
        self.message_bar.details_wanted.connect(lambda: self.triggered.emit("log"))

    def _tick(self, place: int) -> None:
        self.tick.setCurrentIndex(0)
        if place:
            self.triggered.emit(f"draw:{self.tick.itemText(place).lower()}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Colours in texts are those of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.triggered.emit("recolour")

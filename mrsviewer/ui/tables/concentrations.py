"""Table of concentrations: linked selection, copy, never an elided number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.ui.tables.concentration_model import ConcentrationModel
from mrsviewer.ui.theme import current_palette, scaled_font

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from mrsviewer.present.scenes import TableRow, TableScene

EMPTY = "No concentrations"
STALE = "stale \N{EM DASH} of an earlier recipe"
ROW_PADDING = 8
GAP = 4
EDGE = 6
"""Room between the last figures and the edge of the window."""

CAPTION_LINES = 5
"""What is seen of the caption at once; the rest scrolls."""


class ConcentrationTable(QWidget):
    """Shows a table scene.

    Signals
    -------
    selection_changed
        Names of the rows chosen by the user, as a tuple.
    row_hovered
        Name of the row under the pointer, "" for none.
    """

    selection_changed = Signal(tuple)
    row_hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("concentrations")
        self.setAccessibleName("Concentrations")
        self._model = ConcentrationModel(self)
        self.view = _View(self)
        self.view.setModel(self._model)
        self._state, self._caption = QLabel(), QLabel()
        self._state.setObjectName("tableState")
        for label in (self._state, self._caption):
            label.setWordWrap(True)
            label.setContentsMargins(8, 4, 8, 4)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._below = QScrollArea()
        self._below.setWidget(self._caption)
        self._below.setWidgetResizable(True)
        self._below.setFrameShape(QFrame.Shape.NoFrame)
        self._below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._below.setAccessibleName("How the concentrations came about")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, EDGE, 0)
        column.setSpacing(0)
        column.addWidget(self._state)
        column.addWidget(self.view, 1)
        column.addWidget(self._below)
        self.setFocusProxy(self.view)
        self.view.copy_wanted.connect(self._copy_chosen)
        self.view.entered.connect(self._hover)
        self.view.left.connect(lambda: self.row_hovered.emit(""))
        self.view.selectionModel().selectionChanged.connect(self._report)
        self._restyle()
        self._settle()

    def show_scene(self, scene: TableScene) -> None:
        """Replace what is shown; rows chosen before stay chosen where they still are."""
        chosen, place = self.selected(), self.view.verticalScrollBar().value()
        self._model.take(scene)
        self._settle()
        self.select(chosen)
        self.view.verticalScrollBar().setValue(place)

    def clear(self) -> None:
        """Show an empty table."""
        self._model.take(type(self._model.scene)((), ()))
        self._settle()

    def selected(self) -> tuple[str, ...]:
        """Return the names of the rows chosen, from top to bottom."""
        rows = (self._model.row(i.row()) for i in self.view.selectionModel().selectedRows())
        names = {row.name for row in rows if row is not None}
        return tuple(row.name for row in self._model.scene.rows if row.name in names)

    def select(self, names: tuple[str, ...]) -> None:
        """Choose these rows; emits nothing."""
        picked, model = QItemSelection(), self._model
        for line in model.lines_of(names):
            picked.select(model.index(line, 0), model.index(line, model.columnCount() - 1))
        chooser = self.view.selectionModel()
        chooser.blockSignals(True)
        chooser.select(picked, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        chooser.blockSignals(False)
        self.view.viewport().update()

    def names(self) -> tuple[str, ...]:
        """Return the names of all rows, from top to bottom."""
        return tuple(row.name for row in self._model.scene.rows)

    def show_row(self, names: tuple[str, ...]) -> None:
        """Scroll until the first of these rows can be seen."""
        for line in self._model.lines_of(names)[:1]:
            self.view.scrollTo(self._model.index(line, 0))

    def copy(self) -> None:
        """Put the whole table on the clipboard as tab-separated text."""
        self._copy(self._model.scene.rows)

    def _copy_chosen(self) -> None:
        chosen = set(self.selected())
        rows = self._model.scene.rows
        self._copy(tuple(row for row in rows if row.name in chosen) or rows)

    def _copy(self, rows: tuple[TableRow, ...]) -> None:
        scene = self._model.scene
        if not rows:
            return
        lines = ["\t".join(scene.headings), *("\t".join(row.cells) for row in rows)]
        if scene.freshness == "stale":
            lines.insert(0, "stale: computed from an earlier recipe")
        QApplication.clipboard().setText("\n".join(lines) + "\n")

    def _hover(self, index: QModelIndex) -> None:
        row = self._model.row(index.row())
        self.row_hovered.emit(row.name if row is not None else "")

    def _report(self) -> None:
        self.selection_changed.emit(self.selected())

    def _settle(self) -> None:
        """Fit columns to their contents and say how fresh they are."""
        scene, view = self._model.scene, self.view
        view.clearSpans()
        for line in self._model.headings():
            view.setSpan(line, 0, 1, self._model.columnCount())
        view.setVisible(bool(scene.rows))
        self._state.setText(STALE if scene.rows else EMPTY)
        self._restyle()
        self._state.setVisible(scene.freshness == "stale" or not scene.rows)
        self._caption.setText(scene.caption)
        self._below.setVisible(bool(scene.caption))
        self.setAccessibleDescription(f"{len(scene.rows)} rows. {scene.caption}".strip())
        self._fit_columns()

    def _fit_columns(self) -> None:
        view, model = self.view, self._model
        view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + ROW_PADDING)
        if not model.scene.rows:
            self.setMinimumWidth(0)
            return
        widths = [view.width_of(column) for column in range(model.columnCount())]
        for column, width in enumerate(widths):
            view.setColumnWidth(column, width)
        view.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        bar = view.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(sum(widths) + bar + EDGE)

    def _restyle(self) -> None:
        colours = current_palette()
        self._caption.setFont(scaled_font(self, 0.88))
        self._below.setFixedHeight(CAPTION_LINES * self._caption.fontMetrics().lineSpacing() + 10)
        self._caption.setStyleSheet(f"color: {colours.dim}")
        warned = bool(self._model.scene.rows)
        self._state.setStyleSheet(f"color: {colours.borderline if warned else colours.dim}")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._restyle()
            self._model.recoloured()
            self._fit_columns()
            # The rows themselves may hear of another text size after this widget does.
            QTimer.singleShot(0, self, self._fit_columns)


class _View(QTableView):
    """The table itself; ``copy_wanted``: the copy key; ``left``: the pointer is elsewhere."""

    copy_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Concentrations")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(10)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(10)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)

    def width_of(self, column: int) -> int:
        """Return the width that heading and every cell of a column need; headings span."""
        model = self.model()
        needed = self.horizontalHeader().sectionSizeHint(column) if column else 0
        for line in range(model.rowCount()):
            if self.columnSpan(line, 0) == 1:
                needed = max(needed, self.sizeHintForIndex(model.index(line, column)).width() + GAP)
        return needed

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """Tell that no row is under the pointer."""
        super().leaveEvent(event)
        self.left.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by the copy key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

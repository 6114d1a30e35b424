"""A plain table of text: rows of a scene, one of which is chosen."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.present.scenes import TableScene
from mrsviewer.ui.theme import current_palette, mixed
from mrsviewer.ui.wrapped_label import WrappedLabel

STALE = "stale: of an earlier recipe"
_EMPTY = TableScene((), ())
_PADDING = 14
"""Room between columns."""

ROW_PADDING = 6
MOST_LEAST_WIDTH = 640
"""A wider table scrolls."""


class SceneTable(QWidget):
    """Shows a table scene; marked rows have the colour of a warning beside their sign.

    Parameters
    ----------
    name
        For screen readers.
    last
        What the last column holds; one of text takes the room that is left.

    Signals
    -------
    chosen
        Name of the row that was chosen.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, last: Literal["figures", "text"] = "figures", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.scene, self._last = _EMPTY, last
        self.tree, self.state, self.caption = QTreeWidget(), WrappedLabel(), WrappedLabel()
        self._roomy = _Roomy(self.tree)
        self.tree.setItemDelegate(self._roomy)
        self.tree.setAccessibleName(name)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setAllColumnsShowFocus(True)
        header = self.tree.header()
        header.setStretchLastSection(last == "text")
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._nothing = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.state)
        column.addWidget(self.tree, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.caption)
        self.setFocusProxy(self.tree)
        self.tree.itemSelectionChanged.connect(lambda: self.chosen.emit(self.choice))
        self.show_scene(_EMPTY)

    @property
    def choice(self) -> str:
        """Return the name of the row chosen, "" for none."""
        items = self.tree.selectedItems()
        return self.scene.rows[self.tree.indexOfTopLevelItem(items[0])].name if items else ""

    def show_scene(self, scene: TableScene, hint: str = "") -> None:
        """Replace what is shown; the row chosen stays chosen, else it is the first.

        ``hint`` stands in place of a table without rows. Emits nothing.
        """
        choice = self.choice
        with QSignalBlocker(self.tree):
            self.scene = scene
            self._fill()
            self.choose(choice)
        stale = scene.freshness == "stale"
        self.state.setText(STALE if stale else hint)
        self.state.setVisible(stale or not scene.rows)
        self.tree.setVisible(bool(scene.rows))
        self._nothing.setVisible(not scene.rows)
        self.caption.setText(scene.caption)
        self.caption.setVisible(bool(scene.rows) and bool(scene.caption))
        self._restyle()

    def choose(self, name: str) -> None:
        """Choose a row; the first where there is none of that name."""
        names = [row.name for row in self.scene.rows]
        place = names.index(name) if name in names else 0
        if (item := self.tree.topLevelItem(place)) is not None:
            self.tree.setCurrentItem(item)

    def copy(self) -> None:
        """Put the table on the clipboard as tab-separated text."""
        scene = self.scene
        lines = ["\t".join(scene.headings), *("\t".join(row.cells) for row in scene.rows)]
        if scene.freshness == "stale":
            lines.insert(0, STALE)
        QApplication.clipboard().setText("\n".join(lines) + "\n")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
            self._restyle()
        elif event.type() == QEvent.Type.FontChange:
            # The rows themselves hear of another text size after this widget does.
            QTimer.singleShot(0, self, self._fit_columns)

    def _fill(self) -> None:
        self.tree.clear()
        self.tree.setHeaderLabels(list(self.scene.headings))
        for column in range(self.tree.columnCount()):
            self.tree.headerItem().setTextAlignment(column, self._side(column))
        for row in self.scene.rows:
            item = QTreeWidgetItem(self.tree, list(row.cells))
            for column in range(len(row.cells)):
                item.setToolTip(column, row.tooltip)
                item.setTextAlignment(column, self._side(column))
        self._recolour()
        self._fit_columns()

    def _side(self, column: int) -> Qt.AlignmentFlag:
        left = not column or (self._last == "text" and column == len(self.scene.headings) - 1)
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def _recolour(self) -> None:
        colours = current_palette()
        faint = mixed(colours.dim, colours.surface, 0.25)
        for place, row in enumerate(self.scene.rows):
            ink = colours.borderline if row.weak else colours.text
            ink = faint if self.scene.freshness == "stale" else ink
            if (item := self.tree.topLevelItem(place)) is not None:
                for column in range(len(row.cells)):
                    item.setForeground(column, QColor(ink))

    def _restyle(self) -> None:
        colours = current_palette()
        warned = self.scene.freshness == "stale"
        self.state.setStyleSheet(f"color: {colours.borderline if warned else colours.dim}")
        self.caption.setStyleSheet(f"color: {colours.dim}")

    def _fit_columns(self) -> None:
        header = self.tree.header()
        for column in range(self.tree.columnCount()):
            needed = max(header.sectionSizeHint(column), self.tree.sizeHintForColumn(column))
            header.resizeSection(column, needed + _PADDING)
        bar = self.tree.verticalScrollBar().sizeHint().width()
        needed = sum(header.sectionSize(c) for c in range(self.tree.columnCount())) + bar + 4
        self.setMinimumWidth(min(needed, MOST_LEAST_WIDTH) if self.scene.rows else 0)


class _Roomy(QStyledItemDelegate):
    """Gives rows some air."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return super().sizeHint(option, index) + QSize(0, ROW_PADDING)

"""The components of a basis set as a list with tick boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from mrsviewer.present.basis_facts import ComponentRow

HEADINGS = ("Component", "kind", "protons", "top (ppm)")


class ComponentList(QTreeWidget):
    """Shows components; ticked ones are drawn, chosen ones are edited.

    Signals
    -------
    ticked_changed, chosen_changed
        Names in the order of the set, as a tuple.
    """

    ticked_changed = Signal(tuple)
    chosen_changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Components of the basis set")
        self.setHeaderLabels(HEADINGS)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.itemChanged.connect(lambda _item, _column: self.ticked_changed.emit(self.ticked()))
        self.itemSelectionChanged.connect(lambda: self.chosen_changed.emit(self.chosen()))

    def show_rows(self, rows: tuple[ComponentRow, ...], ticked: tuple[str, ...]) -> None:
        """Replace the list; emits nothing. Rows chosen before stay chosen where they are."""
        chosen = self.chosen()
        self._frame_boxes()
        with QSignalBlocker(self):
            self.clear()
            for row in rows:
                texts = [row.name, row.kind, row.protons, row.peak_ppm]
                item = QTreeWidgetItem(self, texts)
                on = row.name in ticked
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                for column in range(len(HEADINGS)):
                    item.setToolTip(column, row.tooltip)
                    if column > 1:
                        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
                item.setSelected(row.name in chosen)

    def ticked(self) -> tuple[str, ...]:
        """Return the names whose box is ticked."""
        return tuple(i.text(0) for i in self._all() if i.checkState(0) == Qt.CheckState.Checked)

    def chosen(self) -> tuple[str, ...]:
        """Return the names of the rows chosen."""
        return tuple(item.text(0) for item in self._all() if item.isSelected())

    def tick(self, names: tuple[str, ...]) -> None:
        """Tick just these, with one signal."""
        with QSignalBlocker(self):
            for item in self._all():
                on = item.text(0) in names
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.ticked_changed.emit(self.ticked())

    def _frame_boxes(self) -> None:
        """Make the frames of the tick boxes visible: the style darkens the window's colour."""
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor(current_palette().dim))
        self.setPalette(palette)

    def _all(self) -> list[QTreeWidgetItem]:
        found = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return [item for item in found if item is not None]

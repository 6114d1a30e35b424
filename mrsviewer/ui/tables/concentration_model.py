"""The model behind the table of concentrations: rows of a scene under group headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from mrsviewer.present.scenes import TableRow, TableScene
from mrsviewer.ui.theme import current_palette, mixed

if TYPE_CHECKING:
    from collections.abc import Iterable

GOOD_SIGN, WEAK_SIGN = "●", "▲"
SIGN_COLUMN = 0
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ROLE = Qt.ItemDataRole


class ConcentrationModel(QAbstractTableModel):
    """A table scene for Qt: a column of signs, then the scene's own columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scene = TableScene((), ())
        self._lines: list[TableRow | str] = []

    def take(self, scene: TableScene) -> None:
        """Hold another scene."""
        self.beginResetModel()
        self.scene, self._lines, group = scene, [], None
        for row in scene.rows:
            if row.group != group:
                group = row.group
                self._lines.append(group)
            self._lines.append(row)
        self.endResetModel()

    def recoloured(self) -> None:
        """Tell the views that colours and fonts have changed."""
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def headings(self) -> list[int]:
        """Return the lines that are group headings."""
        return [i for i, line in enumerate(self._lines) if isinstance(line, str)]

    def row(self, line: int) -> TableRow | None:
        """Return the scene's row at a line, or None for a heading."""
        found = self._lines[line] if 0 <= line < len(self._lines) else None
        return found if isinstance(found, TableRow) else None

    def lines_of(self, names: Iterable[str]) -> list[int]:
        """Return the lines of the rows called so."""
        wanted = set(names)
        return [
            i
            for i, line in enumerate(self._lines)
            if isinstance(line, TableRow) and line.name in wanted
        ]

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.scene.headings) + 1

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.TextAlignmentRole:
            return _alignment(section)
        if role == _ROLE.DisplayRole:
            return "" if section == SIGN_COLUMN else self.scene.headings[section - 1]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.row(index.row()) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        if row is None:
            return _heading_data(str(self._lines[index.row()]), index.column(), role)
        return self._row_data(row, index.column(), role)

    def _row_data(self, row: TableRow, column: int, role: int) -> Any:
        if role == _ROLE.DisplayRole:
            return _text(row, column)
        if role == _ROLE.TextAlignmentRole:
            return _alignment(column)
        if role == _ROLE.ToolTipRole:
            return row.tooltip
        if role == _ROLE.ForegroundRole:
            return self._ink(row)
        if role == _ROLE.AccessibleTextRole:
            return ", ".join(part for part in (*row.cells, "weak" if row.weak else "") if part)
        return None

    def _ink(self, row: TableRow) -> QColor:
        colours = current_palette()
        ink = colours.dim if row.weak else colours.text
        if self.scene.freshness == "stale":
            ink = mixed(colours.dim, colours.surface, 0.25)
        return QColor(ink)


def _text(row: TableRow, column: int) -> str:
    if column == SIGN_COLUMN:
        return WEAK_SIGN if row.weak else GOOD_SIGN
    return row.name if column == 1 else row.cells[column - 1]


def _heading_data(text: str, column: int, role: int) -> Any:
    if role == _ROLE.DisplayRole:
        return text if column == 0 else None
    if role == _ROLE.ForegroundRole:
        return QColor(current_palette().dim)
    if role == _ROLE.FontRole:
        font = QFont(QApplication.font())
        font.setBold(True)
        return font
    return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

"""Facts of a basis set beside those of the data, what the guard says, and the comparison."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.model.exam import Finding
    from mrsviewer.present.basis_facts import FactRow
    from mrsviewer.present.scenes import TableScene

SIGNS = {"info": "●", "warning": "⚠", "danger": "✕"}
NO_DATA = "no exam open"
MARGIN = 30
"""Room beside the columns: frame and scroll bar."""


class FactsPanel(QScrollArea):
    """Header of the set beside the data's, with the guard's findings above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Basis set and data")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(8, 6, 8, 6)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWidget(self.label)

    def show_facts(
        self, source: str, facts: Sequence[FactRow], findings: Sequence[Finding]
    ) -> None:
        """Show what the set is, and what speaks against using it."""
        colours = current_palette()
        inks = {"info": colours.link, "warning": colours.borderline, "danger": colours.poor}
        said = "".join(
            f'<p style="margin:0 0 6px 0"><b style="color:{inks[f.severity]}">'
            f"{SIGNS[f.severity]} {escape(f.title)}</b><br>{escape(f.detail)}</p>"
            for f in findings
        )
        head = f'<td style="color:{colours.dim}"></td><td><b>set</b></td>'
        with_data = any(fact.of_data for fact in facts)
        head += f"<td><b>{'data' if with_data else NO_DATA}</b></td>"
        rows = "".join(_fact(fact, colours.dim, colours.poor) for fact in facts)
        rows = f"<tr>{head}</tr>{rows}" if facts else ""
        self.label.setText(
            f'{said}<table cellspacing="0" cellpadding="2">{rows}</table>'
            f'<p style="color:{colours.dim}">{escape(source)}</p>'
        )


class LikenessTable(QWidget):
    """How alike two sets are, component by component."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree, self.caption = QTreeWidget(), QLabel()
        self.tree.setAccessibleName("Comparison of the two basis sets")
        self.tree.setRootIsDecorated(False)
        self.tree.setAlternatingRowColors(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.caption.setWordWrap(True)
        self.caption.setContentsMargins(8, 4, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.caption)

    def show_scene(self, scene: TableScene) -> None:
        """Replace what is shown; what is not alike carries a sign and the colour of a warning."""
        self.tree.clear()
        self.tree.setHeaderLabels(list(scene.headings))
        for row in scene.rows:
            sign = "▲ " if row.weak else ""
            item = QTreeWidgetItem(self.tree, [sign + row.cells[0], *row.cells[1:]])
            for column in range(len(row.cells)):
                item.setToolTip(column, row.tooltip)
                if column:
                    item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
                if row.weak:
                    item.setForeground(column, QColor(current_palette().borderline))
        self.caption.setText(scene.caption)
        header = self.tree.header()
        widths = (header.sectionSizeHint(c) for c in range(self.tree.columnCount()))
        sizes = (self.tree.sizeHintForColumn(c) for c in range(self.tree.columnCount()))
        needed = sum(max(pair) for pair in zip(widths, sizes, strict=True))
        self.tree.setMinimumWidth(needed + MARGIN)


def _fact(fact: FactRow, dim: str, alarm: str) -> str:
    ink = f' style="color:{alarm}"' if fact.differs else ""
    sign = "≠ " if fact.differs else ""
    return (
        f'<tr><td style="color:{dim}">{escape(fact.label)}&nbsp;</td>'
        f"<td>{escape(fact.of_set)}&nbsp;&nbsp;</td><td{ink}>{sign}{escape(fact.of_data)}</td></tr>"
    )

"""Data panel: what header and samples give away, each with its remedy, and what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.present.findings import FindingsScene
from mrsviewer.ui.panels.finding_rows import (
    FindingWidget,
    QuestionWidget,
    RemedyWidget,
    SourceWidget,
)
from mrsviewer.ui.theme import current_palette

if TYPE_CHECKING:
    from mrsviewer.model.exam import Severity, Source
    from mrsviewer.present.findings import EnteredRow, FindingRow
    from mrsviewer.quality.lint import Question

NOTHING = "Nothing to remark"
CONFIRM = ("Confirm the place", "I have checked side and place of the voxel on the image")
WITHDRAW = ("Take back", "The place is in doubt again")
FILE_AGAIN = ("Take back", "Use what the file says")


class FindingsPanel(QScrollArea):
    """Dangers first, then what must be asked, warnings, entries by hand, notes, and the files.

    Signals
    -------
    correction_chosen
        A :class:`~mrsviewer.quality.lint.Correction` the user wants, or the answer to a question.
    place_confirmed
        (key, whether): the user has checked the voxel's place, or takes that back.
    entry_taken_back
        Field of an entered value that is to be removed.
    role_chosen
        (source, role): an input file gets another role.
    """

    correction_chosen = Signal(object)
    place_confirmed = Signal(str, bool)
    entry_taken_back = Signal(str)
    role_chosen = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Data")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scene = FindingsScene()
        self._page = QWidget()
        self._page.setAutoFillBackground(True)
        self._page.setBackgroundRole(self.backgroundRole())
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(8, 4, 8, 6)
        self._column.setSpacing(7)
        self.setWidget(self._page)
        self._fill()

    def show_scene(self, scene: FindingsScene) -> None:
        """Show another scene; the same one is left alone, so that nothing typed is lost."""
        if scene != self._scene:
            grave = self._scene.count("danger")
            self._scene = scene
            self._fill()
            if scene.count("danger") > grave:
                self.verticalScrollBar().setValue(0)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        widgets = self._widgets()
        for widget in widgets or [_nothing()]:
            self._column.addWidget(widget)
        # No alignment of the layout: it would give rows no more height than their hints ask.
        self._column.addStretch(1)
        self.setAccessibleDescription("; ".join(w.accessibleName() for w in widgets))

    def _widgets(self) -> list[QWidget]:
        """Return the rows, what matters most first."""
        scene = self._scene

        def found(severity: Severity) -> list[QWidget]:
            return [self._finding(row) for row in scene.findings if row.severity == severity]

        def asked(*, required: bool) -> list[QWidget]:
            return [self._ask(q) for q in scene.questions if q.required == required]

        return [
            *found("danger"),
            *asked(required=True),
            *found("warning"),
            *(self._entry(row) for row in scene.entered),
            *asked(required=False),
            *found("info"),
            *(self._file(source) for source in scene.sources),
        ]

    def _ask(self, question: Question) -> QWidget:
        widget = QuestionWidget(question)
        widget.answered.connect(self.correction_chosen)
        return widget

    def _file(self, source: Source) -> QWidget:
        widget = SourceWidget(source)
        widget.role_chosen.connect(self.role_chosen)
        return widget

    def _finding(self, row: FindingRow) -> QWidget:
        if row.confirmation is not None:
            key, confirmed = row.confirmation, row.confirmed
            widget = FindingWidget(row, WITHDRAW if confirmed else CONFIRM)
            widget.pressed.connect(lambda: self.place_confirmed.emit(key, not confirmed))
            return widget
        correction = row.correction
        if correction is None:
            return FindingWidget(row)
        widget = FindingWidget(
            row, (correction.label, f"{correction.reason}; the recipe records it")
        )
        widget.pressed.connect(lambda: self.correction_chosen.emit(correction))
        return widget

    def _entry(self, row: EnteredRow) -> QWidget:
        note = f"Entered by hand; the file says {row.file_says}."
        widget = RemedyWidget(("●", "accent"), row.text, note, FILE_AGAIN)
        widget.pressed.connect(lambda: self.entry_taken_back.emit(row.field))
        return widget


def _nothing() -> QWidget:
    label = QLabel(NOTHING)
    label.setStyleSheet(f"color: {current_palette().dim}")
    return label

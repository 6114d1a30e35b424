"""The strip at the top of the window: who is being looked at, when, and on which side."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from mrsviewer.model.acquisition import Identity
from mrsviewer.present.same_patient import same_patient, says_whose
from mrsviewer.ui.theme import current_palette

_SHOWN = ("Patient", "ID", "Born", "Sex", "Date")
_ALWAYS = ("Patient", "ID", "Date")
HIDDEN, UNKNOWN = "hidden", "unknown"
OTHER = "◆ another patient than before"
UNSURE = "◇ patient unknown: may be another than before"


class IdentityStrip(QFrame):
    """Patient name, ID, date and side of the voxel; always in view, never elided.

    Signals
    -------
    patient_changed
        Another patient than before is shown: how many times that was so. 0: the file does not say
        whose it is.
    """

    patient_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("identityStrip")
        self.setAccessibleName("Patient")
        self._label, self._side, self._alarms = QLabel(), QLabel(), QLabel()
        self._label.setObjectName("identityText")
        self._alarms.setTextFormat(Qt.TextFormat.RichText)
        self._alarms.setAccessibleName("Findings about the data")
        self._counts, self._doubt, self._alarms_said = (0, 0), "", ""
        self._shown: Identity | None = None
        self._known: Identity | None = None
        self._changes, self._claim = 0, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self._label, 1)
        row.addWidget(self._alarms)
        row.addSpacing(18)
        row.addWidget(self._side)
        self.clear()

    @property
    def text(self) -> str:
        """Return all that is shown, on one line."""
        parts = (self._label.text(), self._alarms_said, self._side.text())
        return "   ".join(part for part in parts if part)

    def clear(self) -> None:
        """Say that no patient is open."""
        self._label.setText("No case open")
        self._side.setText("")
        self.show_alarms(0, 0)

    def show_alarms(self, dangers: int, warnings: int, doubt: str = "") -> None:
        """Show how many findings about the data are open, and what is in doubt, in red."""
        self._counts, self._doubt = (dangers, warnings), doubt
        colours, (some, others) = current_palette(), self._counts
        parts = [(f"✕ {some} danger{'s' * (some > 1)}", colours.poor)] if some else []
        parts += [(f"▲ {others} warning{'s' * (others > 1)}", colours.borderline)] if others else []
        parts += [(doubt, colours.poor)] if doubt else []
        said = [f'<span style="color:{ink}">{escape(text)}</span>' for text, ink in parts]
        self._alarms_said = "  ".join(text for text, _ in parts)
        self._alarms.setText("&nbsp;&nbsp;".join(said))
        self.setAccessibleDescription(self.text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_alarms(*self._counts, self._doubt)

    def show_patient(
        self,
        patient: tuple[tuple[str, str], ...],
        side: str,
        *,
        visible: bool,
        who: Identity | None = None,
    ) -> None:
        """Show the lines of an identity scene and the side; the identity may be kept hidden.

        ``who`` is the same as the file has it, to tell whether it is another patient than before.
        """
        known = dict(patient)
        self._note_change(who or Identity())
        shown = [
            f"{label}  {known.get(label, UNKNOWN) if visible else HIDDEN}"
            for label in _SHOWN
            if label in known or label in _ALWAYS
        ]
        shown += [self._claim] if self._claim else []
        self._label.setText("      ".join(shown))
        self._side.setText(f"Voxel  {side}" if side else "")
        self.setAccessibleDescription(self.text)

    def _note_change(self, who: Identity) -> None:
        """Note whether the patient is another one; what no file says is not claimed either way."""
        before, self._shown = self._shown, who
        if who == before:
            return
        known, said = self._known, says_whose(who)
        self._known = who if said else known
        if before is None:
            return
        same = None if known is None else same_patient(known, who)
        if not said or (known is not None and same is None):
            self._claim, tint = UNSURE, 0
        elif same is False:
            self._changes += 1
            self._claim, tint = OTHER, self._changes
        elif self._claim == UNSURE:
            self._claim, tint = OTHER if self._changes else "", self._changes
        else:
            return
        self.patient_changed.emit(tint)

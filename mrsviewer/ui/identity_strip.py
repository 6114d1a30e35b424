"""The strip at the top of the window: who is being looked at, when, and on which side."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

_SHOWN = ("Patient", "ID", "Born", "Sex", "Date")
_ALWAYS = ("Patient", "ID", "Date")
HIDDEN, UNKNOWN = "hidden", "unknown"


class IdentityStrip(QFrame):
    """Patient name, ID, date and side of the voxel; always in view, never elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("identityStrip")
        self.setAccessibleName("Patient")
        self._label, self._side = QLabel(), QLabel()
        self._label.setObjectName("identityText")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.addWidget(self._label, 1)
        row.addWidget(self._side)
        self.clear()

    @property
    def text(self) -> str:
        """Return all that is shown, on one line."""
        return f"{self._label.text()}   {self._side.text()}".strip()

    def clear(self) -> None:
        """Say that no patient is open."""
        self._label.setText("No case open")
        self._side.setText("")

    def show_patient(
        self, patient: tuple[tuple[str, str], ...], side: str, *, visible: bool
    ) -> None:
        """Show the lines of an identity scene and the side; the identity may be kept hidden."""
        known = dict(patient)
        shown = [
            f"{label}  {known.get(label, UNKNOWN) if visible else HIDDEN}"
            for label in _SHOWN
            if label in known or label in _ALWAYS
        ]
        self._label.setText("      ".join(shown))
        self._side.setText(f"Voxel  {side}" if side else "")
        self.setAccessibleDescription(self.text)

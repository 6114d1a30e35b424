"""The status bar: what is open, what is being done, how good it is."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

DELAY_MS = 300
"""A job that ends earlier shows no progress."""
LONGEST = 40
"""Letters of what is being done; progress must not widen the window."""
_STEPS = 1000


class StatusStrip(QStatusBar):
    """Facts on the left, progress and figures on the right.

    Signals
    -------
    cancel_clicked
        The user wants the running job to stop.
    """

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._facts, self._figures, self._doing = QLabel(), QLabel(), QLabel()
        self._facts.setAccessibleName("Acquisition")
        self._figures.setAccessibleName("Quality figures")
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(170)
        self._bar.setAccessibleName("Progress")
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop the running computation (Esc)")
        self._cancel.setAccessibleName("Cancel")
        self._cancel.clicked.connect(self.cancel_clicked)
        self._progress = (self._doing, self._bar, self._cancel)
        self.addPermanentWidget(self._facts)
        self.addPermanentWidget(QWidget(), 1)
        for widget in (*self._progress, self._figures):
            self.addPermanentWidget(widget)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(lambda: self._show_progress(visible=True))
        self._show_progress(visible=False)

    @property
    def facts(self) -> str:
        """Return the text on the left."""
        return self._facts.text()

    @property
    def figures(self) -> str:
        """Return the text on the right."""
        return self._figures.text()

    @property
    def shows_progress(self) -> bool:
        """Return whether the progress bar is there."""
        return not self._bar.isHidden()

    def show_facts(self, facts: Sequence[str]) -> None:
        """Replace the facts on the left."""
        self._facts.setText("   ".join(facts))

    def show_figures(self, figures: Sequence[str]) -> None:
        """Replace the figures on the right."""
        self._figures.setText("   ".join(figures))

    def set_busy(self, busy: bool) -> None:
        """Show the progress after a moment, or hide it at once."""
        if not busy:
            self._timer.stop()
            self._show_progress(visible=False)
        elif not self.shows_progress and not self._timer.isActive():
            self._timer.start()

    def set_progress(self, fraction: float, text: str) -> None:
        """Set how far the job is and what it does; a negative fraction: not known."""
        self._bar.setRange(0, 0 if fraction < 0 else _STEPS)
        self._bar.setValue(round(fraction * _STEPS))
        percent = f" {fraction:.0%}".replace("%", " %") if fraction > 0 else ""
        self._doing.setText(f"{shorten(text, LONGEST, placeholder='…')}{percent}")

    def _show_progress(self, *, visible: bool) -> None:
        for widget in self._progress:
            widget.setVisible(visible)

"""What the commands need to know of the window to be enabled or checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of the window in a few facts.

    Attributes
    ----------
    ready
        Whether the window has all its parts; false until just after the first paint.
    open
        Whether a case is open.
    analysed, fitted
        Whether an analysis, and a fit, of the recipe in force are shown.
    undo, redo
        What these would take back or bring back; None: nothing.
    busy
        Whether a job runs that can be cancelled.
    phasing
        Whether the phase tool is on.
    spectrum, spectra
        Which of how many spectra of the file is open, counted from 1.
    show_residual, show_identity, show_log, dark, full_screen
        What the view is set to.
    workspace
        Name of the arrangement of the panels.
    """

    ready: bool = False
    open: bool = False
    analysed: bool = False
    fitted: bool = False
    undo: str | None = None
    redo: str | None = None
    busy: bool = False
    phasing: bool = False
    spectrum: int = 1
    spectra: int = 1
    show_residual: bool = True
    show_identity: bool = True
    show_log: bool = False
    dark: bool = True
    full_screen: bool = False
    workspace: str = "read"

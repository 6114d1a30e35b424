"""The few style rules of the window's own parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.ui.theme import mixed

if TYPE_CHECKING:
    from mrsviewer.ui.theme import Palette


TINTS = 3
"""How many colours the frame takes in turn when another patient is opened."""


def _inks(colours: Palette) -> tuple[str, ...]:
    return (colours.metabolite, colours.good, colours.baseline)[:TINTS]


def window_style(colours: Palette) -> str:
    """Return the style sheet of the main window in the colours of a theme."""
    c = colours
    tints = "".join(
        f"""
#identityStrip[tint="{i}"] {{ background: {mixed(ink, c.window, 0.7)}; border: 0;
  border-top: 3px solid {ink}; }}
#centre[tint="{i}"] {{ border: 2px solid {ink}; }}"""
        for i, ink in enumerate(_inks(c), start=1)
    )
    return f"""
QMenuBar {{ background: {c.window}; }}
QMenuBar::item:disabled, QMenu::item:disabled {{ color: {c.dim}; }}
QToolBar {{ background: {c.window}; border: 0; }}
QToolBar QToolButton {{ padding: 3px; border: 1px solid transparent; border-radius: 3px; }}
QToolBar QToolButton:hover {{ background: {c.button}; }}
QToolBar QToolButton:checked {{ background: {c.button}; border-color: {c.accent}; }}
QToolBar QToolButton:disabled {{ color: {c.dim}; }}
QToolBar QToolButton:focus {{ border-color: {c.accent}; }}
QDockWidget {{ color: {c.text}; }}
QStatusBar {{ background: {c.window}; }}
QStatusBar QLabel {{ padding: 0 6px; }}
QStatusBar QPushButton {{ padding: 1px 12px; }}
QProgressBar {{ border: 0; background: {c.surface}; max-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent}; }}
#centre {{ background: {c.surface}; }}
#identityStrip {{ background: {c.alternate}; }}
#emptyTitle {{ font-size: 18pt; color: {c.text}; }}
#emptyHint {{ color: {c.dim}; }}
#phaseBar QPushButton {{ padding: 4px 10px; }}
#complaint, #messageBar[level="danger"] #messageSign {{ color: {c.poor}; font-weight: bold; }}
#messageBar[level="warning"] #messageSign {{ color: {c.borderline}; font-weight: bold; }}
#messageBar[level="info"] #messageSign {{ color: {c.link}; font-weight: bold; }}
#messageBar[level="danger"] {{ border: 1px solid {c.poor}; }}
#axesQuestion, #messageBar[level="warning"] {{ border: 1px solid {c.borderline}; }}
{tints}
"""

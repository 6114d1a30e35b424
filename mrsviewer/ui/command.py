"""What a command is: a menu entry, a shortcut, a tooltip, when it can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.ui.situation import Situation

MENUS = ("&File", "&Edit", "&Process", "&View", "&Help")


def always(_now: Situation) -> bool:
    """Return True."""
    return True


def when_ready(now: Situation) -> bool:
    """Return whether all parts of the window are there."""
    return now.ready


def when_open(now: Situation) -> bool:
    """Return whether a case is open."""
    return now.open


def when_analysed(now: Situation) -> bool:
    """Return whether there is an analysis of the recipe in force."""
    return now.analysed


def when_fitted(now: Situation) -> bool:
    """Return whether there is a fit of the recipe in force."""
    return now.fitted


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the user can do.

    Attributes
    ----------
    id
        Key of its handler.
    text
        As in the menu, with ``&`` before its letter.
    shortcuts
        In Qt's portable notation; the first is shown.
    tooltip
        One sentence on what it does.
    menu
        One of :data:`MENUS`.
    icon
        Name of the icon, or "".
    short
        Text on the toolbar.
    enabled
        Whether it can be done now.
    checked
        Whether its check mark is set; None: it has none.
    ends_group
        Whether a line follows in the menu.
    """

    id: str
    text: str
    shortcuts: tuple[str, ...]
    tooltip: str
    menu: str
    icon: str = ""
    short: str = ""
    enabled: Callable[[Situation], bool] = always
    checked: Callable[[Situation], bool] | None = None
    ends_group: bool = False

    @property
    def plain_text(self) -> str:
        """Return the text without marks: "Open files"."""
        return self.text.replace("&", "").removesuffix("…")

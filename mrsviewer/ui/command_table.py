"""The command table: each row is a menu entry, a shortcut, a tooltip and a palette entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.ui.situation import Situation

MENUS = ("&File", "&Edit", "&Process", "&View", "&Help")


def _always(_now: Situation) -> bool:
    return True


def _ready(now: Situation) -> bool:
    return now.ready


def _open(now: Situation) -> bool:
    return now.open


def _analysed(now: Situation) -> bool:
    return now.analysed


def _fitted(now: Situation) -> bool:
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
    enabled: Callable[[Situation], bool] = _always
    checked: Callable[[Situation], bool] | None = None
    ends_group: bool = False

    @property
    def plain_text(self) -> str:
        """Return the text without marks: "Open files"."""
        return self.text.replace("&", "").removesuffix("…")


FILE, EDIT, PROCESS, VIEW, HELP = MENUS

TOOLBAR = ("open", "undo", "redo", "phase_tool", "auto_phase", "refit", "export_report")
"""Commands on the toolbar, from left to right."""

COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        "&Open files…",
        ("Ctrl+O",),
        "Open spectroscopy files, with water reference and image if you like, or a session",
        FILE,
        "open",
        "Open",
        _ready,
    ),
    Command(
        "open_folder",
        "Open &folder…",
        ("Ctrl+Shift+O",),
        "Open all files of one examination in a folder",
        FILE,
        "folder",
        enabled=_ready,
    ),
    Command(
        "open_example",
        "Open e&xample",
        ("Ctrl+Shift+X",),
        "Open the example case that comes with the program",
        FILE,
        "example",
        enabled=_ready,
        ends_group=True,
    ),
    Command(
        "add_water",
        "Add &water reference…",
        ("Ctrl+Shift+W",),
        "Choose the scan without water suppression that belongs to this case",
        FILE,
        "water",
        enabled=_open,
    ),
    Command(
        "add_anatomy",
        "Add &anatomy…",
        ("Ctrl+Shift+A",),
        "Choose the head image to show the voxel on",
        FILE,
        "anatomy",
        enabled=_open,
        ends_group=True,
    ),
    Command(
        "save_session",
        "&Save session…",
        ("Ctrl+S",),
        "Save recipe and input digests, so that this result can be replayed",
        FILE,
        "save",
        enabled=_open,
        ends_group=True,
    ),
    Command(
        "export_report",
        "Export &report…",
        ("Ctrl+E",),
        "Write the report as PDF and HTML",
        FILE,
        "report",
        "Report",
        _fitted,
    ),
    Command(
        "export_tables",
        "Export &tables…",
        ("Ctrl+Shift+E",),
        "Write concentrations, spectrum, quality and recipe as CSV and JSON",
        FILE,
        "table",
        enabled=_fitted,
    ),
    Command(
        "export_nifti",
        "Export &NIfTI-MRS…",
        ("Ctrl+Shift+N",),
        "Write the signals as they were read, as NIfTI-MRS",
        FILE,
        "export",
        enabled=_open,
        ends_group=True,
    ),
    Command("quit", "&Quit", ("Ctrl+Q",), "Close the window and end the program", FILE, "quit"),
    Command(
        "undo",
        "&Undo",
        ("Ctrl+Z",),
        "Take back the last decision",
        EDIT,
        "undo",
        "Undo",
        lambda now: now.undo is not None,
    ),
    Command(
        "redo",
        "&Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Bring back the decision taken back last",
        EDIT,
        "redo",
        "Redo",
        lambda now: now.redo is not None,
        ends_group=True,
    ),
    Command(
        "copy_table",
        "&Copy table",
        ("Ctrl+Shift+C",),
        "Copy the concentrations as tab-separated text",
        EDIT,
        "copy",
        enabled=_fitted,
    ),
    Command(
        "phase_tool",
        "&Phase tool",
        ("P",),
        "Drag in the spectrum: up and down zero order, sideways first order about the pivot",
        PROCESS,
        "phase",
        "Phase",
        _analysed,
        lambda now: now.phasing,
    ),
    Command(
        "auto_phase",
        "&Automatic phase",
        ("A",),
        "Replace the phase set by hand by the automatic one",
        PROCESS,
        "auto",
        "Auto phase",
        _open,
        ends_group=True,
    ),
    Command(
        "refit",
        "&Refit",
        ("F5",),
        "Compute everything anew with the recipe in force",
        PROCESS,
        "fit",
        "Fit",
        _open,
    ),
    Command(
        "fit_options",
        "Fit &options…",
        ("Ctrl+Shift+F",),
        "Change the options of fit and quantification, or enter what the header lacks",
        PROCESS,
        "options",
        enabled=_open,
    ),
    Command(
        "choose_basis",
        "Choose &basis set…",
        ("Ctrl+B",),
        "Fit with a basis set from a file",
        PROCESS,
        "basis",
        enabled=_open,
    ),
    Command(
        "simulated_basis",
        "&Simulated basis set",
        ("Ctrl+Shift+B",),
        "Fit with a basis set simulated to match the sequence",
        PROCESS,
        "simulate",
        enabled=_open,
        ends_group=True,
    ),
    Command(
        "cancel",
        "&Cancel",
        ("Esc",),
        "Stop the running computation, or leave the phase tool",
        PROCESS,
        "cancel",
        enabled=lambda now: now.busy or now.phasing,
    ),
    Command(
        "reset_view",
        "&Reset view",
        ("R",),
        "Show the whole spectrum and the centre of the voxel",
        VIEW,
        "reset",
        enabled=_open,
    ),
    Command(
        "toggle_residual",
        "Show re&sidual",
        ("Ctrl+R",),
        "Show or hide the strip with what the fit leaves over",
        VIEW,
        "residual",
        enabled=_ready,
        checked=lambda now: now.show_residual,
    ),
    Command(
        "hide_identity",
        "&Hide identity",
        ("Ctrl+I",),
        "Hide name, ID and date in the window and in reports",
        VIEW,
        "identity",
        checked=lambda now: not now.show_identity,
    ),
    Command(
        "show_log",
        "&Log",
        ("Ctrl+L",),
        "Show or hide the log of what was read, done and noticed",
        VIEW,
        "log",
        enabled=_ready,
        checked=lambda now: now.show_log,
        ends_group=True,
    ),
    Command(
        "dark_theme",
        "&Dark theme",
        ("Ctrl+T",),
        "Change between the dark and the light theme",
        VIEW,
        "theme",
        checked=lambda now: now.dark,
    ),
    Command("larger_text", "Lar&ger text", ("Ctrl++", "Ctrl+="), "Make all text larger", VIEW),
    Command("smaller_text", "S&maller text", ("Ctrl+-",), "Make all text smaller", VIEW),
    Command(
        "normal_text",
        "&Normal text size",
        ("Ctrl+0",),
        "Make all text as large as at first",
        VIEW,
        ends_group=True,
    ),
    Command(
        "full_screen",
        "&Full screen",
        ("F11",),
        "Fill the screen with the window",
        VIEW,
        "full",
        checked=lambda now: now.full_screen,
    ),
    Command(
        "reset_layout",
        "Reset la&yout",
        ("Ctrl+Shift+R",),
        "Put all panels back to their first places",
        VIEW,
        "layout",
    ),
    Command(
        "palette",
        "Command &palette…",
        ("Ctrl+K",),
        "Find a command by typing a part of its name",
        HELP,
        "palette",
    ),
    Command(
        "shortcuts",
        "&Keyboard shortcuts",
        ("F1", "?"),
        "Show all commands with their keys",
        HELP,
        "keys",
    ),
    Command(
        "about",
        "&About mrsviewer",
        ("Shift+F1",),
        "Version, licence and intended use",
        HELP,
        "about",
    ),
)
"""All commands, in menu order."""

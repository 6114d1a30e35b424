"""The commands of the view of engines and refits: menu, key and tooltip of each."""

from __future__ import annotations

from dataclasses import dataclass

MENUS = ("&Run", "&View")
RUN, VIEW = MENUS


@dataclass(frozen=True, slots=True)
class ScrutinyAction:
    """One command; ``needs`` is what must be there: "", "ready", "busy", "result"."""

    id: str
    text: str
    keys: str
    tooltip: str
    menu: str
    needs: str = ""


ACTIONS = (
    ScrutinyAction("start", "&Start", "Ctrl+Return",
        "Fit with the engines chosen, or draw the refits", RUN, "ready"),
    ScrutinyAction("cancel", "&Cancel", "Esc", "Stop the running computation", RUN, "busy"),
    ScrutinyAction("export", "&Export…", "Ctrl+S",
        "Write the tables as the command line does, into a new folder", RUN, "result"),
    ScrutinyAction("copy", "Copy &table", "Ctrl+Shift+C",
        "Copy the table as tab-separated text", RUN, "result"),
    ScrutinyAction("close", "C&lose", "Ctrl+W", "Close this window", RUN),
    ScrutinyAction("engines", "&Engines side by side", "F6",
        "Show where several engines agree, and where they do not", VIEW),
    ScrutinyAction("bootstrap", "&Bootstrap of the fit", "F7",
        "Show how the values scatter over simulated repetitions", VIEW),
)  # fmt: skip
"""In menu order."""

TOOLBAR = ("start", "cancel", "export")

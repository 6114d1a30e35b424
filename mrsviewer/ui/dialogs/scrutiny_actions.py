"""The commands of the view of engines and refits: menu, key and tooltip of each."""

from __future__ import annotations

from mrsviewer.ui.dialogs.action_window import WindowAction

MENUS = ("&Run", "&View")
RUN, VIEW = MENUS

ACTIONS = (
    WindowAction("start", "&Start", "Ctrl+Return",
        "Fit with the engines chosen, or draw the refits", RUN, "ready"),
    WindowAction("cancel", "&Cancel", "Esc", "Stop the running computation", RUN, "busy"),
    WindowAction("export", "&Export…", "Ctrl+S",
        "Write the tables as the command line does, into a new folder", RUN, "result"),
    WindowAction("copy", "Copy &table", "Ctrl+Shift+C",
        "Copy the table as tab-separated text", RUN, "result"),
    WindowAction("close", "C&lose", "Ctrl+W", "Close this window", RUN),
    WindowAction("engines", "&Engines side by side", "F6",
        "Show where several engines agree, and where they do not", VIEW),
    WindowAction("bootstrap", "&Bootstrap of the fit", "F7",
        "Show how the values scatter over simulated repetitions", VIEW),
)  # fmt: skip
"""In menu order; they need "ready" to start, "busy", "result"."""

TOOLBAR = ("start", "cancel", "export")

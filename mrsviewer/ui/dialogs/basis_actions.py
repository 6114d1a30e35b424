"""The commands of the view of basis sets: menu, key and tooltip of each."""

from __future__ import annotations

from mrsviewer.ui.dialogs.action_window import WindowAction

MENUS = ("&Set", "&Edit", "&Compare")
SET, EDIT, COMPARE = MENUS

ACTIONS = (
    WindowAction("open", "&Open…", "Ctrl+O", "Open a basis set from a file", SET),
    WindowAction("open_folder", "Open &folder…", "Ctrl+Shift+O",
        "Open a folder with one file for each metabolite", SET),
    WindowAction("simulate", "&New simulated…", "Ctrl+N", "Simulate a set for a sequence", SET),
    WindowAction("of_exam", "Set of the &exam", "Ctrl+E",
        "Show the set that the open exam is fitted with", SET, "exam"),
    WindowAction("use", "&Use for this exam", "Ctrl+Return",
        "Fit the open exam with just this set; can be undone in the main window", SET, "use"),
    WindowAction("macromolecules", "&Macromolecules of the fit…", "Ctrl+G",
        "Fit the exam with parametrised or measured macromolecules, or both", SET, "use"),
    WindowAction("export", "E&xport…", "Ctrl+S",
        "Write as .basis (LCModel), .mrsbasis (lossless), or a folder of jMRUI text", SET, "set"),
    WindowAction("close", "&Close", "Ctrl+W", "Close this window", SET),
    WindowAction("undo", "&Undo", "Ctrl+Z", "Take the last change back", EDIT, "undo"),
    WindowAction("redo", "&Redo", "Ctrl+Shift+Z", "Make the change again", EDIT, "redo"),
    WindowAction("remove", "Re&move", "Del", "Remove the components chosen", EDIT, "some"),
    WindowAction("rename", "Re&name…", "F2", "Give the component another name", EDIT, "one"),
    WindowAction("scale", "&Scale…", "Ctrl+Shift+S", "Multiply the signals chosen", EDIT, "some"),
    WindowAction("shift", "S&hift…", "Ctrl+Shift+M", "Move the signals chosen", EDIT, "some"),
    WindowAction("kind", "&Kind…", "Ctrl+Shift+K",
        "Count the components chosen among another kind", EDIT, "some"),
    WindowAction("add_metabolite", "&Add metabolite…", "Ctrl+M",
        "Add a metabolite, simulated for the set's sequence", EDIT, "set"),
    WindowAction("add_missing", "Add m&issing metabolites", "Ctrl+I",
        "Add the weak metabolites of every brain that the set lacks, simulated as it was", EDIT,
        "set"),
    WindowAction("add_lines", "Add &lines…", "Ctrl+L",
        "Add a component made of Gaussian lines", EDIT, "set"),
    WindowAction("add_from_other", "Add &from second set…", "Ctrl+Shift+A",
        "Add a component of the set that is compared with", EDIT, "other"),
    WindowAction("add_measured", "Add measured ma&cromolecules…", "Ctrl+Shift+N",
        "Add the macromolecules of a metabolite-nulled scan", EDIT, "set"),
    WindowAction("compare_file", "With a &file…", "Ctrl+D",
        "Compare with a set from a file", COMPARE, "set", "Compare"),
    WindowAction("compare_simulated", "With a &simulated set…", "Ctrl+Shift+D",
        "Compare with a set simulated for a sequence", COMPARE, "set"),
    WindowAction("compare_none", "&Nothing", "Ctrl+Shift+W",
        "Take the second set away", COMPARE, "other"),
    WindowAction("fit_view", "Fit to &window", "R", "Show all of the curves", COMPARE, "set"),
    WindowAction("cancel", "&Cancel", "Esc", "Stop the running computation", COMPARE, "busy"),
)  # fmt: skip
"""In menu order; they need "set", "one" or "some" components chosen, "exam", "other"."""

TOOLBAR = ("open", "simulate", "undo", "redo", "compare_file", "export", "use")

"""The command table as Qt actions: menus, toolbar, shortcuts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from mrsviewer.ui.command import MENUS, Command
from mrsviewer.ui.command_table import COMMANDS, TOOLBAR
from mrsviewer.ui.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QMenuBar, QToolBar, QWidget


class Actions(QObject):
    """One action per row of the table, enabled by the situation.

    Signals
    -------
    triggered
        The id of the command.
    step_toggled
        The name of a processing step to leave out or put back.
    """

    triggered = Signal(str)
    step_toggled = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.situation = Situation()
        self._actions = {command.id: self._make(command, window) for command in COMMANDS}
        window.addActions(list(self._actions.values()))
        self.recent_menu = QMenu("Open re&cent", window)
        self.recent_menu.setToolTipsVisible(True)
        self.steps_menu = QMenu("Processing s&teps", window)
        self.steps_menu.setToolTipsVisible(True)
        self.steps_menu.setEnabled(False)
        self.update(self.situation)

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def fill_menus(self, bar: QMenuBar) -> None:
        """Put all commands into menus."""
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            for command in COMMANDS:
                if command.menu == title:
                    self._add(menu, command)

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Put the commands of the toolbar onto it."""
        bar.addActions([self._actions[name] for name in TOOLBAR])

    def fill_steps(self, steps: tuple[tuple[str, str, str], ...]) -> None:
        """Offer processing steps, each as (name, title, what it does)."""
        for name, title, words in steps:
            action = self.steps_menu.addAction(title)
            action.setObjectName(name)
            action.setCheckable(True)
            action.setToolTip(words)
            action.triggered.connect(partial(self._toggle_step, name))

    def check_steps(self, names: frozenset[str], *, enabled: bool) -> None:
        """Check the steps that are in the recipe."""
        self.steps_menu.setEnabled(enabled)
        for action in self.steps_menu.actions():
            action.setChecked(action.objectName() in names)

    def set_icons(self, icon_of: Callable[[str], QIcon]) -> None:
        """Give every action the icon that ``icon_of`` returns for the name in the table."""
        for command in COMMANDS:
            if command.icon:
                self._actions[command.id].setIcon(icon_of(command.icon))

    def update(self, situation: Situation) -> None:
        """Enable, check and name the actions as the situation asks."""
        self.situation = situation
        for command in COMMANDS:
            action = self._actions[command.id]
            action.setEnabled(command.enabled(situation))
            if command.checked is not None:
                action.setChecked(command.checked(situation))
        for name, text, label in (
            ("undo", "&Undo", situation.undo),
            ("redo", "&Redo", situation.redo),
        ):
            self._actions[name].setText(f"{text} {label.lower()}" if label else text)

    def _add(self, menu: QMenu, command: Command) -> None:
        menu.addAction(self._actions[command.id])
        if command.id == "open_example":
            menu.addMenu(self.recent_menu)
        if command.id == "auto_phase":
            menu.addMenu(self.steps_menu)
        if command.ends_group:
            menu.addSeparator()

    def _make(self, command: Command, window: QWidget) -> QAction:
        action = QAction(command.text, window)
        action.setObjectName(command.id)
        action.setIconText(command.short or command.plain_text)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setToolTip(f"{command.tooltip} ({shown_keys(command)})")
        action.setCheckable(command.checked is not None)
        action.triggered.connect(partial(self._trigger, command.id))
        return action

    def _trigger(self, command_id: str, _checked: bool = False) -> None:
        self.triggered.emit(command_id)

    def _toggle_step(self, name: str, _checked: bool = False) -> None:
        self.step_toggled.emit(name)


def shown_keys(command: Command) -> str:
    """Return the keys of a command as this platform writes them."""
    return ", ".join(
        QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        for keys in command.shortcuts
    )

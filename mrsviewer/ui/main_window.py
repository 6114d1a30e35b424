"""The main window: its frame, what needs no case, and when the rest is built."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from PySide6.QtCore import QByteArray, QChildEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QMenuBar,
    QStackedWidget,
    QTabBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.session.recent import load_recent
from mrsviewer.session.request import Request
from mrsviewer.ui.actions import Actions
from mrsviewer.ui.axes_question import AxesQuestion
from mrsviewer.ui.empty_page import EmptyPage
from mrsviewer.ui.identity_strip import IdentityStrip
from mrsviewer.ui.layout import CENTRE, Layout
from mrsviewer.ui.message_bar import MessageBar
from mrsviewer.ui.settings import LARGEST, NORMAL, SMALLEST, load_settings, save_settings
from mrsviewer.ui.status_strip import StatusStrip
from mrsviewer.ui.theme import FONT_POINTS, ThemeName, apply_theme
from mrsviewer.ui.window_style import TINTS, window_style
from mrsviewer.ui.workspaces import WORKSPACES, WorkspaceName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from mrsviewer.model.failure import Failure
    from mrsviewer.session.recent import RecentCase
    from mrsviewer.ui.dock_title import DockTitle
    from mrsviewer.ui.situation import Situation
    from mrsviewer.ui.wiring import Wiring

TITLE = "mrsviewer"
_TEXT_STEP = 0.1


class MainWindow(QMainWindow):
    """The frame of the window, quick to paint; :meth:`wake` adds all that takes time to import.

    Parameters
    ----------
    folder
        Where settings, recent cases and autosaves are kept.
    theme
        Overrides the theme remembered.

    Signals
    -------
    awake
        All parts are there.
    settled
        A case was opened and analysed, or could not be; True if all stages succeeded.
    """

    awake = Signal()
    settled = Signal(bool)

    def __init__(self, folder: Path, theme: ThemeName | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.settings = load_settings(folder)
        if theme is not None:
            self.settings = msgspec.structs.replace(self.settings, theme=theme)
        self._wiring: Wiring | None = None
        self._waiting: Request | None = None
        self._log: list[tuple[str, str]] = []
        self.message_bar, self.identity, self.status = MessageBar(), IdentityStrip(), StatusStrip()
        self.axes_question = AxesQuestion()
        self.commands = Actions(self)
        self.stack = QStackedWidget()
        self.empty = EmptyPage(
            tuple(self.commands[name] for name in ("open", "open_folder", "open_example"))
        )
        self.stack.addWidget(self.empty)
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._build_frame()
        self.panels = Layout(self)
        self.apply_look()
        self._connect()
        self.refresh_recent()

    @property
    def wiring(self) -> Wiring:
        """Return what connects views, document and jobs; only once awake."""
        if self._wiring is None:
            msg = "the window is not awake yet"
            raise RuntimeError(msg)
        return self._wiring

    @property
    def is_awake(self) -> bool:
        """Return whether all parts are there."""
        return self._wiring is not None

    @property
    def is_opening(self) -> bool:
        """Return whether a case waits to be opened once all parts are there."""
        return self._waiting is not None

    def restore_layout(self, size: tuple[int, int]) -> None:
        """Take size and panels as remembered, or their first ones."""
        geometry = self.settings.geometry
        if not (geometry and self.restoreGeometry(QByteArray(geometry))):
            self.resize(*size)
        self.panels.workspace = self.settings.workspace
        if not self.panels.restore(self.settings.docks):
            self.panels.set_sizes()

    def wake(self) -> None:
        """Import and build the views, then open what was asked for meanwhile."""
        if self._wiring is not None:
            return
        from mrsviewer.ui.wiring import (  # noqa: PLC0415 - plots are heavy
            WARM_UP_AFTER_MS,
            Wiring,
        )

        self._set_icons()
        self._wiring = Wiring(self)
        self.commands.fill_steps(self._wiring.step_names())
        for level, text in self._log:
            self._wiring.views.log.add(level, text)
        self._log.clear()
        self.update_situation()
        if not self.settings.docks:
            self.panels.set_sizes()
        self.awake.emit()
        if self._waiting is not None:
            self._wiring.open(self._waiting)
            self._waiting = None
        else:
            QTimer.singleShot(WARM_UP_AFTER_MS, self._wiring, self._wiring.warm_up)

    def open(self, request: Request) -> None:
        """Open a case, now or as soon as the window is awake."""
        if self._wiring is None:
            self._waiting = request
        else:
            self._wiring.open(request)

    def add_above_stack(self, widget: QWidget) -> None:
        """Put a row between the messages and what is shown."""
        column = cast("QVBoxLayout", self._centre.layout())
        column.insertWidget(column.indexOf(self.stack), widget)

    def log(self, level: str, text: str) -> None:
        """Add a line to the log, also before the log is there."""
        if self._wiring is None:
            self._log.append((level, text))
        else:
            self._wiring.views.log.add(level, text)

    def report_failure(self, failure: Failure, topic: str = "") -> None:
        """Tell the user of a failure: log and message bar, nothing modal."""
        self.log("error", f"{failure.one_line()}\n{failure.details}".strip())
        self.message_bar.show_failure(failure, topic)

    def update_situation(self, situation: Situation | None = None) -> None:
        """Enable and check the commands."""
        now = situation or self.commands.situation
        self.commands.update(
            replace(
                now,
                ready=self.is_awake,
                dark=self.settings.theme == "dark",
                full_screen=self.isFullScreen(),
                show_log=not self.panels.docks["log"].isHidden(),
                workspace=self.panels.workspace,
            )
        )

    def refresh_recent(self) -> None:
        """Offer the cases opened lately, in menu and empty page."""
        cases = load_recent(self.folder).cases
        menu = self.commands.recent_menu
        menu.clear()
        menu.setEnabled(bool(cases))
        for case in cases:
            action = menu.addAction(case.title.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, chosen=case: self._open_recent(chosen))
        self.empty.show_recent(cases)

    def apply_look(self) -> None:
        """Apply theme and text size to the whole application."""
        app = cast("QApplication", QApplication.instance())
        colours = apply_theme(app, self.settings.theme)
        self._apply_text_size()
        self.setStyleSheet(window_style(colours))
        if self._wiring is not None:
            self._set_icons()
        self.update_situation()

    def _apply_text_size(self) -> None:
        """Give all of the window, titles of panels included, the text size remembered."""
        app = cast("QApplication", QApplication.instance())
        font = app.font()
        font.setPointSizeF(FONT_POINTS * self.settings.text_scale)
        app.setFont(font)
        self.setFont(font)

    def change_settings(self, **changes: object) -> None:
        """Change what is remembered and write it down."""
        self.settings = msgspec.structs.replace(self.settings, **changes)
        try:
            save_settings(self.folder, self.settings)
        except OSError as error:
            self.log("warning", f"Settings cannot be saved: {error}")

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _dropped(event):
            event.acceptProposedAction()
            self.open(Request(paths))

    @override
    def childEvent(self, event: QChildEvent) -> None:
        """Name the tab bars that come and go with panels that share a place."""
        super().childEvent(event)
        if event.polished() and isinstance(bar := event.child(), QTabBar):
            bar.setAccessibleName("Panels that share a place")

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.change_settings(geometry=bytes(self.saveGeometry().data()), docks=self.panels.state())
        if self._wiring is not None:
            self._wiring.close()
        super().closeEvent(event)

    def _build_frame(self) -> None:
        menus, bar = QMenuBar(), QToolBar("Commands")
        self.commands.fill_menus(menus)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.commands.fill_toolbar(bar)
        self.setMenuWidget(_column("head", menus, bar, self.identity))
        self._centre = _column("centre", self.message_bar, self.axes_question, self.stack)
        self.setCentralWidget(self._centre)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        own = self.handlers()
        self.commands.triggered.connect(lambda name: own[name]() if name in own else None)
        self.empty.painted.connect(lambda: QTimer.singleShot(0, self.wake))
        self.empty.recent_chosen.connect(self._open_recent)
        self.identity.patient_changed.connect(self._tint)
        self.message_bar.details_wanted.connect(lambda: self._show_log(show=True))
        self.panels.docks["log"].visibilityChanged.connect(lambda _on: self.update_situation())

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands do that need no case."""
        return {
            "quit": lambda: (self.close(), None)[1],
            "open_example": lambda: self.open(Request(example=True)),
            "dark_theme": self._change_theme,
            "larger_text": lambda: self._scale_text(_TEXT_STEP),
            "smaller_text": lambda: self._scale_text(-_TEXT_STEP),
            "normal_text": lambda: self._scale_text(None),
            "full_screen": self._toggle_full_screen,
            "reset_layout": self.panels.reset,
            "enlarge_spectrum": lambda: self.panels.enlarge(CENTRE),
            **{f"{name}_workspace": partial(self._arrange, name) for name in WORKSPACES},
            "show_log": lambda: self._show_log(show=self.panels.docks["log"].isHidden()),
            "palette": self._show_palette,
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }

    def _set_icons(self) -> None:
        from mrsviewer.ui.icons import icon  # noqa: PLC0415 - after the first paint

        self.commands.set_icons(icon)
        for dock in self.panels.docks.values():
            cast("DockTitle", dock.titleBarWidget()).set_icons(icon)

    def _open_recent(self, case: RecentCase) -> None:
        water, anatomy = (Path(p) if p else None for p in (case.water, case.anatomy))
        paths = tuple(Path(path) for path in case.paths)
        self.open(Request(paths, water, anatomy, axes=case.axes))

    def _arrange(self, name: WorkspaceName) -> None:
        self.panels.show_workspace(name)
        self.change_settings(workspace=name)
        self.update_situation()

    def _tint(self, changes: int) -> None:
        """Give strip and centre another colour with every other patient, none with an unknown."""
        self._centre.setContentsMargins(2, 2, 2, 2)
        tint = f"{(changes - 1) % TINTS + 1}" if changes else ""
        for widget in (self.identity, self._centre):
            widget.setProperty("tint", tint)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _change_theme(self) -> None:
        self.change_settings(theme="light" if self.settings.theme == "dark" else "dark")
        self.apply_look()

    def _scale_text(self, step: float | None) -> None:
        scale = NORMAL if step is None else self.settings.text_scale + step
        self.change_settings(text_scale=round(min(max(scale, SMALLEST), LARGEST), 2))
        # Widgets under a style sheet take another text size only as it is set anew.
        self.apply_look()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.update_situation()

    def _show_log(self, *, show: bool) -> None:
        self.panels.docks["log"].setVisible(show)

    def _show_palette(self) -> None:
        from mrsviewer.ui.dialogs.palette import CommandPalette  # noqa: PLC0415 - when asked for

        palette = CommandPalette(self.commands.situation, self)
        palette.chosen.connect(lambda name: self.commands[name].trigger())
        corner = self.mapToGlobal(self.rect().center())
        palette.move(corner.x() - palette.width() // 2, self.mapToGlobal(self.pos()).y() + 90)
        _show(palette)

    def _show_shortcuts(self) -> None:
        from mrsviewer.ui.dialogs.shortcuts import ShortcutSheet  # noqa: PLC0415 - when asked for

        _show(ShortcutSheet(self))

    def _show_about(self) -> None:
        from mrsviewer.ui.dialogs.about import AboutDialog  # noqa: PLC0415 - when asked for

        _show(AboutDialog(self))


def _show(dialog: QDialog) -> None:
    """Show a dialog beside the window, without waiting for it."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def _column(name: str, *widgets: QWidget) -> QWidget:
    """Return the widgets one above the other, the last one taking the room that is left."""
    whole = QWidget()
    whole.setObjectName(name)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, int(widget is widgets[-1]))
    return whole


def _dropped(event: QDragEnterEvent | QDropEvent) -> tuple[Path, ...]:
    """Return the local files and folders of a drag."""
    urls = event.mimeData().urls()
    return tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())

"""The composition root of the window: the only place where everything is put together."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from mrsviewer.session.request import Request
from mrsviewer.session.storage import state_folder
from mrsviewer.ui.errors import Watch, log_qt_message
from mrsviewer.ui.main_window import TITLE, MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

ThemeChoice = Literal["dark", "light"]
PICTURE_TIMEOUT_MS = 120_000
FRAME = (16, 48)
"""Width and height that title bar and borders take at most, in pixels."""


def run_window(
    paths: Sequence[Path],
    *,
    example: bool = False,
    picture: Path | None = None,
    theme: ThemeChoice | None = None,
    size: tuple[int, int] = (1440, 900),
    folder: Path | None = None,
) -> int:
    """Show the window and run it until it is closed.

    Parameters
    ----------
    paths
        Files and folders to open; a session file opens that session.
    example
        Open the bundled example instead.
    picture
        Wait until the case is analysed and shown, save a picture of the window there, and end.
        Layout and settings of the user are left alone.
    theme
        Overrides the theme remembered.
    size
        Of the window the first time.
    folder
        Where settings are kept; by default the user's state folder.

    Returns
    -------
    int
        0, or 2 where a picture was asked for and the case could not be opened and analysed.
    """
    with ExitStack() as stack:
        stack.callback(qInstallMessageHandler, qInstallMessageHandler(log_qt_message))
        app = application()
        if folder is None:
            folder = (
                state_folder()
                if picture is None
                else Path(stack.enter_context(tempfile.TemporaryDirectory()))
            )
        window = make_window(folder, theme, size if picture else _fitting(app, size))
        watch = _watch(window)
        stack.callback(watch.stop)
        if example or paths:
            window.open(Request(tuple(paths), example=example))
        if picture is not None:
            window.show()
            return _photograph(app, window, watch, picture)
        _show(app, window, size)
        return app.exec()


def application() -> QApplication:
    """Return the one QApplication, made if there is none."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName(TITLE)
    app.setDesktopFileName(TITLE)
    return app


def make_window(
    folder: Path, theme: ThemeChoice | None = None, size: tuple[int, int] = (1440, 900)
) -> MainWindow:
    """Return a window, laid out but not yet shown."""
    window = MainWindow(folder, theme)
    window.restore_layout(size)
    return window


def _fitting(app: QApplication, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size, small enough for the screen with the frame that is put round a window."""
    room = app.primaryScreen().availableSize()
    return min(size[0], room.width() - FRAME[0]), min(size[1], room.height() - FRAME[1])


def _show(app: QApplication, window: MainWindow, size: tuple[int, int]) -> None:
    """Show the window as it was left; the first time maximised where the screen is small."""
    if not window.settings.geometry and _fitting(app, size) != size:
        window.showMaximized()
    else:
        window.show()


def _watch(window: MainWindow) -> Watch:
    watch = Watch(window)
    watch.recorded.connect(window.log)
    watch.failed.connect(window.report_failure)
    watch.start()
    return watch


def _photograph(app: QApplication, window: MainWindow, watch: Watch, path: Path) -> int:
    """Run until the case is shown (or the empty window is complete), save a picture, close."""
    status = 2

    def shoot(well: bool = True) -> None:
        nonlocal status
        app.processEvents()
        path.parent.mkdir(parents=True, exist_ok=True)
        saved = window.grab().save(str(path))
        status = 0 if well and saved else 2
        if status:
            told = window.message_bar.text or f"{path} cannot be written."
            sys.stderr.write(f"mrsviewer: {told.replace(chr(10), ': ', 1)}\n")
        window.close()
        app.quit()

    watch.failed.connect(lambda _failure: QTimer.singleShot(0, window, lambda: shoot(well=False)))
    if window.is_opening:
        window.settled.connect(lambda well: QTimer.singleShot(0, window, lambda: shoot(well)))
    else:
        window.awake.connect(lambda: QTimer.singleShot(0, window, shoot))
    QTimer.singleShot(PICTURE_TIMEOUT_MS, window, window.close)
    app.exec()
    return status

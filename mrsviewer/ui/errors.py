"""Nothing fails silently: log records and errors nobody caught reach the window."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal
from typing_extensions import override

from mrsviewer.ui.jobs import unforeseen

if TYPE_CHECKING:
    from types import TracebackType

    from mrsviewer.model.failure import Failure

LOGGER = "mrsviewer"
QT_LOGGER = "mrsviewer.qt"
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
NOISE = "This plugin does not support "
"""Beginning of what Qt says of its own back ends; no concern of the user's."""


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Put a message of Qt into the program's log instead of onto the terminal."""
    level = logging.DEBUG if text.startswith(NOISE) else _LEVELS.get(kind, logging.WARNING)
    name = context.category or "default"
    logging.getLogger(QT_LOGGER).log(level, "Qt (%s): %s", name, text)
    if kind == QtMsgType.QtFatalMsg:
        sys.stderr.write(f"{text}\n")


class Watch(QObject):
    """Passes on log records and uncaught errors, from any thread, to the window's thread.

    Signals
    -------
    recorded
        Level ("info", "warning", "error") and text of a log record.
    failed
        An uncaught error as a :class:`mrsviewer.model.failure.Failure`.
    """

    recorded = Signal(str, str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handler = _Handler(self)
        self._hooks = (sys.excepthook, threading.excepthook)

    def start(self) -> None:
        """Begin to listen."""
        logger = logging.getLogger(LOGGER)
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def stop(self) -> None:
        """Cease to listen and put the former hooks back."""
        logging.getLogger(LOGGER).removeHandler(self._handler)
        sys.excepthook, threading.excepthook = self._hooks

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):
            self._hooks[0](kind, error, trace)
            return
        failure = unforeseen("Something went wrong", error)
        sys.stderr.write(failure.details)
        self._pass_on(failure)

    def _uncaught_in_thread(self, raised: threading.ExceptHookArgs) -> None:
        if raised.exc_value is not None:
            self._uncaught(raised.exc_type, raised.exc_value, raised.exc_traceback)

    def _pass_on(self, failure: Failure) -> None:
        self.failed.emit(failure)


class _Handler(logging.Handler):
    """Emits records as a signal."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.INFO)
        self._watch = watch

    @override
    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else record.levelname.lower()
        self._watch.recorded.emit(level, record.getMessage())

"""Background jobs of the window: start, progress, cancel; results arrive in its thread."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mrsviewer.jobs.context import Cancelled
from mrsviewer.jobs.lane import Lane
from mrsviewer.model.failure import Failure, MrsError
from mrsviewer.ui.bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from mrsviewer.jobs.context import JobContext


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do off the window's thread.

    Attributes
    ----------
    key
        A newer job of one key replaces the older one, whose result is dropped.
    title
        What it does: "Opening sub-01.sdat".
    work
        The job; sees nothing of the window.
    done
        Called in the window's thread with what ``work`` returned.
    failed
        Called there with why it failed.
    quiet
        Nobody waits for it: it shows no progress and does not make the window busy.
    """

    key: str
    title: str
    work: Callable[[JobContext], Any]
    done: Callable[[Any], None]
    failed: Callable[[Failure], None]
    quiet: bool = False


class JobDesk(QObject):
    """Runs jobs, one at a time of each key, latest wins.

    Signals
    -------
    busy_changed
        Whether any job runs.
    progressed
        Fraction in [0, 1] and text; arrives in the window's thread.
    """

    busy_changed = Signal(bool)
    progressed = Signal(float, str)
    _reported = Signal(int, float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[str, Lane[Any]] = {}
        self._bridge = Bridge(self)
        self._running: dict[str, int] = {}
        self._quiet: set[int] = set()
        self._count = 0
        self._closed = False
        self._reported.connect(self._progress)

    @property
    def busy(self) -> bool:
        """Return whether any job that somebody waits for runs or waits."""
        return bool(set(self._running.values()) - self._quiet)

    def start(self, job: Job) -> None:
        """Start a job in place of the running one of its key; nothing starts after the close."""
        if self._closed:
            return
        self._count += 1
        number = self._count
        self._running[job.key] = number
        lane = self._lanes.setdefault(job.key, Lane(1))
        future = lane.submit(
            job.key,
            job.work,
            lambda fraction, text: self._reported.emit(number, fraction, text or job.title),
        )
        self._bridge.deliver(future, lambda finished: self._finish(job, number, finished))
        if job.quiet:
            self._quiet.add(number)
        else:
            self.busy_changed.emit(True)
            self.progressed.emit(0.0, job.title)

    def cancel(self) -> None:
        """Stop all jobs; nothing of them arrives."""
        for key in tuple(self._running):
            self._lanes[key].cancel(key)
        self._forget(tuple(self._running))

    def drop(self, key: str) -> None:
        """Stop the job of one key; nothing of it arrives."""
        if key in self._running:
            self._lanes[key].cancel(key)
            self._forget((key,))

    def close(self) -> None:
        """Stop all jobs and wait for their threads to end."""
        self._closed = True
        self.cancel()
        for lane in self._lanes.values():
            lane.close()

    def _forget(self, keys: tuple[str, ...]) -> None:
        was_busy = self.busy
        for key in keys:
            self._quiet.discard(self._running.pop(key))
        if was_busy and not self.busy:
            self.busy_changed.emit(False)

    def _progress(self, number: int, fraction: float, text: str) -> None:
        if number in set(self._running.values()) - self._quiet:
            self.progressed.emit(fraction, text)

    def _finish(self, job: Job, number: int, finished: Future[Any]) -> None:
        if self._running.get(job.key) != number:
            return
        self._forget((job.key,))
        if finished.cancelled():
            return
        error = finished.exception()
        if error is None:
            job.done(finished.result())
        elif isinstance(error, MrsError):
            job.failed(error.failure)
        elif not isinstance(error, Cancelled):
            job.failed(unforeseen(f"{job.title} failed", error))


def unforeseen(title: str, error: BaseException) -> Failure:
    """Return an error nobody foresaw as a failure, its traceback in the details."""
    return Failure(
        title,
        f"{type(error).__name__}: {error}.",
        "Please report this with the text in the log.",
        "".join(traceback.format_exception(error)),
    )

"""What the view of engines and refits does: its window, its jobs, its two pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mrsviewer.ui.dialogs.files import choose_folder
from mrsviewer.ui.file_commands import case_name
from mrsviewer.ui.jobs import JobDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrsviewer.session.document import Document
    from mrsviewer.ui.bootstrap_task import BootstrapTask
    from mrsviewer.ui.dialogs.scrutiny_window import ScrutinyWindow
    from mrsviewer.ui.engines_task import EnginesTask
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.wiring import Wiring

CANCELLED = "Cancelled."


class ScrutinyCommands:
    """Owns the view of engines and refits, made when it is first wanted."""

    def __init__(self, window: MainWindow, wiring: Wiring) -> None:
        self._window, self._wiring = window, wiring
        self.jobs = JobDesk(wiring)
        self._view: ScrutinyWindow | None = None
        self._tasks: dict[str, EnginesTask | BootstrapTask] = {}

    @property
    def view(self) -> ScrutinyWindow:
        """Return the window, made now if it is not there yet."""
        if self._view is None:
            self._view = self._make()
        return self._view

    @property
    def task(self) -> EnginesTask | BootstrapTask:
        """Return what the page in front is for."""
        return self._tasks[self.view.page]

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands of the main window do."""
        return {
            "compare_engines": partial(self.open, "engines"),
            "bootstrap": partial(self.open, "bootstrap"),
        }

    def open(self, page: str) -> None:
        """Show a page of the view."""
        view = self.view
        view.show_page(page)
        self.document_changed()
        view.show()
        view.raise_()
        view.activateWindow()

    def document_changed(self) -> None:
        """Tell the pages that another exam, recipe, or analysis is there."""
        if self._view is None:
            return
        for task in self._tasks.values():
            task.document_changed()
        self._enable()

    def close(self) -> None:
        """Close the view and end all jobs."""
        if self._view is not None:
            self._view.close()
        self.jobs.close()

    def _make(self) -> ScrutinyWindow:
        from mrsviewer.ui.bootstrap_task import BootstrapTask  # noqa: PLC0415 - when asked for
        from mrsviewer.ui.dialogs.scrutiny_window import (  # noqa: PLC0415 - when asked for
            ScrutinyWindow,
        )
        from mrsviewer.ui.engines_task import EnginesTask  # noqa: PLC0415 - when asked for

        view = ScrutinyWindow(self._window)
        around = (self._window, self._wiring, self.jobs, self._enable)
        engines = EnginesTask(*around, view.engines)
        bootstrap = BootstrapTask(*around, view.bootstrap)
        self._tasks = {engines.name: engines, bootstrap.name: bootstrap}
        view.triggered.connect(self._trigger)
        view.strip.show_facts(())
        view.engines.engines.ticked_changed.connect(self._enable)
        for page in (view.engines, view.bootstrap):
            page.message_bar.details_wanted.connect(self._window.commands["show_log"].trigger)
        self.jobs.busy_changed.connect(view.strip.set_busy)
        self.jobs.busy_changed.connect(lambda _busy: self._enable())
        self.jobs.progressed.connect(view.strip.set_progress)
        return view

    def _trigger(self, name: str) -> None:
        does: dict[str, Callable[[], object]] = {
            "start": self.task.start,
            "cancel": self._cancel,
            "export": self._export,
            "copy": self.task.table.copy,
            "close": self.view.close,
            "closed": self._cancel,
            "engines": partial(self.view.show_page, "engines"),
            "bootstrap": partial(self.view.show_page, "bootstrap"),
            "page": self._enable,
        }
        does[name]()

    def _cancel(self) -> None:
        for task in self._tasks.values():
            task.stop(CANCELLED)
        self.jobs.cancel()

    def _export(self) -> None:
        choose_folder(
            self.view, "Export: into which folder?", self._window.settings.folder, self.task.export
        )

    def _enable(self) -> None:
        if self._view is None or not self._tasks:
            return
        task, busy = self.task, self.jobs.busy
        self._view.set_case(_title(self._wiring.document))
        met = {
            "": True,
            "ready": not busy and not task.why_not(),
            "busy": busy,
            "result": not busy and task.freshness == "current" and bool(task.table.scene.rows),
        }
        self._view.enable(met)


def _title(document: Document) -> str:
    """Return the name of the open case, with the number of the spectrum where it has several."""
    if document.exam is None:
        return ""
    several = document.whole is not document.exam
    return f"{case_name(document.exam)}{f', spectrum {document.spectrum}' if several else ''}"

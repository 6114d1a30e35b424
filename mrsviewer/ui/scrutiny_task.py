"""What the two pages of the view of engines and refits have in common: one job, one result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from mrsviewer.present.scenes import TableScene
from mrsviewer.session.scrutiny import same_fit
from mrsviewer.ui.file_commands import CannotWriteError, case_name, new_folder
from mrsviewer.ui.jobs import Job, JobDesk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.failure import Failure
    from mrsviewer.present.scenes import Freshness
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.message_bar import MessageBar
    from mrsviewer.ui.tables.scene_table import SceneTable
    from mrsviewer.ui.wiring import Wiring

STALE, STOPPED = "stale", "stopped"
WORKING = "Computing. Esc stops it."
NOTHING = TableScene((), ())
_AGAIN = "Start again"


class Result(Protocol):
    """Something computed from an exam and a recipe."""

    @property
    def exam(self) -> Exam:
        """Return the exam."""

    def answers(self, exam: Exam | None, recipe: Recipe) -> bool:
        """Return whether it would come out the same from these."""


class Page(Protocol):
    """What every page has."""

    @property
    def message_bar(self) -> MessageBar:
        """Return where the page tells of failures."""

    @property
    def table(self) -> SceneTable:
        """Return the table of the page."""


R = TypeVar("R", bound=Result)


class ScrutinyTask(ABC, Generic[R]):
    """Computes a result of the open exam in a thread; never shows one of before as current.

    A result of another exam is dropped. One of an earlier recipe is shown as stale, and is
    current again if the recipe comes back. A computation that the open exam or recipe has left
    behind is stopped.

    Parameters
    ----------
    window, wiring, jobs
        Where documents, jobs and the log are.
    told
        Called whenever what can be done with the result may have changed.
    page
        Where it is shown.
    """

    name: str
    """Of page and job."""

    written: str
    """End of the name of the folder written to."""

    hint: str
    """What starting it does."""

    def __init__(
        self,
        window: MainWindow,
        wiring: Wiring,
        jobs: JobDesk,
        told: Callable[[], None],
        page: Page,
    ) -> None:
        self.message_bar, self.table = page.message_bar, page.table
        self._window, self._wiring, self._jobs, self._told = window, wiring, jobs, told
        self.result: R | None = None
        self._asked: tuple[Exam, Recipe] | None = None
        self._shown: tuple[R | None, Freshness] | None = None

    @abstractmethod
    def why_not(self) -> str:
        """Return why it cannot be started, "" if it can."""

    @abstractmethod
    def work(self) -> tuple[str, Callable[[JobContext], R]]:
        """Return what is to be done, with its title.

        Raises
        ------
        MrsError
            If it cannot be.
        """

    @abstractmethod
    def show(self, freshness: Freshness) -> None:
        """Show the result in the page."""

    @abstractmethod
    def write(self, result: R, folder: Path) -> None:
        """Write a result into a folder; called in a thread."""

    @property
    def freshness(self) -> Freshness:
        """Return whether the result is of the exam and recipe in force."""
        document = self._wiring.document
        if self.result is None:
            return "none"
        return "current" if self.result.answers(document.exam, document.recipe) else "stale"

    def start(self) -> None:
        """Compute it anew, unless something is missing."""
        document = self._wiring.document
        if self.why_not() or document.exam is None:
            return
        title, work = self.work()
        self._asked = document.exam, document.recipe
        self.message_bar.hide()
        self.show_hint()
        self._jobs.start(Job(self.name, title, work, self.receive, self.fail))

    def stop(self, why: str) -> None:
        """Stop what runs, and say why."""
        if self._asked is None:
            return
        self._asked = None
        self._jobs.drop(self.name)
        self.show_hint()
        self._window.log("info", why)
        self.message_bar.show_notice("info", why, topic=STOPPED)

    def document_changed(self) -> None:
        """Follow the exam and the recipe."""
        document = self._wiring.document
        if self.result is not None and self.result.exam is not document.exam:
            self.result = None
            self.message_bar.hide()
        if self._asked is not None:
            exam, recipe = self._asked
            if exam is not document.exam:
                self.stop("Stopped: another spectrum was opened.")
            elif not same_fit(recipe, document.recipe):
                self.stop("Stopped: the recipe was changed. Start again (Ctrl+Return).")
        self.refresh()
        self.show_hint()

    def refresh(self) -> None:
        """Show the result if it, or how fresh it is, has changed."""
        now = self.result, self.freshness
        if now == self._shown:
            return
        self._shown = now
        self.show(now[1])
        if now[1] == "stale":
            self.message_bar.show_notice(
                "warning",
                "What is shown was computed before the recipe was changed.",
                ((_AGAIN, self.start),),
                topic=STALE,
            )
        else:
            self.message_bar.dismiss(STALE)
        self._told()

    def show_hint(self) -> None:
        """Say what can be done, where there is no table to show."""
        if not self.table.scene.rows:
            working = WORKING if self._asked is not None else ""
            self.table.show_scene(NOTHING, working or self.why_not() or self.hint)

    def fail(self, failure: Failure) -> None:
        """Tell of a failure in the page and in the log."""
        self._asked = None
        self.show_hint()
        self._window.log("error", f"{failure.one_line()}\n{failure.details}".strip())
        self.message_bar.show_failure(failure)

    def export(self, parent: Path) -> None:
        """Write the result into a new folder in ``parent``."""
        result = self.result
        if result is None or self.freshness != "current":
            return
        document = self._wiring.document
        which = f"_spectrum_{document.spectrum}" if document.whole is not document.exam else ""
        wanted = f"{case_name(result.exam)}{which}_{self.written}"

        def work(_context: JobContext) -> Path:
            try:
                folder = new_folder(parent, wanted)
            except OSError as error:
                raise CannotWriteError("Tables", error) from error
            self.write(result, folder)
            return folder

        def done(folder: Path) -> None:
            self._window.log("info", f"Written: {folder}")
            self.message_bar.show_notice("info", f"Written to {folder}")

        self._jobs.start(Job("export", "Writing the tables", work, done, self.fail))

    def receive(self, result: R) -> None:
        """Show a result that has just been computed."""
        self._asked = None
        self.result = result
        self.refresh()

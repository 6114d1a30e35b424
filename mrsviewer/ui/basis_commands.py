"""What the view of basis sets does: its bench, its jobs, and the way into the recipe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mrsviewer.present.basis_facts import comparison_table, component_rows, fact_rows, guard
from mrsviewer.present.basis_set import basis_scene
from mrsviewer.session import commands
from mrsviewer.session.basis_bench import Bench
from mrsviewer.ui.basis_dialogs import BasisDialogs
from mrsviewer.ui.dialogs.basis_actions import ACTIONS
from mrsviewer.ui.dialogs.basis_window import BasisWindow
from mrsviewer.ui.jobs import Job, JobDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.failure import Failure
    from mrsviewer.session.basis_edits import Macromolecules
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.wiring import Wiring

WORK = "basis"
FIRST_TICKED = 20


class BasisCommands:
    """Owns the view of basis sets, made when it is first wanted."""

    def __init__(self, window: MainWindow, wiring: Wiring) -> None:
        self._window, self._wiring = window, wiring
        self.bench, self.jobs = Bench(), JobDesk(wiring)
        self.dialogs = BasisDialogs(self)
        self._view: BasisWindow | None = None
        self._followed: BasisSet | None = None
        self._busy = self._changing = False

    @property
    def view(self) -> BasisWindow:
        """Return the window, made now if it is not there yet."""
        if self._view is None:
            self._view = view = BasisWindow(self._window)
            view.triggered.connect(self._trigger)
            view.look_changed.connect(self._draw)
            view.components.chosen_changed.connect(lambda _names: self._enable())
            self.jobs.progressed.connect(lambda _share, text: view.show_busy(text))
            self.jobs.busy_changed.connect(self._set_busy)
            self.show()
        return self._view

    @property
    def folder(self) -> str:
        """Return where files were opened last."""
        return self._window.settings.folder

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands of the main window do."""
        return {"basis_view": self.open}

    def open(self) -> None:
        """Show the view, with the exam's set if nothing was done in it."""
        view = self.view
        if not self.bench.edited and self._of_exam() is not None:
            self._load_exam()
        view.show()
        view.raise_()
        view.activateWindow()

    def document_changed(self) -> None:
        """Tell the view that another exam, or another analysis of it, is there.

        While it shows the set of the fit, and nothing was done in it, it follows the fit.
        """
        if self._view is None:
            return
        now, bench = self._of_exam(), self.bench
        following = bench.basis is self._followed is not None and bench.other is None
        if now is not None and now is not bench.basis and following and not self._busy:
            self._load_exam()
        else:
            self._show_facts()
            self._enable()

    def close(self) -> None:
        """End all jobs."""
        self.jobs.close()

    def data(self) -> Acquisition | None:
        """Return how the open exam was acquired, entered values included."""
        document = self._wiring.document
        if document.exam is None:
            return None
        return document.recipe.entered.applied_to(document.exam.metabolite.acquisition)

    def points(self) -> int:
        """Return how many samples the open exam's signals have."""
        exam = self._wiring.document.exam
        return 2048 if exam is None else exam.metabolite.points

    def recipe(self) -> Recipe:
        """Return the recipe in force."""
        return self._wiring.document.recipe

    def choose_macromolecules(self, form: Macromolecules) -> None:
        """Fit the exam with other macromolecules; an undo step of the main window."""
        changed = commands.set_macromolecules(
            self._wiring.document, form.choice, form.scan, complete=form.complete
        )
        self._wiring.apply(changed)

    def take(self, bench: Bench) -> None:
        """Make a bench the one that is shown."""
        self.bench = bench
        self.show()

    def run(
        self, title: str, work: Callable[[JobContext], Any], done: Callable[[Any], None]
    ) -> None:
        """Do something in a thread; a failure is told in the view."""
        self.view.message_bar.hide()
        self.jobs.start(Job(WORK, title, work, done, self._failed))

    def load(self, title: str, work: Callable[[JobContext], BasisSet]) -> None:
        """Open the set that a job makes."""
        self.run(title, work, lambda basis: self.take(self.bench.opened(basis)))

    def change(
        self, label: str, work: Callable[[BasisSet, JobContext], BasisSet], note: str = ""
    ) -> None:
        """Change the set in a thread; one step of its history.

        Until it is there nothing else can be done with the set: it would be lost, or done without.
        """
        basis = self.bench.basis
        if basis is None:
            return

        def done(changed: BasisSet) -> None:
            self._step(self.bench.changed(label, changed))
            if note:
                self.view.message_bar.show_notice("info", note)

        self._changing = True
        self.run(label, partial(work, basis), done)

    def compare(self, title: str, work: Callable[[JobContext], BasisSet]) -> None:
        """Compare with the set that a job makes."""
        basis = self.bench.basis
        if basis is None:
            return

        def both(context: JobContext) -> tuple[BasisSet, Any]:
            from mrsviewer.basis.comparison import compare  # noqa: PLC0415 - scipy, in the thread

            other = work(context)
            return other, compare(basis, other, context)

        self.run(title, both, lambda found: self.take(self.bench.compared(*found)))

    def _step(self, bench: Bench) -> None:
        """Show the set after a step of its history; what is new in it is drawn."""
        before = () if self.bench.basis is None else self.bench.basis.names
        now = () if bench.basis is None else bench.basis.names
        self.bench = bench
        added = tuple(name for name in now if name not in before)
        self.show((*self.view.components.ticked(), *added))
        self._compare_again()

    def _compare_again(self) -> None:
        """Compare the set, which has changed, with the one beside it."""
        basis, other = self.bench.basis, self.bench.other
        if basis is None or other is None:
            return

        def work(context: JobContext) -> Any:
            from mrsviewer.basis.comparison import compare  # noqa: PLC0415 - scipy, in the thread

            return compare(basis, other, context)

        def done(found: Any) -> None:
            if self.bench.basis is basis and self.bench.other is other:
                self.take(self.bench.compared(other, found))

        self.run("Comparing", work, done)

    def show(self, ticked: tuple[str, ...] | None = None) -> None:
        """Show the bench."""
        view, basis = self.view, self.bench.basis
        known = view.components.ticked() if ticked is None else ticked
        if basis is None:
            view.show_rows((), ())
        else:
            kept = tuple(name for name in known if name in basis.names)
            view.show_rows(component_rows(basis), kept or _first(basis))
        self._draw()
        self._show_facts()
        self._show_likeness()
        self._enable()

    def _of_exam(self) -> BasisSet | None:
        analysis = self._wiring.document.analysis
        basis = None if analysis is None else analysis.basis
        return basis if basis is not None and basis.components else None

    def _load_exam(self) -> None:
        basis = self._of_exam()
        if basis is not None and basis is not self.bench.basis:
            self.take(self.bench.opened(basis))
        self._followed = basis

    def _trigger(self, name: str) -> None:
        simple: dict[str, Callable[[], None]] = {
            "of_exam": self._load_exam,
            "use": self._use,
            "close": self.view.hide,
            "undo": lambda: self._step(self.bench.undone()),
            "redo": lambda: self._step(self.bench.redone()),
            "compare_none": lambda: self.take(self.bench.compared(None)),
            "fit_view": self.view.plot.fit,
            "cancel": self.jobs.cancel,
            "recolour": self._recolour,
            "log": self._window.commands["show_log"].trigger,
        }
        if name.startswith("draw:"):
            self._tick(name.removeprefix("draw:"))
        elif name in simple:
            simple[name]()
        else:
            self.dialogs.ask(name)

    def _tick(self, which: str) -> None:
        basis, chosen = self.bench.basis, self.view.components.chosen()
        if basis is None:
            return
        wanted = {
            "all": basis.names,
            "metabolites": tuple(c.name for c in basis.components if c.kind == "metabolite"),
            "broad": tuple(c.name for c in basis.components if c.kind != "metabolite"),
            "chosen": chosen,
        }
        self.view.components.tick(wanted.get(which, ()))

    def _use(self) -> None:
        basis, data = self.bench.basis, self.data()
        if basis is None or data is None:
            return

        def work(_context: JobContext) -> Path:
            from mrsviewer.basis.checks import check_basis  # noqa: PLC0415 - in the thread
            from mrsviewer.session.kept_basis import keep_basis  # noqa: PLC0415 - in the thread
            from mrsviewer.ui.file_commands import CannotWriteError  # noqa: PLC0415 - as above

            check_basis(basis, data)
            try:
                return keep_basis(self._window.folder, basis)
            except OSError as error:
                raise CannotWriteError("Basis set", error) from error

        def done(path: Path) -> None:
            self._wiring.apply(commands.use_basis(self._wiring.document, str(path)))
            self.view.message_bar.show_notice(
                "info", "The exam is fitted with this set. Undo (Ctrl+Z) in the main window."
            )

        self.run("Keeping the basis set", work, done)

    def _failed(self, failure: Failure) -> None:
        self._window.log("error", f"{failure.one_line()}\n{failure.details}".strip())
        self.view.message_bar.show_failure(failure)

    def _set_busy(self, busy: bool) -> None:
        self._busy, self._changing = busy, self._changing and busy
        if not busy:
            self.view.show_busy("")
        self._enable()

    def _recolour(self) -> None:
        self._show_facts()
        self._show_likeness()

    def _draw(self) -> None:
        scene = basis_scene(self.bench.basis, self.view.look, self.bench.other)
        self.view.plot.show_scene(scene)

    def _show_facts(self) -> None:
        basis, data = self.bench.basis, self.data()
        if basis is None:
            hint = "No basis set is open: open one (Ctrl+O) or simulate one (Ctrl+N)."
            self.view.facts.show_facts(hint, (), ())
            self.view.setWindowTitle("Basis set")
            return
        self.view.facts.show_facts(basis.source, fact_rows(basis, data), guard(basis, data))
        changed = " (edited)" if self.bench.edited else ""
        self.view.setWindowTitle(f"Basis set: {basis.source.split(';')[0][:70]}{changed}")

    def _show_likeness(self) -> None:
        basis, other = self.bench.basis, self.bench.other
        self.view.likeness.setVisible(other is not None)
        if basis is not None and other is not None:
            first, second = (s.source.split(";")[0][:40] for s in (basis, other))
            self.view.likeness.show_scene(comparison_table(self.bench.likeness, first, second))

    def _enable(self) -> None:
        bench, chosen = self.bench, self.view.components.chosen()
        free = not self._changing
        there = free and bench.basis is not None
        met = {
            "": True,
            "set": there,
            "one": there and len(chosen) == 1,
            "some": there and bool(chosen),
            "exam": free and self._of_exam() is not None,
            "use": there and self._wiring.document.exam is not None,
            "other": there and bench.other is not None,
            "undo": free and bench.history.undo_label is not None,
            "redo": free and bench.history.redo_label is not None,
            "busy": self._busy,
        }
        self.view.enable([row.id for row in ACTIONS if met[row.needs]])


def _first(basis: BasisSet) -> tuple[str, ...]:
    """Return what is drawn at first: the metabolites, as many as can be read."""
    found = tuple(c.name for c in basis.components if c.kind == "metabolite")
    return (found or basis.names)[:FIRST_TICKED]

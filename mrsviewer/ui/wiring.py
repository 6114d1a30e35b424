"""Where document, views and jobs meet: gestures become commands, documents become pictures."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.confirmation import side_doubted
from mrsviewer.present.anatomy import side_in_words
from mrsviewer.present.findings import SIDE_DOUBTED, findings_scene
from mrsviewer.present.identity import identity_scene
from mrsviewer.present.spectrum import phase_after_drag
from mrsviewer.present.steps import title_of
from mrsviewer.processing.steps import Phase, default_steps
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.several import count_of
from mrsviewer.ui.autosave_timer import AutosaveTimer
from mrsviewer.ui.basis_commands import BasisCommands
from mrsviewer.ui.file_commands import SETTINGS, FileCommands
from mrsviewer.ui.jobs import Job, JobDesk
from mrsviewer.ui.links import Links
from mrsviewer.ui.scrutiny_commands import ScrutinyCommands
from mrsviewer.ui.spectrum_chooser import SpectrumChooser
from mrsviewer.ui.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.failure import Failure
    from mrsviewer.session.request import Request
    from mrsviewer.ui.main_window import MainWindow

ANALYSIS = "analysis"
HEAVY = ("mrsviewer.formats.exam", "mrsviewer.analysis.analyse", "mrsviewer.fitting.lcm")
WARM_UP_AFTER_MS = 400
ANALYSE_AFTER_MS = 30
"""Several changes within this time are computed once."""
_FIGURES = ("snr", "fwhm_tcr_hz", "fwhm_pcr_hz")


class Wiring(QObject):
    """Owns the document of a window and carries every change of it to views and jobs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.document = Document()
        self.document = self._with_view(show_residual=window.settings.show_residual)
        self.views, self.jobs = Views(), JobDesk(self)
        self.files, self.basis = FileCommands(window, self), BasisCommands(window, self)
        self.scrutiny = ScrutinyCommands(window, self)
        self.autosave = AutosaveTimer(window.folder, self)
        self._cache = StageCache()
        self._phasing, self._phase_before = False, Phase()
        self._grave = 0
        self._timer = QTimer(self, singleShot=True, interval=ANALYSE_AFTER_MS)
        self._timer.timeout.connect(self._analyse)
        self._chooser = SpectrumChooser()
        window.add_above_stack(self._chooser)
        window.stack.addWidget(self.views.spectrum)
        window.panels.fill(self.views.docked())
        self._connect()
        self.links = Links(window, self)
        self.views.show(self.document)
        self.update_situation()
        self.files.offer_restore()

    def open(self, request: Request) -> None:
        """Open a case in place of the one that is open."""
        self.files.read(request)

    def warm_up(self) -> None:
        """Import readers and engines in a thread, so that the first case opens sooner."""

        def work(_context: JobContext) -> None:
            for name in HEAVY:
                import_module(name)

        self.jobs.start(
            Job("warm-up", "Loading", work, lambda _done: None, self._window.report_failure, True)
        )

    def apply(self, document: Document) -> None:
        """Make ``document`` the one that is shown, and compute what it asks for."""
        before, self.document = self.document, document
        decided = document.exam is not before.exam or document.recipe != before.recipe
        if decided:
            self._window.message_bar.dismiss(SETTINGS)
        if document.exam is not before.exam:
            self._leave_exam()
        if decided and document.exam is not None:
            self.autosave.changed(document)
            if document.freshness == "current":
                self.jobs.drop(ANALYSIS)
                self._timer.stop()
            else:
                self._timer.start()
        self.views.show(document, before)
        if decided or document.view != before.view:
            self._show_facts()
        self._show_figures()
        self._show_alarms()
        self.basis.document_changed()
        self.scrutiny.document_changed()
        self.update_situation()

    def end_phasing(self) -> None:
        """Leave the phase tool, as another case is opened: nobody asked for it there."""
        if self._phasing:
            self._set_phasing(on=False)

    def _leave_exam(self) -> None:
        """Forget what was said of the exam before: a failure, a phase to go back to."""
        self._window.message_bar.dismiss(ANALYSIS)
        self._phase_before = self.document.recipe.manual_phase

    def close(self) -> None:
        """End all jobs and leave nothing to restore."""
        self._timer.stop()
        self.jobs.close()
        self.basis.close()
        self.scrutiny.close()
        self.autosave.close()

    def update_situation(self) -> None:
        """Tell the commands what can be done now."""
        document, analysis = self.document, self.document.analysis
        self._window.commands.check_steps(
            frozenset(commands.step_name(step) for step in document.recipe.steps),
            enabled=document.exam is not None,
        )
        self._window.update_situation(
            replace(
                self._window.commands.situation,
                open=document.exam is not None,
                analysed=analysis is not None and analysis.signals is not None,
                fitted=document.has_fit,
                undo=document.history.undo_label,
                redo=document.history.redo_label,
                busy=self.jobs.busy,
                phasing=self._phasing,
                spectrum=document.spectrum,
                spectra=count_of(document.whole),
                show_residual=document.view.show_residual,
                show_identity=document.view.show_identity,
            )
        )

    def step_names(self) -> tuple[tuple[str, str, str], ...]:
        """Return name, title and words of the steps that can be left out."""
        return tuple(
            (commands.step_name(step), title_of(step), step.in_words()) for step in default_steps()
        )

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands do that need a case."""
        return {
            "undo": lambda: self.apply(commands.undo(self.document)),
            "redo": lambda: self.apply(commands.redo(self.document)),
            "phase_tool": lambda: self._set_phasing(on=not self._phasing),
            "auto_phase": self._auto_phase,
            "refit": self._refit,
            "cancel": self._cancel,
            "next_spectrum": lambda: self._step_spectrum(1),
            "previous_spectrum": lambda: self._step_spectrum(-1),
            "reset_view": self._reset_view,
            "toggle_residual": self._toggle_residual,
            "hide_identity": lambda: self.apply(
                self._with_view(show_identity=not self.document.view.show_identity)
            ),
            "simulated_basis": lambda: self.apply(commands.set_basis(self.document, None)),
            "copy_table": self.views.table.copy,
            **self.files.handlers(),
            **self.basis.handlers(),
            **self.scrutiny.handlers(),
        }

    def _connect(self) -> None:
        window, views, jobs = self._window, self.views, self.jobs
        own = self.handlers()
        window.commands.triggered.connect(lambda name: own[name]() if name in own else None)
        window.commands.step_toggled.connect(
            lambda name: self.apply(commands.toggle_step(self.document, name))
        )
        window.status.cancel_clicked.connect(self._cancel)
        jobs.busy_changed.connect(window.status.set_busy)
        jobs.busy_changed.connect(lambda _busy: self.update_situation())
        jobs.progressed.connect(window.status.set_progress)
        self._chooser.chosen.connect(
            lambda number: self.apply(commands.choose_spectrum(self.document, number))
        )
        views.table.selection_changed.connect(
            lambda names: self.apply(commands.select(self.document, tuple(names)))
        )
        views.slices.cursor_moved.connect(
            lambda point: self.apply(commands.move_cursor(self.document, point))
        )
        views.slices.home_requested.connect(
            lambda: self.apply(commands.move_cursor(self.document, None))
        )
        views.slices.window_changed.connect(
            lambda level, width: self.apply(self._with_view(level=level, width=width))
        )
        views.slices.window_reset_requested.connect(
            lambda: self.apply(self._with_view(level=None, width=None))
        )
        views.findings.correction_chosen.connect(
            lambda correction: self.apply(commands.correct(self.document, correction))
        )
        views.findings.entry_taken_back.connect(
            lambda field: self.apply(commands.take_back(self.document, field))
        )
        views.findings.place_confirmed.connect(
            lambda key, checked: self.apply(commands.confirm(self.document, key, checked=checked))
        )
        views.findings.role_chosen.connect(self.files.change_role)
        self._connect_phase()

    def _connect_phase(self) -> None:
        plot = self.views.spectrum
        plot.phase_committed.connect(self._turn)
        plot.phase_bar.phase_entered.connect(self._enter_phase)
        plot.phase_bar.auto_requested.connect(
            lambda: self.apply(commands.auto_phase(self.document))
        )
        plot.phase_bar.reset_requested.connect(lambda: self._set_phase(self._phase_before))
        plot.phase_bar.done.connect(lambda: self._set_phasing(on=False))

    def _analyse(self) -> None:
        """Compute the analysis of the document in force; an older one under way is dropped."""
        exam, recipe, cache = self.document.exam, self.document.recipe, self._cache
        if exam is None:
            return

        def work(context: JobContext) -> Analysis:
            from mrsviewer.analysis.analyse import analyse  # noqa: PLC0415 - heavy; in the thread

            return analyse(exam, recipe, context, cache)

        self.jobs.start(
            Job(
                ANALYSIS,
                "Computing",
                work,
                self._receive,
                lambda failure: self._receive_failure(exam, recipe, failure),
            )
        )

    def _receive(self, analysis: Analysis) -> None:
        if not self.document.answers(analysis):
            return
        before = self.document.analysis
        told = () if before is None else before.findings
        self.apply(commands.receive(self.document, analysis))
        self._window.message_bar.dismiss(ANALYSIS)
        for finding in (f for f in analysis.findings if f not in told):
            self._window.log(finding.severity, f"{finding.title}. {finding.detail}".strip())
        for failure in reversed(analysis.failures):
            self._window.report_failure(failure, ANALYSIS)
        self._window.settled.emit(not analysis.failures)

    def _receive_failure(self, exam: Exam, recipe: Recipe, failure: Failure) -> None:
        self.apply(commands.receive_failure(self.document, exam, recipe, failure))
        self._window.report_failure(failure, ANALYSIS)
        self._window.settled.emit(False)

    def _refit(self) -> None:
        self._cache = StageCache()
        self._analyse()

    def _cancel(self) -> None:
        if self.jobs.busy:
            self.jobs.cancel()
            self._window.log("info", "Cancelled.")
        else:
            self._set_phasing(on=False)

    def _step_spectrum(self, by: int) -> None:
        document = self.document
        self.apply(commands.choose_spectrum(document, document.spectrum + by))

    def _set_phasing(self, *, on: bool) -> None:
        self.document = commands.settle(self.document)
        self._phasing, self._phase_before = on, self.document.recipe.manual_phase
        self.views.spectrum.set_phase_mode(on)
        if on:
            self.views.spectrum.setFocus()
        self.update_situation()

    def _turn(self, zero_deg: float, first_deg_per_ppm: float, pivot_ppm: float) -> None:
        """Take over a phase gesture: by how much the picture was turned."""
        document = self.document
        if document.analysis is not None:
            phase = phase_after_drag(
                document.analysis, document.recipe, zero_deg, first_deg_per_ppm, pivot_ppm
            )
            self._set_phase(phase)

    def _enter_phase(self, zero_deg: float, first_deg_per_ppm: float, pivot_ppm: float) -> None:
        self._set_phase(
            Phase(zero_deg=zero_deg, first_deg_per_ppm=first_deg_per_ppm, pivot_ppm=pivot_ppm),
            gesture="figures",
        )

    def _set_phase(self, phase: Phase, gesture: str | None = None) -> None:
        self.apply(commands.set_manual_phase(self.document, phase, gesture))

    def _auto_phase(self) -> None:
        self.apply(commands.auto_phase(self.document))

    def _reset_view(self) -> None:
        self.views.spectrum.reset_view()
        self.apply(
            commands.move_cursor(
                commands.look(self.document, replace(self.document.view, level=None, width=None)),
                None,
            )
        )

    def _toggle_residual(self) -> None:
        shown = not self.document.view.show_residual
        self._window.change_settings(show_residual=shown)
        self.apply(self._with_view(show_residual=shown))

    def _with_view(self, **changes: object) -> Document:
        return commands.look(self.document, replace(self.document.view, **changes))  # type: ignore[arg-type]

    def _show_facts(self) -> None:
        """Show patient and acquisition; the centre shows the spectrum once a case is open."""
        window, exam = self._window, self.document.exam
        self._chooser.show_choice(self.document.whole, self.document.spectrum)
        window.stack.setCurrentWidget(window.empty if exam is None else self.views.spectrum)
        if exam is None:
            window.identity.clear()
            window.status.show_facts(())
            return
        recipe, voxel = self.document.recipe, exam.metabolite.voxel
        scene = identity_scene(exam, recipe.entered)
        window.identity.show_patient(
            scene.patient,
            "side unknown" if voxel is None else side_in_words(voxel),
            visible=self.document.view.show_identity,
            who=exam.identity,
        )
        known = dict(scene.acquisition)
        window.status.show_facts(_facts(known))
        window.setWindowTitle(f"{known.get('File', 'case')} \N{EM DASH} mrsviewer")

    def _show_alarms(self) -> None:
        """Show how many findings are open, and whether the side waits to be confirmed."""
        document, exam = self.document, self.document.exam
        found = findings_scene(exam, document.recipe, document.analysis)
        grave = found.count("danger") + sum(question.required for question in found.questions)
        if grave > self._grave:
            self._window.panels.docks["data"].raise_()
        self._grave = grave
        doubted = exam is not None and side_doubted(exam, document.recipe)
        self._window.identity.show_alarms(
            found.count("danger"), found.count("warning"), SIDE_DOUBTED if doubted else ""
        )

    def _show_figures(self) -> None:
        """Show SNR and line width of the analysis in force; none while they are stale."""
        analysis = self.document.analysis
        shown: list[str] = []
        if analysis is not None and self.document.freshness == "current":
            metrics = map(analysis.quality.get, _FIGURES)
            shown = [
                f"{metric.label} {metric.value:.3g} {metric.unit}".strip()
                for metric in metrics
                if metric is not None and metric.value is not None
            ]
        self._window.status.show_figures(shown)


def _facts(known: Mapping[str, str]) -> list[str]:
    """Return the acquisition in the few words of the status bar; unknown values are left out."""
    plain = [known[name] for name in ("File", "Nucleus", "Frequency") if name in known]
    timing = [f"{name} {known[name]}" for name in ("TE", "TR") if name in known]
    count = known.get("Averages")
    averages = "1 average" if count == "1" else f"{count} averages"
    return [*plain, *timing, *([averages] if count else [])]

"""Refits of simulated repetitions of the open exam's fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from mrsviewer.analysis.engines_here import refuse_program
from mrsviewer.model.failure import FitError
from mrsviewer.present.bootstrap import (
    NOISE_ONLY,
    HistogramScene,
    has_ratios,
    histogram_scene,
    scatter_table,
)
from mrsviewer.session.scrutiny import Resampling, resample
from mrsviewer.ui.scrutiny_task import NOTHING, ScrutinyTask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.present.scenes import Freshness
    from mrsviewer.ui.dialogs.scrutiny_pages import BootstrapPage
    from mrsviewer.ui.jobs import JobDesk
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.wiring import Wiring


_OTHER_ENGINE = "Choose an engine that fits here, as lcm (Ctrl+Shift+F in the main window)."


class BootstrapTask(ScrutinyTask[Resampling]):
    """Draws the refits and shows how the values scatter."""

    name, written = "bootstrap", "bootstrap"
    hint = (
        "Start (Ctrl+Return) simulates the measurement again and again from the fit in force, and "
        "fits each anew."
    )

    def __init__(
        self,
        window: MainWindow,
        wiring: Wiring,
        jobs: JobDesk,
        told: Callable[[], None],
        page: BootstrapPage,
    ) -> None:
        super().__init__(window, wiring, jobs, told, page)
        self.page = page
        page.table.chosen.connect(lambda _name: self._draw(self.freshness))
        page.what.currentIndexChanged.connect(lambda _place: self.show(self.freshness))

    @override
    def why_not(self) -> str:
        document = self._wiring.document
        if document.exam is None:
            return "Open a spectrum in the main window."
        if document.has_fit:
            return ""
        analysis = document.analysis
        if document.freshness != "current" or analysis is None:
            return "The fit in force is not there yet."
        why = analysis.failures[0].one_line() if analysis.failures else "Fitting is switched off."
        return f"There is no fit to repeat. {why}"

    @override
    def document_changed(self) -> None:
        super().document_changed()
        self._name_engine()

    @override
    def start(self) -> None:
        try:
            refuse_program(self._wiring.document.recipe.fit.engine, _OTHER_ENGINE)
        except FitError as error:
            self.fail(error.failure)
        else:
            super().start()

    @override
    def work(self) -> tuple[str, Callable[[JobContext], Resampling]]:
        analysis, draws = self._wiring.document.analysis, self.page.draws.value()
        assert analysis is not None
        return "Bootstrap", lambda context: resample(analysis, draws, context)

    @override
    def receive(self, result: Resampling) -> None:
        super().receive(result)
        if result.repetitions.noise_only:
            self.message_bar.show_notice("warning", NOISE_ONLY)

    @override
    def show(self, freshness: Freshness) -> None:
        page, result = self.page, self.result
        ratios = result is None or has_ratios(result.repetitions)
        page.offer_ratios(possible=ratios)
        self._name_engine()
        if result is None:
            page.table.show_scene(NOTHING)
            self.show_hint()
        else:
            page.table.show_scene(
                scatter_table(result.repetitions, ratios=page.ratios, freshness=freshness)
            )
        self._draw(freshness)

    @override
    def write(self, result: Resampling, folder: Path) -> None:
        from mrsviewer.report.tables_bootstrap import (  # noqa: PLC0415 - in the thread
            write_bootstrap,
        )

        write_bootstrap(result.repetitions, folder)

    def _name_engine(self) -> None:
        recipe = self._wiring.document.recipe if self.result is None else self.result.recipe
        self.page.about.setText(f"of the fit by {recipe.fit.engine}")

    def _draw(self, freshness: Freshness) -> None:
        result, name = self.result, self.table.choice
        scene = HistogramScene()
        if result is not None and name:
            scene = histogram_scene(
                result.repetitions, name, ratios=self.page.ratios, freshness=freshness
            )
        self.page.plot.show_scene(scene)

"""Several engines on the open exam, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.engines_here import engines_here, usual_engines
from mrsviewer.present.agreement import (
    NO_OPINIONS,
    agreement_table,
    concordance_table,
    opinions_scene,
    standings,
)
from mrsviewer.session.scrutiny import LEAST_ENGINES, Comparison, compare
from mrsviewer.ui.scrutiny_task import NOTHING, ScrutinyTask

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrsviewer.analysis.engines_here import EngineHere
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam
    from mrsviewer.present.scenes import Freshness
    from mrsviewer.ui.dialogs.scrutiny_pages import EnginesPage
    from mrsviewer.ui.jobs import JobDesk
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.wiring import Wiring


class EnginesTask(ScrutinyTask[Comparison]):
    """Fits with the engines ticked and shows where they agree."""

    name, written = "engines", "agreement"
    hint = "Start (Ctrl+Return) fits the open spectrum with the engines ticked, one after another."

    def __init__(
        self,
        window: MainWindow,
        wiring: Wiring,
        jobs: JobDesk,
        told: Callable[[], None],
        page: EnginesPage,
    ) -> None:
        super().__init__(window, wiring, jobs, told, page)
        self.page = page
        self._cache = StageCache()
        self._exam: Exam | None = None
        self._listed: tuple[tuple[EngineHere, ...], tuple[str, ...]] | None = None
        page.table.chosen.connect(lambda _name: self._draw(self.freshness))
        page.engines.ticked_changed.connect(self.show_hint)
        self.list_engines()

    def list_engines(self) -> None:
        """List the engines there are; those that suit the data are ticked, unless others were."""
        document, engines = self._wiring.document, engines_here()
        nucleus = None
        if document.exam is not None:
            acquisition = document.exam.metabolite.acquisition
            nucleus = document.recipe.entered.applied_to(acquisition).nucleus
        listed = engines, usual_engines(engines, document.recipe.fit, nucleus)
        if listed != self._listed:
            self._listed = listed
            self.page.engines.show_engines(*listed)

    @override
    def document_changed(self) -> None:
        exam = self._wiring.document.exam
        if exam is not self._exam:
            self._exam, self._cache = exam, StageCache()
            self.list_engines()
        super().document_changed()

    @override
    def why_not(self) -> str:
        if self._wiring.document.exam is None:
            return "Open a spectrum in the main window."
        if len(self.page.engines.ticked()) < LEAST_ENGINES:
            return "Tick at least two engines."
        return ""

    @override
    def work(self) -> tuple[str, Callable[[JobContext], Comparison]]:
        document, ticked = self._wiring.document, self.page.engines.ticked()
        exam, recipe, cache = document.exam, document.recipe, self._cache
        assert exam is not None
        return "Comparing", lambda context: compare(exam, recipe, ticked, context, cache)

    @override
    def receive(self, result: Comparison) -> None:
        super().receive(result)
        if result.failure is not None:
            self.fail(result.failure)

    @override
    def show(self, freshness: Freshness) -> None:
        result, page = self.result, self.page
        if result is None or result.failure is not None:
            page.table.show_scene(NOTHING)
            page.concordance.show_scene(NOTHING)
            self.show_hint()
        else:
            page.table.show_scene(agreement_table(result.agreement, freshness, brief=True))
            page.concordance.show_scene(concordance_table(result.agreement, freshness))
        told = {} if result is None else standings(result.agreement, result.reservations)
        page.engines.show_standings(told if freshness == "current" else {})
        self._draw(freshness)

    @override
    def write(self, result: Comparison, folder: Path) -> None:
        from mrsviewer.report.tables_agreement import (  # noqa: PLC0415 - in the thread
            write_agreement,
        )

        write_agreement(result.agreement, result.settings, folder)

    def _draw(self, freshness: Freshness) -> None:
        result, name = self.result, self.table.choice
        scene = NO_OPINIONS
        if result is not None and name:
            scene = opinions_scene(result.agreement, name, freshness)
        self.page.plot.show_scene(scene)

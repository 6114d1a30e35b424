"""The views of a case, and how a document is shown in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.present.anatomy import anatomy_scene
from mrsviewer.present.findings import findings_scene
from mrsviewer.present.quality import quality_rows
from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.present.steps import step_rows, with_left_out
from mrsviewer.present.table import concentration_table
from mrsviewer.ui.panels.findings import FindingsPanel
from mrsviewer.ui.panels.log import LogPanel
from mrsviewer.ui.panels.quality import QualityPanel
from mrsviewer.ui.panels.steps import StepList
from mrsviewer.ui.plots.slices import SlicesView
from mrsviewer.ui.plots.spectrum import SpectrumPlot
from mrsviewer.ui.tables.concentrations import ConcentrationTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from mrsviewer.session.document import Document


class Views:
    """All views; each is told only when something it shows has changed."""

    def __init__(self) -> None:
        self.spectrum, self.slices = SpectrumPlot(), SlicesView()
        self.table, self.steps = ConcentrationTable(), StepList()
        self.quality, self.log = QualityPanel(), LogPanel()
        self.findings = FindingsPanel()

    def docked(self) -> Mapping[str, QWidget]:
        """Return the panels by the name of their dock."""
        return {
            "voxel": self.slices,
            "data": self.findings,
            "processing": self.steps,
            "concentrations": self.table,
            "quality": self.quality,
            "log": self.log,
        }

    def show(self, document: Document, before: Document | None = None) -> None:
        """Show a document; ``before`` is what is shown now, None for nothing."""
        computed = (
            before is None
            or document.exam is not before.exam
            or document.analysis is not before.analysis
            or document.recipe != before.recipe
        )
        selected = before is None or document.selection != before.selection
        looked = before is None or document.view != before.view
        if computed:
            self._show_results(document)
        if computed or selected:
            self._show_spectrum(document)
        if looked:
            self.spectrum.set_residual_visible(document.view.show_residual)
        if (
            before is None
            or looked
            or document.exam is not before.exam
            or document.cursor_ras_mm != before.cursor_ras_mm
        ):
            self._show_slices(document)

    def _show_results(self, document: Document) -> None:
        analysis, recipe = document.analysis, document.recipe
        self.table.show_scene(concentration_table(analysis, recipe))
        rows = () if document.exam is None else with_left_out(step_rows(analysis, recipe))
        self.steps.show_rows(rows)
        self.quality.show_rows(quality_rows(analysis, recipe))
        self.findings.show_scene(findings_scene(document.exam, recipe, analysis))

    def preview(self, document: Document, name: str) -> None:
        """Draw one more metabolite for the moment; "" draws only those chosen."""
        if document.analysis is not None and not self.spectrum.tool.active:
            self._show_spectrum(document, name)

    def _show_spectrum(self, document: Document, preview: str = "") -> None:
        analysis, recipe, chosen = document.analysis, document.recipe, document.selection
        if preview and preview not in chosen:
            chosen = (*chosen, preview)
        if analysis is None:
            self.spectrum.clear()
            return
        self.spectrum.show_scene(spectrum_scene(analysis, recipe, chosen))

    def _show_slices(self, document: Document) -> None:
        exam, view = document.exam, document.view
        if exam is None or (exam.anatomy is None and exam.metabolite.voxel is None):
            self.slices.clear()
            return
        voxels = (exam.metabolite.voxel,) if exam.metabolite.voxel is not None else ()
        self.slices.show_scene(
            anatomy_scene(exam.anatomy, voxels, document.cursor_ras_mm, view.level, view.width)
        )

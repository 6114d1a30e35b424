"""What points at the same thing in two views: rows and curves, steps and their parameters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt

from mrsviewer.present.links import metabolite_at
from mrsviewer.present.steps import title_of
from mrsviewer.processing.steps import default_steps
from mrsviewer.session import commands
from mrsviewer.ui.layout import CENTRE

if TYPE_CHECKING:
    from mrsviewer.processing.steps import AnyStep
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.wiring import Wiring


class Links(QObject):
    """Carries what is pointed at in one view to the others.

    Parameters
    ----------
    window
        The window that holds the views.
    wiring
        Where the document is.
    """

    def __init__(self, window: MainWindow, wiring: Wiring) -> None:
        super().__init__(wiring)
        self._window, self._wiring = window, wiring
        views = wiring.views
        views.table.row_hovered.connect(self.preview)
        views.spectrum.peak_clicked.connect(self.choose_at)
        views.spectrum.enlarge_wanted.connect(partial(window.panels.enlarge, CENTRE))
        views.steps.edit_wanted.connect(self.show_parameters)
        views.steps.reset_wanted.connect(self._reset_step)
        views.steps.reset_all_wanted.connect(self._reset_steps)
        views.steps.toggle_wanted.connect(
            lambda name: wiring.apply(commands.toggle_step(wiring.document, name))
        )

    def preview(self, name: str) -> None:
        """Draw the curve of the row under the pointer beside those chosen; "" draws only these."""
        self._wiring.views.preview(self._wiring.document, name)

    def choose_at(self, ppm: float) -> None:
        """Choose the metabolite whose signal is at this shift; where there is none, choose none."""
        document, table = self._wiring.document, self._wiring.views.table
        analysis = document.analysis
        if analysis is None or analysis.fit is None:
            return
        name = metabolite_at(analysis.fit, ppm, table.names())
        chosen = () if name is None else (name,)
        table.select(chosen)
        table.show_row(chosen)
        self._wiring.apply(commands.select(document, chosen))

    def show_parameters(self, name: str) -> None:
        """Show the parameters of a step of the recipe in a dialog."""
        step = self._step(name)
        if step is None:
            return
        from mrsviewer.ui.dialogs.step import StepDialog  # noqa: PLC0415 - when asked for

        dialog = StepDialog(title_of(step), step, self._window)
        dialog.step_chosen.connect(self._change_step)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _step(self, name: str) -> AnyStep | None:
        steps = self._wiring.document.recipe.steps
        return next((step for step in steps if commands.step_name(step) == name), None)

    def _change_step(self, step: AnyStep) -> None:
        self._wiring.apply(commands.set_step(self._wiring.document, step))

    def _reset_step(self, name: str) -> None:
        step = self._step(name)
        if step is not None:
            self._change_step(type(step)())

    def _reset_steps(self) -> None:
        document = self._wiring.document
        recipe = msgspec.structs.replace(document.recipe, steps=default_steps())
        self._wiring.apply(commands.set_recipe(document, recipe, "Processing steps"))

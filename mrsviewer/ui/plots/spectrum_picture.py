"""A spectrum scene on screen: curves, ranges, words. Takes no input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from mrsviewer.ui.plots import spectrum_layout as layout
from mrsviewer.ui.plots.phase_tool import PhaseBar, PhaseTool
from mrsviewer.ui.plots.spectrum_canvas import SpectrumCanvas
from mrsviewer.ui.plots.spectrum_texts import SpectrumTexts
from mrsviewer.ui.plots.spectrum_view import View
from mrsviewer.ui.theme import current_palette, scaled_font

if TYPE_CHECKING:
    from mrsviewer.present.scenes import SpectrumScene

EMPTY = "No spectrum"
STALE = "stale \N{EM DASH} of an earlier recipe"
HINT = "drag ↕ φ₀  ↔ φ₁   Shift: fine   double-click: pivot   Esc: cancel"
_RESTYLED = {QEvent.Type.PaletteChange, QEvent.Type.FontChange}


class SpectrumPicture(QWidget):
    """Draws a scene with the phase tool's turn on top of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("spectrumPlot")
        self.setAccessibleName("Spectrum")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scene: SpectrumScene | None = None
        self._view = View((0.2, 4.2))
        self._phasing, self._strip_wanted = False, True
        self.canvas, self.phase_bar = SpectrumCanvas(self), PhaseBar(self)
        self.texts, self._print = SpectrumTexts(self.canvas), QLabel(self)
        self.tool = PhaseTool(self)
        self.phase_bar.hide()
        self._print.setWordWrap(True)
        self._print.setContentsMargins(8, 0, 8, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self._print)
        column.addWidget(self.phase_bar)
        for plot in (self.canvas.main, self.canvas.strip):
            plot.getViewBox().sigResized.connect(self._settle)
        self._restyle()
        self._settle()

    def show_scene(self, scene: SpectrumScene) -> None:
        """Replace what is drawn; the view stays where a person has put it."""
        before, self._scene = self._scene, scene
        if not scene.curves:
            self.clear()
            return
        self.tool.scene_changed()
        if before is None or before.pivot_ppm != scene.pivot_ppm:
            self.tool.pivot_ppm = scene.pivot_ppm
        self.canvas.curves.take(scene)
        self.canvas.show_band(scene.noise_sd)
        self._print.setText(scene.reference)
        self._draw()
        other = _other_data(before, scene)
        if other:
            self._view = View((scene.window_ppm[1], scene.window_ppm[0]))
        waiting = scene.fit == "stale" or self.tool.active
        if other or not (self._view.touched or waiting):
            self._fit_view()
        self._settle()

    def clear(self) -> None:
        """Show that there is no spectrum."""
        self._scene = None
        self.tool.cancel()
        self.tool.scene_changed()
        self.canvas.curves.clear()
        self.canvas.show_band(None)
        self._print.setText("")
        self._view = View((0.2, 4.2))
        self._settle()

    def set_residual_visible(self, on: bool) -> None:
        """Show or hide the residual strip."""
        self._strip_wanted = on
        self._settle()

    def reset_view(self) -> None:
        """Show the default window and all of its curves."""
        high, low = self._scene.window_ppm if self._scene else (4.2, 0.2)
        self._view = View((low, high))
        self._fit_view()
        self._settle()

    def _draw(self) -> None:
        if self._scene is not None:
            zero, first = self.tool.turn_si(self._scene.hz_per_ppm)
            self.canvas.curves.draw(zero, first, self.tool.pivot_ppm)

    def _fit_view(self) -> None:
        drawn = self.canvas.curves.drawn
        main = [points for key, points in drawn.items() if key[0] != "residual"]
        noise = self._scene.noise_sd if self._scene else None
        self._view = self._view.fitted(main, self.canvas.curves.real("residual"), noise)

    def _settle(self, _resized: object = None) -> None:
        """Draw at rest: full line widths, texts in their places."""
        colours, scene = current_palette(), self._scene
        self.canvas.curves.restyle(colours, fast=False)
        self.canvas.set_view(self._view.ppm, self._view.amplitude, self._view.strip)
        phasing = self._phasing and scene is not None
        self.texts.say("empty", "" if scene else EMPTY)
        self.texts.say("stale", STALE if scene and scene.fit == "stale" else "")
        self.texts.say("hint", HINT if phasing else "")
        self.texts.say("read", "")
        residual = self._strip_wanted and self.canvas.curves.real("residual") is not None
        self.canvas.show_strip(residual)
        title = layout.strip_title(self.canvas, scene, self._view) if scene and residual else ""
        self.texts.say("strip", title)
        self._show_phase(phasing)
        layout.arrange(self.canvas, self.texts, self._view, colours)
        self.setAccessibleDescription(_in_words(scene, self._view))

    def _show_phase(self, phasing: bool) -> None:
        tool, (zero, first) = self.tool, self._phase()
        self.phase_bar.set_phase(zero, first, tool.pivot_ppm)
        self.canvas.pivot.setValue(tool.pivot_ppm)
        self.canvas.pivot.setVisible(phasing or tool.active)
        pivot = self.texts.say("pivot", f"pivot {tool.pivot_ppm:.2f}" if phasing else "")
        if phasing:
            layout.place_pivot(self.canvas, pivot, tool.pivot_ppm, self._view)

    def _phase(self) -> tuple[float, float]:
        """Return the phase in force about the pivot, with what the gesture has turned."""
        scene, tool = self._scene, self.tool
        if scene is None:
            return (0.0, 0.0)
        zero, first = scene.phase_deg
        turned = tool.turn
        zero += first * (tool.pivot_ppm - scene.pivot_ppm) + turned[0]
        return (zero + 180.0) % 360.0 - 180.0, first + turned[1]

    def _restyle(self) -> None:
        colours = current_palette()
        self.canvas.setFont(self.font())
        self.canvas.restyle(colours)
        self.texts.restyle(colours, self.font())
        self._print.setFont(scaled_font(self, 0.88))
        self._print.setStyleSheet(f"color: {colours.dim}; background: {colours.surface}")
        self.canvas.set_title_height(self.fontMetrics().height() + 6)

    @override
    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(720, 560)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and font."""
        super().changeEvent(event)
        if event.type() in _RESTYLED:
            self._restyle()
            self._settle()


def _other_data(before: SpectrumScene | None, now: SpectrumScene) -> bool:
    """Return whether ``now`` has another axis than what was shown before."""
    if before is None or not before.curves:
        return True
    one, two = before.curves[0].ppm, now.curves[0].ppm
    return one.size != two.size or abs(one[0] - two[0]) > 0.5


def _in_words(scene: SpectrumScene | None, view: View) -> str:
    """Return what is shown, for those who cannot see it."""
    if scene is None:
        return EMPTY
    names = ", ".join(curve.label for curve in scene.curves)
    fit = {"current": "fit current", "stale": "fit stale", "none": "no fit"}[scene.fit]
    return f"{view.ppm[1]:.1f} to {view.ppm[0]:.1f} ppm: {names}; {fit}. {scene.reference}"

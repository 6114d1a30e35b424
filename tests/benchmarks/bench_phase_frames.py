"""Frame time while phasing: 4096-point data, fit, baseline, two metabolites, residual.

Run by hand: ``python tests/benchmarks/bench_phase_frames.py``.
A frame is: move of the pointer, phase of every curve, repaint of the canvas.
"""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1]))

from synthetic_case import make_analysis

from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.ui.plots.spectrum import SpectrumPlot
from mrsviewer.ui.theme import apply_theme

FRAMES = 200
SIZE = (780, 720)


def main():
    """Print median, 95th percentile and worst frame, and the cost of a repaint at rest."""
    app = QApplication(sys.argv[:1])
    apply_theme(app, "dark")
    plot = SpectrumPlot()
    plot.resize(*SIZE)
    analysis = make_analysis()
    scene = spectrum_scene(analysis, analysis.recipe, ("Ins", "tNAA"))
    plot.show_scene(scene)
    plot.set_phase_mode(True)
    plot.show()
    app.processEvents()

    plot._begin("phase", QPointF(300, 400))
    frames = []
    for i in range(FRAMES):
        start = time.perf_counter()
        plot._drag(QPointF(300, 400 - 5 - (i % 80)), False)
        app.processEvents()
        frames.append(1e3 * (time.perf_counter() - start))
    plot.tool.cancel()
    plot._settle()
    app.processEvents()

    rest = []
    for _ in range(20):
        start = time.perf_counter()
        plot.viewport().repaint()
        rest.append(1e3 * (time.perf_counter() - start))
    settle = []
    for _ in range(20):
        start = time.perf_counter()
        plot._settle()
        settle.append(1e3 * (time.perf_counter() - start))
    points = scene.curves[0].ppm.size
    ordered = sorted(frames)
    sys.stdout.write(
        f"{points} points, {len(scene.curves)} curves, {SIZE[0]} x {SIZE[1]}\n"
        f"frame while phasing  median {statistics.median(frames):.1f} ms, "
        f"p95 {ordered[int(0.95 * FRAMES)]:.1f} ms, worst {ordered[-1]:.1f} ms\n"
        f"repaint at rest      median {statistics.median(rest):.1f} ms\n"
        f"placing all texts    median {statistics.median(settle):.1f} ms\n"
    )


if __name__ == "__main__":
    main()

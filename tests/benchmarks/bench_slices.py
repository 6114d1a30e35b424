"""Time of one notch of the wheel: slice, scene and repaint. Run: python tests/benchmarks/bench_slices.py."""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from mrsviewer.anatomy.frame import PLANES, slice_frame
from mrsviewer.anatomy.mask import voxel_mask
from mrsviewer.anatomy.slices import extent, reslice
from mrsviewer.model.volume import Volume
from mrsviewer.model.voxel import Voxel
from mrsviewer.present.anatomy import anatomy_scene
from mrsviewer.ui.plots.slices import SlicesView

REPEATS = 15
VOXEL = Voxel(
    (5.0, -10.0, 8.0), (20.0, 25.0, 30.0), ((0.98, 0.17, 0.0), (-0.17, 0.98, 0.0), (0.0, 0.0, 1.0))
)


def volume(shape, spacing):
    """Return an oblique volume of noise centred on the origin."""
    turn = np.array([[0.995, 0.05, -0.087], [-0.046, 0.998, 0.05], [0.089, -0.046, 0.995]])
    affine = np.eye(4)
    affine[:3, :3] = turn * np.array(spacing)
    affine[:3, 3] = -affine[:3, :3] @ (np.array(shape) / 2)
    data = np.random.default_rng(0).random(shape, dtype=np.float32)
    return Volume(np.asfortranarray(data), affine, "bench")


def median_ms(work):
    """Return the median processor time of ``work(k)``, k = 0, 1, ..."""
    taken = []
    for k in range(REPEATS):
        start = time.process_time()
        work(k)
        taken.append(time.process_time() - start)
    return 1e3 * float(np.median(taken))


def measure(image, view):
    """Return (task, ms) pairs for one volume."""
    app = QApplication.instance()
    box, scene = extent(image), anatomy_scene(image, (VOXEL,))

    def slice_of(plane):
        return lambda k: reslice(image, slice_frame(plane), k * 0.7, box)

    def repaint(_k):
        view.show_scene(scene)
        app.processEvents()

    tasks = {plane: slice_of(plane) for plane in PLANES} | {
        "scene, wheel on the axial plane": lambda k: anatomy_scene(
            image, (VOXEL,), (5.0, -10.0, k * 0.7)
        ),
        "show and repaint, 310 x 400": repaint,
        "voxel mask": lambda _k: voxel_mask(VOXEL, image),
    }
    return [(task, median_ms(work)) for task, work in tasks.items()]


def main():
    """Print one line per volume and task."""
    application = QApplication([])
    view = SlicesView()
    view.resize(310, 400)
    view.show()
    for shape, spacing in (((256, 256, 256), (1, 1, 1)), ((960, 1024, 30), (0.2246, 0.2246, 5))):
        for task, taken in measure(volume(shape, spacing), view):
            sys.stdout.write(f"{'x'.join(map(str, shape)):>12}  {task:<34} {taken:7.1f} ms\n")
    application.quit()


if __name__ == "__main__":
    main()

"""Time of the engines with peaks of their own: ``python tests/benchmarks/bench_peaks.py [repeats]``.

Simulated peaks of free amplitude, shift and width with one phase, 2048 points, and the list of
31P peaks. Figures are CPU milliseconds of one thread, median over noise realisations; the first
fit is not counted. Set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mrsviewer.fitting.engine import FitProblem, load_engine
from mrsviewer.fitting.presets import preset
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import no_signals
from mrsviewer.model.dataset import Dataset

POINTS, DWELL_S, WIDTH_HZ = 2048, 1 / 4000, 8.0


def table(places):
    names = [f"P{chr(65 + k)}" for k in range(len(places))]
    rows = {
        "Index": names,
        "amplitude": [1] * len(places),
        "chemicalshift": [f"{ppm:.3f}" for ppm in places],
        "linewidth": [6] * len(places),
        "Bounds": [],
        "amplitude ": ['"(0,"'] * len(places),
        "chemicalshift ": [f'"({ppm - 0.1:.3f},{ppm + 0.1:.3f})"' for ppm in places],
        "linewidth ": ['"(1,40)"'] * len(places),
    }
    return "\n".join(",".join([key, *map(str, cells)]) for key, cells in rows.items())


def fid(acquisition, places, seed):
    t = np.arange(POINTS) * acquisition.dwell_s
    rng = np.random.default_rng(seed)
    signal = 0.1 * (rng.standard_normal(POINTS) + 1j * rng.standard_normal(POINTS))
    for ppm in places:
        hz = (ppm + rng.normal(0, 0.01)) * acquisition.hz_per_ppm
        signal = signal + rng.uniform(0.5, 2) * np.exp((2j * hz - WIDTH_HZ) * np.pi * t + 0.3j)
    return Dataset(signal, acquisition, 0.0)


def report(label, engine, options, acquisition, places, repeats):
    times = []
    for seed in range(repeats + 1):
        data = fid(acquisition, places, seed)
        began = time.process_time()
        engine.fit(FitProblem(data, no_signals(data)), options, JobContext())
        times.append(1e3 * (time.process_time() - began))
    sys.stdout.write(f"{label}: median {np.median(times[1:]):.1f} ms\n")


def main(repeats):
    proton = Acquisition("1H", 123.25e6, DWELL_S)
    amares = load_engine("amares")
    for count in (3, 10):
        places = np.linspace(-2, 2, count)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "peaks.csv"
            path.write_text(table(places))
            options = amares.options(prior_knowledge_path=str(path))
            report(f"amares, {count} peaks", amares, options, proton, places, repeats)
    phosphorus = Acquisition("31P", 120.3e6, 1e-4)
    places = preset("auto", phosphorus).shifts_ppm(120.3)
    for name in ("amares", "hsvd"):
        engine = load_engine(name)
        label = f"{name}, {places.size} 31P peaks"
        report(label, engine, engine.options(), phosphorus, places, repeats)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

"""Time of every default step: ``python tests/benchmarks/bench_processing.py [scan]``.

Without an argument a simulated scan is used: 32 coils, 64 transients, 2048 points.
"""

import sys
import time
from pathlib import Path

import numpy as np

from mrsviewer.dsp.hlsvd import remove_band
from mrsviewer.formats import open_exam
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps

REPEATS = 5


def simulated() -> Signals:
    rng = np.random.default_rng(0)
    coils, transients, points = 32, 64, 2048
    t = np.arange(points) / 2000
    lines = ((2.01, 30), (3.03, 22), (3.21, 12), (3.92, 14), (3.56, 12), (4.65, 100))
    fid = sum(a * np.exp((2j * np.pi * (p - 4.65) * 127.7 - 15) * t) for p, a in lines)
    shift = rng.normal(0, 1.5, transients)
    sensitivity = rng.standard_normal(coils) + 1j * rng.standard_normal(coils)

    def scan(signal: np.ndarray, count: int) -> Dataset:
        noise = rng.standard_normal((2, coils, count, points))
        fids = sensitivity[:, None, None] * signal + 5 * (noise[0] + 1j * noise[1])
        return Dataset(fids, Acquisition("1H", 127.7e6, 1 / 2000), 4.65, ("coil", "transient"))

    drifting = fid * np.exp(2j * np.pi * shift[:, None] * t)
    return Signals(scan(drifting, transients), scan(20_000 * np.exp(-20 * t), 4))


def best_ms(work) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def main(arguments: list[str]) -> None:
    if arguments:
        exam = open_exam([Path(arguments[0])])
        signals = Signals(exam.metabolite, exam.water, exam.eddy)
    else:
        signals = simulated()
    context = JobContext()
    total = 0.0
    for step in default_steps():
        took = best_ms(lambda step=step, signals=signals: step(signals, context))
        total += took
        signals = step(signals, context)
        note = signals.metabolite.provenance[-1].note
        sys.stdout.write(f"{type(step).__name__:22s} {took:8.1f} ms  {note}\n")
    sys.stdout.write(f"{'all':22s} {total:8.1f} ms\n")
    rng = np.random.default_rng(1)
    for points in (1024, 2048, 4096):
        t = np.arange(points) / 2000
        fid = 100 * np.exp((2j - 20) * t) + np.exp((-2000j - 12) * t)
        fid = fid + 0.1 * (rng.standard_normal(points) + 1j * rng.standard_normal(points))
        took = best_ms(lambda fid=fid: remove_band(fid, 1 / 2000, (-45, 45)))
        sys.stdout.write(f"HLSVD, {points} points, K = 25: {took:.1f} ms\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Time of the fits with a basis set: ``python tests/benchmarks/bench_fit.py [repeats]``.

Twenty metabolites with macromolecules and lipids, PRESS TE 30 at 3 T, 2048 points. Figures are
CPU milliseconds of one thread, median and worst over noise realisations; the first fit in the
process is not counted. Set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1.
"""

import sys
import time

import numpy as np

from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import (
    FitProblem,
    engine_names,
    load_engine,
    runs_program,
    uses_basis,
)
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

POINTS, DWELL_S = 2048, 1 / 4000
AMPLITUDES = {
    "NAA": 11,
    "Cr": 4.5,
    "PCr": 4,
    "Glu": 10,
    "Ins": 6.5,
    "GPC": 1.2,
    "MM20": 5,
    "MM09": 4,
}
OTHERS = 1.0


def spectrum(basis, acquisition, seed, noise=0.6):
    t = np.arange(POINTS) * DWELL_S
    decay = np.exp(-np.pi * 3 * t - (np.pi * 4 * t) ** 2 / (4 * np.log(2)))
    rng = np.random.default_rng(seed)
    fid = noise * (rng.standard_normal(POINTS) + 1j * rng.standard_normal(POINTS))
    for component, row in zip(basis.components, basis.fids, strict=True):
        own = np.ones(POINTS) if component.width_ppm else decay
        amplitude = AMPLITUDES.get(component.name, 0.0 if component.kind == "lipid" else OTHERS)
        fid = fid + amplitude * rng.uniform(0.7, 1.3) * own * row
    return Dataset(fid * np.exp(0.4j + 12j * t), acquisition, 4.65)


def main(repeats):
    acquisition = Acquisition(
        "1H", 123.25e6, DWELL_S, echo_time_s=0.03, te1_s=0.011, localisation="press"
    )
    basis = matching_basis(acquisition, POINTS)
    for name in engine_names():
        engine = load_engine(name)
        if not uses_basis(engine) or runs_program(engine):
            continue
        times, iterations = [], []
        for seed in range(repeats + 1):
            problem = FitProblem(spectrum(basis, acquisition, seed), basis)
            began = time.process_time()
            result = engine.fit(problem, engine.options(), JobContext())
            times.append(1e3 * (time.process_time() - began))
            iterations.append(result.iterations)
        counted = np.array(times[1:])
        sys.stdout.write(
            f"{name}: {len(basis.components)} components, median {np.median(counted):.0f} ms, "
            f"worst {counted.max():.0f} ms, {np.median(iterations):.0f} iterations\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

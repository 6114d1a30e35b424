"""How long a basis set of 20 metabolites and 2048 points takes to simulate, and from the cache.

With ideal pulses, and with shaped ones at 41 to 64 positions along each axis; and how far the
shaped ones are from more positions and from ideal pulses. Set OMP_NUM_THREADS=1 and
OPENBLAS_NUM_THREADS=1. Run by hand: ``python tests/benchmarks/bench_basis.py``.
"""

import statistics
import tempfile
import time
from functools import cache
from pathlib import Path
from unittest import mock

import msgspec
import numpy as np

from mrsviewer.basis import store
from mrsviewer.basis.matching import matching_basis
from mrsviewer.basis.sequences import (
    Laser,
    MegaPress,
    Press,
    SemiLaser,
    Steam,
)
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.slice_pulses import ADIABATIC_PULSES, USUAL_PULSES
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.model.acquisition import Acquisition

PRESS = Acquisition("1H", 123.25e6, 5e-4, echo_time_s=0.03, te1_s=0.0126, localisation="press")
REPEATS = 10


SHAPED = (
    Press(0.011, 0.019, USUAL_PULSES),
    Press(0.011, 0.019, msgspec.structs.replace(USUAL_PULSES, positions=64)),
    SemiLaser(0.03, pulses=ADIABATIC_PULSES),
    MegaPress(0.0136, 0.0544),
    MegaPress(0.0136, 0.0544, pulses=USUAL_PULSES),
)


def report(name, work, repeats=REPEATS):
    """Write the median time of some work."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{statistics.median(times) * 1e3:9.1f} ms  {name}")  # noqa: T201


@cache
def signal(name, sequence):
    """Return the FID of one metabolite."""
    return metabolite_fid(spin_system(name), sequence, 2048, 5e-4, 123.25)


def alike(sequence, other):
    """Write what is missing to a correlation of 1 between the signals of two sequences."""
    found = []
    for name in ("Lac", "Glu", "Gln", "GABA", "Ins", "NAA"):
        one, two = signal(name, sequence), signal(name, other)
        missing = 1 - abs(np.vdot(one, two)) / np.linalg.norm(one) / np.linalg.norm(two)
        found.append(f"{name} {missing:.1e}")
    print(f"{'':12}{', '.join(found)}")  # noqa: T201


def main():
    systems = [spin_system(name) for name in DEFAULT_METABOLITES]
    for sequence in (Press(0.011, 0.019), Steam(0.02, 0.01), SemiLaser(0.03), Laser(0.03)):
        report(
            sequence.in_words(),
            lambda s=sequence: [metabolite_fid(m, s, 2048, 5e-4, 123.25) for m in systems],
        )
    for sequence in SHAPED:
        pulses = "ideal slices" if sequence.pulses is None else sequence.pulses.in_words()
        report(
            f"{sequence.in_words()}: {pulses}",
            lambda s=sequence: [metabolite_fid(m, s, 2048, 5e-4, 123.25) for m in systems],
            repeats=1,
        )
    fine = msgspec.structs.replace(USUAL_PULSES, positions=256, extent=3.0)
    for positions in (24, 41, 64):
        coarse = msgspec.structs.replace(USUAL_PULSES, positions=positions)
        print(f"{'':12}{positions} positions against 256, 1 - correlation of the signals:")  # noqa: T201
        alike(Press(0.011, 0.019, coarse), Press(0.011, 0.019, fine))
    print(f"{'':12}shaped PRESS against ideal, 1 - correlation:")  # noqa: T201
    alike(Press(0.011, 0.019, fine), Press(0.011, 0.019))
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(store, "cache_folder", return_value=Path(folder)),
    ):
        report("from the cache, with MM", lambda: matching_basis(PRESS, 2048))


if __name__ == "__main__":
    main()

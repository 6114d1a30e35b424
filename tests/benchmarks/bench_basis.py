"""How long a basis set of 20 metabolites and 2048 points takes to simulate, and from the cache.

Run by hand: ``python tests/benchmarks/bench_basis.py``.
"""

import statistics
import tempfile
import time
from pathlib import Path
from unittest import mock

from mrsviewer.basis import store
from mrsviewer.basis.matching import matching_basis
from mrsviewer.basis.sequences import Press, SemiLaser, Steam
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.model.acquisition import Acquisition

PRESS = Acquisition("1H", 123.25e6, 5e-4, echo_time_s=0.03, te1_s=0.0126, localisation="press")
REPEATS = 10


def report(name, work):
    """Write the median time of some work."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{name:<32} median {statistics.median(times) * 1e3:.1f} ms")  # noqa: T201


def main():
    systems = [spin_system(name) for name in DEFAULT_METABOLITES]
    for sequence in (Press(0.011, 0.019), Steam(0.02, 0.01), SemiLaser(0.03)):
        report(
            sequence.in_words(),
            lambda s=sequence: [metabolite_fid(m, s, 2048, 5e-4, 123.25) for m in systems],
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(store, "cache_folder", return_value=Path(folder)),
    ):
        report("from the cache, with MM", lambda: matching_basis(PRESS, 2048))


if __name__ == "__main__":
    main()

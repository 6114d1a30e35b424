"""How long a basis set takes: ``python -m pytest tests/benchmarks/bench_basis.py``."""

import pytest

from mrsviewer.basis import store
from mrsviewer.basis.matching import matching_basis
from mrsviewer.basis.sequences import Press, SemiLaser, Steam
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.model.acquisition import Acquisition

PRESS = Acquisition("1H", 123.25e6, 5e-4, echo_time_s=0.03, te1_s=0.0126, localisation="press")


@pytest.mark.parametrize(
    "sequence",
    [Press(0.011, 0.019), Steam(0.02, 0.01), SemiLaser(0.03)],
    ids=lambda s: type(s).__name__,
)
def test_simulate_twenty_metabolites(benchmark, sequence):
    systems = [spin_system(name) for name in DEFAULT_METABOLITES]
    benchmark(lambda: [metabolite_fid(s, sequence, 2048, 5e-4, 123.25) for s in systems])


def test_from_the_cache(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "cache_folder", lambda: tmp_path)
    matching_basis(PRESS, 2048)
    benchmark(lambda: matching_basis(PRESS, 2048))

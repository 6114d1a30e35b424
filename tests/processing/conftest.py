import numpy as np
import pytest
from processing_scene import COILS, DWELL_S, MHZ, POINTS, WATER_AREA, brain, noise, water

from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.processing.step import Signals


@pytest.fixture(scope="session")
def acquisition():
    return Acquisition("1H", MHZ * 1e6, DWELL_S)


@pytest.fixture
def context():
    return JobContext()


@pytest.fixture
def plain(acquisition):
    """Return one averaged spectrum with a water reference, eddy currents and residual water."""
    rng = np.random.default_rng(1)
    t = np.arange(POINTS) * DWELL_S
    eddy = np.exp(1j * (0.8 + 1.5 * np.exp(-t / 0.03)))
    data = (brain() + water(300.0, 3.0, 1.0)) * eddy + noise(rng, sd=0.3)
    reference = water(WATER_AREA) * eddy + noise(rng, sd=0.3)
    return Signals(Dataset(data, acquisition, 4.65), Dataset(reference, acquisition, 4.65))


@pytest.fixture
def raw(acquisition):
    """Return coils and drifting transients of metabolites and water; truth in ``brain``."""
    rng = np.random.default_rng(2)
    shifts, phases = rng.normal(0, 1.5, 12), rng.normal(0, 0.3, 12)
    transients = np.array(
        [brain(f, p) + water(30.0, f, p) for f, p in zip(shifts, phases, strict=True)]
    )
    transients += noise(rng, 12, sd=0.2)
    waters = np.array([water(WATER_AREA, f) for f in (-0.5, 0.5)])
    data = COILS[:, None, None] * transients + noise(rng, 4, 12, sd=0.5)
    reference = COILS[:, None, None] * waters + noise(rng, 4, 2, sd=0.5)
    dims = ("coil", "transient")
    return Signals(
        Dataset(data, acquisition, 4.65, dims), Dataset(reference, acquisition, 4.65, dims)
    )

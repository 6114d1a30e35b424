import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1")

import threading

import numpy as np
import pytest
from hypothesis import settings
from real_files import DATA

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("searching", max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory):
    """Keep caches and settings of the tests out of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(autouse=True)
def no_thread_left_behind():
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    assert not left, f"threads left running: {left}"


@pytest.fixture
def dataset():
    """Return one damped line at 100 Hz."""
    t = np.arange(1024) / 2000
    fid = np.exp(2j * np.pi * 100 * t - 10 * t)
    return Dataset(fid, Acquisition("1H", 123.2e6, 1 / 2000), centre_ppm=4.65)


@pytest.fixture(scope="session")
def shared_data():
    """Return the folder of real scanner files; skip where it is absent."""
    if not DATA.is_dir():
        pytest.skip("no real scanner files: set MRSVIEWER_TEST_DATA to a folder that has them")
    return DATA

"""The amplitude of water at time zero."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.quantification.water import water_signal


def voigt(dwell_s=1 / 2000, points=2048):
    t = np.arange(points) * dwell_s
    eddy = 0.5 * (1 - np.exp(-t / 0.01))
    fid = 1000.0 * np.exp(-25 * t - 200 * t**2 + 2j * np.pi * 7 * t + 1j * (1.0 + eddy))
    return Dataset(fid, Acquisition("1H", 123e6, dwell_s), 4.65)


@pytest.mark.parametrize("dwell_s", [1 / 1000, 1 / 2000, 1 / 6000])
def test_voigt_line_with_eddy_currents_is_read_exactly(dwell_s):
    assert water_signal(voigt(dwell_s)).amplitude == pytest.approx(1000.0, rel=1e-9)


def test_halved_first_sample_is_seen_and_does_not_matter():
    water = voigt()
    fid = water.fid.copy()
    fid[0] *= 0.5
    signal = water_signal(replace(water, fid=fid))
    assert signal.amplitude == pytest.approx(1000.0)
    assert signal.first_sample_is_off
    assert signal.first_sample == pytest.approx(0.5)
    assert not water_signal(water).first_sample_is_off


def test_fat_and_noise_do_little():
    water = voigt()
    t = np.arange(2048) / 2000
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(2048) + 1j * rng.standard_normal(2048)
    fat = 30 * np.exp(-2j * np.pi * 410 * t - 60 * t)
    signal = water_signal(replace(water, fid=water.fid + noise + fat))
    assert signal.amplitude == pytest.approx(1000.0, rel=0.02)


def test_transients_are_averaged_and_coils_refused():
    water = voigt()
    two = np.stack([water.fid, 3 * water.fid])
    assert water_signal(replace(water, fid=two, dims=("transient",))).amplitude == pytest.approx(
        2000.0
    )
    assert water_signal(replace(water, fid=two, dims=("coil",))) is None


def test_nothing_is_nothing():
    water = voigt()
    assert water_signal(replace(water, fid=np.zeros(2048, complex))) is None

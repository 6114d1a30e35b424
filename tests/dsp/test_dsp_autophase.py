import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.dsp.autophase import find_phase


def wrapped_degrees(angle):
    return abs(np.degrees(np.angle(np.exp(1j * angle))))


@given(
    phase=st.floats(-3.1, 3.1),
    fwhm=st.floats(3, 5),
    baseline=st.floats(0, 0.4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_phase_is_found_within_five_degrees_whatever_the_baseline(
    brain, phase, fwhm, baseline, seed
):
    one = brain(seed, snr=60, phase=phase, fwhm=fwhm, baseline=baseline)
    found = find_phase(one.fid, *one.axes)
    assert wrapped_degrees(found.zero_rad + phase) < 5
    assert found.first_s == 0
    assert "tNAA" in found.lines


@pytest.mark.parametrize("fwhm", [8, 10])
def test_overlap_of_broad_lines_costs_some_ten_degrees(brain, fwhm):
    errors = [
        find_phase(one.fid, *one.axes).zero_rad + 1
        for one in (brain(seed, phase=1.0, fwhm=fwhm, snr=60) for seed in range(6))
    ]
    assert wrapped_degrees(np.mean(errors)) < 13


@pytest.mark.parametrize("hz_per_ppm", [63.9, 123.2, 297.2])
def test_at_every_field(brain, hz_per_ppm):
    one = brain(
        3, phase=2.0, hz_per_ppm=hz_per_ppm, dwell_s=1 / 4000, points=4096, fwhm=0.04 * hz_per_ppm
    )
    assert wrapped_degrees(find_phase(one.fid, *one.axes).zero_rad + 2.0) < 5


@pytest.mark.parametrize("delay", [-1e-3, 1e-3])
def test_a_strong_first_order_phase_is_found_too(brain, delay):
    one = brain(4, snr=80, phase=0.6)
    freq = np.fft.fftfreq(2048, one.dwell_s)
    pivot = (2.01 - 4.65) * one.hz_per_ppm
    turned = np.fft.ifft(np.fft.fft(one.fid) * np.exp(2j * np.pi * delay * (freq - pivot)))
    found = find_phase(turned, *one.axes, first_order=True)
    assert np.degrees(2 * np.pi * abs(found.first_s + delay) * one.hz_per_ppm) < 20
    assert wrapped_degrees(found.zero_rad + 0.6) < 10


def test_noise_gives_no_phase():
    rng = np.random.default_rng(5)
    noise = rng.standard_normal(2048) + 1j * rng.standard_normal(2048)
    found = find_phase(noise, 1 / 2000, 127.7, 4.65)
    assert found.lines == ()
    assert found.zero_rad == 0


def test_uncertainty_grows_with_noise(brain):
    quiet, loud = (find_phase(one.fid, *one.axes) for one in (brain(6, snr=100), brain(6, snr=20)))
    assert loud.uncertainty_rad > 3 * quiet.uncertainty_rad


def test_macromolecules_alone_give_no_phase(brain):
    nulled = ((2.05, 1.0), (0.91, 2.0))
    one = brain(7, singlets=nulled, fwhm=30, snr=30, broad=3, phase=1.0)
    assert find_phase(one.fid, *one.axes).lines == ()

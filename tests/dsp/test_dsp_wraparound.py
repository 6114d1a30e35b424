"""Time that goes round, and zeros that do not tear it apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.dsp.noise_profile import noise_profile
from mrsviewer.dsp.phase_course import phase_course
from mrsviewer.dsp.transient_signs import opposite_neighbours
from mrsviewer.dsp.wraparound import tail_rise, wrapped_samples, zero_filled


def decay(points=1024, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    n = np.arange(points)
    grain = noise * (rng.normal(size=points) + 1j * rng.normal(size=points))
    return np.exp((0.4j - 8 / points) * n) + grain


def early(fid, samples):
    """Return the FID shifted to begin earlier; what falls before time zero goes to the end."""
    turn = np.exp(2j * np.pi * np.fft.fftfreq(fid.size) * samples)
    return np.fft.ifft(np.fft.fft(fid) * turn)


@given(st.integers(0, 10_000))
def test_noise_alone_does_not_go_round(seed):
    assert wrapped_samples(decay(noise=0.1, seed=seed)) == 0


@pytest.mark.parametrize("samples", [2.5, 6.5, 20.5])
def test_an_early_echo_is_found_at_the_end(samples):
    fid = early(decay(), samples)
    assert 0 < wrapped_samples(fid) <= 512
    assert tail_rise(fid) > 4


def test_zeros_go_to_the_end_or_before_what_went_round():
    plain = decay()
    assert np.array_equal(zero_filled(plain, 2048), np.append(plain, np.zeros(1024)))
    fid = early(plain, 6.5)
    cut = fid.size - wrapped_samples(fid)
    filled = zero_filled(fid, 2048)
    assert np.array_equal(filled[:cut], fid[:cut])
    assert np.array_equal(filled[-(fid.size - cut) :], fid[cut:])


def test_zero_filled_records_do_not_count_as_rising():
    fid = decay()
    fid[512:] = 0
    assert wrapped_samples(fid) == 0
    assert tail_rise(fid) == 1.0


AXES = (1 / 4000, 123.25, 4.65)


@given(st.integers(0, 10_000))
def test_white_noise_is_level(seed):
    rng = np.random.default_rng(seed)
    fid = rng.normal(size=(1, 2048)) + 1j * rng.normal(size=(1, 2048))
    found = noise_profile(fid, *AXES)
    assert (found.fall, found.ends_at) == (1.0, None)


@given(st.floats(1.5, 8.0), st.integers(0, 1000))
def test_the_width_of_a_filter_is_measured(width_hz, seed):
    rng = np.random.default_rng(seed)
    fid = rng.normal(size=(1, 2048)) + 1j * rng.normal(size=(1, 2048))
    found = noise_profile(fid * np.exp(-np.pi * width_hz * np.arange(2048) / 4000), *AXES)
    assert found.ends_at is None
    assert found.decay_hz == pytest.approx(width_hz, rel=0.35)


def test_narrow_spectra_tell_nothing_of_their_noise():
    fid = np.random.default_rng(0).normal(size=(1, 1024)) + 0j
    assert noise_profile(fid, 1 / 1200, 123.25, 4.65) is None


def test_water_that_is_all_noise_has_no_phase():
    rng = np.random.default_rng(0)
    assert phase_course(rng.normal(size=512) + 1j * rng.normal(size=512)) is None


def test_signs_need_at_least_four_transients():
    assert opposite_neighbours(np.ones((3, 64), complex)) is None
    assert opposite_neighbours(np.ones((4, 64), complex)) == 0.0
    assert opposite_neighbours(np.zeros((4, 64), complex)) is None

import numpy as np
import pytest

from mrsviewer.dsp.conventions import spectrum
from mrsviewer.dsp.noise import noise_covariance, noise_sd, tail_noise


def noisy(rng, points=2048, dwell=1 / 2000, sd=1.0):
    t = np.arange(points) * dwell
    signal = 300 * np.exp(2j * np.pi * -325 * t - 15 * t) + 3000 * np.exp(-25 * t)
    return signal + sd * (rng.standard_normal(points) + 1j * rng.standard_normal(points))


@pytest.mark.parametrize("hz_per_ppm", [63.9, 123.25, 127.7])
def test_noise_of_a_spectrum_with_lines_is_that_of_the_noise(hz_per_ppm):
    rng = np.random.default_rng(1)
    found = [noise_sd(noisy(rng), 1 / 2000, hz_per_ppm, 4.65) for _ in range(20)]
    assert np.mean(found) == pytest.approx(np.sqrt(2048), rel=0.05)


def test_zero_filling_does_not_change_it():
    rng = np.random.default_rng(2)
    fid = noisy(rng)
    plain = noise_sd(fid, 1 / 2000, 123.25, 4.65)
    filled = noise_sd(np.pad(fid, (0, 6144)), 1 / 2000, 123.25, 4.65)
    assert filled == pytest.approx(plain)


def test_narrow_bandwidth_falls_back_to_the_quietest_part():
    rng = np.random.default_rng(3)
    found = [noise_sd(noisy(rng, dwell=1 / 1000), 1 / 1000, 123.25, 4.65) for _ in range(20)]
    assert np.mean(found) == pytest.approx(np.sqrt(2048), rel=0.25)


def test_nothing_measured_is_zero():
    assert noise_sd(np.zeros(1024, complex), 1e-3, 123.0, 4.65) == 0.0


def test_tail_noise_is_the_sd_of_one_sample():
    rng = np.random.default_rng(4)
    fid = noisy(rng, sd=2.0)
    assert tail_noise(fid) == pytest.approx(2.0, rel=0.1)
    assert noise_sd(fid, 1 / 2000, 123.25, 4.65) == pytest.approx(
        tail_noise(fid) * np.sqrt(fid.size), rel=0.15
    )
    assert spectrum(fid).size == fid.size


def test_noise_covariance_finds_correlated_coils():
    rng = np.random.default_rng(5)
    mixing = np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 0.5j, 2.0]])
    white = (rng.standard_normal((3, 8, 4096)) + 1j * rng.standard_normal((3, 8, 4096))) / 2**0.5
    truth = mixing @ mixing.conj().T
    found = noise_covariance(np.einsum("ij,jtn->itn", mixing, white) + 50)
    np.testing.assert_allclose(found, truth, atol=0.12)


def test_noise_covariance_of_zero_filled_data_is_unknown():
    fids = np.zeros((2, 2, 512), complex)
    fids[..., :100] = 1
    assert noise_covariance(fids) is None

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.dsp.coils import coil_weights, combine
from mrsviewer.dsp.noise import noise_covariance


def scene(seed, coils=6, transients=8, points=1024, snr=10.0):
    rng = np.random.default_rng(seed)
    sensitivity = rng.standard_normal(coils) + 1j * rng.standard_normal(coils)
    mixing = np.eye(coils) + 0.25 * (
        rng.standard_normal((coils, coils)) + 1j * rng.standard_normal((coils, coils))
    )
    mixing *= rng.uniform(0.3, 3.0, coils)[:, None]
    white = rng.standard_normal((coils, transients, points)) + 1j * rng.standard_normal(
        (coils, transients, points)
    )
    signal = snr * np.exp(-np.arange(points) / 60) * np.exp(0.3j * np.arange(points))
    clean = sensitivity[:, None, None] * signal
    noise = np.einsum("ij,jtn->itn", mixing, white)
    return sensitivity, 2 * mixing @ mixing.conj().T, clean, noise


def snr_of(weights, sensitivity, covariance):
    signal = abs(weights @ sensitivity) ** 2
    return float(np.sqrt(signal / (weights @ covariance @ weights.conj()).real))


@given(st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_weights_reach_the_best_signal_to_noise_ratio_there_is(seed):
    sensitivity, covariance, clean, noise = scene(seed)
    fids = clean + noise
    found = coil_weights(fids.reshape(6, -1), noise_covariance(fids))
    best = np.sqrt((sensitivity.conj() @ np.linalg.solve(covariance, sensitivity)).real)
    assert snr_of(found.weights, sensitivity, covariance) > 0.97 * best
    assert found.whitened


def test_whitening_matters_where_noise_is_shared():
    sensitivity, covariance, clean, noise = scene(3)
    fids = (clean + noise).reshape(6, -1)
    with_noise = coil_weights(fids, noise_covariance(clean + noise)).weights
    without = coil_weights(fids).weights
    assert snr_of(with_noise, sensitivity, covariance) > 1.1 * snr_of(
        without, sensitivity, covariance
    )


def test_unit_norm_and_the_phase_of_the_largest():
    _, _, clean, noise = scene(5)
    weights = coil_weights((clean + noise).reshape(6, -1)).weights
    assert np.linalg.norm(weights) == pytest.approx(1.0)
    largest = weights[np.argmax(np.abs(weights))]
    assert largest.real > 0
    assert largest.imag == pytest.approx(0.0, abs=1e-12)


def test_combining_undoes_the_phases_of_the_coils():
    coils = np.array([1.0, 2.0j, -0.5])
    signal = np.exp(-np.arange(200) / 40)
    fids = coils[:, None] * signal
    found = coil_weights(fids)
    assert found.likeness == pytest.approx(1.0)
    combined = combine(fids, found.weights, 0)
    np.testing.assert_allclose(np.abs(combined), np.linalg.norm(coils) * signal, rtol=1e-10)


def test_no_signal_is_an_error():
    with pytest.raises(ValueError, match="no signal"):
        coil_weights(np.zeros((3, 100), complex))

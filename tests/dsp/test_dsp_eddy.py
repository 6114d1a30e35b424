import numpy as np
import pytest

from mrsviewer.dsp.eddy import correct_eddy, eddy_phase
from mrsviewer.dsp.noise import tail_noise

T = np.arange(2048) / 2000
PHASE = 0.7 + 2.5 * np.exp(-T / 0.03) * np.sin(40 * T) + 2 * np.pi * 3.0 * T


def water(sd=0.0, seed=0):
    rng = np.random.default_rng(seed)
    noise = sd * (rng.standard_normal(T.size) + 1j * rng.standard_normal(T.size))
    return 1000 * np.exp(-25 * T + 1j * PHASE) + noise


def test_a_known_phase_is_undone():
    reference = water(sd=0.05)
    clean = np.exp(-12 * T) * np.exp(-2j * np.pi * 330 * T)
    corrected = correct_eddy(
        clean * np.exp(1j * PHASE), eddy_phase(reference, tail_noise(reference))
    )
    assert np.linalg.norm(corrected - clean) < 0.01 * np.linalg.norm(clean)


def test_the_tail_in_noise_runs_on_smoothly():
    reference = water(sd=2.0)
    phase = eddy_phase(reference, tail_noise(reference))
    late = T > 0.4
    assert np.abs(np.diff(phase[late], 2)).max() < 1e-9
    assert np.abs(phase - PHASE)[T < 0.1].max() < 0.1
    assert np.abs(phase - PHASE)[T < 0.4].max() < 0.5


def test_magnitudes_are_untouched_and_water_becomes_real():
    reference = water(sd=0.05)
    corrected = correct_eddy(reference, eddy_phase(reference, tail_noise(reference)))
    np.testing.assert_allclose(np.abs(corrected), np.abs(reference), rtol=1e-12)
    assert corrected[0].real == pytest.approx(abs(reference[0]), rel=1e-6)


def test_a_shorter_reference_holds_its_last_phase():
    corrected = correct_eddy(np.ones((2, 10), complex), np.array([0.0, np.pi / 2]))
    np.testing.assert_allclose(corrected[:, 1:], -1j, atol=1e-12)


def test_noise_alone_is_an_error():
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(512) + 1j * rng.standard_normal(512)
    with pytest.raises(ValueError, match="no signal"):
        eddy_phase(noise, tail_noise(noise))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.simulation import forward
from mrsviewer.simulation.forward import (
    BadTransient,
    Decay,
    EddyCurrent,
    Instability,
    Receiver,
    WaterLine,
)
from mrsviewer.simulation.scaling import Relaxation, RelaxationTimes, Voxelful

DWELL_S = 5e-4
POINTS = 1024
TIME = np.arange(POINTS) * DWELL_S


def line(freq_hz):
    return np.exp(2j * np.pi * freq_hz * TIME)


def fwhm(fid):
    shown = np.fft.fftshift(np.fft.fft(fid, 1 << 17)).real
    freq = np.fft.fftshift(np.fft.fftfreq(1 << 17, DWELL_S))
    above = freq[shown > shown.max() / 2]
    return above.max() - above.min()


@pytest.mark.parametrize(("decay", "expected"), [(Decay(6.0, 0.0), 6.0), (Decay(0.0, 6.0), 6.0)])
def test_widths_are_full_widths_at_half_maximum(decay, expected):
    fid = forward.faded(line(0.0), DWELL_S, decay)
    assert fid[0] == 1
    assert fwhm(fid) == pytest.approx(expected, rel=0.02)


def test_mixture_is_the_sum_of_its_parts():
    basis = BasisSet(
        np.array([line(-100), line(50)]),
        (Component("A"), Component("B")),
        DWELL_S,
        123e6,
        4.65,
        "",
        "",
    )
    fid = forward.mixture(basis, {"A": 2.0, "B": 0.5}, {"B": Decay(3.0)})
    expected = 2 * line(-100) + 0.5 * line(50) * np.exp(-3 * np.pi * TIME)
    np.testing.assert_allclose(fid, expected, atol=1e-12)
    with pytest.raises(KeyError):
        forward.mixture(basis, {"C": 1.0}, {})


def test_eddy_current_is_a_frequency_that_fades():
    phase = forward.eddy_phase((EddyCurrent(4.0, 0.05),), POINTS, DWELL_S)
    freq = np.gradient(phase, DWELL_S) / (2 * np.pi)
    assert phase[0] == 0
    np.testing.assert_allclose(freq[1:-1], 4 * np.exp(-TIME[1:-1] / 0.05), rtol=1e-3, atol=1e-4)


def test_residual_water_has_its_lines():
    fid = forward.residual_water((WaterLine(3, 5, 8, 90), WaterLine(1, 0, 0, 0)), POINTS, DWELL_S)
    np.testing.assert_allclose(fid[0], 1 + 3j, atol=1e-12)
    np.testing.assert_allclose(fid - 1, 3j * line(5) * np.exp(-8 * np.pi * TIME), atol=1e-12)


def test_drift_runs_from_first_to_last():
    rng = np.random.default_rng(0)
    fids = forward.repeated(line(10), DWELL_S, 5, Instability(drift_hz=-4.0), rng)
    turn = np.angle(fids[:, 1] / fids[:, 0]) / (2 * np.pi * DWELL_S)
    np.testing.assert_allclose(turn, [10, 9, 8, 7, 6], atol=1e-9)
    assert forward.repeated(line(10), DWELL_S, 1, Instability(-4.0), rng).shape == (1, POINTS)


def test_jitter_has_the_spread_asked_for():
    rng = np.random.default_rng(1)
    fids = forward.repeated(line(0)[:2], DWELL_S, 4000, Instability(0, 2.0, 10.0), rng)
    assert np.std(np.angle(fids[:, 0], deg=True)) == pytest.approx(10, rel=0.1)
    assert np.std(np.angle(fids[:, 1] / fids[:, 0])) / (2 * np.pi * DWELL_S) == pytest.approx(
        2, rel=0.1
    )


def test_only_the_bad_transient_is_spoiled():
    fids = np.tile(line(0), (4, 1))
    out = forward.spoiled(fids, DWELL_S, (BadTransient(2, 5.0, 90.0, 3.0, 0.5),))
    np.testing.assert_array_equal(np.delete(out, 2, 0), np.delete(fids, 2, 0))
    np.testing.assert_allclose(out[2], 0.5j * line(5) * np.exp(-3 * np.pi * TIME), atol=1e-12)
    assert fids[2, 0] == 1


RECEIVER = Receiver((1.0, 0.5, 0.8), (0.0, 60.0, -120.0), noise_sd=0.3, noise_correlation=0.25)


def test_noise_has_the_size_and_correlation_asked_for():
    noise = forward.received(np.zeros((20, 2000), complex), RECEIVER, np.random.default_rng(2))
    flat = noise.reshape(3, -1)
    np.testing.assert_allclose(flat.real.std(axis=1), 0.3, rtol=0.03)
    np.testing.assert_allclose(flat.imag.std(axis=1), 0.3, rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(flat.real), RECEIVER.correlation(), atol=0.03)


def test_combined_noise_is_that_of_the_best_weights():
    rng = np.random.default_rng(3)
    noise = forward.received(np.zeros((10, 4000), complex), RECEIVER, rng).reshape(3, -1)
    weights = RECEIVER.weights()
    best = np.linalg.solve(RECEIVER.correlation(), weights)
    combined = best.conj() @ noise / np.vdot(best, weights)
    assert combined.real.std() == pytest.approx(RECEIVER.combined_noise_sd(), rel=0.03)


@given(st.integers(0, 2**32 - 1))
def test_equal_seeds_give_equal_data(seed):
    one, two = (
        forward.received(line(3)[None, :16], RECEIVER, np.random.default_rng(seed))
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, two)


def test_water_scaling_by_hand():
    """One tissue, TE and TR without effect: 2 protons x 55.51 mol x 0.78."""
    lasting = Relaxation(1e-6, 1e6)
    times = RelaxationTimes("", {"gm": lasting}, {}, {"gm": lasting})
    content = Voxelful({"gm": 1.0}, times, 0.03, 2.0)
    assert content.water_signal() == pytest.approx(2 * 55510 * 0.78)
    assert content.amplitude("Cr", 10.0) == pytest.approx(10)


def test_fluid_dilutes_metabolites():
    relaxation = Relaxation(1.3, 0.2)
    water = dict.fromkeys(("gm", "csf"), relaxation)
    times = RelaxationTimes("", water, {"Cr": {"gm": relaxation}}, {})
    content = Voxelful({"gm": 0.75, "csf": 0.25}, times, 0.03, 2.0)
    remaining = np.exp(-0.03 / 0.2) * (1 - np.exp(-2.0 / 1.3))
    assert content.amplitude("Cr", 8.0) == pytest.approx(8 * 0.75 * remaining)
    assert content.water_signal() == pytest.approx(
        2 * 55510 * (0.75 * 0.78 + 0.25 * 0.97) * remaining
    )

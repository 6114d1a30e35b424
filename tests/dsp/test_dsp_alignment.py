import numpy as np
import pytest

from mrsviewer.dsp.alignment import align, apply_alignment, take_band, unlike, unlikeness

RANGE = (0.2, 4.2)


def transients(brain, seed, *, count, snr, shift_sd, phase_sd):
    rng = np.random.default_rng(seed)
    one = brain(snr=1e9)
    shift = shift_sd * rng.standard_normal(count)
    phase = phase_sd * rng.standard_normal(count)
    shift, phase = shift - shift.mean(), phase - phase.mean()
    fids = np.array([brain(1000 * seed + k, snr=snr).fid for k in range(count)])
    return apply_alignment(fids, one.dwell_s, -shift, -phase), shift, phase, one


def band_of(fids, one):
    return take_band(fids, *one.axes, RANGE)


def test_known_shifts_and_phases_are_found(brain):
    fids, shift, phase, one = transients(brain, 1, count=16, snr=20, shift_sd=3.0, phase_sd=0.5)
    found = align(band_of(fids, one))
    assert np.abs(found.shift_hz - shift).max() < 0.2
    assert np.degrees(np.abs(found.phase_rad - phase)).max() < 4
    assert found.trusted.all()
    assert found.likeness.min() > 0.9


def test_low_signal_costs_precision_but_makes_no_outliers(brain):
    fids, shift, _, one = transients(brain, 2, count=64, snr=4, shift_sd=2.0, phase_sd=0.3)
    found = align(band_of(fids, one))
    assert np.std(found.shift_hz - shift) < 0.6
    assert np.abs(found.shift_hz - shift).max() < 3


def test_a_long_drift_wider_than_the_lines_is_followed(brain):
    fids, *_, one = transients(brain, 3, count=24, snr=15, shift_sd=0, phase_sd=0)
    drift = np.linspace(-12, 12, 24)
    found = align(band_of(apply_alignment(fids, one.dwell_s, -drift, 0 * drift), one))
    assert np.abs(found.shift_hz - drift).max() < 0.3


def test_noise_alone_is_not_trusted_and_does_not_move(brain):
    rng = np.random.default_rng(4)
    one = brain()
    noise = rng.standard_normal((12, 2048)) + 1j * rng.standard_normal((12, 2048))
    found = align(band_of(noise, one))
    assert not found.trusted.any()
    assert np.abs(found.shift_hz).max() == 0


def test_the_average_keeps_its_frequency_and_phase(brain):
    fids, *_, one = transients(brain, 5, count=8, snr=30, shift_sd=2, phase_sd=0.4)
    found = align(band_of(fids, one))
    assert found.shift_hz.mean() == pytest.approx(0, abs=1e-9)
    assert np.angle(np.exp(1j * found.phase_rad).mean()) == pytest.approx(0, abs=1e-9)


def test_applying_the_negative_restores_the_transients(brain):
    fids, shift, phase, one = transients(brain, 6, count=4, snr=30, shift_sd=2, phase_sd=0.4)
    there = apply_alignment(fids, one.dwell_s, shift, phase)
    np.testing.assert_allclose(apply_alignment(there, one.dwell_s, -shift, -phase), fids, atol=1e-9)


def test_bad_transients_are_told_from_drifting_ones(brain):
    fids, *_, one = transients(brain, 7, count=20, snr=20, shift_sd=4, phase_sd=1)
    fids[4] *= 0.3
    fids[11] += 40 * np.exp(-np.arange(2048) / 200 + 1j * np.arange(2048) * -0.9)
    band = band_of(fids, one)
    assert unlike(unlikeness(band, align(band))).tolist() == [4, 11]


def test_never_more_than_half_and_none_of_three():
    assert unlike(np.array([9.0, 8, 7, 6, 0, 0])).tolist() == [0, 1, 2]
    assert unlike(np.array([0.0, 0, 99])).size == 0


def test_progress_is_told_so_that_a_cancel_can_come_through(brain):
    fids, *_, one = transients(brain, 8, count=4, snr=30, shift_sd=1, phase_sd=0)
    seen = []
    align(band_of(fids, one), rounds=3, tick=seen.append)
    assert seen == [0.0, 1 / 3, 2 / 3]


def test_a_range_outside_the_spectrum_is_an_error(brain):
    with pytest.raises(ValueError, match="fewer than 16"):
        take_band(brain().fid[None], *brain().axes, (40.0, 50.0))

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.dsp.conventions import frequency_axis, lps_to_ras, ppm_axis, spectrum, time_axis
from mrsviewer.dsp.phase import phase_factor

FREQ = frequency_axis(256, 1e-3)


@given(st.floats(-10, 10), st.floats(-1e-2, 1e-2), st.floats(-500, 500))
def test_phase_is_undone_by_its_negative(zero, first, pivot):
    both = phase_factor(FREQ, zero, first, pivot) * phase_factor(FREQ, -zero, -first, pivot)
    np.testing.assert_allclose(both, 1.0, atol=1e-9)


def test_higher_frequency_is_higher_ppm():
    t = time_axis(1024, 1e-3)
    ppm = ppm_axis(1024, 1e-3, 123.0, 4.65)
    assert ppm[np.argmax(np.abs(spectrum(np.exp(2j * np.pi * 123.0 * t))))] > 5.6


def test_lps_and_ras_differ_in_two_signs():
    np.testing.assert_array_equal(lps_to_ras(np.array([1.0, 2.0, 3.0])), [-1, -2, 3])


def test_first_point_told_from_a_halved_one(brain):
    from mrsviewer.dsp.firstpoint import first_point_ratio

    fid = brain(1, snr=60).fid.copy()
    assert abs(first_point_ratio(fid, 5e-4) - 1) < 0.15
    fid[0] /= 2
    assert abs(first_point_ratio(fid, 5e-4) - 0.5) < 0.1
    assert first_point_ratio(np.zeros(200, complex), 5e-4) is None

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.dsp.referencing import find_reference

BRAINO = ((2.008, 37.5), (3.027, 30.0), (3.2, 8.1), (3.913, 20.0), (3.56, 12.0), (1.31, 15.0))


@given(
    shift=st.floats(-0.25, 0.25),
    phase=st.floats(-3, 3),
    fwhm=st.floats(3, 8),
    seed=st.integers(0, 1000),
)
@settings(max_examples=30, deadline=None)
def test_shifts_of_brain_spectra_are_recovered(brain, shift, phase, fwhm, seed):
    one = brain(seed, snr=30, shift_ppm=shift, phase=phase, fwhm=fwhm)
    found = find_reference(one.fid, *one.axes)
    assert found.accepted
    tolerance = 0.016 if fwhm < 6 else 0.05
    assert found.shift_ppm == pytest.approx(-shift, abs=tolerance)
    assert found.supported_by == ("tNAA", "tCr", "tCho")


@pytest.mark.parametrize("seed", range(8))
def test_broad_lines_at_the_end_of_the_range_are_found_or_refused(brain, seed):
    one = brain(seed, snr=30, shift_ppm=0.25, phase=0.0, fwhm=9.0)
    found = find_reference(one.fid, *one.axes)
    assert not found.accepted or found.shift_ppm == pytest.approx(-0.25, abs=0.05)


@pytest.mark.parametrize("hz_per_ppm", [63.9, 127.7])
@pytest.mark.parametrize("seed", range(4))
def test_a_cold_phantom_is_not_locked_with_choline_on_creatine(brain, hz_per_ppm, seed):
    one = brain(
        seed, singlets=BRAINO, broad=0, fwhm=1.5, shift_ppm=-0.15, phase=1.0, hz_per_ppm=hz_per_ppm
    )
    found = find_reference(one.fid, *one.axes, water_ppm=4.65)
    assert found.accepted
    assert found.shift_ppm == pytest.approx(0.15, abs=0.012)


def test_noise_is_refused():
    rng = np.random.default_rng(0)
    for _ in range(60):
        noise = rng.standard_normal(2048) + 1j * rng.standard_normal(2048)
        assert not find_reference(noise, 1 / 2000, 127.7, 4.65).accepted


def test_a_spectrum_of_something_else_is_refused(brain):
    ethanol = ((1.17, 30.0), (1.12, 15.0), (1.22, 15.0), (3.62, 10.0), (3.67, 10.0))
    one = brain(1, singlets=ethanol, broad=0, snr=200, fwhm=2)
    found = find_reference(np.conj(one.fid), *one.axes)
    assert not found.accepted


def test_water_breaks_the_tie_of_a_lone_doublet_of_lines(brain):
    """Without tNAA the pair at 3.03 and 3.21 ppm still tells where the axis is."""
    tumour = ((3.027, 8.0), (3.211, 30.0))
    one = brain(2, singlets=tumour, shift_ppm=0.05, fwhm=5)
    assert find_reference(one.fid, *one.axes, water_ppm=4.7).shift_ppm == pytest.approx(
        -0.05, abs=0.015
    )


def test_an_axis_too_narrow_for_the_metabolites_gives_no_confidence(brain):
    one = brain(1, snr=30)
    dwell_s, _, centre_ppm = one.axes
    assert not find_reference(one.fid, dwell_s, 0.25 / dwell_s, centre_ppm).accepted

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.dsp.resample import resample_fids


def line(freq, rate, dwell, points):
    t = np.arange(points) * dwell
    return np.exp((2j * np.pi * freq - rate) * t)


@given(
    share=st.floats(-0.75, 0.75),
    rate=st.floats(0, 60),
    new_width=st.floats(900, 6000),
)
@settings(max_examples=40, deadline=None)
def test_a_damped_sinusoid_within_the_band_is_kept(share, rate, new_width):
    dwell = 1 / 2000
    freq = share * min(2000, new_width) / 2
    out = resample_fids(line(freq, rate, dwell, 1024), dwell, 1 / new_width, 400, antialias=False)
    want = line(freq, rate, 1 / new_width, 400)
    inside = np.arange(400) / new_width <= 1023 * dwell
    assert np.abs(out - want)[inside].max() < 5e-3
    assert np.abs(out - want)[inside][8:].max() < 2e-4
    assert not out[~inside].any()


def test_the_same_grid_only_cuts_or_fills():
    fid = line(100, 10, 1e-3, 64)
    np.testing.assert_array_equal(resample_fids(fid, 1e-3, 1e-3, 32), fid[:32])
    longer = resample_fids(np.stack([fid, 2 * fid]), 1e-3, 1e-3, 100)
    np.testing.assert_array_equal(longer[1, :64], 2 * fid)
    assert longer.shape == (2, 100)
    assert not longer[:, 64:].any()


def test_decimation_keeps_the_band_and_suppresses_what_would_fold():
    dwell, factor = 1 / 12000, 8
    inside, outside = line(-400, 20, dwell, 4096), line(2500, 20, dwell, 4096)
    kept = resample_fids(inside, dwell, factor * dwell, 500)
    np.testing.assert_allclose(kept, line(-400, 20, factor * dwell, 500), atol=5e-3)
    folded = resample_fids(outside, dwell, factor * dwell, 500)
    assert np.linalg.norm(folded[10:]) < 0.02 * np.linalg.norm(outside[80::factor])


def test_signal_area_is_kept_between_bandwidths():
    """The first sample, which scales concentrations, is the same on every grid."""
    fid = 3.0 * line(-200, 15, 1 / 2000, 2048)
    for width in (1250.0, 2000.0, 2500.0, 4000.0):
        assert resample_fids(fid, 1 / 2000, 1 / width, 512)[0] == pytest.approx(3.0, rel=1e-3)

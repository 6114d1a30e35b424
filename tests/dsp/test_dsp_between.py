"""Curves between their points: as zero-filling of the whole record gives them."""

import numpy as np
import pytest

from mrsviewer.dsp.between import with_values_between
from mrsviewer.dsp.conventions import spectrum, time_axis
from mrsviewer.dsp.wraparound import zero_filled

POINTS, DWELL_S = 1024, 5e-4


def fid(width_hz, early=0):
    time = time_axis(POINTS, DWELL_S)
    lines = ((-330.0, 1.0), (-204.0, 0.6), (-180.0, 0.35))
    made = sum(size * np.exp((2j * np.pi * hz - np.pi * width_hz) * time) for hz, size in lines)
    return np.roll(made, -early)


@pytest.mark.parametrize("early", [0, 40])
@pytest.mark.parametrize("width_hz", [3.0, 8.0])
@pytest.mark.parametrize("factor", [2, 4])
def test_values_between_are_those_of_the_zero_filled_record(width_hz, factor, early):
    whole = fid(width_hz, early)
    low, high = 300, 480
    own = spectrum(whole)[low : high + 1][::-1]
    fine = spectrum(zero_filled(whole, factor * POINTS))[factor * low : factor * high + 1][::-1]
    found = with_values_between(own, factor)
    assert found.shape == fine.shape
    assert np.allclose(found[::factor], own)
    inside = slice(factor * 10, -factor * 10)
    size = np.abs(fine).max()
    assert np.abs(found - fine)[inside].max() < 0.02 * size
    straight = np.interp(np.arange(fine.size) / factor, np.arange(own.size), own.real)
    if width_hz < 5:
        wrong = np.abs(straight - fine.real)[inside].max()
        assert np.abs(found.real - fine.real)[inside].max() < 0.25 * wrong


def test_a_straight_line_stays_one():
    line = np.linspace(3 - 1j, 1 + 2j, 50)
    assert np.allclose(with_values_between(line, 3), np.linspace(3 - 1j, 1 + 2j, 148))

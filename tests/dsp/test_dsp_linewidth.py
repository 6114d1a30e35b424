import numpy as np
import pytest

from mrsviewer.dsp.lineshapes import gaussian_decay, lorentzian_decay, voigt_fwhm
from mrsviewer.dsp.linewidth import fwhm_hz

T = np.arange(2048) / 2000
AXES = (1 / 2000, 127.7, 4.65)


def line(ppm, decay, phase=0.0):
    return decay * np.exp(2j * np.pi * (ppm - 4.65) * 127.7 * T + 1j * phase)


@pytest.mark.parametrize("width", [4.0, 8.0, 15.0])
@pytest.mark.parametrize("phase", [0.0, 1.0, 3.0])
def test_widths_of_lorentzians_and_gaussians(width, phase):
    for decay in (lorentzian_decay, gaussian_decay):
        found = fwhm_hz(line(2.01, decay(T, width), phase), *AXES, (1.7, 2.3))
        assert found == pytest.approx(width, rel=0.06)


def test_width_of_a_voigt_line():
    decay = lorentzian_decay(T, 5.0) * gaussian_decay(T, 6.0)
    found = fwhm_hz(line(3.03, decay), *AXES, (2.8, 3.3))
    assert found == pytest.approx(voigt_fwhm(5.0, 6.0), rel=0.03)


def test_unknown_where_there_is_no_line_or_it_is_cut_off():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(2048) + 1j * rng.standard_normal(2048)
    assert fwhm_hz(noise, *AXES, (1.8, 2.2)) is None
    broad = line(2.01, lorentzian_decay(T, 60.0))
    assert fwhm_hz(broad, *AXES, (1.95, 2.07)) is None
    assert fwhm_hz(noise, *AXES, (30.0, 31.0)) is None

from pathlib import Path

import numpy as np
import pytest
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like

from mrsviewer.formats.samples import check_samples
from mrsviewer.formats.signal_checks import check_signal, first_point_ratio, mirror_ratio
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import FormatError

ACQUISITION = Acquisition("1H", FREQUENCY_HZ, DWELL_S)


def _noisy(fid, sd, seed=0):
    rng = np.random.default_rng(seed)
    return fid + sd * (rng.normal(size=fid.shape) + 1j * rng.normal(size=fid.shape))


def test_mirrored_spectra_are_told_from_right_ones():
    water = 50 * np.exp(-20 * np.arange(512) * DWELL_S)
    fid = _noisy(brain_like() + water, 0.02)
    assert mirror_ratio(fid, ACQUISITION, 4.65) < 0.5
    assert mirror_ratio(fid.conj(), ACQUISITION, 4.65) > 2


def test_mirror_is_not_judged_for_other_nuclei_or_narrow_bands():
    assert mirror_ratio(brain_like(), Acquisition("31P", FREQUENCY_HZ, DWELL_S), 0.0) is None
    assert mirror_ratio(brain_like(), Acquisition("1H", FREQUENCY_HZ, 5e-3), 4.65) is None


@pytest.mark.parametrize("factor", [1.0, 0.5])
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_first_point_is_compared_with_its_prediction(factor, noise):
    fid = _noisy(brain_like(), noise)
    fid[0] *= factor
    assert first_point_ratio(fid) == pytest.approx(factor, abs=0.08)


def test_noise_is_not_judged():
    assert first_point_ratio(_noisy(np.zeros(512, complex), 1.0)) is None
    assert first_point_ratio(brain_like(16)) is None


def test_good_signals_give_no_findings():
    assert check_signal(_noisy(brain_like(), 0.02), ACQUISITION, 4.65) == ()


@pytest.mark.parametrize(("missing", "refused"), [(2, True), (3, True), (8, False)])
def test_signals_with_many_samples_missing_are_refused(missing, refused):
    fid = np.exp(-np.arange(512) / 100).astype(complex)
    fid[::missing] = 0
    fid[400:] = 0
    if refused:
        with pytest.raises(FormatError, match=r"Of its first \d+ samples \d+ are zero"):
            check_samples(Path("x.raw"), fid)
    else:
        check_samples(Path("x.raw"), fid)


def test_whole_numbers_that_round_noise_to_zero_are_not_missing():
    random = np.random.default_rng(3).standard_normal((2, 4096))
    fid = 20000 * np.exp(-np.arange(4096) / 200) + 0.25 * (random[0] + 1j * random[1])
    check_samples(Path("x.raw"), np.round(fid.real) + 1j * np.round(fid.imag))

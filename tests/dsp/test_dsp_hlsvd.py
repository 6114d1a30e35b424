import numpy as np
import pytest

from mrsviewer.dsp import hlsvd
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.hlsvd import decompose, remove_band


def water_lines(one, seed, height):
    rng = np.random.default_rng(seed)
    t = np.arange(one.fid.size) * one.dwell_s
    lines = zip((-9, -3, 1, 6, 12), (18, 8, 4, 6, 12), strict=True)
    water = sum(
        rng.uniform(0.3, 1) * np.exp(1j * rng.uniform(-3, 3) + (2j * np.pi * f - np.pi * w) * t)
        for f, w in lines
    )
    return water * height / np.abs(spectrum(water)).max()


@pytest.mark.parametrize("ratio", [5, 50])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_water_many_times_naa_is_removed_and_the_rest_kept(brain, ratio, seed):
    one = brain(seed, snr=60)
    height = spectrum(one.clean).real.max()
    water = water_lines(one, seed, ratio * height)
    clean, removed = remove_band(one.fid + water, one.dwell_s, (-45, 45))
    error = spectrum(clean - one.fid)
    ppm = ppm_axis(one.fid.size, *one.axes)
    metabolites = (ppm > 0.2) & (ppm < 4.2)
    assert np.sqrt(np.mean(error.real[metabolites] ** 2)) < 0.02 * height
    assert np.abs(error[np.abs(ppm - 4.65) < 0.3]).max() < 0.02 * ratio * height
    assert removed.poles.size >= 3


def test_exact_on_noise_free_sinusoids():
    t = np.arange(512) / 1000
    truth = ((120.0, 8.0, 2.0), (-60.0, 5.0, 1.0j), (10.0, 20.0, 0.5))
    fid = sum(a * np.exp((2j * np.pi * f - np.pi * w) * t) for f, w, a in truth)
    found = decompose(fid, 1e-3, 3)
    order = np.argsort(-found.frequency_hz)
    np.testing.assert_allclose(found.frequency_hz[order], [120, 10, -60], atol=1e-6)
    np.testing.assert_allclose(found.fwhm_hz[order], [8, 20, 5], atol=1e-6)
    np.testing.assert_allclose(found.amplitudes[order], [2, 0.5, 1j], atol=1e-8)


def test_the_same_space_as_a_dense_singular_value_decomposition(brain):
    one = brain(4, points=256, snr=40)
    fid = one.fid / np.abs(one.fid).max()
    rows = np.arange(128)[:, None] + np.arange(129)
    dense = np.linalg.svd(fid[rows])[0][:, :12]
    space = hlsvd._signal_space(fid, 12)
    overlap = np.linalg.svd(dense.conj().T @ space)[1]
    np.testing.assert_allclose(overlap, 1.0, atol=1e-8)


def test_the_other_solver_agrees(brain, monkeypatch):
    import scipy.sparse.linalg

    one = brain(5, points=512)
    fid = one.fid / np.abs(one.fid).max()
    wanted = hlsvd._signal_space(fid, 10)
    plain = scipy.sparse.linalg.svds

    def failing(*args, solver, **kwargs):
        if solver == "propack":
            raise np.linalg.LinAlgError
        return plain(*args, solver=solver, **kwargs)

    monkeypatch.setattr(scipy.sparse.linalg, "svds", failing)
    overlap = np.linalg.svd(wanted.conj().T @ hlsvd._signal_space(fid, 10))[1]
    np.testing.assert_allclose(overlap, 1.0, atol=1e-6)


def test_the_same_numbers_every_time(brain):
    fid = brain(6).fid
    first, second = decompose(fid, 5e-4), decompose(fid, 5e-4)
    np.testing.assert_array_equal(first.poles, second.poles)
    np.testing.assert_array_equal(first.amplitudes, second.amplitudes)


def test_nothing_outside_the_band_or_too_broad_is_removed():
    t = np.arange(1024) / 2000
    fid = np.exp(2j * np.pi * 10 * t - 12 * t) + np.exp(2j * np.pi * -90 * t - 12 * t)
    fid = fid + 5 * np.exp(-900 * t)
    _, removed = remove_band(fid, 1 / 2000, (-45, 45), 3, max_fwhm_hz=120)
    assert removed.frequency_hz == pytest.approx([10])


def test_a_burst_at_the_end_of_the_record_does_no_harm():
    t = np.arange(1024) / 2000
    signal = np.exp(2j * np.pi * -300 * t - 12 * t)
    burst = 0.5 * np.exp(2j * np.pi * 5 * t) * 1.2 ** (np.arange(1024.0) - 1023)
    clean, _ = remove_band(signal + burst, 1 / 2000, (-45, 45), 4)
    np.testing.assert_allclose(clean[:900], signal[:900], atol=1e-6)


@pytest.mark.parametrize("fid", [np.zeros(1024, complex), np.ones(50, complex)])
def test_nothing_to_decompose_is_an_error(fid):
    with pytest.raises(ValueError, match="sinusoids need"):
        decompose(fid, 1e-3)

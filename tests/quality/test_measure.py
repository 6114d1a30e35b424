"""Quality metrics of spectra with known properties."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import Component
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.fit import FitResult, Lineshape
from mrsviewer.model.quantities import Quantification, Quantity
from mrsviewer.quality.measure import measure
from mrsviewer.quality.profile import Limits, QualityProfile

HZ = 123.25
T = np.arange(2048) / 2000
ACQUISITION = Acquisition("1H", HZ * 1e6, 1 / 2000)


def line(ppm, fwhm_hz):
    return np.exp(2j * np.pi * (ppm - 4.65) * HZ * T - np.pi * fwhm_hz * T)


def dataset(noise=0.05, water=0.0, width_hz=5.0, phase=0.0):
    fid = 10 * line(2.01, width_hz) + 8 * line(3.03, width_hz) + water * line(4.65, 10.0)
    rng = np.random.default_rng(2)
    fid = fid * np.exp(1j * phase)
    fid = fid + noise * (rng.standard_normal(T.size) + 1j * rng.standard_normal(T.size))
    return Dataset(fid, ACQUISITION, 4.65)


def fit_of(
    data,
    *,
    noise=0.05,
    residual=1.0,
    message="The fit converged.",
    converged=True,
    name="NAA",
    sd_of_amplitude=0.1,
):
    freq = np.fft.fftshift(np.fft.fftfreq(T.size, 1 / 2000))
    ppm = (4.65 + freq / HZ)[::-1]
    keep = (ppm > 0.2) & (ppm < 4.2)
    spectrum = np.fft.fftshift(np.fft.fft(data.fid))[::-1][keep]
    sd = noise * np.sqrt(T.size)
    zero = np.zeros_like(spectrum)
    return FitResult(
        "test", "1", ppm[keep], spectrum, spectrum, zero, spectrum[None], (Component(name),),
        np.ones(1), np.eye(1) * sd_of_amplitude**2, (Lineshape(0, 0, 0),), float(np.angle(data.fid[0])), 0.0, 2.0, 0.0,
        sd, residual * sd, 8.0, converged, message, 7,
    )  # fmt: skip


def quantified(percent):
    rows = [
        Quantity(name, "sum", 1.0, None, "a.u.", 0.1, percent, 1.0, 0.1, True)
        for name in ("tNAA", "tCr")
    ]
    return Quantification(tuple(rows), "ratios", "a.u.", ())


def test_snr_is_height_over_noise():
    data = dataset(phase=0.6)
    metric = measure(data, None, fit_of(data), None).get("snr")
    height = 10 / (1 - np.exp(-np.pi * 5 / 2000))
    assert metric.value == pytest.approx(height / (0.05 * np.sqrt(2048)), rel=0.05)
    assert metric.grade == "good"
    assert "noise" in metric.definition


def test_noise_that_was_filtered_off_gives_no_snr():
    data = dataset()
    quality = measure(data, None, fit_of(data, residual=300.0), None)
    assert quality.get("snr").value is None
    assert "300 times the noise" in quality.get("snr").reason
    assert quality.get("water_residual") is not None
    assert measure(data, None, fit_of(data, residual=90.0), None).get("snr").value is not None


def test_snr_is_named_after_the_peak_that_was_measured():
    data = dataset()
    weak = fit_of(data, name="NAA", sd_of_amplitude=0.6)
    lactate = replace(
        weak,
        components=(*weak.components, Component("Lac"), Component("MM09", "macromolecule")),
        curves=np.array([0 * weak.curves[0], weak.curves[0], 2 * weak.curves[0]]),
        amplitudes=np.array([1.0, 1.0, 2.0]),
        covariance=np.diag([0.36, 0.01, 0.01]),
    )
    quality = measure(data, None, lactate, None)
    assert quality.get("snr").label == "SNR (Lac)"
    assert quality.get("snr").reason.startswith("NAA was not found")
    assert quality.get("water_residual").label == "Residual water / Lac"
    assert measure(data, None, fit_of(data), None).get("snr").label == "SNR (NAA)"
    assert measure(data, None, fit_of(data, name="tNAA"), None).get("snr").label == "SNR (NAA)"
    nothing = measure(data, None, weak, None)
    assert nothing.get("snr").value is None
    assert nothing.get("snr").reason == "no metabolite was found"


def test_phosphorus_is_measured_at_phosphocreatine():
    acquisition = Acquisition("31P", 49.9e6, 1 / 2000)
    fid = 10 * np.exp(-np.pi * 6 * T) + 0.05 * np.random.default_rng(1).standard_normal(T.size)
    data = Dataset(fid.astype(complex), acquisition, 0.0)
    ppm = np.fft.fftshift(np.fft.fftfreq(T.size, 1 / 2000))[::-1] / 49.9
    spectrum = np.fft.fftshift(np.fft.fft(fid))[::-1]
    fit = replace(
        fit_of(dataset(), name="PCr"), ppm=ppm, data=spectrum, fit=spectrum,
        baseline=0 * spectrum, curves=spectrum[None], zero_phase_rad=0.0,
    )  # fmt: skip
    quality = measure(data, None, fit, None)
    assert quality.get("snr").label == "SNR (PCr)"
    assert quality.get("fwhm_pcr_hz").value == pytest.approx(6.0, rel=0.08)
    assert quality.get("fwhm_pcr").grade == "unknown"
    assert quality.get("fwhm_tnaa") is None
    assert quality.get("water_residual") is None


def test_width_is_given_in_ppm_and_hz():
    quality = measure(dataset(), None, None, None)
    assert quality.get("fwhm_tcr_hz").value == pytest.approx(5.0, rel=0.05)
    assert quality.get("fwhm_tcr").value == pytest.approx(5.0 / HZ, rel=0.05)
    assert "Wilson 2019" in quality.get("fwhm_tcr").reason


@pytest.mark.parametrize(("width_hz", "grade"), [(5, "good"), (15, "borderline"), (22, "poor")])
def test_broad_lines_are_graded(width_hz, grade):
    assert measure(dataset(width_hz=width_hz), None, None, None).get("fwhm_tnaa").grade == grade


def test_with_a_fit_the_line_is_measured_without_what_lies_under_it():
    data = dataset()
    broad = 40 * line(2.1, 60.0)
    fit = fit_of(data)
    spectrum = fit_of(replace(data, fid=broad)).data
    fit = replace(
        fit,
        data=fit.data + spectrum,
        fit=fit.fit + spectrum,
        baseline=spectrum,
        curves=fit_of(replace(data, fid=10 * line(2.01, 5.0))).data[None],
    )
    rest = fit_of(replace(data, fid=8 * line(3.03, 5.0))).data
    fit = replace(fit, baseline=spectrum + rest)
    both = replace(data, fid=data.fid + broad)
    assert measure(both, None, fit, None).get("fwhm_tnaa_hz").value == pytest.approx(5.0, rel=0.08)
    raw = measure(both, None, None, None).get("fwhm_tnaa_hz").value
    assert raw is None or raw > 6.0


def test_residual_water_is_measured_against_naa():
    data = dataset(water=60.0)
    metric = measure(data, None, fit_of(data), None).get("water_residual")
    assert metric.value == pytest.approx(60 / 10 * 5 / 10, rel=0.1)
    assert metric.grade == "borderline"


@pytest.mark.parametrize(("residual", "grade"), [(1.0, "good"), (2.0, "borderline"), (4, "poor")])
def test_fit_quality_is_a_ratio_of_variances(residual, grade):
    data = dataset()
    metric = measure(data, None, fit_of(data, residual=residual), None).get("fqn")
    assert metric.value == pytest.approx(residual**2)
    assert metric.grade == grade


def test_overall_grade_is_the_worst():
    data = dataset()
    fine = measure(data, None, fit_of(data), quantified(5.0))
    assert fine.grade == "good"
    assert measure(data, None, fit_of(data), quantified(60.0)).grade == "poor"
    assert measure(data, None, fit_of(data, converged=False), None).grade == "poor"


def test_doubts_of_the_engine_are_passed_on():
    data = dataset()
    metric = measure(data, None, fit_of(data, message="Lipid is huge."), None).get("fit")
    assert metric.grade == "borderline"
    assert metric.reason == "Lipid is huge."


def test_water_width():
    water = Dataset(1000 * line(4.65, 9.0), ACQUISITION, 4.65)
    noisy = replace(water, fid=water.fid + dataset(noise=0.01).fid * 0.001)
    metric = measure(dataset(), noisy, None, None).get("fwhm_water")
    assert metric.value * HZ == pytest.approx(9.0, rel=0.05)


def test_nothing_to_measure_is_unknown():
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(2048) + 1j * rng.standard_normal(2048)
    quality = measure(Dataset(noise, ACQUISITION, 4.65), None, None, None)
    assert quality.grade == "unknown"
    assert quality.get("fwhm_tcr").value is None


def test_no_noise_estimate_no_snr():
    data = dataset()
    fit = replace(fit_of(data), noise_sd=0.0)
    assert measure(data, None, fit, None).get("snr").value is None


def test_a_site_can_set_its_own_limits():
    strict = QualityProfile(fwhm_ppm=Limits(good=0.01, borderline=0.02, source="our scanner"))
    metric = measure(dataset(), None, None, None, strict).get("fwhm_tcr")
    assert metric.grade == "poor"
    assert "our scanner" in metric.reason


def test_every_metric_says_what_it_is():
    data = dataset()
    quality = measure(data, dataset(water=1000.0), fit_of(data), quantified(5.0))
    keys = [metric.key for metric in quality.metrics]
    assert len(keys) == len(set(keys))
    for metric in quality.metrics:
        assert metric.label
        assert metric.reason
        assert metric.definition

"""What was done to data before: each sign of it on made signals, and on real files."""

from dataclasses import replace

import numpy as np
import pytest

from mrsviewer.formats import open_exam, read_scan
from mrsviewer.model.acquisition import Acquisition, Statement
from mrsviewer.model.dataset import Dataset
from mrsviewer.quality.preprocessing import LEAVE_OUT_EDDY, detect_preprocessing
from mrsviewer.quality.temperature import offset_findings, temperature_c

HOW = Acquisition("1H", 123.25e6, 1 / 4000, 0.03, None, 2.0)
T = np.arange(2048) / 4000


def brain(seed=1, noise=0.02):
    rng = np.random.default_rng(seed)
    lines = ((2.01, 3.0), (3.03, 2.0), (3.21, 1.5), (4.65, 4.0))
    fid = sum(a * np.exp(2j * np.pi * (p - 4.65) * 123.25 * T - 18 * T) for p, a in lines)
    return fid + noise * (rng.normal(size=T.size) + 1j * rng.normal(size=T.size))


def water(bend=0.0, seed=2):
    rng = np.random.default_rng(seed)
    grain = 0.1 * (rng.normal(size=T.size) + 1j * rng.normal(size=T.size))
    eddy = np.exp(1j * (0.3 + bend * np.exp(-T / 0.05)))
    return Dataset(1000 * np.exp(2j * np.pi * 3 * T - 20 * T) * eddy + grain, HOW, 4.65)


def data(fid=None, dims=(), **changes):
    return Dataset(brain() if fid is None else fid, replace(HOW, **changes), 4.65, dims)


def rules(dataset, reference=None):
    return {f.rule: f for f in detect_preprocessing(dataset, reference)}


def test_raw_data_have_nothing_done_to_them():
    assert rules(data(), water(bend=0.3)) == {}


def test_averages_summed_by_the_scanner():
    assert "64 averages" in rules(data(averages=64))["averaged"].evidence
    many = np.array([brain(k) for k in range(4)])
    assert "averaged" not in rules(data(many, ("transient",), averages=1))


def test_only_the_data_come_combined():
    coils = replace(water(0.3), fid=np.array([water(0.3).fid] * 4), dims=("coil",))
    assert "4 coils" in rules(data(), coils)["combined"].evidence


@pytest.mark.parametrize("width_hz", [0.0, 0.5, 1.0, 3.0, 6.0])
def test_a_filter_shows_in_the_noise(width_hz):
    finding = rules(data(brain(noise=0.2) * np.exp(-np.pi * width_hz * T)))
    assert ("filtered" in finding) == (width_hz > 0.0)
    assert "noise-ends" not in finding


def test_exact_zeros_and_noise_that_ends():
    fid = brain(noise=0.1)
    zeros = np.where(np.arange(T.size) < 1024, fid, 0)
    assert rules(data(zeros))["zero-filled"].evidence == "Samples 1025 to 2048 are exactly zero."
    damped = np.where(np.arange(T.size) < 1280, fid, 0.02 * fid)
    finding = rules(data(damped))["noise-ends"]
    assert finding.severity == "warning"
    assert "sample 1280 of 2048" in finding.evidence


def test_time_that_goes_round():
    spectrum = np.fft.fft(brain()) * np.exp(2j * np.pi * np.fft.fftfreq(T.size) * 6.5)
    assert "times higher" in rules(data(np.fft.ifft(spectrum)))["wrapped"].evidence


def test_signs_of_transients():
    signs = np.array([1, -1] * 8)[:, None]
    many = np.array([brain(k) for k in range(16)])
    assert "alternating" not in rules(data(many, ("transient",)))
    assert "100%" in rules(data(signs * many, ("transient",)))["alternating"].evidence
    noise = np.random.default_rng(3).normal(size=(16, 512)) + 0j
    assert "alternating" not in rules(data(noise, ("transient",)))


def without_naa(fids, which):
    line = 3.0 * np.exp(2j * np.pi * (2.01 - 4.65) * 123.25 * T - 18 * T)
    return fids - np.where(which, 0.95, 0.0)[:, None] * line


@pytest.mark.parametrize("noise", [0.02, 1.0])
@pytest.mark.parametrize("order", [np.arange(16) % 2 == 1, np.arange(16) >= 8])
def test_transients_of_an_edited_scan(order, noise):
    plain = np.array([brain(k, noise) for k in range(16)])
    assert "edited" not in rules(data(plain, ("transient",)))
    turned = np.exp(1j * np.arange(16))[:, None] * without_naa(plain, order)
    finding = rules(data(turned, ("transient",)))["edited"]
    assert finding.severity == "danger"
    assert finding.correction.label == "Use sequence MEGA-PRESS"
    coils = np.stack([0.1 * turned, 2 * turned])
    assert "edited" in rules(data(coils, ("coil", "transient")))
    known = data(turned, ("transient",), localisation="mega-press")
    assert rules(known)["edited"].correction is None


def test_a_scanner_that_drifts_has_no_transients_of_two_kinds():
    plain = np.array([brain(k, 0.3) for k in range(16)])
    later = np.arange(16)[:, None] >= 8
    away = np.where(later, np.exp(2j * np.pi * 32.0 * T), 1.0)
    assert "edited" not in rules(data(plain * away, ("transient",)))
    edited = without_naa(plain, later[:, 0]) * away
    assert "edited" in rules(data(edited, ("transient",)))
    assert "edited" not in rules(data(np.where(later, 0.0, plain), ("transient",)))


def test_noise_is_of_no_kind():
    noise = np.random.default_rng(3).normal(size=(16, 2048)) + 0j
    assert "edited" not in rules(data(noise, ("transient",)))
    assert "edited" not in rules(data(noise[:6], ("transient",)))


def test_real_edited_dynamics_are_told(shared_data):
    scan = read_scan(shared_data / "philips/spant_mpress/spant_mpress_drift.nii.gz")
    assert "edited" in rules(scan.dataset)


def test_water_without_eddy_currents():
    assert "water-straight" in rules(data(), water())
    assert "water-straight" not in rules(data(), water(bend=0.2))


def test_a_scanner_that_corrected_eddy_currents_leaves_nothing_to_correct():
    said = (Statement("done", "eddy-current correction", "DICOM (0018,9199)"),)
    finding = rules(data(stated=said), water(0.3))["eddy-stated"]
    assert (finding.severity, finding.correction) == ("warning", LEAVE_OUT_EDDY)
    assert finding.correction.label == "Leave out eddy-current correction"
    alone = rules(data(stated=said))["stated"]
    assert (alone.severity, alone.correction) == ("info", None)


def test_temperature_of_water_against_naa():
    assert offset_findings(2.01, 4.65) == ()
    (cold,) = offset_findings(1.82, 4.65)
    assert cold.severity == "warning"
    assert "21 degrees" in cold.evidence
    (odd,) = offset_findings(2.6, 4.65)
    assert "no temperature" in odd.evidence
    assert temperature_c(2.64) == pytest.approx(38.7, abs=0.1)


@pytest.mark.parametrize("name", ["SVS_30.IMA", "SVS_30.rda", "SVS_XA60.dcm"])
def test_siemens_files_go_round(name, shared_data):
    scan = read_scan(shared_data / "siemens/suspect" / name).dataset
    assert {"wrapped", "averaged"} <= set(rules(scan))


@pytest.mark.parametrize(
    "name",
    ["osprey_press35/sub-01_PRESS_35_act.sdat", "osprey_mm/sub-01_PRESS_raw-act.SDAT",
     "spant/philips_spar_sdat_WS.SDAT"],
)  # fmt: skip
def test_philips_files_are_averaged_and_nothing_else(name, shared_data):
    exam = open_exam([shared_data / "philips" / name])
    assert set(rules(exam.metabolite, exam.water)) == {"averaged"}


def test_philips_dicom_states_that_eddy_currents_were_corrected(shared_data):
    exam = open_exam([shared_data / "philips/suspect_enhanced/IM-0001-0002.dcm"])
    assert rules(exam.metabolite, exam.water)["eddy-stated"].correction == LEAVE_OUT_EDDY


def test_edited_pairs_alternate(shared_data):
    scan = read_scan(shared_data / "philips/spant_mpress/spant_mpress_drift.nii.gz").dataset
    assert "100%" in rules(scan)["alternating"].evidence
    plain = read_scan(shared_data / "nifti_mrs/steam7t/metab_raw_deid.nii.gz").dataset
    assert rules(plain) == {}


def test_a_record_that_was_filled_up(shared_data):
    scan = read_scan(shared_data / "lcmodel/mm94t/Summed_Averaged_TE24.RAW").dataset
    assert "sample 1280 of 4096" in rules(scan)["noise-ends"].evidence


def test_simulated_water_is_straight_and_measured_water_is_not(shared_data):
    made = shared_data / "text/fitting_challenge/jmrui"
    exam = open_exam([made / "dataset1_WS.txt"], water=made / "dataset1_nWS.txt")
    assert "water-straight" in rules(exam.metabolite, exam.water)
    bent = open_exam([made / "dataset22_WS.txt"], water=made / "dataset22_nWS.txt")
    assert "water-straight" not in rules(bent.metabolite, bent.water)

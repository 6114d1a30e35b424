"""Every rule of the header linter: what sets it off, what it offers, what leaves it quiet."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.formats import read_scan
from mrsviewer.model.acquisition import Acquisition, Statement
from mrsviewer.model.dataset import Dataset
from mrsviewer.quality.axis_rules import field_of
from mrsviewer.quality.header_linter import lint_header
from mrsviewer.quality.lint import Correction, Question

SOUND = Acquisition(
    "1H", 123.25e6, 1 / 2000, 0.03, None, 2.0, localisation="press", sequence="svs_se_30"
)


def data(points=1024, transients=0, **changes):
    """Return noise with a sound header but for ``changes``."""
    rng = np.random.default_rng(1)
    shape = (transients, points) if transients else (points,)
    fid = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    dims = ("transient",) if transients else ()
    return Dataset(fid, replace(SOUND, **changes), 4.65, dims)


def found(dataset):
    return {finding.rule: finding for finding in lint_header(dataset)}


def protocol(*echo_times_s):
    return tuple(
        Statement("echo_time_s", te, f"protocol alTE[{k}]") for k, te in enumerate(echo_times_s)
    )


def test_a_sound_header_is_left_alone():
    assert lint_header(data()) == ()


@pytest.mark.parametrize(
    ("wrong", "right", "severity"),
    [
        (30.0, 0.03, "danger"),
        (30000.0, 0.03, "danger"),
        (3e-5, 0.03, "danger"),
        (35.0, 0.035, "danger"),
    ],
)
def test_echo_time_in_another_unit_is_mended(wrong, right, severity):
    finding = found(data(echo_time_s=wrong, repetition_time_s=None))["echo-time-unit"]
    assert finding.severity == severity
    assert finding.correction.value == pytest.approx(right)
    assert finding.correction.label == f"Use TE {right * 1e3:g} ms"


def test_impossible_echo_times_without_a_unit_that_explains_them_offer_nothing():
    for wrong in (4.22668, 0.9, 0.000217345):
        finding = found(data(echo_time_s=wrong, repetition_time_s=None))["echo-time-unit"]
        assert finding.correction is None
    assert found(data(echo_time_s=0.005))["echo-time-unit"].severity == "warning"
    assert "echo-time-unit" not in found(data(echo_time_s=0.006, localisation="steam"))


def test_a_sum_of_the_protocols_list_is_recognised():
    stated = protocol(0.04168, *[0.135] * 31)
    finding = found(data(echo_time_s=0.04168 + 31 * 0.135, stated=stated))["echo-time-sum"]
    assert finding.severity == "danger"
    assert "4226.68 ms is the sum of the 32 entries" in finding.evidence
    assert finding.correction == Correction("echo_time_s", 0.04168, "ms", "from protocol alTE[0]")
    assert finding.correction.label == "Use TE 41.68 ms"


def test_the_real_sum_of_a_siemens_protocol(shared_data):
    """The echo time that spec2nii gives for this file is the sum of all slots, 4.227 s."""
    path = shared_data / "siemens/pastis/spinal_cord_sLASER_longTE_noWS.dcm"
    scan = read_scan(path).dataset
    assert scan.acquisition.echo_time_s == pytest.approx(0.04168)
    total = sum(s.value for s in scan.acquisition.stated if s.about == "echo_time_s")
    assert total == pytest.approx(4.22668)
    assert "echo-time-sum" not in found(scan)
    summed = replace(scan, acquisition=replace(scan.acquisition, echo_time_s=total))
    assert found(summed)["echo-time-sum"].correction.label == "Use TE 41.68 ms"


def test_two_statements_of_the_echo_time_that_differ():
    finding = found(data(stated=protocol(0.035)))["echo-time-twice"]
    assert (finding.severity, finding.correction.value) == ("warning", 0.035)
    assert found(data(stated=protocol(0.03))) == {}
    assert found(data(echo_time_s=0.03191, stated=protocol(0.03191))) == {}


@pytest.mark.parametrize(
    ("name", "te"),
    [("PRESS PAR 35", 0.035), ("SV_PRESS_144", 0.144), ("svs_se_135", 0.135), ("te30", 0.03)],
)
def test_an_echo_time_in_the_name_is_offered_where_the_header_has_none(name, te):
    finding = found(data(echo_time_s=None, sequence=name))["echo-time-named"]
    assert finding.correction.value == pytest.approx(te)


@pytest.mark.parametrize(
    "name", [None, "svs_slaser", "PRESS_TI_600", "base64", "Brain 1VOI_27_exc"]
)
def test_no_echo_time_is_read_into_other_names(name):
    assert found(data(echo_time_s=None, sequence=name)) == {}


def test_a_name_that_says_another_echo_time_is_only_a_note():
    finding = found(data(sequence="svs_se_135"))["echo-time-name"]
    assert (finding.severity, finding.correction.value) == ("info", 0.135)


def test_echo_longer_than_repetition_and_first_echo_longer_than_echo():
    assert (
        found(data(echo_time_s=0.3, repetition_time_s=0.28))["echo-after-repetition"].severity
        == "danger"
    )
    assert "first-echo" in found(data(te1_s=0.04))
    assert found(data(te1_s=0.0126)) == {}


@pytest.mark.parametrize(("wrong", "right"), [(2000.0, 2.0), (0.002, 2.0), (1.5e6, 1.5)])
def test_repetition_time_in_another_unit(wrong, right):
    finding = found(data(points=512, echo_time_s=None, repetition_time_s=wrong, sequence=None))
    assert finding["repetition-time-unit"].correction.value == pytest.approx(right)


def test_mixing_time():
    assert (
        found(data(localisation="steam", mixing_time_s=10.0))["mixing-time"].severity == "warning"
    )
    assert found(data(localisation="steam", mixing_time_s=0.032)) == {}


@pytest.mark.parametrize(
    ("hz", "nucleus", "field"),
    [
        (123.25e6, "1H", 3.0), (127.75e6, "1H", 3.0), (63.7e6, "1H", 1.5), (297.2e6, "1H", 7.0),
        (399.7e6, "1H", 9.4), (51.7e6, "31P", 3.0), (120.3e6, "31P", 7.0), (85e6, "1H", 2.0),
        (105e6, "1H", None), (127.75e6, "19F", None),
    ],
)  # fmt: skip
def test_field_strengths_sold(hz, nucleus, field):
    assert field_of(hz, nucleus) == field


def test_a_frequency_in_another_unit():
    finding = found(data(frequency_hz=123.25))["frequency-unit"]
    assert finding.correction.label == "Use frequency 123.25 MHz"
    assert "3 T" in finding.evidence


def test_the_frequency_of_another_nucleus():
    finding = found(data(frequency_hz=49.9e6))["frequency-field"]
    assert finding.correction == Correction("nucleus", "31P", "", "its frequency")
    assert found(data(frequency_hz=105e6))["frequency-field"].correction is None


@pytest.mark.parametrize(("wrong", "right"), [(0.5, 5e-4), (500.0, 5e-4), (5e-7, 5e-4)])
def test_dwell_time_in_another_unit(wrong, right):
    finding = found(data(dwell_s=wrong))["dwell-unit"]
    assert finding.severity == "danger"
    assert finding.correction.value == pytest.approx(right)


@pytest.mark.parametrize(
    ("vendor", "rounded", "true", "severity"),
    [
        ("Siemens", 833e-6, 833.4e-6, "info"),
        ("Siemens", 167e-6, 166.6e-6, "warning"),
        (None, 83e-6, 1 / 12000, "warning"),
        (None, 667e-6, 1 / 1500, "info"),
    ],
)
def test_a_dwell_time_rounded_to_microseconds(vendor, rounded, true, severity):
    finding = found(data(points=4096, dwell_s=rounded, vendor=vendor))["dwell-rounded"]
    assert finding.severity == severity
    assert finding.correction.value == pytest.approx(true, rel=1e-6)
    mended = found(data(points=4096, dwell_s=finding.correction.value, vendor=vendor))
    assert "dwell-rounded" not in mended


@given(st.sampled_from([100, 125, 200, 250, 320, 400, 500, 600, 800, 1000]))
def test_dwell_times_of_whole_microseconds_that_scanners_use_are_not_doubted(microseconds):
    assert "dwell-rounded" not in found(data(dwell_s=microseconds * 1e-6))


def test_rda_rounds_the_dwell_time_that_dicom_gives_in_full(shared_data):
    folder = shared_data / "siemens/suspect"
    rounded, exact = (read_scan(folder / name).dataset for name in ("SVS_30.rda", "SVS_30.IMA"))
    assert exact.acquisition.dwell_s == pytest.approx(833.4e-6)
    assert found(rounded)["dwell-rounded"].correction.value == pytest.approx(
        exact.acquisition.dwell_s
    )
    assert "dwell-rounded" not in found(exact)


def test_records_too_short_too_long_and_longer_than_the_repetition_time():
    assert "few-samples" in found(data(points=128))
    assert "short-record" in found(data(points=300, dwell_s=250e-6, repetition_time_s=None))
    assert "long-record" in found(data(points=32768, dwell_s=5e-4, repetition_time_s=None))
    assert "record-repetition" in found(data(points=8192, repetition_time_s=2.0))


def test_averages_given_twice_or_impossible():
    twice = found(data(transients=16, averages=16))["averages-twice"]
    assert twice.correction.value == 1
    assert found(data(transients=16, averages=1)) == {}
    said = (Statement("averages", 128, "private element"),)
    stated = found(data(averages=1, stated=said))["averages-stated"]
    assert stated.correction.label == "Use averages 128"
    assert found(data(averages=128, stated=said)) == {}
    assert "averages-many" in found(data(averages=100_000))


def test_averages_of_a_real_philips_file(shared_data):
    scan = read_scan(shared_data / "philips/suspect_enhanced/IM-0001-0002.dcm").dataset
    assert found(scan)["averages-stated"].correction.value == 128


def test_a_mirrored_spectrum_is_turned_by_one_click():
    t = np.arange(1024) / 2000
    lines = ((2.01, 3.0), (3.03, 2.0), (3.21, 1.5))
    fid = sum(a * np.exp(2j * np.pi * (p - 4.65) * 123.25 * t - 15 * t) for p, a in lines)
    right = Dataset(fid, SOUND, 4.65)
    wrong = replace(right, fid=np.conj(fid))
    assert "mirrored" not in found(right)
    assert found(wrong)["mirrored"].correction == Correction(
        "conjugated", True, "", "the complex conjugate of the file's samples"
    )


def test_the_gravest_finding_comes_first():
    severities = [
        f.severity for f in lint_header(data(points=128, dwell_s=833e-6, frequency_hz=123.25))
    ]
    assert severities == sorted(severities, key=("danger", "warning", "info").index)
    assert severities[0] == "danger"


@given(
    te=st.one_of(st.none(), st.floats(1e-9, 1e9)),
    tr=st.one_of(st.none(), st.floats(1e-9, 1e9)),
    dwell=st.floats(1e-9, 1e4),
    hz=st.floats(1e-3, 1e12),
)
def test_no_value_breaks_the_linter_and_no_correction_repeats_the_file(te, tr, dwell, hz):
    case = data(64, echo_time_s=te, repetition_time_s=tr, dwell_s=dwell, frequency_hz=hz)
    for finding in lint_header(case):
        assert finding.evidence
        correction = finding.correction
        if correction is not None and correction.field != "conjugated":
            assert getattr(case.acquisition, correction.field) != correction.value


def test_an_answer_is_an_entry_in_si_units():
    question = Question("echo_time_s", "Echo time (TE)", "", "ms", 1, 1000)
    assert question.answer(41.68).value == pytest.approx(0.04168)
    assert question.answer(41.68).label == "Use TE 41.68 ms"
    assert (
        Question("localisation", "Sequence", "", choices=("press",)).answer("press").value
        == "press"
    )

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like, jmrui_text, of_dataset

from mrsviewer.formats import jmrui
from mrsviewer.model.failure import FormatError


def _write(folder, text, encoding="latin-1"):
    path = folder / "a.txt"
    path.write_bytes(text.encode(encoding))
    return path


def _read(folder, text):
    return jmrui.read(_write(folder, text))[0]


def test_header_and_samples(tmp_path):
    text = jmrui_text(brain_like(), extra="DateOfExperiment: 2020-01-02\nSpectrometer: Achieva\n")
    scan = _read(tmp_path, text)
    a = scan.dataset.acquisition
    assert (a.nucleus, a.frequency_hz, a.scanner) == ("1H", FREQUENCY_HZ, "Achieva")
    assert a.dwell_s == pytest.approx(DWELL_S, rel=1e-12)
    assert (scan.identity.patient_name, scan.identity.study_date) == ("Doe", "2020-01-02")
    np.testing.assert_allclose(scan.dataset.fid, brain_like(), atol=1e-7)
    assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.01)
    assert scan.findings == ()


def test_several_signals_are_an_axis(tmp_path):
    fids = np.stack([brain_like(64), 2 * brain_like(64)])
    scan = _read(tmp_path, jmrui_text(fids))
    assert scan.dataset.dims == ("measurement",)
    np.testing.assert_allclose(scan.dataset.fid, fids, atol=1e-7)


def test_columns_of_the_spectrum_are_left_out(tmp_path):
    lines = jmrui_text(brain_like(64)).split("\n")
    text = "\n".join(f"{x}\t1.0\t2.0" if x[:1] in "-0123456789" and x else x for x in lines)
    np.testing.assert_allclose(_read(tmp_path, text).dataset.fid, brain_like(64), atol=1e-7)


@pytest.mark.parametrize(
    ("said", "nucleus"), [("1H", "1H"), ("31P", "31P"), ("0E0", "1H"), ("13C", "13C")]
)
def test_nucleus_is_said_or_follows_from_the_field(tmp_path, said, nucleus):
    text = jmrui_text(brain_like()).replace("TypeOfNucleus: 0E0", f"TypeOfNucleus: {said}")
    assert _read(tmp_path, text).dataset.acquisition.nucleus == nucleus


def test_phosphorus_is_known_by_field_and_frequency(tmp_path):
    text = jmrui_text(brain_like()).replace(f"{FREQUENCY_HZ:.9E}", "51.7E6")
    scan = _read(tmp_path, text)
    assert (scan.dataset.acquisition.nucleus, scan.dataset.centre_ppm) == ("31P", 0.0)


def test_unknown_nucleus_is_told(tmp_path):
    text = jmrui_text(brain_like()).replace("MagneticField: 3E0", "MagneticField: 0E0")
    assert [f.title for f in _read(tmp_path, text).findings] == ["Nucleus not known"]


def test_phase_in_the_header_is_told_and_not_applied(tmp_path):
    text = jmrui_text(brain_like()).replace("ZeroOrderPhase: 0E0", "ZeroOrderPhase: 3.5E1")
    scan = _read(tmp_path, text)
    assert [f.title for f in scan.findings] == ["The header gives a zero-order phase"]
    np.testing.assert_allclose(scan.dataset.fid, brain_like(), atol=1e-7)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_files_are_refused(tmp_path, share):
    text = jmrui_text(brain_like())
    cut = text[: int(len(text) * share)]
    with pytest.raises(FormatError):
        _read(tmp_path, cut[: cut.rindex("\n") + 1])


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("PointsInDataset: 512", "PointsInDataset: 500", "says 1 x 500 samples"),
        ("PointsInDataset: 512", "PointsInDataset: 5.5", "not a whole number"),
        ("PointsInDataset", "Points", "lacks PointsInDataset"),
        ("SamplingInterval", "Interval", "lacks SamplingInterval"),
        ("TransmitterFrequency", "Transmitter", "lacks TransmitterFrequency"),
        ("SamplingInterval: 5", "SamplingInterval: x5", "is not a number"),
        ("E+08", "E+01", "cannot be right"),
        ("DatasetsInFile: 1", "DatasetsInFile: 2", "2 x 512"),
        ("jMRUI Data Textfile", "Data", "does not begin as jMRUI"),
    ],
)
def test_faults_name_their_cause(tmp_path, old, new, match):
    text = jmrui_text(brain_like())
    assert old in text
    with pytest.raises(FormatError, match=match):
        _read(tmp_path, text.replace(old, new))


def test_bad_number_is_named_with_its_line(tmp_path):
    lines = jmrui_text(brain_like()).split("\n")
    lines[40] = "1.0\tx"
    with pytest.raises(FormatError, match="Line 41"):
        _read(tmp_path, "\n".join(lines))


@given(st.binary(max_size=200), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_any_damage_gives_a_scan_or_a_format_error(tmp_path_factory, junk, at):
    data = bytearray(jmrui_text(brain_like(64)).encode())
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.mktemp("fuzz") / "a.txt"
    path.write_bytes(bytes(data))
    try:
        scan = jmrui.read(path)[0]
    except FormatError:
        return
    assert np.isfinite(scan.dataset.fid).all()


def test_real_challenge_file(shared_data):
    scan = jmrui.read(shared_data / "text/fitting_challenge/jmrui/dataset1_WS.txt")[0]
    a = scan.dataset.acquisition
    assert (a.frequency_hz, a.dwell_s, a.nucleus, scan.dataset.points) == (
        123.22e6,
        2.5e-4,
        "1H",
        2048,
    )
    assert of_dataset(scan.dataset, 1.5, 3.5) == pytest.approx(2.01, abs=0.01)
    assert "The first point of the signal is halved" in [f.title for f in scan.findings]
    water = jmrui.read(shared_data / "text/fitting_challenge/jmrui/dataset1_nWS.txt")[0]
    assert of_dataset(water.dataset, 3.0, 6.0) == pytest.approx(4.65, abs=0.01)
    assert water.findings == ()


def test_real_creatine_is_at_its_place(shared_data):
    name = "text/cr_water_scaling/Cr_water_scaling_JMRUI/Cr_10mM_test_water_scaling_WS.txt"
    scan = jmrui.read(shared_data / name)[0]
    assert of_dataset(scan.dataset, 2.5, 3.5) == pytest.approx(3.027, abs=0.015)


def test_real_converted_file(shared_data):
    scan = jmrui.read(shared_data / "text/spec2nii_same_scan/metab_jmrui.txt")[0]
    a = scan.dataset.acquisition
    assert (a.frequency_hz, a.nucleus, scan.dataset.points) == (297219948.0, "1H", 4096)
    assert a.dwell_s == pytest.approx(8.33e-5, rel=1e-9)
    assert of_dataset(scan.dataset, 1.5, 3.5) == pytest.approx(2.01, abs=0.02)

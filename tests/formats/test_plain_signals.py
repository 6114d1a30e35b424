"""TARQUIN dpt, jMRUI binary, columns of numbers, LCModel control files."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import AXES, DWELL_S, FREQUENCY_HZ, brain_like, of_dataset, raw_text
from preclinical_files import dpt_text, mrui_bytes

from mrsviewer.formats import (
    ascii_columns,
    jmrui_binary,
    lcmodel_input,
    open_exam,
    read_scans,
    tarquin_dpt,
)
from mrsviewer.formats.unknown_axes import Axes, UnknownAxesError
from mrsviewer.model.failure import FormatError

FID = brain_like(512)
SIDECAR = {"SpectrometerFrequency": [FREQUENCY_HZ * 1e-6], "DwellTime": DWELL_S}


def _columns(*fids):
    table = np.column_stack([part for fid in fids for part in (fid.real, fid.imag)])
    return "".join("  ".join(f"{v:.7e}" for v in row) + "\n" for row in table)


def _write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _ascii(folder, *fids, name="a.txt", sidecar=SIDECAR):
    if sidecar is not None:
        (folder / name).with_suffix(".json").write_text(json.dumps(sidecar))
    return _write(folder, name, _columns(*fids))


# TARQUIN dpt


def test_dpt(tmp_path):
    (scan,) = read_scans(_write(tmp_path, "a.dpt", dpt_text(FID)))
    np.testing.assert_allclose(scan.dataset.fid, FID, atol=1e-8)
    facts = scan.dataset.acquisition
    assert (facts.frequency_hz, facts.dwell_s) == (FREQUENCY_HZ, pytest.approx(DWELL_S))
    assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.02)
    assert scan.findings == ()


def test_phases_of_a_dpt_are_told_and_not_applied(tmp_path):
    (scan,) = read_scans(_write(tmp_path, "a.dpt", dpt_text(FID, Phi0=0.5)))
    np.testing.assert_allclose(scan.dataset.fid, FID, atol=1e-8)
    assert [f.title for f in scan.findings] == ["The header gives a phase"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Number_of_points": 500}, "says 500 samples"),
        ({"Sampling_frequency": 0}, "cannot be right"),
        ({"Transmitter_frequency": None}, "cannot be right"),
        ({"Transmitter_frequency": "x"}, "not a number"),
    ],
)
def test_faults_of_a_dpt(tmp_path, changes, words):
    with pytest.raises(FormatError, match=words):
        read_scans(_write(tmp_path, "a.dpt", dpt_text(FID, **changes)))


def test_real_dpt_and_sdat_of_one_scan_agree(shared_data):
    for dpt, sdat in (("bundle_ws", "WS"), ("bundle_w", "W")):
        (one,) = read_scans(shared_data / f"tarquin/{dpt}.dpt")
        (two,) = read_scans(shared_data / f"philips/spant/philips_spar_sdat_{sdat}.SDAT")
        scale = np.abs(two.dataset.fid).max()
        np.testing.assert_allclose(one.dataset.fid / scale, two.dataset.fid / scale, atol=1e-7)


def test_real_tumour_shows_choline(shared_data):
    (scan,) = read_scans(shared_data / "tarquin/real_mb.dpt")
    assert of_dataset(scan.dataset, 2.8, 3.6) == pytest.approx(3.2, abs=0.1)
    (scan,) = read_scans(shared_data / "tarquin/unknown.dpt")
    assert of_dataset(scan.dataset, 0.4, 2.6) == pytest.approx(1.3, abs=0.15)


# jMRUI binary


def test_mrui(tmp_path):
    (scan,) = read_scans(_write(tmp_path, "a.mrui", mrui_bytes(FID)))
    np.testing.assert_allclose(scan.dataset.fid, FID)
    facts = scan.dataset.acquisition
    assert (facts.nucleus, facts.frequency_hz) == ("1H", pytest.approx(FREQUENCY_HZ))
    assert facts.dwell_s == pytest.approx(DWELL_S)
    assert scan.findings == ()


def test_several_signals_and_text_behind_them(tmp_path):
    content = mrui_bytes([FID, 2 * FID], trailer=b"patient: Doe\n\0")
    (scan,) = read_scans(_write(tmp_path, "a.mrui", content))
    assert scan.dataset.dims == ("measurement",)
    (scan,) = read_scans(_write(tmp_path, "b.mrui", mrui_bytes([FID, 2 * FID], at13=0)))
    assert scan.dataset.fid.shape == (2, 512)


@pytest.mark.parametrize(("frequency", "nucleus"), [(51.7e6, "31P"), (32.1e6, "13C")])
def test_the_nucleus_follows_from_field_and_frequency(tmp_path, frequency, nucleus):
    (scan,) = read_scans(_write(tmp_path, "a.mrui", mrui_bytes(FID, at5=frequency)))
    assert (scan.dataset.acquisition.nucleus, scan.dataset.centre_ppm) == (nucleus, 0.0)


@pytest.mark.parametrize(
    "content",
    [
        mrui_bytes(FID)[:-8],
        mrui_bytes(FID) + np.random.default_rng(1).bytes(200),
        mrui_bytes(FID, at1=511.5),
        mrui_bytes(FID, at2=0),
        mrui_bytes(FID, at5=np.nan),
        mrui_bytes(FID, at6=400),
        mrui_bytes(FID, at13=1e9),
        mrui_bytes(FID * 0),
        mrui_bytes(FID)[:300],
    ],
)
def test_faults_of_a_mrui(tmp_path, content):
    path = _write(tmp_path, "a.mrui", content)
    for read in (read_scans, jmrui_binary.read):
        with pytest.raises(FormatError):
            read(path)


def test_real_mrui(shared_data):
    (scan,) = read_scans(shared_data / "text/mrui/20240519_residual.mrui")
    facts = scan.dataset.acquisition
    assert (facts.nucleus, scan.dataset.points) == ("1H", 4096)
    assert facts.frequency_hz == pytest.approx(400.265406e6, abs=1)
    assert facts.dwell_s == pytest.approx(2e-4)
    assert of_dataset(scan.dataset, 0.5, 1.5) == pytest.approx(0.87, abs=0.06)


# Columns of numbers


@pytest.mark.parametrize("axes", [Axes(5, 1e8), Axes(1e-4, 100.0), Axes(float("nan"), 1e8)])
def test_absurd_answers_are_refused(tmp_path, axes):
    with pytest.raises(FormatError, match="cannot be right"):
        read_scans(_ascii(tmp_path, FID, sidecar=None), axes)


def test_answers_do_not_replace_what_a_file_says(tmp_path):
    (scan,) = read_scans(_ascii(tmp_path, FID), Axes(1e-4, 50e6))
    assert scan.dataset.acquisition.dwell_s == pytest.approx(DWELL_S)


def test_real_raw_without_control_file_opens_when_told(shared_data):
    folder = shared_data / "text/fitting_challenge"
    axes = Axes(2.5e-4, 123.22e6)
    for raw, text in (("dataset1.RAW", "dataset1_WS.txt"), ("dataset1.H2O", "dataset1_nWS.txt")):
        (scan,) = read_scans(folder / "lcmodel" / raw, axes)
        (other,) = read_scans(folder / "jmrui" / text)
        np.testing.assert_allclose(scan.dataset.fid, other.dataset.fid, rtol=1e-4, atol=1e-2)


def test_two_columns_with_a_sidecar(tmp_path):
    (scan,) = read_scans(_ascii(tmp_path, FID))
    np.testing.assert_allclose(scan.dataset.fid, FID, atol=1e-6)
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(FREQUENCY_HZ)
    assert "Header taken from another file" in [f.title for f in scan.findings]


def test_the_sign_follows_from_the_peaks_and_is_told(tmp_path):
    (scan,) = read_scans(_ascii(tmp_path, FID.conj()))
    np.testing.assert_allclose(scan.dataset.fid, FID, atol=1e-6)
    told = next(f for f in scan.findings if "direction of the ppm axis" in f.title)
    assert told.severity == "warning"
    assert "conjugate" in told.detail


@pytest.mark.parametrize("water_first", [False, True])
def test_four_columns_are_metabolites_and_water(tmp_path, water_first):
    t = np.arange(512) * DWELL_S
    water = 5000 * np.exp(-15 * t)
    pair = (water, FID) if water_first else (FID, water)
    path = _ascii(tmp_path, *pair)
    scans = read_scans(path)
    np.testing.assert_allclose(scans[0].dataset.fid, FID, atol=1e-5)
    exam = open_exam([path])
    assert exam.water is not None
    assert np.abs(exam.water.fid).max() == pytest.approx(5000, rel=1e-6)


def test_without_a_sidecar_the_axes_are_asked_for(tmp_path):
    path = _ascii(tmp_path, FID, sidecar=None)
    with pytest.raises(UnknownAxesError, match=r"a\.json") as caught:
        read_scans(path)
    assert caught.value.missing == ("dwell_s", "frequency_hz")
    (scan,) = read_scans(path, Axes(1e-4, 51.7e6, "31P"))
    assert (scan.dataset.acquisition.nucleus, scan.dataset.centre_ppm) == ("31P", 0.0)
    assert "The direction of the ppm axis is not known" in [f.title for f in scan.findings]
    np.testing.assert_allclose(scan.dataset.fid, FID, atol=1e-6)


@pytest.mark.parametrize(
    "sidecar",
    [
        {"ImagingFrequency": FREQUENCY_HZ, "Dwelltime": DWELL_S},
        {"SpectrometerFrequency": FREQUENCY_HZ * 1e-6, "SpectralWidth": 1 / DWELL_S},
    ],
)
def test_other_words_of_sidecars(tmp_path, sidecar):
    (scan,) = read_scans(_ascii(tmp_path, FID, sidecar=sidecar))
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(FREQUENCY_HZ)
    assert scan.dataset.acquisition.dwell_s == pytest.approx(DWELL_S)


@pytest.mark.parametrize(
    ("sidecar", "words"),
    [
        ({"SpectrometerFrequency": [123.2]}, "lacks the dwell time"),
        ({"DwellTime": DWELL_S}, "frequency"),
        ({**SIDECAR, "DwellTime": 500}, "dwell time of 500"),
        ([1, 2], "no JSON object"),
    ],
)
def test_faults_of_the_sidecar(tmp_path, sidecar, words):
    with pytest.raises(FormatError, match=words):
        read_scans(_ascii(tmp_path, FID, sidecar=sidecar))


@pytest.mark.parametrize(
    "content",
    [
        _columns(FID) + "1.0\n",
        _columns(FID) + "1.0 x\n",
        _columns(FID[:10]),
        _columns(FID) + "1 2 3\n",
        _columns(FID * 0),
        _columns(FID)[:-7].rsplit(" ", 1)[0],
    ],
)
def test_faults_of_the_columns(tmp_path, content):
    path = _ascii(tmp_path, FID)
    path.write_text(content)
    with pytest.raises(FormatError):
        read_scans(path)


def test_comments_commas_and_a_missing_last_line_end(tmp_path):
    path = _ascii(tmp_path, FID)
    text = "# made\n" + _columns(FID).replace("  ", ",").rstrip("\n")
    path.write_text(text)
    np.testing.assert_allclose(read_scans(path)[0].dataset.fid, FID, atol=1e-6)


def test_tables_of_other_widths_are_not_claimed(tmp_path):
    for width in (1, 3, 5):
        path = _write(tmp_path, "t.txt", ("1.0 " * width + "\n") * 40)
        assert not ascii_columns.sniff(path, path.read_bytes())


def test_real_columns_equal_the_jmrui_text_of_the_scan(shared_data, tmp_path):
    folder = shared_data / "text/spec2nii_same_scan"
    (scan,) = read_scans(folder / "metab.txt")
    (other,) = read_scans(folder / "metab_jmrui.txt")
    np.testing.assert_allclose(scan.dataset.fid, other.dataset.fid, rtol=1e-6)
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(297.219948e6)
    path = tmp_path / "dataset1.txt"
    shutil.copyfile(shared_data / "text/fitting_challenge/text/dataset1.txt", path)
    with pytest.raises(UnknownAxesError):
        read_scans(path)
    said = {"SpectrometerFrequency": [123.22], "DwellTime": 2.5e-4, "ResonantNucleus": ["1H"]}
    path.with_suffix(".json").write_text(json.dumps(said))
    for one, name in zip(read_scans(path), ("WS", "nWS"), strict=True):
        (two,) = read_scans(shared_data / f"text/fitting_challenge/jmrui/dataset1_{name}.txt")
        np.testing.assert_allclose(one.dataset.fid, two.dataset.fid, rtol=1e-5, atol=1e-3)


def test_real_phosphorus_opens_when_told_and_is_no_water(shared_data):
    path = shared_data / "text/pyamares/fid.txt"
    with pytest.raises(UnknownAxesError):
        read_scans(path)
    (scan,) = read_scans(path, Axes(1e-4, 120.0e6, "31P"))
    assert scan.dataset.points == 1024
    # Phosphocreatine at 0 and the ATP triplets below it.
    assert of_dataset(scan.dataset, -30, 30) == pytest.approx(0, abs=0.5)
    assert of_dataset(scan.dataset, -30, -1) == pytest.approx(-7.6, abs=0.5)


def test_real_draft_of_nifti_mrs_equals_the_jmrui_text_of_the_scan(shared_data):
    folder = shared_data / "text/spec2nii_same_scan"
    (scan,) = read_scans(folder / "metab.nii")
    (other,) = read_scans(folder / "metab_jmrui.txt")
    np.testing.assert_allclose(scan.dataset.fid, other.dataset.fid, rtol=1e-5, atol=1e-10)
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(297.219948e6)
    assert "File from before the NIfTI-MRS standard" in [f.title for f in scan.findings]


# LCModel control files


def _control(folder, **changes):
    values = {"filraw": "'/old/place/a.RAW'", "deltat": "5e-04", "hzpppm": "127.7", **changes}
    body = "\n".join(f"{key}={value}" for key, value in values.items())
    return _write(folder, "control.file", f" $LCMODL\n {body}\n $END\n")


def test_a_control_file_opens_the_signal_beside_it(tmp_path):
    _write(tmp_path, "a.RAW", raw_text(FID))
    path = _control(tmp_path)
    (scan,) = read_scans(path)
    assert scan.path.name == "a.RAW"
    assert scan.dataset.acquisition.dwell_s == 5e-4
    _write(tmp_path, "a.H2O", raw_text(800 * np.ones(512) * np.exp(-np.arange(512) / 80)))
    _control(tmp_path, filh2o="'a.H2O'")
    assert [scan.path.name for scan in read_scans(path)] == ["a.RAW", "a.H2O"]


def test_a_control_file_without_its_signal(tmp_path):
    with pytest.raises(FormatError, match=r"a\.RAW does not lie beside it"):
        read_scans(_control(tmp_path))
    path = _write(tmp_path, "control.file", " $LCMODL\n key=1\n")
    with pytest.raises(FormatError, match="END"):
        read_scans(path)
    with pytest.raises(FormatError, match="LCMODL"):
        lcmodel_input.read(_write(tmp_path, "b.control", f" $SEQPAR\n {AXES}\n $END\n"))


def test_real_control_files(shared_data):
    folder = shared_data / "lcmodel/test_lcm"
    assert read_scans(folder / "control.file")[0].dataset.points == 1024
    names = [scan.path.name for scan in read_scans(folder / "multi-voxel-10/control.file")]
    assert names == ["multi-voxel.met", "multi-voxel.ref"]


# Damage


MADE = {"a.dpt": dpt_text(FID).encode(), "a.mrui": mrui_bytes(FID), "a.txt": _columns(FID).encode()}
MODULES = {"a.dpt": tarquin_dpt, "a.mrui": jmrui_binary, "a.txt": ascii_columns}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("percent", [0, 10, 50, 90])
def test_cut_files_are_refused(tmp_path, name, percent):
    content = MADE[name]
    _ascii(tmp_path, FID)
    path = _write(tmp_path, name, content[: len(content) * percent // 100])
    if name == "a.txt" and percent:
        # Columns have no end mark: only a cut within a line can be seen.
        path.write_bytes(path.read_bytes() + b"\n7\n")
    with pytest.raises(FormatError):
        read_scans(path)


@given(
    name=st.sampled_from(sorted(MADE)),
    where=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=12),
)
@settings(max_examples=120, deadline=None)
def test_any_damage_gives_a_scan_or_a_format_error(tmp_path_factory, name, where, junk):
    data = bytearray(MADE[name])
    at = int(where**3 * (len(data) - len(junk)))
    data[at : at + len(junk)] = junk
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "a.json").write_text(json.dumps(SIDECAR))
    path = _write(folder, name, bytes(data))
    try:
        scans = MODULES[name].read(path)
    except FormatError:
        return
    for scan in scans:
        assert np.isfinite(scan.dataset.fid).all()
        assert scan.dataset.points >= 2


def test_a_control_file_of_any_name_gives_the_axes_and_goes_before_others(tmp_path):
    _write(tmp_path, "a.RAW", raw_text(FID))
    _control(tmp_path)
    body = " $LCMODL\n filraw='a.RAW'\n deltat=1e-3\n hzpppm=63.8\n $END\n"
    (scan,) = read_scans(_write(tmp_path, "zweite Datei", body))
    assert scan.dataset.acquisition.dwell_s == 1e-3
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(63.8e6)


def test_a_control_file_without_axes_is_opened_with_told_ones(tmp_path):
    _write(tmp_path, "a.RAW", raw_text(FID))
    path = _write(tmp_path, "control.file", " $LCMODL\n filraw='a.RAW'\n $END\n")
    with pytest.raises(UnknownAxesError):
        read_scans(path)
    (scan,) = read_scans(path, Axes(DWELL_S, FREQUENCY_HZ))
    assert scan.dataset.acquisition.dwell_s == DWELL_S

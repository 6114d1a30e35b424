"""SDAT/SPAR: numbers, partners, geometry, timing, refusals."""

import numpy as np
import pytest
import vendor_files as make
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.formats import read_scan, vax
from mrsviewer.model.failure import FormatError


def test_vax_numbers_are_those_of_the_manual():
    # 1.0 = 0.5 * 2^1: exponent 129, hidden bit; stored with the words swapped.
    known = {1.0: "80400000", -1.0: "80c00000", 0.5: "00400000", 3.0: "40410000", 0.0: "00000000"}
    for value, code in known.items():
        assert vax.decode_f(bytes.fromhex(code))[0] == value
        assert vax.encode_f(np.array([value])).hex() == code


@given(st.lists(st.floats(-1e37, 1e37).filter(lambda x: x == 0 or abs(x) > 1e-37), min_size=1))
def test_vax_round_trip_keeps_24_bits(values):
    again = vax.decode_f(vax.encode_f(np.array(values)))
    np.testing.assert_allclose(again, values, rtol=2**-24)


def test_reserved_operand_is_not_a_number_and_large_values_are_refused():
    assert np.isnan(vax.decode_f(bytes.fromhex("00800000"))[0])
    with pytest.raises(ValueError, match="too large"):
        vax.encode_f(np.array([2e38]))


def test_samples_and_header_are_read(tmp_path):
    signal = make.fid()
    scan = read_scan(make.write_sdat(tmp_path, signal))
    np.testing.assert_allclose(scan.dataset.fid, signal, rtol=1e-6, atol=1e-6)
    facts = scan.dataset.acquisition
    assert (facts.echo_time_s, facts.repetition_time_s) == (0.035, 2.0)
    assert (facts.frequency_hz, facts.dwell_s, facts.averages) == (127.75e6, 0.0005, 64)
    assert (facts.localisation, facts.vendor, facts.software) == ("press", "Philips", "5.1.7")
    assert facts.inversion_time_s is None
    assert scan.identity.patient_name == "Jörg"
    assert scan.identity.birth_date == "1980-12-21"
    assert scan.dataset.dims == ()
    assert [f for f in scan.findings if f.severity != "info"] == []


def test_voxel_is_turned_into_ras(tmp_path):
    voxel = read_scan(make.write_sdat(tmp_path)).dataset.voxel
    assert voxel.centre_ras_mm == (1.5, -45.0, 30.0)
    assert voxel.size_mm == (25.0, 20.0, 30.0)
    cos, sin = np.cos(np.deg2rad(10)), np.sin(np.deg2rad(10))
    expected = [[1, 0, 0], [0, cos, sin], [0, -sin, cos]]
    np.testing.assert_allclose(voxel.axes_ras, expected, atol=1e-12)


@pytest.mark.parametrize(
    "suffixes",
    [(".SPAR", ".SDAT"), (".spar", ".sdat"), (".spar", ".SDAT"), (".Spar", ".sDat")],
)
def test_either_file_opens_the_pair_in_any_letter_case(tmp_path, suffixes):
    samples = make.write_sdat(tmp_path, suffixes=suffixes)
    header = tmp_path / f"scan_act{suffixes[0]}"
    one, other = read_scan(samples), read_scan(header)
    assert one.digest == other.digest
    np.testing.assert_array_equal(one.dataset.fid, other.dataset.fid)


def test_pairs_that_differ_in_case_alone_are_kept_apart(tmp_path):
    make.write_sdat(tmp_path, make.fid(seed=1), stem="a", suffixes=(".SPAR", ".SDAT"), echo_time=30)
    make.write_sdat(tmp_path, make.fid(seed=2), stem="a", suffixes=(".spar", ".sdat"), echo_time=80)
    if len(list(tmp_path.iterdir())) < 4:
        pytest.skip("this file system does not tell the case of letters")
    assert read_scan(tmp_path / "a.SDAT").dataset.acquisition.echo_time_s == 0.03
    assert read_scan(tmp_path / "a.sdat").dataset.acquisition.echo_time_s == 0.08


def test_samples_under_another_suffix_are_known_by_partner_and_size(tmp_path):
    samples = make.write_sdat(tmp_path, suffixes=(".SPAR", ".dat"))
    assert read_scan(samples).format == "Philips SDAT/SPAR"
    samples.write_bytes(samples.read_bytes()[:-8])
    with pytest.raises(FormatError):
        read_scan(samples)


def test_rows_are_transients_and_empty_ones_are_dropped_with_a_finding(tmp_path):
    rows = np.array([make.fid(seed=k) for k in range(4)])
    rows[2] = 0
    scan = read_scan(make.write_sdat(tmp_path, rows, averages=1))
    assert scan.dataset.fid.shape == (3, make.POINTS)
    assert scan.dataset.dims == ("transient",)
    assert "1 of 4 stored signals are empty" in [f.title for f in scan.findings]
    np.testing.assert_allclose(scan.dataset.fid, rows[[0, 1, 3]], rtol=1e-6, atol=1e-6)


def test_a_single_row_left_over_is_still_a_transient_axis(tmp_path):
    rows = np.array([make.fid(), np.zeros(make.POINTS)])
    assert read_scan(make.write_sdat(tmp_path, rows)).dataset.fid.shape == (1, make.POINTS)


@pytest.mark.parametrize("key", ["samples", "rows", "synthesizer_frequency", "sample_frequency"])
@pytest.mark.parametrize("value", [None, "", "nan", -1, 1e30])
def test_needed_numbers_must_be_there_and_sane(tmp_path, key, value):
    path = make.write_sdat(tmp_path, **{key: value})
    with pytest.raises(FormatError) as caught:
        read_scan(tmp_path / "scan_act.SPAR")
    assert key in caught.value.failure.cause
    assert path.exists()


def test_unknown_values_stay_unknown(tmp_path):
    gone = ("echo_time", "repetition_time", "averages", "spectrum_inversion_time", "scan_id")
    scan = read_scan(make.write_sdat(tmp_path, **dict.fromkeys((*gone, "cc_off_center"))))
    facts = scan.dataset.acquisition
    assert facts.echo_time_s is facts.repetition_time_s is facts.averages is None
    assert facts.localisation is facts.sequence is scan.dataset.voxel is None
    assert "Voxel position unknown" in [f.title for f in scan.findings]


def test_inversion_time_is_in_seconds(tmp_path):
    scan = read_scan(make.write_sdat(tmp_path, spectrum_inversion_time=600))
    assert scan.dataset.acquisition.inversion_time_s == 0.6


def test_other_postures_are_doubted(tmp_path):
    scan = read_scan(make.write_sdat(tmp_path, patient_position='"feet_first"'))
    assert "Patient not head first, supine" in [f.title for f in scan.findings]


def test_dashes_stand_for_nothing(tmp_path):
    scan = read_scan(make.write_sdat(tmp_path, patient_name="--------", scan_date=""))
    assert scan.identity.patient_name is scan.identity.study_date is None


def test_grids_are_refused_by_name(tmp_path):
    grid = {
        "phase_encoding_enable": '"yes"',
        "nr_phase_encoding_profiles": 14,
        "nr_of_phase_encoding_profiles_ky": 14,
    }
    path = make.write_sdat(tmp_path, **grid)
    with pytest.raises(FormatError, match="spectroscopic imaging of 14 x 14 voxels"):
        read_scan(path)


def test_header_without_samples_and_samples_without_header_say_so(tmp_path):
    samples = make.write_sdat(tmp_path)
    data = samples.read_bytes()
    samples.unlink()
    with pytest.raises(FormatError, match=r"scan_act\.SDAT, are missing"):
        read_scan(tmp_path / "scan_act.SPAR")
    (tmp_path / "scan_act.SPAR").unlink()
    samples.write_bytes(data)
    with pytest.raises(FormatError, match=r"Put the \.SPAR file beside it"):
        read_scan(samples)


def test_a_number_cut_in_the_middle_is_not_believed(tmp_path):
    make.write_sdat(tmp_path)
    header = tmp_path / "scan_act.SPAR"
    text = header.read_bytes()
    header.write_bytes(text[: text.index(b"cc_off_center") + 17])
    with pytest.raises(FormatError, match="stops within a line"):
        read_scan(header)


def test_real_orphan_and_grid(shared_data):
    with pytest.raises(FormatError, match=r"orphan_megapress_act\.SDAT, are missing"):
        read_scan(shared_data / "broken/orphan_megapress_act.spar")
    with pytest.raises(FormatError, match="14 x 14 voxels, 3 slices"):
        read_scan(shared_data / "mrsi/oryx/K_01_press_1_raw_act.spar")

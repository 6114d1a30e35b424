import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import AXES, DWELL_S, FREQUENCY_HZ, brain_like, of_dataset, raw_text

from mrsviewer.formats import jmrui, lcmodel_raw
from mrsviewer.formats.lcmodel_raw import UnknownAxesError, read_raw
from mrsviewer.model.failure import FormatError


def _write(folder, text, name="a.RAW"):
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    return path


def _read(folder, text, name="a.RAW"):
    return lcmodel_raw.read(_write(folder, text, name))[0]


def _titles(scan):
    return [finding.title for finding in scan.findings]


def test_header_gives_the_acquisition(tmp_path):
    scan = _read(tmp_path, raw_text(brain_like(), seqpar=AXES))
    a = scan.dataset.acquisition
    assert (a.nucleus, a.frequency_hz, a.dwell_s, a.echo_time_s) == (
        "1H",
        FREQUENCY_HZ,
        DWELL_S,
        0.03,
    )
    assert (a.sequence, a.localisation, a.water_suppressed) == ("PRESS", "press", None)
    assert (scan.format, scan.dataset.dims, scan.dataset.voxel) == ("LCModel RAW", (), None)
    np.testing.assert_allclose(scan.dataset.fid, brain_like(), atol=1e-5)
    assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.01)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["RAW", "x.H2O", "y.met"])
def test_line_ends_and_names_do_not_matter(tmp_path, newline, name):
    text = raw_text(brain_like(), seqpar=AXES, newline=newline)
    path = _write(tmp_path, text, name)
    assert lcmodel_raw.sniff(path, text.encode()[:4096]) or newline == "\r"
    np.testing.assert_allclose(lcmodel_raw.read(path)[0].dataset.fid, brain_like(), atol=1e-5)


def test_bruker_data_are_not_conjugated(tmp_path):
    nmid = "ID='a', FMTDAT='(2E15.6)', BRUKER = .TRUE."
    scan = _read(tmp_path, raw_text(np.conj(brain_like()), nmid=nmid, seqpar=AXES))
    np.testing.assert_allclose(scan.dataset.fid, brain_like(), atol=1e-5)


def test_mirrored_data_are_flagged_as_danger(tmp_path):
    scan = _read(tmp_path, raw_text(np.conj(brain_like()), seqpar=AXES))
    assert [f.severity for f in scan.findings if "mirrored" in f.title] == ["danger"]


def test_tramp_and_volume_scale_and_are_recorded(tmp_path):
    nmid = "FMTDAT='(2E15.6)', TRAMP=3., VOLUME=12."
    scan = _read(tmp_path, raw_text(brain_like(), nmid=nmid, seqpar=AXES))
    np.testing.assert_allclose(scan.dataset.fid, brain_like() / 4, atol=1e-5)
    assert "0.25" in scan.dataset.provenance[0].note


@pytest.mark.parametrize("value", ["0", "-1.", "1E999"])
def test_impossible_scale_is_refused(tmp_path, value):
    nmid = f"FMTDAT='(2E15.6)', VOLUME={value}"
    with pytest.raises(FormatError):
        _read(tmp_path, raw_text(brain_like(), nmid=nmid, seqpar=AXES))


def test_unknown_axes_are_asked_for_not_guessed(tmp_path):
    path = _write(tmp_path, raw_text(brain_like()))
    with pytest.raises(UnknownAxesError, match="control file") as caught:
        lcmodel_raw.read(path)
    assert caught.value.missing == ("dwell_s", "frequency_hz")
    scan = read_raw(path, dwell_s=DWELL_S, frequency_hz=FREQUENCY_HZ)
    assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.01)
    assert scan.dataset.acquisition.echo_time_s is None


def test_control_file_that_names_it_is_used(tmp_path):
    path = _write(tmp_path, raw_text(brain_like(), seqpar="ECHOT=-1."))
    control = (
        " $LCMODL\n nunfil=512, deltat=5e-04\n hzpppm=127.7, echot=35.\n filraw='/d/{}'\n $END\n"
    )
    (tmp_path / "other.control").write_text(control.format("b.RAW"))
    with pytest.raises(UnknownAxesError):
        lcmodel_raw.read(path)
    (tmp_path / "control.file").write_text(control.format("A.raw"))
    scan = lcmodel_raw.read(path)[0]
    a = scan.dataset.acquisition
    assert (a.dwell_s, a.frequency_hz, a.echo_time_s) == (5e-4, 127.7e6, 0.035)
    assert "LCModel control file used" in _titles(scan)


def test_lcmodel_table_of_the_same_stem_is_used(tmp_path):
    path = _write(tmp_path, raw_text(brain_like()))
    table = (
        "$$INPU\nnunfil= 512\nhzpppm= 127.7\ndeltat= 5.0000e-04\nFILRAW='/some/where/lon         \n"
        "   g/a.RAW'\n"
    )
    (tmp_path / "a.table").write_text(table)
    assert lcmodel_raw.read(path)[0].dataset.acquisition.dwell_s == 5e-4


def test_water_is_known_by_suffix_or_control_file(tmp_path):
    text = raw_text(brain_like(), seqpar=AXES)
    assert _read(tmp_path, text, "a.H2O").dataset.acquisition.water_suppressed is False
    (tmp_path / "control").write_text("$LCMODL filraw='m', filh2o='w', nunfil=512 $END\n")
    assert _read(tmp_path, text, "w").dataset.acquisition.water_suppressed is False
    assert _read(tmp_path, text, "m").dataset.acquisition.water_suppressed is None


def test_voxels_in_one_file_become_an_axis(tmp_path):
    fids = np.stack([brain_like(64) * k for k in (1, 2, 3)])
    seqpar = f"{AXES}, NUMBEROFPOINTS=64"
    scan = _read(tmp_path, raw_text(fids, seqpar=seqpar))
    assert scan.dataset.dims == ("measurement",)
    np.testing.assert_allclose(scan.dataset.fid, fids, atol=1e-5)


def test_grid_that_does_not_fit_is_refused(tmp_path):
    path = _write(tmp_path, raw_text(np.stack([brain_like(64)] * 3), seqpar=AXES))
    grid = "$LCMODL filraw='a.RAW', nunfil=64, ndcols=2, ndrows=2, ndslic=1 $END\n"
    (tmp_path / "control.file").write_text(grid)
    with pytest.raises(FormatError, match="3 voxels where the control file says 2 x 2 x 1"):
        lcmodel_raw.read(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("whole_lines", [True, False])
def test_cut_files_are_refused_where_the_length_is_known(tmp_path, share, whole_lines):
    text = raw_text(brain_like(), seqpar=f"{AXES}, NUMBEROFPOINTS=512")
    cut = text[: int(len(text) * share)]
    cut = cut[: cut.rindex("\n") + 1] if whole_lines else cut.rstrip()[:-4]
    with pytest.raises(FormatError):
        _read(tmp_path, cut)


def test_cut_inside_a_line_is_refused_without_a_known_length(tmp_path):
    text = raw_text(brain_like(), seqpar=AXES)
    with pytest.raises(FormatError, match="cut off"):
        _read(tmp_path, text[:-5])
    odd = text[: text[:-1].rindex("\n") + 1]
    assert "Unusual number of points: 511" in _titles(_read(tmp_path, odd))


@pytest.mark.parametrize("bad", ["garbage", "NaN", "1.0E+400"])
def test_bad_number_is_named_with_its_line(tmp_path, bad):
    lines = raw_text(brain_like(), seqpar=AXES).split("\n")
    lines[20] = f"   1.000000E+00   {bad}"
    with pytest.raises(FormatError, match="Line 21"):
        _read(tmp_path, "\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "name,value\nNAA,1\n",
        " $NMID FMTDAT='(2E15.6)' $END\n",
        " $NMID FMTDAT='(2E15.6)'\n 1.0 2.0\n",
        raw_text(brain_like() * 0, seqpar=AXES),
        raw_text(brain_like(), seqpar="HZPPPM=127.7, DELTAT=500."),
        raw_text(brain_like(), nmid="FMTDAT='(2E15.6)', SEQACQ=T", seqpar=AXES),
    ],
)
def test_faults_have_cause_and_remedy(tmp_path, text):
    with pytest.raises(FormatError) as caught:
        _read(tmp_path, text)
    failure = caught.value.failure
    assert failure.title == "Cannot open a.RAW"
    assert failure.cause.endswith(".")
    assert failure.remedy.endswith(".")


@given(st.binary(max_size=200), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_any_damage_gives_a_scan_or_a_format_error(tmp_path_factory, junk, at):
    data = bytearray(raw_text(brain_like(64), seqpar=AXES).encode())
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.mktemp("fuzz") / "a.RAW"
    path.write_bytes(bytes(data))
    try:
        scan = lcmodel_raw.read(path)[0]
    except FormatError:
        return
    assert np.isfinite(scan.dataset.fid).all()


def test_raw_and_jmrui_of_one_scan_agree(shared_data):
    folder = shared_data / "text/spec2nii_same_scan"
    raw = lcmodel_raw.read(folder / "metab.RAW")[0].dataset
    text = jmrui.read(folder / "metab_jmrui.txt")[0].dataset
    np.testing.assert_allclose(raw.fid * 8, text.fid, rtol=1e-6)  # VOLUME is 8
    assert raw.acquisition.frequency_hz == 297219948.0
    assert raw.acquisition.echo_time_s == 0.05


@pytest.mark.parametrize("number", [1, 5, 10, 16, 20, 22])
def test_fitting_challenge_raw_and_jmrui_agree(shared_data, number):
    folder = shared_data / "text/fitting_challenge"
    for suffix, name in (("RAW", "WS"), ("H2O", "nWS")):
        text = jmrui.read(folder / f"jmrui/dataset{number}_{name}.txt")[0].dataset
        raw = read_raw(
            folder / f"lcmodel/dataset{number}.{suffix}",
            dwell_s=text.acquisition.dwell_s,
            frequency_hz=text.acquisition.frequency_hz,
        )
        assert np.abs(raw.dataset.fid - text.fid).max() < 1e-5 * np.abs(text.fid).max()


def test_real_files_have_naa_where_it_belongs(shared_data):
    scan = lcmodel_raw.read(shared_data / "lcmodel/test_lcm/data.raw")[0]
    assert scan.dataset.acquisition.dwell_s == 5e-4
    assert scan.dataset.acquisition.frequency_hz == pytest.approx(127786142.0)
    assert of_dataset(scan.dataset, 1.8, 2.2) == pytest.approx(2.01, abs=0.03)
    scan = lcmodel_raw.read(shared_data / "text/spec2nii_same_scan/metab.RAW")[0]
    assert of_dataset(scan.dataset, 1.5, 3.5) == pytest.approx(2.01, abs=0.03)


def test_real_multi_voxel_file(shared_data):
    scan = lcmodel_raw.read(shared_data / "lcmodel/test_lcm/multi-voxel-10/multi-voxel.met")[0]
    assert scan.dataset.fid.shape == (10, 512)
    assert scan.dataset.acquisition.dwell_s == 8e-4
    assert scan.dataset.acquisition.echo_time_s == pytest.approx(0.0156)
    assert of_dataset(scan.dataset, 1.5, 2.5) == pytest.approx(2.01, abs=0.1)
    water = lcmodel_raw.read(shared_data / "lcmodel/test_lcm/multi-voxel-10/multi-voxel.ref")[0]
    assert water.dataset.acquisition.water_suppressed is False


def test_real_bruker_file_takes_its_dwell_time_from_the_table(shared_data):
    scan = lcmodel_raw.read(shared_data / "lcmodel/mm94t/Summed_Averaged_TE24.RAW")[0]
    a = scan.dataset.acquisition
    assert (a.frequency_hz, a.dwell_s, a.localisation) == (399718200.0, 1.25e-4, "steam")
    assert not [f for f in scan.findings if f.severity == "danger"]
    assert of_dataset(scan.dataset, 0.5, 1.2) == pytest.approx(0.9, abs=0.1)  # M0.94


def test_real_file_called_raw_lacks_only_its_dwell_time(shared_data):
    path = shared_data / "tarquin/Siemens_1000_RAW"
    with pytest.raises(UnknownAxesError) as caught:
        lcmodel_raw.read(path)
    assert caught.value.missing == ("dwell_s",)
    scan = read_raw(path, dwell_s=1e-3)
    assert scan.dataset.fid.shape == (1024,)
    assert of_dataset(scan.dataset, 2.8, 3.4) == pytest.approx(3.2, abs=0.1)


def test_raw_equals_the_scanner_file_it_was_made_from(shared_data):
    sdat = pytest.importorskip("mrsviewer.formats.philips_sdat")
    scan = sdat.read(shared_data / "philips/spant/philips_spar_sdat_WS.SDAT")[0]
    raw = lcmodel_raw.read(shared_data / "lcmodel/test_lcm/data.raw")[0]
    np.testing.assert_allclose(raw.dataset.fid, scan.dataset.fid.reshape(-1), atol=1e-9)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import brain_like, of_dataset
from preclinical_files import procpar_text, varian_bytes, write_varian

from mrsviewer.formats import read_scans, varian
from mrsviewer.formats.varian_procpar import parse
from mrsviewer.model.failure import FormatError

REAL = {
    "7T_STEAM_TE6ms_human": (295.102934e6, 1 / 6000.15000375, 0.006, 160, "steam", (1.8, 2.3, 2.0)),
    "9.4T_MM_human_sLASER_Tubingen": (399.7182e6, 1.25e-4, 0.024, 1, "slaser", (0.6, 1.1, 0.87)),
    "3T_MM_human_STEAM_CMRR": (123.245e6, 1 / 6002.4, 0.008, 1, "steam", (0.6, 1.1, 0.85)),
}


def _stack(blocks, traces=1, points=256):
    scale = np.arange(1, blocks * traces + 1).reshape(blocks, traces, 1)
    return scale * brain_like(points)


def test_folder_and_both_files_give_the_same_scan(tmp_path):
    folder = write_varian(tmp_path / "steam 01.fid")
    scans = [read_scans(path)[0] for path in (folder, folder / "fid", folder / "procpar")]
    assert len({scan.digest for scan in scans}) == 1
    data = scans[0].dataset
    np.testing.assert_allclose(data.fid, brain_like(512), atol=1e-6)
    assert data.dims == ()
    assert of_dataset(data) == pytest.approx(2.01, abs=0.02)
    facts = data.acquisition
    assert (facts.nucleus, facts.localisation, facts.averages) == ("1H", "steam", 16)
    assert (facts.echo_time_s, facts.mixing_time_s, facts.repetition_time_s) == (0.012, 0.01, 4.0)
    assert (scans[0].identity.patient_name, scans[0].identity.study_date) == ("Doe", "2019-03-04")
    assert scans[0].findings == ()


def test_times_in_milliseconds_are_told(tmp_path):
    scan = varian.read(write_varian(tmp_path / "a.fid", te=12.0, tr=4000.0))[0]
    facts = scan.dataset.acquisition
    assert (facts.echo_time_s, facts.repetition_time_s) == (pytest.approx(0.012), 4.0)
    titles = [f.title for f in scan.findings]
    assert "te of the file taken as milliseconds" in titles
    assert "tr of the file taken as milliseconds" in titles


def test_another_nucleus_is_named(tmp_path):
    scan = varian.read(write_varian(tmp_path / "a.fid", tn="P31"))[0]
    assert (scan.dataset.acquisition.nucleus, scan.dataset.centre_ppm) == ("31P", 0.0)


def test_receivers_change_fastest(tmp_path):
    stack = _stack(6)
    data = varian.read(write_varian(tmp_path / "a.fid", stack, rcvrs="yyn"))[0].dataset
    assert data.dims == ("transient", "coil")
    np.testing.assert_allclose(data.fid, stack.reshape(3, 2, -1), atol=1e-5)
    data = varian.read(write_varian(tmp_path / "b.fid", stack[:2], rcvrs="yy"))[0].dataset
    assert data.dims == ("coil",)


def test_blocks_and_traces_are_transients(tmp_path):
    stack = _stack(2, 3)
    data = varian.read(write_varian(tmp_path / "a.fid", stack))[0].dataset
    assert data.dims == ("transient",)
    np.testing.assert_allclose(data.fid, stack.reshape(6, -1), atol=1e-5)


def test_signals_with_different_parameters_are_measurements(tmp_path):
    folder = write_varian(tmp_path / "a.fid", _stack(3), array="(te,pw)", te=(0.01, 0.02, 0.03))
    scan = varian.read(folder)[0]
    assert scan.dataset.dims == ("measurement",)
    assert "3 signals with different te" in [f.title for f in scan.findings]
    repeated = write_varian(tmp_path / "b.fid", _stack(3), array="te", te=(0.01, 0.01, 0.01))
    assert varian.read(repeated)[0].dataset.dims == ("transient",)


@pytest.mark.parametrize(("kind", "status"), [(">i4", 0x15), (">i2", 0x11)])
def test_integers(tmp_path, kind, status):
    folder = write_varian(tmp_path / "a.fid")
    (folder / "fid").write_bytes(
        varian_bytes(brain_like(512)[None, None], kind=kind, status=status)
    )
    data = varian.read(folder)[0].dataset
    np.testing.assert_allclose(data.fid, brain_like(512) * 1000, atol=1)


def test_empty_signals_of_a_stopped_scan_are_left_out_and_told(tmp_path):
    stack = _stack(4)
    stack[3] = 0
    scan = varian.read(write_varian(tmp_path / "a.fid", stack))[0]
    assert scan.dataset.count("transient") == 3
    assert "1 of 4 stored signals are empty" in [f.title for f in scan.findings]


def test_what_contradicts_itself_is_told(tmp_path):
    scan = varian.read(write_varian(tmp_path / "a.fid", at=1.0, lsfid=3, vox1=3, vox2=2, vox3=3))[0]
    titles = [f.title for f in scan.findings]
    assert "The parameters contradict one another" in titles
    assert "The header asks to leave out the first points" in titles
    assert "Voxel position not taken over" in titles
    assert scan.dataset.voxel is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sfrq": None}, "0 MHz"),
        ({"sw": 1e9}, "width"),
        ({"np": 500}, "np = 500"),
        ({"nv": 64}, "phase-encoded"),
    ],
)
def test_faults_name_their_cause(tmp_path, changes, words):
    with pytest.raises(FormatError, match=words):
        read_scans(write_varian(tmp_path / "a.fid", **changes))


def test_missing_partners_are_named(tmp_path):
    folder = write_varian(tmp_path / "a.fid")
    (folder / "procpar").unlink()
    assert not varian.sniff(folder, b"")
    with pytest.raises(FormatError, match="procpar does not lie"):
        varian.read(folder / "fid")


@pytest.mark.parametrize("percent", [0, 10, 50, 90])
def test_cut_signals_are_refused(tmp_path, percent):
    folder = write_varian(tmp_path / "a.fid", _stack(2))
    data = (folder / "fid").read_bytes()
    (folder / "fid").write_bytes(data[: len(data) * percent // 100])
    with pytest.raises(FormatError):
        read_scans(folder)


def test_longer_files_and_random_headers_are_refused(tmp_path):
    folder = write_varian(tmp_path / "a.fid")
    data = (folder / "fid").read_bytes()
    for damaged in (data + b"\0", np.random.default_rng(2).bytes(len(data)), data[:20]):
        (folder / "fid").write_bytes(damaged)
        with pytest.raises(FormatError):
            read_scans(folder)


def test_strings_over_several_lines_and_enumerations():
    found = parse(procpar_text(birthday=("a b", "c", "d"), te=(1.0, 2.0)))
    assert found.texts["birthday"] == ("a b", "c", "d")
    assert found.values("te") == (1.0, 2.0)
    assert found.text("array", "tn") == "H1"
    assert found.number("array") is None


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_varian(tmp_path_factory.mktemp("varian") / "a.fid", _stack(2, 1, 128))


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(["fid", "procpar"]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_mutated_files_are_read_whole_or_refused(made, name, edits):
    path = made / name
    original = path.read_bytes()
    data = bytearray(original)
    for where, patch in edits:
        at = int(where * min(len(data) - len(patch), 400))
        data[at : at + len(patch)] = patch
    try:
        path.write_bytes(data)
        for scan in read_scans(made / "fid"):
            assert np.isfinite(scan.dataset.fid).all()
            assert scan.dataset.points == 128
    except FormatError:
        pass
    finally:
        path.write_bytes(original)


@pytest.mark.parametrize("name", REAL)
def test_real_folders(shared_data, name):
    frequency, dwell, echo, averages, localisation, (low, high, peak) = REAL[name]
    scan = read_scans(shared_data / f"varian/{name}.fid")[0]
    facts = scan.dataset.acquisition
    assert facts.frequency_hz == pytest.approx(frequency)
    assert facts.dwell_s == pytest.approx(dwell)
    assert (facts.echo_time_s, facts.repetition_time_s) == (pytest.approx(echo), 5.0)
    assert (facts.averages, facts.localisation) == (averages, localisation)
    assert scan.dataset.voxel is None
    assert of_dataset(scan.dataset, low, high) == pytest.approx(peak, abs=0.05)
    mirrored = of_dataset(scan.dataset, 5.2, 8.5)
    assert abs(mirrored - (9.3 - peak)) > 0.1
    assert not any("mirrored" in finding.title for finding in scan.findings)

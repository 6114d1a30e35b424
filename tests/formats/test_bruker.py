import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, brain_like, of_dataset
from preclinical_files import DELAY, bruker_words, delayed, jcamp, write_bruker

from mrsviewer.formats import bruker, describe, open_exam, read_scans
from mrsviewer.formats import jcamp as jcamp_format
from mrsviewer.formats.orientation import displacement_mm
from mrsviewer.formats.signs import SIGNS
from mrsviewer.model.failure import FormatError
from mrsviewer.model.voxel import Voxel

FID = brain_like(512)


def _stack(count, receivers, points=512):
    rng = np.random.default_rng(5)
    weights = rng.standard_normal((count, receivers, 1)) + 2
    return delayed(weights * brain_like(points))


def test_parameters_of_every_shape():
    text = jcamp(
        {
            "A": 3.5,
            "B": (1, 2, 3),
            "C": "( 65 )\n<some words>",
            "D": "( 6 )\n1 @4*(7) 2",
            "E": "( 2 )\n(1, <x y>, 2) (3, <z>, 4)",
            "F": "Yes",
        }
    )
    found = jcamp_format.parse(text + "##$G=( 4 )\n1 2 \n3 4\n")
    assert found.number("A") == 3.5
    assert found.numbers("B") == (1, 2, 3)
    assert found.text("C") == "some words"
    assert found.numbers("D") == (1, 7, 7, 7, 7, 2)
    assert found.structs("E") == (("1", "x y", "2"), ("3", "z", "4"))
    assert found.text("F") == "Yes"
    assert found.numbers("G") == (1, 2, 3, 4)
    assert found.number("Z") is None
    assert found.numbers("C") == ()


def test_folder_signal_and_parameter_file_give_the_same_scan(tmp_path):
    folder = write_bruker(tmp_path / "9")
    scans = [read_scans(path)[0] for path in (folder, folder / "fid", folder / "method")]
    assert len({scan.digest for scan in scans}) == 1
    assert {scan.path.name for scan in scans} == {"fid"}
    facts = scans[0].dataset.acquisition
    assert (facts.echo_time_s, facts.repetition_time_s) == (pytest.approx(0.0165), 2.5)
    assert (facts.localisation, facts.averages, facts.water_suppressed) == ("press", 64, True)
    assert facts.dwell_s == pytest.approx(DWELL_S)
    assert scans[0].identity.patient_name == "Mouse 7"
    assert scans[0].identity.institution == "Somewhere"


def test_points_before_the_echo_are_left_out_and_told(tmp_path):
    scan = bruker.read(write_bruker(tmp_path / "9"))[0]
    assert scan.dataset.points == 512 - DELAY
    np.testing.assert_allclose(scan.dataset.fid, FID[: 512 - DELAY] * 1e5, atol=1)
    applied = scan.dataset.provenance[0]
    assert json.loads(applied.parameters)["points"] == DELAY
    assert str(DELAY) in applied.note


def test_a_signal_without_the_delay_keeps_all_its_points(tmp_path):
    folder = write_bruker(tmp_path / "9", signals=FID[None, None])
    scan = bruker.read(folder)[0]
    assert scan.dataset.points == 512
    assert "Filter delay taken off already" in [f.title for f in scan.findings]


def test_the_working_offset_moves_the_axis(tmp_path):
    scan = bruker.read(write_bruker(tmp_path / "9"))[0]
    assert scan.dataset.centre_ppm == pytest.approx(4.65 - 2.3)


def test_metabolites_stand_upfield_of_water(tmp_path):
    folder = write_bruker(tmp_path / "9", method={"PVM_FrqWorkOffsetPpm": (0,)})
    assert of_dataset(bruker.read(folder)[0].dataset) == pytest.approx(2.01, abs=0.02)


@pytest.mark.parametrize(("count", "receivers"), [(1, 1), (4, 1), (1, 4), (3, 2)])
def test_raw_data_of_every_excitation_and_receiver(tmp_path, count, receivers):
    stack = _stack(count, receivers)
    folder = write_bruker(tmp_path / "9", signals=stack, name="rawdata.job0")
    data = bruker.read(folder)[0].dataset
    names = ("transient", "coil")
    assert data.dims == tuple(n for n, k in zip(names, (count, receivers), strict=True) if k > 1)
    expected = np.squeeze(stack[..., DELAY:]) * 1e5
    np.testing.assert_allclose(data.fid, expected, atol=1)
    assert data.acquisition.averages == 1


def test_blocks_padded_to_a_kilobyte_and_big_endian(tmp_path):
    stack = delayed(np.stack([brain_like(100), 2 * brain_like(100)]))[:, None]
    block = [bruker_words(row, ">i4").ljust(1024, b"\x11") for row in stack]
    acqp = {"GO_block_size": "Standard_KBlock_Format", "BYTORDA": "big"}
    folder = write_bruker(tmp_path / "9", signals=stack, acqp=acqp, data=b"".join(block))
    data = bruker.read(folder)[0].dataset
    np.testing.assert_allclose(data.fid, stack[:, 0, DELAY:] * 1e5, atol=1)
    assert data.dims == ("transient",)


def test_paravision_360_processed_signal_in_doubles(tmp_path):
    stack = delayed(FID)[None, None]
    folder = write_bruker(
        tmp_path / "9",
        signals=stack,
        name="pdata/1/fid_proc.64",
        acqp={
            "GO_raw_data_format": "",
            "SW_h": 0,
            "GRPDLY": "",
            "ACQ_RxFilterInfo": f"( 2 )\n({DELAY}.4, 0) (0, 0)",
            "ACQ_sw_version": "( 65 )\n<PV-360.3.5>",
        },
        data=bruker_words(stack, "<f8"),
    )
    for path in (folder, folder / "pdata/1/fid_proc.64"):
        scan = read_scans(path)[0]
        np.testing.assert_allclose(scan.dataset.fid, FID[: 512 - DELAY], atol=1e-12)
        assert scan.dataset.acquisition.dwell_s == pytest.approx(DWELL_S)


def test_paravision_360_raw_data_may_be_doubles(tmp_path):
    stack = _stack(2, 3)
    said = {"GO_raw_data_format": "", "ACQ_ScanPipeJobSettings": "( 1 )\n(1, STORE_64bit_float, 2)"}
    data = bruker_words(stack, "<f8")
    folder = write_bruker(tmp_path / "9", signals=stack, name="rawdata.job0", acqp=said, data=data)
    np.testing.assert_allclose(bruker.read(folder)[0].dataset.fid, stack[..., DELAY:])


def _write_spectrum(folder, frames, types, groups=""):
    visu = {
        "VisuCoreFrameType": types,
        "VisuCoreSize": (frames.shape[-1],),
        "VisuCoreFrameCount": len(frames),
        "VisuCoreWordType": "_32BIT_SGN_INT",
        "VisuCoreByteOrder": "littleEndian",
        "VisuCoreDataSlope": (0.5,) * len(frames),
        "VisuFGOrderDesc": groups,
    }
    folder = write_bruker(folder, name="pdata/1/2dseq", visu=visu)
    (folder / "pdata/1/2dseq").write_bytes(np.round(frames * 2).astype("<i4").tobytes())
    return folder / "pdata/1/2dseq"


def test_complex_spectra_become_signals(tmp_path):
    signal = delayed(FID) * 1e4
    falling = np.fft.fftshift(np.fft.fft(signal.conj()))
    frames = np.stack([falling.real, falling.imag])
    path = _write_spectrum(tmp_path / "9", frames, ("REAL_IMAGE", "IMAGINARY_IMAGE"))
    data = read_scans(path)[0].dataset
    np.testing.assert_allclose(data.fid, signal[DELAY:], atol=1)


def test_repeated_complex_spectra_in_either_order_of_frames(tmp_path):
    signals = np.stack([delayed(FID), 2 * delayed(FID)]) * 1e4
    falling = np.fft.fftshift(np.fft.fft(signals.conj()), axes=-1)
    types = ("REAL_IMAGE", "IMAGINARY_IMAGE")
    mixed = np.stack([falling.real, falling.imag], axis=1).reshape(4, -1)
    parted = np.concatenate([falling.real, falling.imag])
    orders = {
        "( 2 )\n(2, <FG_COMPLEX>, <>, 0, 1) (2, <FG_CYCLE>, <>, 0, 1)": mixed,
        "( 2 )\n(2, <FG_CYCLE>, <>, 0, 1) (2, <FG_COMPLEX>, <>, 0, 1)": parted,
    }
    for number, (groups, frames) in enumerate(orders.items()):
        path = _write_spectrum(tmp_path / str(number), frames, types, groups)
        np.testing.assert_allclose(read_scans(path)[0].dataset.fid, signals[:, DELAY:], atol=1)


def test_magnitude_spectra_are_refused_in_words(tmp_path):
    path = _write_spectrum(tmp_path / "9", np.ones((1, 64)), ("MAGNITUDE_IMAGE",))
    with pytest.raises(FormatError, match="magnitude"):
        read_scans(path)


def test_the_reference_scan_comes_with_the_signal_and_is_found_by_the_exam(tmp_path):
    folder = write_bruker(tmp_path / "9", method={"PVM_FrqWorkOffsetPpm": (0,)})
    t = np.arange(512) * DWELL_S
    water = delayed(8000 * np.exp(-15 * t))[None, None]
    (folder / "fid.refscan").write_bytes(bruker_words(water))
    scans = read_scans(folder)
    assert [scan.path.name for scan in scans] == ["fid", "fid.refscan"]
    exam = open_exam([folder])
    assert exam.water is not None
    assert exam.water.points == exam.metabolite.points
    assert [source.role for source in exam.sources][:2] == ["metabolite", "water"]
    assert len(read_scans(folder / "fid.refscan")) == 1


def test_a_gain_other_than_the_datas_is_told(tmp_path):
    method = {"PVM_RefScanRG": 64, "PVM_RgValue": 101, "PVM_RefScanNA": 4}
    folder = write_bruker(tmp_path / "9", method=method)
    (folder / "fid.refscan").write_bytes((folder / "fid").read_bytes())
    reference = read_scans(folder)[1]
    assert reference.dataset.acquisition.averages == 4
    assert "Water reference of another receiver gain" in [f.title for f in reference.findings]


def test_receivers_combined_by_the_scanner_go_first_where_the_reference_is_combined(tmp_path):
    folder = write_bruker(tmp_path / "9", signals=_stack(2, 4), name="rawdata.job0")
    (folder / "fid").write_bytes(bruker_words(delayed(FID)))
    assert bruker.read(folder)[0].path.name == "rawdata.job0"
    (folder / "fid.refscan").write_bytes(bruker_words(delayed(FID)))
    assert bruker.read(folder)[0].path.name == "fid"


def test_a_voxel_whose_place_is_not_proven_is_told_in_words(tmp_path):
    scan = bruker.read(write_bruker(tmp_path / "9"))[0]
    assert scan.dataset.voxel is None
    told = next(f for f in scan.findings if f.title == "Voxel position not taken over")
    assert "2 x 3 x 4 mm" in told.detail
    assert (told.severity, told.topic) == ("warning", "geometry")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"acqp": {"ACQ_dim_desc": ("Spatial", "Spatial")}}, "is an image"),
        ({"acqp": {"ACQ_dim_desc": ("Spectroscopic", "Spatial")}}, "spectroscopic imaging"),
        ({"acqp": {"ACQ_dim_desc": ""}}, "do not say that it is spectroscopy"),
        ({"acqp": {"BF1": "x"}, "method": {"PVM_FrqRef": ""}}, "0 MHz"),
        ({"acqp": {"SW_h": "nan"}}, "width"),
        ({"acqp": {"ACQ_size": (3,)}}, "give the points"),
        ({"acqp": {"NR": 2}}, "cut off"),
        ({"data": b"\0" * 4096}, "zero"),
    ],
)
def test_faults_name_their_cause(tmp_path, changes, words):
    folder = write_bruker(tmp_path / "9", **changes)
    with pytest.raises(FormatError, match=words):
        read_scans(folder)


def test_two_spectral_widths_are_told_and_nothing_is_asked(tmp_path):
    scan = bruker.read(write_bruker(tmp_path / "9", method={"PVM_SpecSWH": (1500.0,)}))[0]
    assert scan.dataset.acquisition.dwell_s == pytest.approx(DWELL_S)
    assert "Two spectral widths in the parameters" in [f.title for f in scan.findings]


@pytest.mark.parametrize("name", ["fid", "acqp", "method"])
@pytest.mark.parametrize("percent", [0, 10, 50, 90])
def test_cut_files_are_refused(tmp_path, name, percent):
    folder = write_bruker(tmp_path / "9")
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size * percent // 100])
    with pytest.raises(FormatError):
        read_scans(folder)


def test_a_folder_without_a_signal_or_parameters(tmp_path):
    folder = write_bruker(tmp_path / "9")
    (folder / "fid").unlink()
    with pytest.raises(FormatError, match="no signal"):
        read_scans(folder)
    (folder / "acqp").unlink()
    assert not bruker.sniff(folder, b"")
    with pytest.raises(FormatError, match="acqp and method"):
        bruker.read(folder / "method")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_bruker(tmp_path_factory.mktemp("bruker") / "9", name="rawdata.job0")


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(["acqp", "method", "visu_pars", "rawdata.job0"]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_mutated_files_are_read_whole_or_refused(made, name, edits):
    path = made / name
    original = path.read_bytes()
    data = bytearray(original)
    for where, patch in edits:
        at = int(where * (len(data) - len(patch)))
        data[at : at + len(patch)] = patch
    try:
        path.write_bytes(data)
        for scan in read_scans(made / "rawdata.job0"):
            assert np.isfinite(scan.dataset.fid).all()
            assert scan.dataset.points in {512, *range(1, 512)}
    except FormatError:
        pass
    finally:
        path.write_bytes(original)


def test_real_experiment_equals_the_known_facts(shared_data):
    known = json.loads((shared_data / "facts.json").read_text())["bru_comp_9"]
    for name in ("", "fid", "acqus", "pdata/1/reco"):
        scan = read_scans(shared_data / "bruker/pv6_press/9" / name)[0]
        shown = describe(scan)
        assert shown["points"] == known["shape"][3]
        assert shown["frequency_hz"] == pytest.approx(known["f0_MHz"] * 1e6, abs=1)
        assert shown["dwell_s"] == pytest.approx(known["dwell_s"], rel=1e-9)
        assert shown["echo_time_s"] == pytest.approx(known["EchoTime_s"])
        assert shown["repetition_time_s"] == pytest.approx(known["RepetitionTime_s"])
    arrays = [np.array(known[key]) for key in ("centre_RAS_mm", "size_mm", "axes_RAS")]
    assert displacement_mm(scan.dataset.voxel, Voxel.from_arrays(*arrays)) < 0.01
    assert of_dataset(scan.dataset, 3, 6) == pytest.approx(4.65, abs=0.05)


def test_real_2dseq_shows_the_direction_of_the_signals_axis(shared_data):
    folder = shared_data / "bruker/pv6_press/9"
    words = np.fromfile(folder / "fid", "<i4").astype(float).view(complex)
    shown = np.fromfile(folder / "pdata/1/2dseq", "<i2").astype(float)
    falling = np.abs(np.fft.fftshift(np.fft.fft(words.conj())))
    rising = np.abs(np.fft.fftshift(np.fft.fft(words)))
    log = np.log(shown + 1)
    assert SIGNS["bruker_2dseq"].conjugate
    assert np.corrcoef(np.log(falling + 1), log)[0, 1] > 0.999
    assert np.corrcoef(np.log(rising + 1), log)[0, 1] < 0.98
    with pytest.raises(FormatError, match="magnitude"):
        read_scans(folder / "pdata/1/2dseq")

"""GE P-files: revision 9 against SAGE's headers, made files of all layouts, damage, fuzz."""

import json
import re

import numpy as np
import pytest
import raw_files as raw
import vendor_files as make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_signals import of_dataset

from mrsviewer.formats import open_exam, read_scan, read_scans
from mrsviewer.formats.ge_pfile_header import revision_of
from mrsviewer.formats.signs import SIGNS
from mrsviewer.formats.water import is_water
from mrsviewer.model.failure import FormatError

NAMES = ("P1751_1.5T_030_2000", "P1837_1.5T_030_2000", "P1907_1.5T_030_2000")
REVISIONS = tuple(raw.OFFSETS)


def shf(path):
    """Return names and values of a SAGE header."""
    text = path.read_text("latin-1")
    return dict(re.findall(r"^(\w+)[ \t]+(\S.*?)[ \t]*$", text, re.MULTILINE))


def frames(count=4, references=2, coils=1, echoes=1, seed=0):
    """Return frames in the program's sign, the references first, scaled to integers."""
    kinds = [make.water_fid] * references + [lambda seed: make.fid(water=3.0, seed=seed)] * count
    weights = np.exp(1j * np.arange(coils))
    out = np.empty((coils, echoes, references + count, make.POINTS), complex)
    for echo in range(echoes):
        for k, kind in enumerate(kinds):
            out[:, echo, k] = weights[:, None] * kind(seed=seed + k + 100 * echo)
    return 1e4 * out


def write(folder, signals, revision=9, **changes):
    return raw.write_pfile(folder, np.conj(signals), revision, **changes)


# Real files.


@pytest.mark.parametrize("name", NAMES)
def test_header_equals_the_one_of_sage(shared_data, name):
    path = shared_data / f"ge/{name}.7"
    known = shf(path.with_suffix(".7.shf"))
    data, water = read_scans(path)
    assert data.dataset.fid.shape == (int(known["num_sig_frames"]), int(known["opuser1"]))
    assert water.dataset.fid.shape == (int(known["num_ref_frames"]), int(known["opuser1"]))
    facts = data.dataset.acquisition
    assert facts.frequency_hz == pytest.approx(float(known["center_freq"]) * 1e6, abs=1)
    assert facts.dwell_s == pytest.approx(1 / float(known["opuser0"]))
    assert facts.echo_time_s == pytest.approx(float(known["TE"]) * 1e-3)
    assert facts.repetition_time_s == pytest.approx(float(known["TR"]) * 1e-3)
    assert (facts.sequence, facts.localisation) == (known["psd_name"], "press")
    assert facts.averages == int(known["OPNEX"])
    assert facts.nucleus == "1H"
    box = data.dataset.voxel
    centre = [float(known[f"opuser{k}"]) for k in (11, 12, 13)]
    assert box.centre_ras_mm == pytest.approx(centre, abs=1e-3)
    size = [float(known[f"opuser{k}"]) for k in (8, 9, 10)]
    assert box.size_mm == pytest.approx(size, abs=1e-3)
    assert data.identity.patient_id == known["patient_id"]
    assert data.identity.patient_name == known["patient_name"]
    month, day, year = known["date_acquired"].split("/")
    assert data.identity.study_date == f"{year}-{month}-{day}"
    assert data.findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_facts_and_water(shared_data, name):
    known = json.loads((shared_data / "facts.json").read_text())
    data, water = read_scans(shared_data / f"ge/{name}.7")
    for scan, entry in ((data, known[f"ge_{name}"]), (water, known[f"ge_{name}_ref"])):
        assert scan.dataset.points == entry["shape"][3]
        assert scan.dataset.count("transient") == entry["shape"][5]
        np.testing.assert_allclose(scan.dataset.voxel.axes_ras, entry["axes_RAS"], atol=1e-3)
        corners = scan.dataset.voxel.corners_ras_mm()
        np.testing.assert_allclose(corners, entry["corners_RAS_mm"], atol=0.1)
    assert is_water(water.dataset, data.dataset).is_water
    assert not is_water(data.dataset).is_water


def test_the_voxel_moved_to_the_right_by_40_mm_and_shows_the_other_compartment(shared_data):
    one, two = (read_scan(shared_data / f"ge/{name}.7").dataset for name in NAMES[1:])
    moved = np.subtract(two.voxel.centre_ras_mm, one.voxel.centre_ras_mm)
    assert moved[0] == pytest.approx(40, abs=0.5)
    assert np.abs(moved[1:]).max() < 1
    # Water stands at 4.65 ppm here, where a phantom's peaks lie 0.1 to 0.2 ppm too low.
    assert of_dataset(one, 2.5, 3.5) == pytest.approx(2.90, abs=0.1)
    assert of_dataset(two, 0.5, 3.5) == pytest.approx(1.80, abs=0.1)
    assert SIGNS["ge_pfile"].conjugate


@pytest.mark.parametrize("name", NAMES)
def test_an_exam_takes_the_water_inside_the_file(shared_data, name):
    exam = open_exam([shared_data / f"ge/{name}.7"])
    assert exam.metabolite.count("transient") == 16
    assert exam.water is not None
    assert exam.water.count("transient") == 8


@pytest.mark.parametrize("percent", [0, 10, 50, 90, 99])
def test_real_file_cut_short(shared_data, tmp_path, percent):
    data = (shared_data / f"ge/{NAMES[0]}.7").read_bytes()
    path = tmp_path / "P1.7"
    path.write_bytes(data[: len(data) * percent // 100])
    with pytest.raises(FormatError):
        read_scans(path)


# Made files.


@pytest.mark.parametrize("revision", REVISIONS)
def test_all_layouts(tmp_path, revision):
    signals = frames(coils=2)
    path = write(tmp_path, signals, revision)
    data, water = read_scans(path)
    assert data.dataset.dims == ("coil", "transient")
    np.testing.assert_allclose(data.dataset.fid, signals[:, 0, 2:], atol=1)
    np.testing.assert_allclose(water.dataset.fid, signals[:, 0, :2], atol=1)
    facts = data.dataset.acquisition
    assert facts.frequency_hz == 127.75e6
    assert (facts.echo_time_s, facts.repetition_time_s, facts.averages) == (0.035, 2.0, 2)
    box = data.dataset.voxel
    assert (box.centre_ras_mm, box.size_mm) == ((5.0, 27.0, -3.0), (20.0, 25.0, 30.0))
    person = data.identity
    assert (person.patient_name, person.sex) == ("Jörg", "F")
    assert (person.birth_date, person.study_date) == ("1940-01-01", "2005-06-16")


def test_edited_signals(tmp_path):
    signals = frames(echoes=2)
    data, water = read_scans(write(tmp_path, signals, 24))
    assert data.dataset.dims == ("edit", "transient")
    assert data.dataset.acquisition.localisation == "mega-press"
    np.testing.assert_allclose(data.dataset.fid, signals[0, :, 2:], atol=1)
    assert water.dataset.fid.shape == (2, 2, make.POINTS)


def test_shots_that_were_not_added_have_their_signs_made_equal(tmp_path):
    signals = frames(count=6)
    signs = np.array([1, -1, 1, -1, 1, -1, 1, -1])
    path = write(tmp_path, signals * signs[:, None], 24, rhr_rh_user4=6.0)
    data, water = read_scans(path)
    np.testing.assert_allclose(data.dataset.fid, signals[0, 0, 2:], atol=1)
    np.testing.assert_allclose(water.dataset.fid, signals[0, 0, :2], atol=1)
    assert data.dataset.acquisition.averages == 1
    assert "Alternating signs" in data.findings[0].title


@pytest.mark.parametrize(
    ("user4", "user19", "navs", "expected"),
    [(8.0, 2.0, 2, (4, 2)), (32.0, 0.0, 8, (4, 2)), (32.0, 16.0, 8, (4, 2)), (4.0, 0.0, 2, (4, 2))],
)
def test_count_of_references(tmp_path, user4, user19, navs, expected):
    changes = {"rhr_rh_user4": user4, "rhr_rh_user19": user19, "navs": navs}
    data, water = read_scans(write(tmp_path, frames(), 24, **changes))
    assert (data.dataset.count("transient"), water.dataset.count("transient")) == expected


def test_without_references_there_is_one_scan(tmp_path):
    changes = {"rhr_rh_user4": 8.0, "rhr_rh_user19": 0.0}
    (scan,) = read_scans(write(tmp_path, frames(references=0), 24, **changes))
    assert scan.dataset.count("transient") == 4


def test_tilted_box_has_its_sizes_on_the_nearest_edges(tmp_path):
    angle = np.deg2rad(30)
    row, column = np.array([-1, 0, 0]), np.array([0, -np.cos(angle), np.sin(angle)])
    corners = {"tlhc": 0 * row, "trhc": 240 * row, "brhc": 240 * (row + column)}
    changes = {
        f"rhi_{name}_{axis}": float(value)
        for name, corner in corners.items()
        for axis, value in zip("RAS", corner, strict=True)
    }
    box = read_scan(write(tmp_path, frames(), 30, **changes)).dataset.voxel
    assert box.size_mm == (20.0, 25.0, 30.0)
    np.testing.assert_allclose(np.array(box.axes_ras)[:, 1], column, atol=1e-6)


def test_lost_corners_and_field_are_told(tmp_path):
    changes = {f"rhi_{name}_{a}": 0.0 for name in ("tlhc", "trhc", "brhc") for a in "RAS"}
    scan = read_scan(write(tmp_path, frames(), 30, rhe_magstrength=0, **changes))
    assert scan.dataset.voxel is None
    assert {f.title for f in scan.findings} == {"Voxel position unknown", "Check the nucleus"}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"rhr_xcsi": 8, "rhr_ycsi": 8}, "spectroscopic imaging of 8 x 8 x 1"),
        ({"rhr_spectral_width": 0.0}, "imaging scan"),
        ({"rhr_rh_ps_mps_freq": 0}, "lacks frequency"),
        ({"rhr_rh_raw_pass_size": 1000}, "do not divide"),
        ({"rhr_rh_raw_pass_size": 16 * 8192 * 2}, "cut off"),
        ({"rhr_rh_raw_pass_size": 0}, "makes no sense"),
    ],
)
def test_headers_that_are_refused(tmp_path, changes, cause):
    with pytest.raises(FormatError, match=cause):
        read_scans(write(tmp_path, frames(), 24, **changes))


def test_unknown_revisions_and_foreign_bytes(tmp_path):
    path = write(tmp_path, frames(), 24)
    data = bytearray(path.read_bytes())
    data[:4] = np.float32(10).tobytes()
    path.write_bytes(data)
    with pytest.raises(FormatError, match="revision 10"):
        read_scans(path)
    assert revision_of(b"\0" * 200) is None
    assert revision_of(b"GE") is None


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ge")
    return [write(folder, frames(), revision, name=f"P{revision}.7") for revision in (9, 30)]


@pytest.mark.parametrize("which", [0, 1])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
    in_head=st.booleans(),
)
def test_mutated_files_are_read_whole_or_refused(originals, tmp_path, which, edits, keep, in_head):
    data = bytearray(originals[which].read_bytes())
    for where, patch in edits:
        at = int(where * ((600 if in_head else len(data)) - len(patch)))
        data[at : at + len(patch)] = patch
    path = tmp_path / "P1.7"
    path.write_bytes(data[: int(keep * len(data))])
    try:
        scans = read_scans(path)
    except FormatError:
        return
    for scan in scans:
        assert scan.dataset.points >= 2
        assert np.all(np.isfinite(scan.dataset.fid))
        assert scan.dataset.acquisition.dwell_s > 0

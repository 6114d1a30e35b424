"""Putting an exam together: partners found and verified, roles with reasons, refusals."""

import shutil

import nibabel
import numpy as np
import pytest
import vendor_files as make

from mrsviewer.formats import open_exam, write_nifti_mrs
from mrsviewer.formats.exam_match import differences
from mrsviewer.formats.exam_names import container, family, is_anatomy, named_role, tissue
from mrsviewer.formats.orientation import displacement_mm, voxel_from_lps
from mrsviewer.formats.philips_sdat import read as read_sdat
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FormatError


def roles(exam):
    return {source.role: source.path.name for source in exam.sources}


def titles(exam, severity=None):
    return [f.title for f in exam.findings if severity in {None, f.severity}]


def image(path, centre=(1.5, -45.0, 30.0), shape=(40, 40, 40), data=None):
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = np.array(centre) - 2.0 * np.array(shape)
    values = np.ones(shape, np.float32) if data is None else data
    nibabel.Nifti1Image(values, affine).to_filename(path)
    return path


@pytest.fixture
def pair(tmp_path):
    """Return a metabolite scan with its water reference beside it."""
    make.write_sdat(tmp_path, make.water_fid(), stem="sub-01_press_ref")
    return make.write_sdat(tmp_path, make.fid(), stem="sub-01_press_act")


def test_water_beside_the_data_is_found_and_verified(pair):
    exam = open_exam([pair])
    assert roles(exam) == {"metabolite": pair.name, "water": "sub-01_press_ref.SDAT"}
    (water,) = (source for source in exam.sources if source.role == "water")
    assert "found beside the data" in water.reason
    assert "energy" in water.reason
    np.testing.assert_allclose(exam.metabolite.fid, make.fid(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("suffix", [".SPAR", ".SDAT"])
def test_a_water_file_alone_finds_its_metabolites(pair, suffix):
    exam = open_exam([pair.with_name(f"sub-01_press_ref{suffix}")])
    assert roles(exam) == {"metabolite": pair.name, "water": f"sub-01_press_ref{suffix}"}


def test_both_files_and_all_four_parts_dropped_together(pair):
    everything = sorted(pair.parent.iterdir())
    exam = open_exam(everything)
    assert {source.role for source in exam.sources} == {"metabolite", "water"}
    assert open_exam([pair.parent]).digest == open_exam([pair]).digest


def test_a_named_reference_that_is_not_water_is_not_used(tmp_path):
    make.write_sdat(tmp_path, make.fid(seed=3), stem="a_ref")
    exam = open_exam([make.write_sdat(tmp_path, stem="a_act")])
    assert exam.water is None
    assert titles(exam, "warning") == ["a_ref.SDAT is not this scan's water reference"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cc_off_center": 35}, "voxel moved"),
        ({"synthesizer_frequency": 63900000}, "field strength"),
        ({"sample_frequency": 4000}, "dwell time"),
        ({"patient_name": "Somebody Else"}, "different patients"),
    ],
)
def test_a_reference_of_another_scan_is_not_used(tmp_path, change, words):
    # At another sampling rate or field the made water still lies at 4.65 ppm: it is at 0 Hz.
    water = make.fid(water=6000.0, metabolites=0.0)
    make.write_sdat(tmp_path, water, stem="a_ref", **change)
    exam = open_exam([make.write_sdat(tmp_path, stem="a_act")])
    assert exam.water is None
    (finding,) = (f for f in exam.findings if f.severity == "warning")
    assert words in finding.detail


def test_water_named_by_the_user_must_be_water(pair, tmp_path):
    other = make.write_sdat(tmp_path, make.fid(seed=9), stem="other")
    exam = open_exam([pair], water=pair.with_name("sub-01_press_ref.SDAT"))
    assert "named as water" in next(s.reason for s in exam.sources if s.role == "water")
    with pytest.raises(FormatError, match="not a water reference") as caught:
        open_exam([pair], water=other)
    assert caught.value.path == other


def test_water_named_by_the_user_from_another_place_is_used_and_marked(pair, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    water = make.write_sdat(folder, make.water_fid(), stem="w", cc_off_center=40)
    exam = open_exam([pair], water=water)
    assert exam.water is not None
    assert titles(exam, "danger") == ["The voxel moved between data and reference"]


def test_water_alone_is_refused(tmp_path):
    with pytest.raises(FormatError, match="It is a water reference"):
        open_exam([make.write_sdat(tmp_path, make.water_fid(), stem="alone")])


def test_of_two_metabolite_scans_one_is_chosen_with_a_reason(tmp_path):
    for name, echo in (("one", 144), ("two", 35)):
        make.write_sdat(tmp_path, make.fid(seed=echo), stem=name, echo_time=echo)
    exam = open_exam([tmp_path])
    assert roles(exam) == {"metabolite": "two.SDAT", "unused": "one.SDAT"}
    reason = exam.sources[0].reason
    assert reason == "chosen among 2 metabolite scans: it has the shortest echo time"
    assert titles(exam, "warning")[0] == "1 other metabolite scan was not opened"
    assert "one.SDAT (TE 144 ms, voxel at R 2 P 45 S 30 mm)" in exam.findings[0].detail


def test_folder_without_spectrum(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(FormatError, match="no spectrum that can be read"):
        open_exam([tmp_path])
    image(tmp_path / "t1w.nii.gz")
    with pytest.raises(FormatError, match="1 images"):
        open_exam([tmp_path])


def test_image_alone_is_refused(tmp_path):
    with pytest.raises(FormatError, match="It is an image, not a spectrum"):
        open_exam([image(tmp_path / "t1w.nii.gz")])


def test_head_image_beside_the_data_is_found(pair):
    image(pair.with_name("sub-01_T1w.nii.gz"))
    exam = open_exam([pair])
    assert roles(exam)["anatomy"] == "sub-01_T1w.nii.gz"
    assert exam.anatomy.data.shape == (40, 40, 40)
    assert titles(exam, "warning") == []


def test_head_image_is_doubted_where_other_spectra_lie_beside_it(pair):
    image(pair.with_name("t1.nii"))
    assert titles(open_exam([pair]), "warning") == []
    make.write_rda(pair.parent, name="other.rda")
    exam = open_exam([pair])
    assert exam.anatomy is not None
    assert titles(exam, "warning") == ["Check that the head image is of this session"]


def test_head_image_that_does_not_show_the_voxel_is_not_used(pair):
    image(pair.with_name("sub-01_T1w.nii.gz"), centre=(300.0, 0.0, 0.0))
    exam = open_exam([pair])
    assert exam.anatomy is None
    assert "sub-01_T1w.nii.gz does not show the voxel" in titles(exam)


def test_several_head_images_are_no_answer_unless_one_is_t1(pair):
    image(pair.with_name("sub-01_T2w.nii.gz"))
    image(pair.with_name("sub-01_FLAIR.nii.gz"))
    exam = open_exam([pair])
    assert exam.anatomy is None
    assert "Several head images lie beside the data" in titles(exam)
    image(pair.with_name("sub-01_T1w.nii.gz"))
    assert roles(open_exam([pair]))["anatomy"] == "sub-01_T1w.nii.gz"


def test_head_image_named_by_the_user_is_used_and_marked_if_it_misses(pair, tmp_path):
    far = image(tmp_path / "far.nii.gz", centre=(300.0, 0.0, 0.0))
    exam = open_exam([pair], anatomy=far)
    assert exam.anatomy is not None
    assert titles(exam, "danger") == ["The voxel lies outside the head image"]


def test_dicom_folder_is_taken_as_anatomy(pair, tmp_path):
    make.write_slices(tmp_path / "mri")
    exam = open_exam([pair], anatomy=tmp_path / "mri")
    assert exam.anatomy.data.shape == (6, 4, 3)


@pytest.mark.parametrize("given", [True, False])
def test_tissue_maps_are_told_by_name_and_value(pair, given):
    head = image(pair.with_name("sub-01_T1w.nii.gz"))
    maps = [image(pair.with_name(f"sub-01_T1w_pve_{k}.nii.gz")) for k in range(3)]
    exam = open_exam([pair, head, *maps] if given else [pair])
    assert set(exam.tissue) == {"gm", "wm", "csf"}
    assert sum(source.role == "tissue" for source in exam.sources) == 3


def test_maps_with_other_values_are_no_fractions(pair):
    image(pair.with_name("sub-01_T1w.nii.gz"))
    for k in range(3):
        data = np.full((40, 40, 40), 7.0, np.float32)
        image(pair.with_name(f"sub-01_pve_{k}.nii.gz"), data=data)
    assert open_exam([pair]).tissue == {}


def test_raw_data_with_coils_and_an_eddy_scan(shared_data):
    folder = shared_data / "nifti_mrs/steam7t"
    exam = open_exam([folder / "metab_raw_deid.nii.gz"])
    expected = {
        "metabolite": "metab_raw_deid.nii.gz",
        "water": "wref_raw_deid.nii.gz",
        "eddy": "ecc_deid.nii.gz",
    }
    assert roles(exam) == expected
    assert "quant_raw_deid.nii.gz may be another reference" in titles(exam, "info")


@pytest.mark.parametrize(
    ("name", "water"),
    [
        ("philips/osprey_press35/sub-01_PRESS_35_act.sdat", "sub-01_PRESS_35_ref.sdat"),
        ("philips/osprey_mm/sub-01_PRESS_raw-act.SPAR", "sub-01_PRESS_raw-ref.SDAT"),
        ("philips/spant/philips_spar_sdat_WS.SDAT", "philips_spar_sdat_W.SDAT"),
        ("siemens/pastis/spinal_cord_sLASER_longTE_WS.dcm", "spinal_cord_sLASER_longTE_noWS.dcm"),
        ("text/fitting_challenge/jmrui/dataset5_WS.txt", "dataset5_nWS.txt"),
        ("philips/suspect_enhanced/IM-0001-0002.dcm", "IM-0001-0002.dcm"),
        ("philips/tarquin_old_spar/svs_30_WS.SDAT", None),
        ("siemens/suspect/SVS_30.rda", None),
    ],
)
def test_real_scans_find_their_water_or_none(shared_data, name, water):
    assert roles(open_exam([shared_data / name])).get("water") == water


def test_opening_again_what_was_found_gives_the_same_exam(shared_data):
    path = shared_data / "philips/suspect_enhanced/IM-0001-0002.dcm"
    exam = open_exam([path])
    assert open_exam([path], water=path).digest == exam.digest


def test_real_head_image_is_found(shared_data):
    exam = open_exam([shared_data / "philips/osprey_mm/sub-01_PRESS_raw-act.SDAT"])
    assert roles(exam)["anatomy"] == "sub-01_T1w_brain.nii.gz"
    assert titles(exam, "warning") == []


def test_written_nifti_mrs_opens_with_the_same_voxel(pair, tmp_path):
    (scan,) = read_sdat(pair)
    write_nifti_mrs(scan.dataset, tmp_path / "again.nii.gz")
    again = open_exam([tmp_path / "again.nii.gz"]).metabolite
    assert displacement_mm(again.voxel, scan.dataset.voxel) < 0.01
    np.testing.assert_allclose(again.fid, scan.dataset.fid, rtol=1e-6)


def test_cancel_is_obeyed(pair):
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        open_exam([pair], context=context)


def test_unreadable_neighbour_is_named_and_does_not_stop(pair):
    broken = pair.with_name("sub-01_press_ref.SDAT")
    broken.write_bytes(broken.read_bytes()[:100])
    exam = open_exam([pair])
    assert exam.water is None
    assert titles(exam, "warning") == ["sub-01_press_ref.SDAT beside the data cannot be read"]


def test_copies_of_one_scan_count_once(pair, tmp_path):
    copies = tmp_path / "copies"
    copies.mkdir()
    for part in pair.parent.glob("sub-01_press_act.*"):
        shutil.copy(part, copies / part.name)
    assert open_exam([pair, copies / pair.name]).metabolite.points == make.POINTS


def test_names_tell_where_to_look(tmp_path):
    claims = {
        "sub-01_act.sdat": "metabolite",
        "sub-01_raw-ref.SDAT": "water",
        "x_nWS.txt": "water",
        "x_noWS.dcm": "water",
        "x_WS.txt": "metabolite",
        "data.RAW": "metabolite",
        "data.H2O": "water",
        "sub-01_mrsref.nii.gz": "water",
        "ecc_deid.nii.gz": "eddy",
        "press.rda": None,
    }
    assert {name: named_role(tmp_path / name) for name in claims} == claims
    same = [("a_act.SDAT", "a_ref.SDAT"), ("d.RAW", "d.H2O"), ("metab_raw.nii", "wref_raw.nii.gz")]
    for one, other in same:
        assert family(tmp_path / one) == family(tmp_path / other)
        assert container(tmp_path / one) == container(tmp_path / other)
    assert family(tmp_path / "s1_act.SDAT") != family(tmp_path / "s2_ref.SDAT")
    assert is_anatomy(tmp_path / "sub-01_T1w_brain.nii.gz")
    assert not is_anatomy(tmp_path / "sub-01_T1w_mask.nii.gz")
    assert not is_anatomy(tmp_path / "T1.dcm")
    maps = {"K_01_T1_pve_0.nii.gz": "csf", "c1head.nii": "gm", "sub_label-WM_probseg.nii.gz": "wm"}
    assert {name: tissue(tmp_path / name) for name in maps} == maps


def test_displacement_ignores_the_order_of_axes():
    one = voxel_from_lps((0, 0, 0), (1, 0, 0), (0, 1, 0), (10, 20, 30))
    turned = voxel_from_lps((0, 0, 0), (0, 1, 0), (-1, 0, 0), (20, 10, 30))
    moved = voxel_from_lps((0, 0, 3), (1, 0, 0), (0, 1, 0), (10, 20, 30))
    assert displacement_mm(one, turned) < 1e-9
    assert displacement_mm(one, moved) == pytest.approx(3)


def test_echo_times_that_differ_are_told(tmp_path):
    (one,) = read_sdat(make.write_sdat(tmp_path, stem="a"))
    (two,) = read_sdat(make.write_sdat(tmp_path, stem="b", echo_time=30))
    assert [f.severity for f in differences(one.dataset, two.dataset)] == ["info"]

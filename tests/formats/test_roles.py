"""Roles given by hand: obeyed, verified against the signal, recorded; other files step back."""

import nibabel
import numpy as np
import pytest
import vendor_files as make
from test_exam_folders import dicom_head
from test_formats_exam import image, titles

from mrsviewer.formats import open_exam, reassign, with_roles
from mrsviewer.model.failure import FormatError


def by_name(exam):
    return {source.path.name: source.role for source in exam.sources}


def reason_of(exam, name):
    return next(source.reason for source in exam.sources if source.path.name == name)


@pytest.fixture
def folder(tmp_path):
    make.write_sdat(tmp_path, make.fid(seed=1), stem="a_act")
    make.write_sdat(tmp_path, make.water_fid(seed=2), stem="a_ref")
    make.write_sdat(tmp_path, make.water_fid(seed=3), stem="second_water")
    make.write_sdat(tmp_path, make.fid(seed=4), stem="b_act", echo_time=144)
    image(tmp_path / "t1.nii.gz")
    image(tmp_path / "t2.nii.gz")
    return tmp_path


@pytest.fixture
def exam(folder):
    return open_exam([folder])


def test_before(exam):
    assert by_name(exam) == {
        "a_act.SDAT": "metabolite",
        "a_ref.SDAT": "water",
        "t1.nii.gz": "anatomy",
        "t2.nii.gz": "unused",
        "b_act.SDAT": "unused",
        "second_water.SDAT": "unused",
    }


def test_another_water_reference(exam, folder):
    changed = reassign(exam, folder / "second_water.SDAT", "water")
    assert by_name(changed) == {
        **by_name(exam), "second_water.SDAT": "water", "a_ref.SDAT": "unused",
    }  # fmt: skip
    assert reason_of(changed, "second_water.SDAT").startswith("given this role by hand; 9")
    assert reason_of(changed, "a_act.SDAT") == reason_of(exam, "a_act.SDAT")
    assert titles(changed, "info") == ["Roles changed by hand"]
    assert changed.digest != exam.digest
    assert np.abs(changed.water.fid - exam.water.fid).max() > 0
    back = reassign(changed, folder / "a_ref.SDAT", "water")
    assert by_name(back) == by_name(exam)
    np.testing.assert_array_equal(back.water.fid, exam.water.fid)


def test_what_is_not_water_does_not_become_water(exam, folder):
    for role in ("water", "eddy"):
        with pytest.raises(FormatError, match="not a water reference"):
            reassign(exam, folder / "b_act.SDAT", role)
        with pytest.raises(FormatError, match="not a spectrum"):
            reassign(exam, folder / "t2.nii.gz", role)


def test_other_data(exam, folder):
    changed = reassign(exam, folder / "b_act.SDAT", "metabolite")
    assert by_name(changed)["b_act.SDAT"] == "metabolite"
    assert by_name(changed)["a_act.SDAT"] == "unused"
    assert changed.metabolite.acquisition.echo_time_s == pytest.approx(0.144)
    assert reason_of(changed, "b_act.SDAT") == "given this role by hand"
    assert changed.anatomy is not None
    assert by_name(reassign(changed, folder / "a_act.SDAT", "metabolite")) == by_name(exam)


def test_without_water(exam, folder):
    changed = reassign(exam, folder / "a_ref.SDAT", "unused")
    assert changed.water is None
    assert by_name(changed)["a_ref.SDAT"] == "unused"


def test_the_data_cannot_be_left_out(exam, folder):
    for role in ("unused", "water"):
        with pytest.raises(FormatError, match="It is the data"):
            reassign(exam, folder / "a_act.SDAT", role)


def test_another_head_image(exam, folder):
    changed = reassign(exam, folder / "t2.nii.gz", "anatomy")
    assert by_name(changed)["t2.nii.gz"] == "anatomy"
    assert by_name(changed)["t1.nii.gz"] == "unused"
    with pytest.raises(FormatError, match="not an image"):
        reassign(exam, folder / "b_act.SDAT", "anatomy")


def test_a_head_image_from_elsewhere_joins_and_is_marked_if_it_misses(exam, tmp_path):
    far = image(tmp_path / "far.nii.gz", centre=(300.0, 0.0, 0.0))
    changed = reassign(exam, far, "anatomy")
    assert titles(changed, "danger") == ["The voxel lies outside the head image"]


def test_a_head_image_of_another_patient_is_marked(tmp_path):
    make.write_siemens(tmp_path)
    exam = open_exam([tmp_path])
    centre = (-10.5, 20.25, 30.0)
    paths = dicom_head(tmp_path / "mri", centre=centre, patient=("Other^Man", "99"))
    changed = reassign(exam, paths[0], "anatomy")
    assert titles(changed, "danger") == ["The head image is of another patient"]
    named = open_exam([tmp_path / "scan.IMA"], anatomy=tmp_path / "mri")
    assert titles(named, "danger") == ["The head image is of another patient"]


def test_tissue_maps_by_hand(exam, folder):
    gm = image(folder / "gm.nii.gz")
    changed = reassign(exam, gm, "tissue")
    assert set(changed.tissue) == {"gm"}
    other = image(folder / "c1.nii.gz")
    twice = reassign(changed, other, "tissue")
    assert by_name(twice)["gm.nii.gz"] == "unused"
    with pytest.raises(FormatError, match="of which tissue"):
        reassign(exam, folder / "t1.nii.gz", "tissue")
    seven = image(folder / "wm.nii.gz", data=np.full((40, 40, 40), 7.0, np.float32))
    with pytest.raises(FormatError, match="no fractions"):
        reassign(exam, seven, "tissue")


def test_data_and_water_in_one_file(tmp_path):
    path = make.write_enhanced(tmp_path, np.stack([make.fid(), make.water_fid()]))
    exam = open_exam([path])
    assert [source.role for source in exam.sources] == ["metabolite", "water"]
    without = reassign(exam, path, "unused", was="water")
    assert without.water is None
    again = reassign(without, path, "water")
    assert [source.role for source in again.sources] == ["metabolite", "water"]
    np.testing.assert_array_equal(again.water.fid, exam.water.fid)


def test_roles_given_in_full(folder):
    exam = with_roles([(folder / "b_act.SDAT", "metabolite"), (folder / "a_ref.SDAT", "water")])
    assert by_name(exam) == {"b_act.SDAT": "metabolite", "a_ref.SDAT": "water"}
    assert exam.anatomy is None
    for roles in ([], [(folder / "a_ref.SDAT", "water")] * 2):
        with pytest.raises(ValueError, match="files are"):
            with_roles([*roles])
    with pytest.raises(ValueError, match="2 files are the water"):
        with_roles(
            [
                (folder / "a_act.SDAT", "metabolite"),
                (folder / "a_ref.SDAT", "water"),
                (folder / "second_water.SDAT", "water"),
            ]
        )


def test_water_of_another_voxel_by_hand_is_used_and_marked(exam, tmp_path):
    moved = make.write_sdat(tmp_path, make.water_fid(), stem="moved", cc_off_center=60)
    changed = reassign(exam, moved, "water")
    assert changed.water is not None
    assert titles(changed, "danger") == ["The voxel moved between data and reference"]


def test_members_of_an_archive_change_roles(folder, tmp_path):
    import shutil

    place = tmp_path.parent / "packed"
    place.mkdir()
    shutil.make_archive(str(place / "case"), "zip", folder)
    exam = open_exam([place / "case.zip"])
    changed = reassign(exam, place / "case.zip/second_water.SDAT", "water")
    assert by_name(changed)["second_water.SDAT"] == "water"
    other = reassign(exam, place / "case.zip/b_act.SDAT", "metabolite")
    assert other.sources[0].path == place / "case.zip/b_act.SDAT"


def test_series_are_not_head_images(tmp_path, exam):
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    series = nibabel.Nifti1Image(np.ones((8, 8, 8, 5), np.float32), affine)
    series.to_filename(tmp_path / "bold.nii")
    with pytest.raises(FormatError, match="series of 5 images"):
        reassign(exam, tmp_path / "bold.nii", "anatomy")

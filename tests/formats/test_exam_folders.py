"""Whole folders and DICOMDIRs: what is chosen, what is told, what is refused."""

import os
import shutil
import stat

import numpy as np
import pydicom
import pytest
import vendor_files as make
from folder_fixtures import dicom_head, reason_of, write_dicomdir
from test_formats_exam import image, roles, titles

from mrsviewer.formats import open_exam, read_scan, walk
from mrsviewer.formats.exam_choice import is_copy
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FormatError


def test_a_folder_in_folders_is_one_exam(case):
    exam = open_exam([case])
    assert roles(exam) == {
        "metabolite": "sub-01_press_act.SDAT",
        "water": "sub-01_press_ref.SDAT",
        "anatomy": "sub-01_T1w.nii.gz",
        "tissue": "sub-01_wm.nii.gz",
    }
    assert set(exam.tissue) == {"gm", "wm", "csf"}
    assert "found in the folder" in reason_of(exam, "water")
    assert "the voxel lies within it" in reason_of(exam, "anatomy")
    assert titles(exam, "warning") == titles(exam, "danger") == []
    assert titles(exam, "info") == ["1 files of the folder were left out"]


def test_nothing_is_written_beside_the_input(case):
    def listing():
        return sorted((p, p.stat().st_mtime_ns) for p in case.rglob("*"))

    dicom_head(case / "dicom")
    before = listing()
    open_exam([case])
    assert listing() == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no POSIX permissions")
def test_read_only_folders_open(case):
    dicom_head(case / "dicom")
    folders = [case, *(p for p in case.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert open_exam([case]).water is not None
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_dicomdir_is_followed_in_any_letter_case(tmp_path):
    folder = tmp_path / "medium/dicom"
    folder.mkdir(parents=True)
    make.write_siemens(folder, name="im0001")
    heads = dicom_head(folder, centre=(-10.5, 20.25, 30.0))
    listed = [("DICOM", "IM0001"), *(("dicom", path.name) for path in heads), ("DICOM", "GONE")]
    exam = open_exam([write_dicomdir(tmp_path / "medium", listed)])
    assert roles(exam) == {"metabolite": "im0001", "anatomy": heads[0].name}
    assert titles(exam, "warning") == ["1 files that DICOMDIR lists are missing"]
    assert open_exam([tmp_path / "medium"]).digest == exam.digest


def test_dicomdir_alone_and_leading_outside(tmp_path):
    make.write_siemens(tmp_path, name="outside")
    folder = tmp_path / "medium"
    folder.mkdir()
    path = write_dicomdir(folder, [("..", "outside"), ("IM1",)])
    with pytest.raises(FormatError, match="None of the 2 files"):
        open_exam([path])


def test_two_patients_in_one_folder_are_refused_by_file_names(tmp_path):
    make.write_sdat(tmp_path, make.fid(), stem="a", patient_name="Roe")
    make.write_rda(tmp_path, PatientName="Doe", PatientID="18")
    with pytest.raises(FormatError, match="of 2 patients") as caught:
        open_exam([tmp_path])
    said = caught.value.failure.one_line()
    assert "a.SDAT" in said
    assert "scan.rda" in said
    assert "Doe" not in said
    assert open_exam([tmp_path / "scan.rda"]).water is None


def test_images_of_another_patient_are_not_used_and_told_in_red(tmp_path):
    make.write_siemens(tmp_path)
    dicom_head(tmp_path / "mri", centre=(-10.5, 20.25, 30.0), patient=("Other^Man", "99"))
    exam = open_exam([tmp_path])
    assert exam.anatomy is None
    assert titles(exam, "danger") == ["Images of another patient lie among the files"]
    assert "t1_mprage" in exam.findings[-1].detail


def test_the_best_head_image_is_chosen_with_a_reason(tmp_path):
    make.write_siemens(tmp_path)
    centre = (-10.5, 20.25, 30.0)
    dicom_head(tmp_path / "mri", "t2_tse", centre)
    dicom_head(tmp_path / "mri", "t1_mprage", centre)
    dicom_head(tmp_path / "mri", "t1_far", (300.0, 0.0, 0.0))
    exam = open_exam([tmp_path])
    assert reason_of(exam, "anatomy").endswith("chosen among 2: it is T1-weighted")
    assert exam.anatomy.data.shape == (40, 40, 12)
    left = {source.path.name[:6] for source in exam.sources if source.role == "unused"}
    assert left == {"t2_tse", "t1_far"}


def test_dicom_images_beside_a_dicom_spectrum_are_found(tmp_path):
    path = make.write_siemens(tmp_path)
    dicom_head(tmp_path, centre=(-10.5, 20.25, 30.0))
    assert open_exam([path]).anatomy is not None


def test_localisers_and_gaps_are_no_head_image(tmp_path):
    make.write_siemens(tmp_path)
    paths = dicom_head(tmp_path / "mri", centre=(-10.5, 20.25, 30.0))
    paths[5].unlink()
    exam = open_exam([tmp_path])
    assert exam.anatomy is None
    assert "1 slices of the series are missing" in reason_of(exam, "unused")


def test_maps_of_another_place_are_told_in_red(case):
    for name in ("gm", "wm", "csf"):
        data = np.full((40, 40, 40), 0.6, np.float32)
        image(case / f"seg/sub-01_{name}.nii.gz", centre=(300.0, 0.0, 0.0), data=data)
    assert titles(open_exam([case]), "danger") == ["The voxel lies outside the tissue maps"]


def test_maps_that_do_not_add_up_are_told(case):
    for name in ("gm", "wm", "csf"):
        image(case / f"seg/sub-01_{name}.nii.gz", data=np.full((40, 40, 40), 0.9, np.float32))
    exam = open_exam([case])
    assert titles(exam, "warning") == ["The tissue maps do not add up to 1 in the voxel"]


def test_bundled_example_finds_everything():
    from mrsviewer.simulation.example import example_paths

    paths = example_paths()
    for path in (paths.metabolite, paths.metabolite.parent):
        exam = open_exam([path])
        assert roles(exam)["water"] == paths.water.name
        assert roles(exam)["anatomy"] == paths.anatomy.name
        assert set(exam.tissue) == {"gm", "wm", "csf"}
        assert titles(exam, "warning") == titles(exam, "danger") == []


def test_the_same_scan_in_two_formats_is_no_second_scan(tmp_path):
    make.write_rda(tmp_path)
    make.write_siemens(tmp_path, protocol={"alTE[0]": "30000"}).rename(tmp_path / "scan.dcm")
    elements = pydicom.dcmread(tmp_path / "scan.dcm")
    elements.PatientName = "Jörg"
    elements.save_as(tmp_path / "scan.dcm")
    exam = open_exam([tmp_path])
    assert "other metabolite" not in " ".join(titles(exam))
    assert "the same signal as" in reason_of(exam, "unused")


def test_a_repetition_is_a_second_scan(tmp_path):
    one, two = (
        read_scan(make.write_sdat(tmp_path, make.fid(seed=s), stem=f"s{s}")) for s in (1, 2)
    )
    assert is_copy(one, one)
    assert not is_copy(one, two)


@pytest.mark.parametrize(
    ("better", "worse", "reason"),
    [
        ({}, {"scan_id": "PRESS_TI_600"}, "it has no inversion pulse"),
        ({}, {"spectrum_inversion_time": 400}, "it has no inversion pulse"),
        ({}, {"scan_id": "MEGA_68"}, "it is not edited"),
        ({}, {"volume_selection_enable": '"no"'}, "its voxel is known"),
        ({"echo_time": 30}, {"echo_time": 144, "averages": 256}, "it has the shortest echo time"),
        ({"averages": 128}, {"averages": 64}, "it has the most averages"),
        ({"nucleus": "1H"}, {"nucleus": "31P"}, "it is a proton scan"),
    ],
)
def test_what_decides_between_scans(tmp_path, better, worse, reason):
    make.write_sdat(tmp_path, make.fid(seed=1), stem="z_good", **better)
    make.write_sdat(tmp_path, make.fid(seed=2), stem="a_poor", **worse)
    exam = open_exam([tmp_path])
    assert exam.sources[0].path.name == "z_good.SDAT"
    assert exam.sources[0].reason.endswith(reason)


def test_the_scan_with_its_water_is_chosen(tmp_path):
    make.write_sdat(tmp_path, make.fid(seed=1), stem="a_left", lr_off_center=40)
    make.write_sdat(tmp_path, make.fid(seed=2), stem="b_right_act")
    make.write_sdat(tmp_path, make.water_fid(), stem="b_right_ref")
    exam = open_exam([tmp_path])
    assert exam.sources[0].path.name == "b_right_act.SDAT"
    assert exam.sources[0].reason.endswith("its water reference is there")
    assert "a_left.SDAT" in exam.findings[0].detail


def test_water_of_each_scan_stays_with_it(tmp_path):
    for name, x in (("a", -40), ("b", 40)):
        make.write_sdat(tmp_path, make.fid(seed=x + 50), stem=f"{name}_act", lr_off_center=x)
        make.write_sdat(tmp_path, make.water_fid(seed=x + 51), stem=f"{name}_ref", lr_off_center=x)
    exam = open_exam([tmp_path])
    assert roles(exam)["metabolite"] == "a_act.SDAT"
    assert roles(exam)["water"] == "a_ref.SDAT"
    left = {s.path.name: s.reason for s in exam.sources if s.role == "unused"}
    assert left["b_act.SDAT"] == "another metabolite scan"
    assert "voxel moved" in left["b_ref.SDAT"]


def test_folders_too_large_or_too_deep_are_refused(tmp_path, monkeypatch):
    for k in range(4):
        (tmp_path / f"{k}.txt").write_text("x")
    monkeypatch.setattr(walk, "MOST_FILES", 3)
    with pytest.raises(FormatError, match="more than 3 files"):
        open_exam([tmp_path])
    deep = tmp_path.joinpath(*"abcdefghijkl")
    deep.mkdir(parents=True)
    with pytest.raises(FormatError, match="deep"):
        walk.walk(tmp_path / "a", JobContext())


def test_circles_of_links_end(tmp_path):
    make.write_sdat(tmp_path)
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    assert len(walk.walk(tmp_path, JobContext())) == 2
    assert open_exam([tmp_path]).metabolite.points == make.POINTS


def test_cancel_is_obeyed_in_a_folder(case):
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        open_exam([case], context=context)


def test_real_folders(shared_data):
    exam = open_exam([shared_data / "philips/osprey_mm"])
    assert roles(exam)["metabolite"] == "sub-01_PRESS_raw-act.SDAT"
    assert roles(exam)["water"] == "sub-01_PRESS_raw-ref.SDAT"
    assert exam.sources[0].reason.endswith("it has no inversion pulse")
    assert roles(open_exam([shared_data / "nifti_mrs/steam7t"]))["eddy"] == "ecc_deid.nii.gz"
    with pytest.raises(FormatError, match="patients"):
        open_exam([shared_data / "siemens"])
    with pytest.raises(FormatError, match="no spectrum"):
        open_exam([shared_data / "siemens/suspect/mri"])


def test_real_dicom_slices_that_hold_half_the_voxel_are_not_taken(shared_data, tmp_path):
    shutil.copy(shared_data / "siemens/suspect/SVS_30.IMA", tmp_path)
    shutil.copytree(shared_data / "siemens/suspect/mri", tmp_path / "mri")
    exam = open_exam([tmp_path])
    assert exam.anatomy is None
    assert roles(exam) == {"metabolite": "SVS_30.IMA", "unused": "T1.0010.IMA"}

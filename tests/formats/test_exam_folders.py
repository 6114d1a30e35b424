"""Whole folders, archives and DICOMDIRs: what is chosen, what is told, what is refused."""

import contextlib
import os
import shutil
import stat
import warnings
import zipfile

import numpy as np
import pydicom
import pytest
import vendor_files as make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from test_formats_exam import image, roles, titles

from mrsviewer.formats import archive, dicomdir, open_exam, read_scan, source_exists, walk
from mrsviewer.formats.exam_choice import is_copy
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FormatError


def reason_of(exam, role):
    return next(source.reason for source in exam.sources if source.role == role)


def dicom_head(
    folder, name="t1_mprage", centre=(1.5, -45.0, 30.0), patient=("Roe^Jane", "17"), **changes
):
    """Write an axial DICOM series of 40 x 40 pixels of 4 mm about a point (RAS); return paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, number = [], int(name.encode().hex()[:10], 16)
    for k in range(12):
        path = folder / f"{name}_{k:02}.dcm"
        uid = f"1.2.826.{number}.{k + 1}"
        elements = make._file(path, "1.2.840.10008.5.1.4.1.1.4")
        elements.SOPInstanceUID = elements.file_meta.MediaStorageSOPInstanceUID = uid
        elements.PatientName, elements.PatientID = patient
        elements.SeriesInstanceUID, elements.SeriesDescription = f"1.2.826.{number}", name
        elements.StudyInstanceUID, elements.FrameOfReferenceUID = "1.2.5", "1.2.6"
        elements.Modality, elements.Manufacturer = "MR", "SIEMENS"
        elements.InstanceNumber, elements.SeriesNumber = k + 1, 3
        elements.Rows = elements.Columns = 40
        corner = [-centre[0] - 78, -centre[1] - 78, centre[2] - 55 + 10 * k]
        elements.ImagePositionPatient = corner
        elements.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        elements.PixelSpacing, elements.SliceThickness = [4.0, 4.0], 10.0
        elements.BitsAllocated = elements.BitsStored = 16
        elements.HighBit, elements.PixelRepresentation = 15, 0
        elements.SamplesPerPixel, elements.PhotometricInterpretation = 1, "MONOCHROME2"
        for key, value in changes.items():
            setattr(elements, key, value)
        grey = np.arange(1600).reshape(40, 40) + 10 * k
        elements.PixelData = grey.astype("<u2").tobytes()
        elements["PixelData"].VR = "OW"
        paths.append(make._save(elements, path))
    return paths


@pytest.fixture
def case(tmp_path):
    """Return a folder as a hospital sends it: spectra, head image and maps each in its own."""
    root = tmp_path / "case"
    for name in ("mrs", "anat", "seg", "other"):
        (root / name).mkdir(parents=True)
    make.write_sdat(root / "mrs", make.fid(), stem="sub-01_press_act")
    make.write_sdat(root / "mrs", make.water_fid(), stem="sub-01_press_ref")
    image(root / "anat/sub-01_T1w.nii.gz")
    for tissue, share in (("gm", 0.5), ("wm", 0.3), ("csf", 0.2)):
        data = np.full((40, 40, 40), share, np.float32)
        data[0, 0, 0] = 1.0
        image(root / f"seg/sub-01_{tissue}.nii.gz", data=data)
    (root / "other/notes.txt").write_text("nothing")
    return root


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


def test_a_zip_is_the_same_exam_and_leaves_nothing(case, tmp_path, monkeypatch):
    where = tmp_path / "temp"
    where.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(where))
    packed = tmp_path / "case.zip"
    shutil.make_archive(str(packed.with_suffix("")), "zip", case.parent, "case")
    exam = open_exam([packed])
    assert exam.digest == open_exam([case]).digest
    assert list(where.iterdir()) == []
    path = exam.sources[0].path
    assert path == packed / "case/mrs/sub-01_press_act.SDAT"
    assert source_exists(path)
    assert not source_exists(packed / "case/mrs/no.SDAT")
    again = open_exam([path], water=exam.sources[1].path)
    np.testing.assert_array_equal(again.metabolite.fid, exam.metabolite.fid)
    assert again.water is not None
    assert list(where.iterdir()) == []


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


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil.txt", "a/../../evil", "C:/evil", "..\\evil"]
)
def test_members_outside_the_folder_are_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(FormatError, match="outside its folder"):
        open_exam([tmp_path / "a.zip"])
    assert not (tmp_path / "evil.txt").exists()


def test_links_in_archives_are_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(FormatError, match="link"):
        open_exam([tmp_path / "a.zip"])


def test_archives_beyond_the_limits_are_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(1 << 20))
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 19)
    with pytest.raises(FormatError, match="unpacks to 1 files"):
        open_exam([tmp_path / "a.zip"])
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 30)
    monkeypatch.setattr(archive, "MOST_FILES", 0)
    with pytest.raises(FormatError, match="unpacks to"):
        open_exam([tmp_path / "a.zip"])


def test_an_archive_whose_index_lies_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(100_000))
    data = (tmp_path / "a.zip").read_bytes()
    lie = data.replace((100_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    (tmp_path / "a.zip").write_bytes(lie)
    with pytest.raises(FormatError):
        open_exam([tmp_path / "a.zip"])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_archives_are_refused(case, tmp_path, share):
    shutil.make_archive(str(tmp_path / "case"), "zip", case)
    data = (tmp_path / "case.zip").read_bytes()
    (tmp_path / "case.zip").write_bytes(data[: int(share * len(data))])
    with pytest.raises(FormatError, match="damaged or cut off"):
        open_exam([tmp_path / "case.zip"])


def test_empty_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w"):
        pass
    with pytest.raises(FormatError, match="no spectrum"):
        open_exam([tmp_path / "a.zip"])


def test_encrypted_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("scan", "secret")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(FormatError, match="password"):
        open_exam([tmp_path / "a.zip"])


def write_dicomdir(root, files):
    path = root / "DICOMDIR"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dicomdir.MEDIA_DIRECTORY
    meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = "1.2.3.9", ExplicitVRLittleEndian
    elements = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    elements.FileSetID = "CASE"
    records = [make._item(DirectoryRecordType="PATIENT", PatientName="Roe^Jane")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that DICOM does not allow
        records += [
            make._item(DirectoryRecordType="IMAGE", ReferencedFileID=list(parts)) for parts in files
        ]
    elements.DirectoryRecordSequence = records
    return make._save(elements, path)


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


@given(at=st.integers(0, 10**6), junk=st.binary(min_size=1, max_size=8), which=st.integers(0, 2))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_damage_gives_an_exam_or_a_format_error(small, at, junk, which):
    folder, sources = small
    source = sources[which]
    data = bytearray(source.read_bytes())
    at %= len(data)
    data[at : at + len(junk)] = junk
    damaged = folder / source.name
    damaged.write_bytes(data)
    with contextlib.suppress(FormatError):
        open_exam([damaged if which < 2 else folder])


@pytest.fixture
def small(tmp_path):
    """Return a folder to damage files in, and an archive, a DICOMDIR and an image to damage."""
    for name in ("whole", "medium/IMAGES"):
        (tmp_path / name).mkdir(parents=True)
    make.write_sdat(tmp_path / "whole", make.fid(points=64), points=64)
    shutil.make_archive(str(tmp_path / "case"), "zip", tmp_path / "whole")
    make.write_rda(tmp_path / "medium/IMAGES", name="SCAN")
    index = write_dicomdir(tmp_path / "medium", [("IMAGES", "SCAN")])
    head = image(tmp_path / "head.nii", shape=(6, 6, 6))
    place = tmp_path / "medium"
    shutil.copy(place / "IMAGES/SCAN", place / "scan.rda")
    return place, [tmp_path / "case.zip", shutil.copy(index, tmp_path / "DICOMDIR"), head]

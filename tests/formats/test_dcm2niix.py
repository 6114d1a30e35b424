"""Anatomical DICOM: by dcm2niix, its place checked; by the own reader where that fails."""

import subprocess

import numpy as np
import pytest
import vendor_files as make
from test_exam_folders import dicom_head

from mrsviewer.formats import dcm2niix, dicom_anatomy, dicom_series, read_volume, registry
from mrsviewer.formats.dcm2niix import ConversionError, convert
from mrsviewer.model.failure import FormatError
from mrsviewer.model.volume import Volume


def test_both_ways_give_the_same_image_in_space(tmp_path):
    paths = dicom_head(tmp_path / "mri", ImageOrientationPatient=[0.96, 0.28, 0, -0.28, 0.96, 0])
    theirs, ours = convert(paths), dicom_series.read(tmp_path / "mri")
    assert dicom_anatomy.disagreement_mm(theirs, dicom_series.slices_of(tmp_path / "mri")) < 1e-3
    # The same grey value at the same place, whatever the order of the axes.
    place = ours.affine @ [7, 31, 4, 1]
    index = np.rint(np.linalg.inv(theirs.affine) @ place)[:3].astype(int)
    assert theirs.data[tuple(index)] == ours.data[7, 31, 4] == 31 * 40 + 7 + 40


def test_volume_of_a_series(tmp_path):
    paths = dicom_head(tmp_path / "mri")
    volume = read_volume(paths[3])
    assert sorted(volume.data.shape) == [12, 40, 40]
    assert volume.name == paths[3].name
    assert read_volume(tmp_path / "mri").name == "t1_mprage"


@pytest.mark.parametrize("fault", ["missing", "fails", "slow"])
def test_without_dcm2niix_the_own_reader_serves(tmp_path, monkeypatch, fault):
    paths = dicom_head(tmp_path / "mri")

    def run(command, **_):
        if fault == "slow":
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 3, b"no")

    if fault == "missing":
        monkeypatch.setitem(__import__("sys").modules, "dcm2niix", None)
    else:
        monkeypatch.setattr(dcm2niix.subprocess, "run", run)
    with pytest.raises(ConversionError):
        convert(paths)
    assert read_volume(paths[0]).data.shape == (40, 40, 12)


def test_images_whose_place_is_doubtful_are_refused(tmp_path, monkeypatch):
    paths = dicom_head(tmp_path / "mri")

    def mirrored(_files):
        image = dicom_series.read(paths[0])
        return Volume(image.data.copy(), np.diag([-1.0, 1, 1, 1]) @ image.affine, "x")

    monkeypatch.setattr(dicom_anatomy, "convert", mirrored)
    with pytest.raises(FormatError, match="mm apart"):
        read_volume(paths[0])


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    where = tmp_path / "temp"
    where.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(where))
    convert(dicom_head(tmp_path / "mri"))
    with pytest.raises(ConversionError):
        convert([make.write_sdat(tmp_path)])
    assert list(where.iterdir()) == []


def test_real_series_agree(shared_data):
    folder = shared_data / "siemens/suspect/mri"
    slices = dicom_series.slices_of(folder)
    volume = convert([s.path for s in slices])
    assert dicom_anatomy.disagreement_mm(volume, slices) < 1e-3
    assert registry.identify(folder / "T1.0010.IMA").name == "dicom_series"


def enhanced(folder, count=6, **changes):
    """Write an enhanced MR image of axial frames, 40 x 40 pixels of 4 mm, 10 mm apart."""
    path = folder / "enhanced.dcm"
    elements = make._file(path, "1.2.840.10008.5.1.4.1.1.4.1")
    elements.Modality, elements.Manufacturer = "MR", "SIEMENS"
    elements.SeriesInstanceUID, elements.SeriesDescription = "1.2.7", "t1_enhanced"
    elements.StudyInstanceUID, elements.FrameOfReferenceUID = "1.2.5", "1.2.6"
    elements.SeriesNumber, elements.InstanceNumber = 4, 1
    elements.Rows = elements.Columns = 40
    elements.NumberOfFrames = count
    elements.BitsAllocated = elements.BitsStored = 16
    elements.HighBit, elements.PixelRepresentation = 15, 0
    elements.SamplesPerPixel, elements.PhotometricInterpretation = 1, "MONOCHROME2"
    item = make._item
    elements.SharedFunctionalGroupsSequence = [
        item(
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelMeasuresSequence=[
                item(PixelSpacing=[4.0, 4.0], SliceThickness=10.0, SpacingBetweenSlices=10.0)
            ],
        )
    ]
    elements.PerFrameFunctionalGroupsSequence = [
        item(
            FrameContentSequence=[
                item(StackID="1", InStackPositionNumber=k + 1, DimensionIndexValues=[1, k + 1])
            ],
            PlanePositionSequence=[item(ImagePositionPatient=[-78.0, -78.0, -25.0 + 10 * k])],
        )
        for k in range(count)
    ]
    for key, value in changes.items():
        setattr(elements, key, value)
    grey = np.arange(count)[:, None, None] * 100 + np.arange(1600).reshape(40, 40)
    elements.PixelData = grey.astype("<u2").tobytes()
    elements["PixelData"].VR = "OW"
    return make._save(elements, path)


def test_enhanced_images_are_converted_and_checked(tmp_path):
    volume = read_volume(enhanced(tmp_path))
    assert sorted(volume.data.shape) == [6, 40, 40]
    place = np.array([78.0 - 4 * 7, 78.0 - 4 * 31, -25.0 + 20, 1])
    index = np.rint(np.linalg.inv(volume.affine) @ place)[:3].astype(int)
    assert volume.data[tuple(index)] == 31 * 40 + 7 + 200


def test_enhanced_images_without_places_are_refused(tmp_path):
    with pytest.raises(FormatError, match="where in the body"):
        read_volume(enhanced(tmp_path, SharedFunctionalGroupsSequence=[]))


def test_enhanced_images_need_dcm2niix(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "dcm2niix", None)
    with pytest.raises(FormatError, match="could not be converted"):
        read_volume(enhanced(tmp_path))

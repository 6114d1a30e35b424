"""Folders with a case in them, and the helpers of the tests about them."""

import warnings

import numpy as np
import pytest
import vendor_files as make
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from test_formats_exam import image

from mrsviewer.formats import dicomdir


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

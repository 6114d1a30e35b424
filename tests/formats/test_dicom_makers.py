"""DICOM spectra as Philips, UIH and others write them; places stated twice."""

import numpy as np
import pytest
import vendor_files as make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from mrsviewer.formats import open_exam, read_scan, read_scans
from mrsviewer.formats.signs import SIGNS
from mrsviewer.model.failure import FormatError

PHILIPS_CLASS, UIH_CLASS = "1.3.46.670589.11.0.0.12.1", "1.2.156.112605.14.200"
PLANE = {
    "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 0.8, 0.6],
    "ImagePositionPatient": [-30.0, 20.0, 12.0],
    "PixelSpacing": [20.0, 25.0],
    "SliceThickness": 15.0,
}
VOLUME = {
    0x20051054: 0.0,
    0x20051055: 0.0,
    0x20051056: 10.0,
    0x20051057: 20.0,
    0x20051058: 30.0,
    0x20051059: 25.0,
    0x2005105A: 45.0,
    0x2005105B: 30.0,
    0x2005105C: -1.5,
}
"""A box 25 mm from left to right, 20 to the front and 30 to the head, tilted by 10 degrees."""


def private(values, group=0x2005):
    """Return an item with private elements."""
    item = Dataset()
    for block in sorted({tag >> 8 & 0xFF for tag in values}):
        item.add_new((group << 16) | block, "LO", f"Philips MR Imaging DD 00{block - 15}")
    for tag, value in values.items():
        item.add_new(tag, *(value if isinstance(value, tuple) else ("FL", value)))
    return item


def save(path, change):
    """Change a file with a function of its elements."""
    elements = make.as_dicom(path)
    change(elements)
    return make._save(elements, path)


def add(elements, values, group=0x2005):
    for element in private(values, group):
        elements.add(element)


# Philips.


def philips(folder, frames, *, references=None, edits=None, **changes):
    def change(elements):
        marks = references or [0] * len(frames)
        details = [private({0x20051304: ("SS", mark)}) for mark in marks]
        for item, edit in zip(details, edits or [], strict=False):
            add(item, {0x20051598: ("CS", edit)})
        values = {0x20051085: ("SQ", Sequence([private(VOLUME)]))}
        add(elements, {**values, 0x2005140F: ("SQ", Sequence(details))})

    path = make.write_enhanced(folder, frames, maker="Philips Medical Systems", **changes)
    return save(path, change)


def test_marked_references_are_a_scan_of_their_own(tmp_path):
    frames = np.array(
        [make.fid(water=2.0, seed=k) for k in range(4)] + [make.water_fid(seed=k) for k in range(2)]
    )
    data, water = read_scans(philips(tmp_path, frames, references=[0, 0, 0, 0, 1, 1]))
    assert data.dataset.dims == water.dataset.dims == ("transient",)
    np.testing.assert_allclose(data.dataset.fid, frames[:4], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(water.dataset.fid, frames[4:], rtol=1e-4, atol=1e-2)


def test_references_are_found_without_marks_and_wrong_marks_are_not_believed(tmp_path):
    frames = np.array([make.water_fid(), *[make.fid(water=2.0, seed=k) for k in range(3)]])
    for marks in (None, [0, 0, 0, 1]):
        data, water = read_scans(philips(tmp_path, frames, references=marks))
        assert data.dataset.fid.shape == (3, make.POINTS)
        assert water.dataset.fid.shape == (make.POINTS,)


def test_edited_frames_get_an_axis_on_first(tmp_path):
    frames = np.array([make.fid(water=2.0, seed=k) for k in range(6)])
    (scan,) = read_scans(philips(tmp_path, frames, edits=["0", "1", "0", "1", "0", "1"]))
    assert scan.dataset.dims == ("edit", "transient")
    np.testing.assert_allclose(scan.dataset.fid[0], frames[1::2], rtol=1e-4, atol=1e-3)


def test_the_planned_box_is_shown_and_agreement_is_told(tmp_path):
    scan = read_scan(philips(tmp_path, make.fid()[None], VolumeLocalizationSequence=None))
    box = scan.dataset.voxel
    spar = read_scan(make.write_sdat(tmp_path)).dataset.voxel
    assert box.size_mm == (25.0, 20.0, 30.0)
    np.testing.assert_allclose(box.corners_ras_mm(), spar.corners_ras_mm(), atol=1e-4)
    turned = np.deg2rad(10)
    column = [0, np.cos(turned), np.sin(turned)]
    for shift, expected in ((0.0, "info"), (7.0, "danger")):

        def change(elements, shift=shift):
            elements.ImagePositionPatient = [-1.5 + shift, 45.0, 30.0]
            elements.ImageOrientationPatient = [1, 0, 0, *column]
            elements.PixelSpacing, elements.SliceThickness = [20.0, 25.0], 30.0

        folder = tmp_path / expected
        folder.mkdir()
        path = philips(folder, make.fid()[None], VolumeLocalizationSequence=None)
        found = read_scan(save(path, change))
        told = [f for f in found.findings if f.topic == "geometry"]
        assert [f.severity for f in told] == [expected], told
        assert found.dataset.voxel == box


def philips_private(folder, signal, changes=None):
    path = make.write_enhanced(folder, signal, maker="Philips Medical Systems")
    elements = make.as_dicom(path)
    for keyword in ("SpectroscopyData", "SpectralWidth", "TransmitterFrequency", "ResonantNucleus"):
        delattr(elements, keyword)
    del elements.SharedFunctionalGroupsSequence
    elements.file_meta.MediaStorageSOPClassUID = elements.SOPClassUID = PHILIPS_CLASS
    elements.RepetitionTime = 2000.0
    for element in private({0x20011083: ("DS", "127.75"), 0x20011087: ("SH", "1H")}, 0x2001):
        elements.add(element)
    values = {
        0x20051270: ("OW", make.pairs(np.atleast_2d(signal), "<f4")),
        0x20051310: ("FL", 35.0),
        0x20051357: ("SS", 2000),
        0x20051085: ("SQ", Sequence([private(VOLUME)])),
        **(changes or {}),
    }
    add(elements, {key: value for key, value in values.items() if value is not None})
    return make._save(elements, path)


def test_private_class_of_philips(tmp_path):
    signal = make.fid()
    scan = read_scan(philips_private(tmp_path, signal))
    np.testing.assert_allclose(scan.dataset.fid, signal, rtol=1e-5, atol=1e-4)
    facts = scan.dataset.acquisition
    assert (facts.frequency_hz, facts.dwell_s, facts.nucleus) == (127.75e6, 0.0005, "1H")
    assert (facts.echo_time_s, facts.repetition_time_s) == (0.035, 2.0)
    assert scan.dataset.voxel.size_mm == (25.0, 20.0, 30.0)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({0x20051270: None}, "no samples"),
        ({0x20051270: ("OW", b"\0" * 800)}, "cut off"),
        ({0x20051357: None}, "lacks frequency or spectral width"),
    ],
)
def test_private_class_refusals(tmp_path, changes, cause):
    with pytest.raises(FormatError, match=cause):
        read_scan(philips_private(tmp_path, make.fid(), changes))


# UIH.


def uih(folder, signal, reference=None, storage_class=None):
    """Write what spec2nii's reader expects of UIH: flat elements, samples conjugated."""
    assert SIGNS["uih_dicom"].conjugate
    path = make.write_enhanced(folder, np.conj(signal), maker="UIH")
    elements = make.as_dicom(path)
    del elements.SharedFunctionalGroupsSequence
    del elements.VolumeLocalizationSequence
    for keyword, value in PLANE.items():
        setattr(elements, keyword, value)
    elements.SpectroscopyAcquisitionDataColumns = elements.DataPointColumns
    del elements.DataPointColumns
    del elements.NumberOfFrames
    elements.EchoTime, elements.RepetitionTime, elements.SequenceName = 144.0, 1500.0, "svs_press"
    elements.FlipAngle, elements.PatientWeight, elements.PatientPosition = 90, 70, "HFS"
    for keyword in (
        "ManufacturerModelName",
        "DeviceSerialNumber",
        "SoftwareVersions",
        "InstitutionName",
        "InstitutionAddress",
        "ProtocolName",
        "PatientBirthDate",
        "PatientSex",
        "SeriesDescription",
    ):
        setattr(elements, keyword, "O" if keyword == "PatientSex" else "20000101")
    if reference is not None:
        elements.add_new(0x006500FF, "LO", "Image Private Header")
        elements.add_new(0x0065FF07, "OB", make.pairs(np.conj(reference), "<f4"))
    if storage_class:
        elements.file_meta.MediaStorageSOPClassUID = elements.SOPClassUID = storage_class
    return make._save(elements, path)


@pytest.mark.parametrize("storage_class", [None, UIH_CLASS])
def test_uih_with_its_water_reference(tmp_path, storage_class):
    signal, water = make.fid(water=2.0), make.water_fid()
    path = uih(tmp_path, signal, water, storage_class)
    data, reference = read_scans(path)
    np.testing.assert_allclose(data.dataset.fid, signal, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(reference.dataset.fid, water, rtol=1e-4, atol=1e-2)
    facts = data.dataset.acquisition
    assert (facts.vendor, facts.localisation) == ("UIH", "press")
    assert (facts.echo_time_s, facts.repetition_time_s) == (0.144, 1.5)
    assert data.dataset.voxel.centre_ras_mm == pytest.approx((17.5, -28.0, 18.0))
    assert "Check the direction of the ppm axis" in [f.title for f in data.findings]
    assert open_exam([path]).water is not None


@pytest.mark.filterwarnings("ignore")
def test_a_second_reader_of_uih_agrees(tmp_path):
    spec2nii = pytest.importorskip("spec2nii.uih")
    path = uih(tmp_path, make.fid(water=2.0), make.water_fid())
    images, _ = spec2nii.multi_file_dicom([path], "x", None, False)
    for image, scan in zip(images, read_scans(path), strict=True):
        ours = scan.dataset
        np.testing.assert_allclose(np.squeeze(image[:]), ours.fid, rtol=1e-5)
        np.testing.assert_allclose(
            image.getAffine("voxel", "world")[:3, 3], ours.voxel.centre_ras_mm, atol=1e-3
        )
        edges = image.getAffine("voxel", "world")[:3, :3]
        np.testing.assert_allclose(np.linalg.norm(edges, axis=0), ours.voxel.size_mm, atol=1e-3)


def test_uih_reference_of_another_length(tmp_path):
    with pytest.raises(FormatError, match="reference samples"):
        read_scans(uih(tmp_path, make.fid(), make.water_fid()[:100]))


# Other makers.


def test_a_plain_object_of_another_maker(tmp_path):
    item = make._item
    groups = item(
        PlanePositionSequence=[item(ImagePositionPatient=PLANE["ImagePositionPatient"])],
        PlaneOrientationSequence=[item(ImageOrientationPatient=PLANE["ImageOrientationPatient"])],
        PixelMeasuresSequence=[item(PixelSpacing=PLANE["PixelSpacing"], SliceThickness=15.0)],
        MREchoSequence=[item(EffectiveEchoTime=35.0)],
    )
    changes = {"PerFrameFunctionalGroupsSequence": [groups], "VolumeLocalizationSequence": None}
    scan = read_scan(make.write_enhanced(tmp_path, maker="GE MEDICAL SYSTEMS", **changes))
    assert scan.dataset.acquisition.vendor == "GE"
    assert scan.dataset.acquisition.echo_time_s == 0.035
    assert scan.dataset.voxel.centre_ras_mm == (30.0, -20.0, 12.0)
    assert scan.dataset.voxel.size_mm == (25.0, 20.0, 15.0)


def test_an_object_without_samples_of_a_makers_own_class(tmp_path):
    path = uih(tmp_path, make.fid(), storage_class=UIH_CLASS)
    with pytest.raises(FormatError, match="no samples"):
        read_scan(save(path, lambda elements: delattr(elements, "SpectroscopyData")))


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dicom")
    (folder / "a").mkdir()
    return [uih(folder, make.fid(), make.water_fid()), philips_private(folder / "a", make.fid())]


@pytest.mark.parametrize("which", [0, 1])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_mutated_files_are_read_whole_or_refused(originals, tmp_path, which, edits, keep):
    data = bytearray(originals[which].read_bytes())
    for where, patch in edits:
        at = int(where * (2000 - len(patch)))
        data[at : at + len(patch)] = patch
    path = tmp_path / "mutated.dcm"
    path.write_bytes(data[: int(keep * len(data))])
    try:
        scans = read_scans(path)
    except FormatError:
        return
    assert all(np.all(np.isfinite(scan.dataset.fid)) for scan in scans)

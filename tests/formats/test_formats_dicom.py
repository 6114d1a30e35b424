"""Enhanced spectroscopy, image series, and DICOM objects that are neither."""

import shutil

import nibabel
import numpy as np
import pytest
import vendor_files as make

from mrsviewer.formats import dicom_series, read_scan, read_scans, read_volume
from mrsviewer.formats.dicom_file import storage_class
from mrsviewer.formats.foreign import explain
from mrsviewer.model.failure import FormatError


def test_enhanced_spectrum_is_read(tmp_path):
    signal = make.fid()
    scan = read_scan(make.write_enhanced(tmp_path, signal))
    np.testing.assert_allclose(scan.dataset.fid, signal, rtol=1e-5, atol=1e-5)
    facts = scan.dataset.acquisition
    assert (facts.vendor, facts.localisation, facts.averages) == ("Siemens", "press", 80)
    assert (facts.echo_time_s, facts.repetition_time_s) == (0.03, 2.0)
    voxel = scan.dataset.voxel
    assert voxel.centre_ras_mm == pytest.approx((-10, 20, 30))
    assert voxel.size_mm == (25.0, 20.0, 15.0)


def test_a_water_frame_is_a_scan_of_its_own_wherever_it_stands(tmp_path):
    frames = np.array([make.fid(water=2.0), make.water_fid()])
    for k, order in enumerate((frames, frames[::-1])):
        scans = read_scans(make.write_enhanced(tmp_path, order, f"{k}.dcm", maker="Philips"))
        assert len(scans) == 2
        np.testing.assert_allclose(scans[0].dataset.fid, frames[0], rtol=1e-4, atol=1e-3)


def test_frames_without_water_are_transients(tmp_path):
    frames = np.array([make.fid(seed=k) for k in range(2)])
    (scan,) = read_scans(make.write_enhanced(tmp_path, frames))
    assert scan.dataset.dims == ("transient",)
    assert scan.dataset.fid.shape == (2, make.POINTS)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"DataPointColumns": 2048}, "is cut off"),
        ({"NumberOfFrames": 2}, "is cut off"),
        ({"Rows": 16}, "spectroscopic imaging"),
        ({"SpectroscopyData": None}, "no samples"),
        ({"DataRepresentation": "REAL"}, "not a complex FID"),
        ({"SignalDomainColumns": "FREQUENCY"}, "over frequency"),
        ({"TransmitterFrequency": None}, "lacks frequency"),
        ({"SpectralWidth": 0.0}, "lacks frequency or spectral width"),
    ],
)
def test_enhanced_refusals(tmp_path, changes, cause):
    with pytest.raises(FormatError, match=cause):
        read_scan(make.write_enhanced(tmp_path, **changes))


def test_slabs_that_are_not_square_make_no_voxel(tmp_path):
    scan = read_scan(make.write_enhanced(tmp_path, VolumeLocalizationSequence=None))
    assert scan.dataset.voxel is None


def test_another_maker_is_doubted(tmp_path):
    scan = read_scan(make.write_enhanced(tmp_path, maker="ACME"))
    assert "Check the direction of the ppm axis" in [f.title for f in scan.findings]


def test_series_is_stacked_in_ras(tmp_path):
    paths = make.write_slices(tmp_path / "mri")
    volume = read_volume(paths[1])
    assert volume.data.shape == (6, 4, 3)
    assert volume.data[2, 3, 1] == 2 + 30 + 100
    expected = [[-1, 0, 0, 3], [0, -2, 0, 4], [0, 0, 5, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(volume.affine, expected)
    np.testing.assert_array_equal(read_volume(tmp_path / "mri").data, volume.data)


def test_single_slice_takes_its_thickness(tmp_path):
    (path,) = make.write_slices(tmp_path / "mri", positions=(7.0,))
    affine = dicom_series.read(path).affine
    np.testing.assert_allclose(affine[:, 2:].T, [[0, 0, 4, 0], [3, 4, 7, 1]])


@pytest.mark.parametrize(
    ("positions", "cause"),
    [((0.0, 5.0, 15.0), "slices of the series are missing"), ((0.0, 5.0, 5.0), "at one place")],
)
def test_gaps_and_doubles_are_refused(tmp_path, positions, cause):
    paths = make.write_slices(tmp_path / "mri", positions=positions)
    with pytest.raises(FormatError, match=cause):
        read_volume(paths[0])


def test_only_the_series_of_the_chosen_image_is_taken(tmp_path):
    make.write_slices(tmp_path / "one", series="1.2.3")
    other = make.write_slices(tmp_path / "two", positions=(0.0, 2.0), series="1.2.9")
    for path in other:
        shutil.copy(path, tmp_path / "one" / f"other_{path.name}")
    assert read_volume(tmp_path / "one/image0.dcm").data.shape[2] == 3
    assert read_volume(tmp_path / "one/other_image0.dcm").data.shape[2] == 2
    with pytest.raises(FormatError, match="2 image series"):
        read_volume(tmp_path / "one")


def test_image_cut_off_in_its_pixels(tmp_path):
    (path,) = make.write_slices(tmp_path / "mri", positions=(0.0,))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError):
        read_volume(path)


def test_spectrum_and_image_are_not_taken_for_one_another(tmp_path):
    (image,) = make.write_slices(tmp_path / "mri", positions=(0.0,))
    with pytest.raises(FormatError, match="It is an image"):
        read_scan(image)
    with pytest.raises(FormatError, match="It is a spectrum"):
        read_volume(make.write_siemens(tmp_path))


def test_storage_class_is_found_in_the_first_bytes(tmp_path):
    head = make.write_siemens(tmp_path).read_bytes()[:4096]
    assert storage_class(head) == "1.3.12.2.1107.5.9.1"
    assert storage_class(head[:140]) == ""
    assert storage_class(b"plain text" * 30) is None


def test_other_dicom_objects_are_named(tmp_path):
    path = make.write_siemens(tmp_path)
    capture = b"1.2.840.10008.5.1.4.1.1.7\0"
    head = path.read_bytes()[:4096].replace(b"1.3.12.2.1107.5.9.1\0", capture)
    head = head.replace(b"\x02\x00\x02\x00UI\x14\x00", b"\x02\x00\x02\x00UI\x1a\x00")
    cause, remedy = explain(path, head)
    assert "secondary capture" in cause
    assert "spectroscopy series" in remedy


def test_real_series_lies_where_dcm2niix_puts_it(shared_data):
    ours = read_volume(shared_data / "siemens/suspect/mri")
    theirs = nibabel.load(shared_data / "siemens/suspect/T2w_bin4.nii.gz")
    assert ours.data.shape == (960, 1024, 5)
    # The same tissue at the same place: block means of ours against the binned stack.
    binned = ours.data.reshape(240, 4, 256, 4, 5).mean(axis=(1, 3))
    index = np.argwhere(np.ones(binned.shape, bool))[::997]
    full = index * (4, 4, 1) + (1.5, 1.5, 0)
    world = full @ ours.affine[:3, :3].T + ours.affine[:3, 3]
    inverse = np.linalg.inv(theirs.affine)
    other = np.rint(world @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    inside = np.all((other >= 0) & (other < theirs.shape), axis=1)
    assert inside.mean() > 0.98
    values = np.asarray(theirs.dataobj)[tuple(other[inside].T)]
    assert np.corrcoef(values, binned[tuple(index[inside].T)])[0, 1] > 0.99

import gzip

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.formats import nifti_volume
from mrsviewer.model.failure import FormatError

AFFINE = np.array([[0, 0, 2.0, -10], [-3.0, 0, 0, 20], [0, 4.0, 0, -30], [0, 0, 0, 1]])


def _image(path, data, affine=AFFINE, *, codes=(1, 0), kind=nibabel.Nifti1Image):
    image = kind(data, affine)
    image.header.set_qform(affine, codes[0])
    image.header.set_sform(affine, codes[1])
    image.to_filename(path)
    return path


@pytest.mark.parametrize("name", ["t1.nii", "t1.nii.gz"])
@pytest.mark.parametrize("codes", [(1, 0), (0, 1), (2, 4)])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_samples_and_place_are_kept(tmp_path, name, codes, kind):
    data = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    path = _image(tmp_path / name, data, codes=codes, kind=kind)
    assert nifti_volume.sniff(path, path.read_bytes()[:4096])
    volume = nifti_volume.read(path)
    np.testing.assert_array_equal(volume.data, data)
    np.testing.assert_allclose(volume.affine, AFFINE, atol=1e-4)
    assert (volume.data.dtype, volume.name) == (np.float32, "t1")
    assert not volume.data.flags.writeable


def test_scaling_is_applied_and_nan_is_zero(tmp_path):
    data = np.ones((3, 4, 5), np.float32)
    data[0, 0, :3] = np.nan, np.inf, -np.inf
    image = nibabel.Nifti1Image(data, AFFINE)
    image.header.set_slope_inter(2.0, 5.0)
    stored = bytearray(image.to_bytes())
    stored[112:120] = np.array([2.0, 5.0], "<f4").tobytes()
    (tmp_path / "a.nii").write_bytes(bytes(stored))
    found = nifti_volume.read(tmp_path / "a.nii").data
    assert found[0, 0].tolist() == [0.0, 0.0, 0.0, 7.0, 7.0]


def test_single_entry_of_a_series_is_an_image(tmp_path):
    path = _image(tmp_path / "a.nii", np.ones((3, 4, 5, 1), np.float32))
    assert nifti_volume.read(path).data.shape == (3, 4, 5)
    path = _image(tmp_path / "b.nii", np.ones((3, 4, 5, 2), np.float32))
    with pytest.raises(FormatError, match="series of 2 images"):
        nifti_volume.read(path)


def test_images_without_a_place_are_refused(tmp_path):
    path = _image(tmp_path / "a.nii", np.ones((3, 4, 5), np.float32))
    data = bytearray(path.read_bytes())
    data[252:256] = bytes(4)  # qform_code and sform_code
    path.write_bytes(bytes(data))
    with pytest.raises(FormatError, match="does not say where in space"):
        nifti_volume.read(path)


def test_spectra_are_refused(tmp_path):
    path = _image(tmp_path / "a.nii", np.ones((1, 1, 1, 16), np.complex64))
    with pytest.raises(FormatError, match="complex samples"):
        nifti_volume.read(path)


@pytest.mark.parametrize("name", ["t1.nii", "t1.nii.gz"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_cut_files_are_refused(tmp_path, name, share):
    rng = np.random.default_rng(1)
    path = _image(tmp_path / name, rng.normal(size=(8, 8, 8)).astype(np.float32))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(FormatError):
        nifti_volume.read(path)


@given(st.binary(min_size=1, max_size=60), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_any_damage_gives_a_volume_or_a_format_error(tmp_path_factory, junk, at):
    image = nibabel.Nifti1Image(np.ones((3, 4, 5), np.int16), AFFINE)
    data = bytearray(image.to_bytes())
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.mktemp("fuzz") / "a.nii.gz"
    path.write_bytes(gzip.compress(bytes(data)))
    try:
        volume = nifti_volume.read(path)
    except FormatError:
        return
    assert np.isfinite(volume.data).all()
    assert np.isfinite(volume.affine).all()


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("philips/osprey_mm/sub-01_T1w_brain.nii.gz", (256, 256, 160)),
        ("siemens/suspect/T2w_bin4.nii.gz", (240, 256, 30)),
    ],
)
def test_real_images(shared_data, name, shape):
    volume = nifti_volume.read(shared_data / name)
    assert volume.data.shape == shape
    np.testing.assert_allclose(volume.affine, nibabel.load(shared_data / name).affine)
    assert volume.data.max() > 100

"""What is said when something else is chosen as a basis set."""

import pytest

from mrsviewer.formats import read_basis, write_nifti_mrs
from mrsviewer.model.failure import FormatError


@pytest.mark.parametrize("name", ["notes.txt", "scan.mat", "picture.dat", "folder"])
def test_what_is_no_basis_set_is_answered_with_what_would_be_one(tmp_path, name):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
        (path / "notes.txt").write_text("nothing")
    else:
        path.write_bytes(b"\x89PNG\r\n\x1a\n" if name == "picture.dat" else b"some words\n")
    with pytest.raises(FormatError) as caught:
        read_basis(path)
    told = caught.value.failure
    assert "LCModel .basis, Osprey .mat, .mrsbasis, jMRUI" in told.remedy
    assert "TWIX" not in told.remedy
    assert "not a spectrum" not in told.cause


def test_a_spectrum_chosen_as_basis_set_is_told_what_would_be_one(tmp_path, dataset):
    path = tmp_path / "scan.nii.gz"
    write_nifti_mrs(dataset, path)
    with pytest.raises(FormatError) as caught:
        read_basis(path)
    assert "It is a spectrum (NIfTI-MRS), not a basis set" in caught.value.failure.cause
    assert "LCModel .basis" in caught.value.failure.remedy


def test_a_missing_or_damaged_basis_set_is_called_that(tmp_path):
    with pytest.raises(FormatError, match="no such file"):
        read_basis(tmp_path / "gone.basis")
    damaged = tmp_path / "set.basis"
    damaged.write_bytes(b"\x00\x01" * 50)
    with pytest.raises(FormatError) as caught:
        read_basis(damaged)
    assert "Make or copy it again" in caught.value.failure.remedy

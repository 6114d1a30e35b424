import numpy as np
import pytest

from mrsviewer.formats import (
    jmrui,
    jmrui_basis,
    lcmodel_basis,
    lcmodel_raw,
    nifti_mrs,
    nifti_volume,
)
from mrsviewer.model.failure import FormatError

MODULES = (lcmodel_raw, lcmodel_basis, jmrui, jmrui_basis, nifti_mrs, nifti_volume)
FOREIGN = {
    "empty.txt": b"",
    "letter.txt": b"Dear colleague,\nthank you for the referral.\n",
    "table.csv": b"Row,Col,NAA,%SD\n1,1,7.4,5\n",
    "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 4,
    "table.xlsx": b"PK\x03\x04" + bytes(range(256)),
    "report.pdf": b"%PDF-1.7\n" + bytes(range(256)),
    "settings.json": b'{"a": 1}',
    "noise.bin": np.random.default_rng(3).bytes(5000),
    "noise.nii.gz": b"\x1f\x8b" + np.random.default_rng(4).bytes(5000),
    "zeros.nii": b"\x00" * 1000,
}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rsplit(".", 1)[1])
@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_content_is_not_claimed_and_refused_in_words(tmp_path, module, name):
    path = tmp_path / name
    path.write_bytes(FOREIGN[name])
    assert not module.sniff(path, FOREIGN[name][:4096])
    with pytest.raises(FormatError) as caught:
        module.read(path)
    failure = caught.value.failure
    assert name in failure.title
    assert failure.cause.endswith(".")
    assert failure.remedy.endswith(".")
    assert "\n" not in failure.one_line()


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rsplit(".", 1)[1])
def test_folders_and_missing_files_are_refused(tmp_path, module):
    for path in (tmp_path, tmp_path / "missing.nii.gz"):
        with pytest.raises(FormatError):
            module.read(path)


def test_pictures_are_called_pictures(tmp_path):
    path = tmp_path / "photo.RAW"
    path.write_bytes(FOREIGN["photo.jpg"])
    with pytest.raises(FormatError, match="a JPEG picture"):
        lcmodel_raw.read(path)

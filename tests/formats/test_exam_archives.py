"""Zip archives with a case in them: read like a folder, or refused."""

import contextlib
import shutil
import stat
import zipfile

import numpy as np
import pytest
import vendor_files as make
from folder_fixtures import write_dicomdir
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_formats_exam import image

from mrsviewer.formats import archive, open_exam, source_exists
from mrsviewer.model.failure import FormatError


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

"""Every kind of damage to a file of every format: refused with a reason, or told loudly; soon.

Nothing is printed, asked, written beside the file or left by an exit, and no sample is lost in
silence. A format added to the registry needs a writer in ``one_of_each``, or the first test fails.
"""

import builtins
import os
import time

import numpy as np
import pytest
from one_of_each import WRITERS

from mrsviewer.formats import open_exam
from mrsviewer.formats.registry import FORMATS, identify
from mrsviewer.model.failure import FormatError

SECONDS = 5
ROWS = {row.name: row for row in FORMATS}
SCANS = [name for name, row in ROWS.items() if row.kind == "scan"]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(500)
COMPLETE_WHEN_CUT = {
    # Its last part repeats what was entered; the figures stand before it.
    ("lcmodel_table", 90),
    # A list of figures without any sign of its end: half the rows are rows.
    ("lcmodel_csv", 50),
}


@pytest.fixture(autouse=True)
def quiet(monkeypatch, capfd):
    """No prompt, and nothing printed."""

    def asked(*_arguments):
        pytest.fail("a reader asked at the terminal")

    monkeypatch.setattr(builtins, "input", asked)
    yield
    said = capfd.readouterr()
    assert said.out + said.err == ""


def _contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _read(path):
    """Return what a file holds, or the error; the folder is as it was, and not much time gone."""
    before, start = _contents(path.parent), time.perf_counter()
    try:
        outcome = identify(path)
        outcome = outcome.read(path)
    except FormatError as error:
        outcome = error
    if isinstance(outcome, FormatError):
        failure = outcome.failure
        assert failure.cause
        assert failure.remedy
        assert "\n" not in failure.one_line()
    assert time.perf_counter() - start < SECONDS
    assert _contents(path.parent) == before
    return outcome


def _loud(scans):
    return any(f.severity in {"warning", "danger"} for scan in scans for f in scan.findings)


def _points(scans):
    return [scan.dataset.fid.size for scan in scans]


def _refused_or_told(outcome, good=None):
    """Require an error, or the whole content, or a warning."""
    if isinstance(outcome, FormatError):
        return
    assert isinstance(outcome, tuple)
    assert all(hasattr(scan, "dataset") for scan in outcome)
    assert _loud(outcome) or (good is not None and _points(outcome) == _points(good))


def test_there_is_a_file_of_every_format(tmp_path):
    assert set(WRITERS) == set(ROWS)
    for name, write in WRITERS.items():
        folder = tmp_path / name
        folder.mkdir()
        path = write(folder)
        assert identify(path).name == name
        assert not isinstance(_read(path), FormatError)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("percent", [0, 10, 50, 90])
def test_cut_off(tmp_path, name, percent):
    path = WRITERS[name](tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * percent // 100])
    outcome = _read(path)
    if (name, percent) not in COMPLETE_WHEN_CUT:
        _refused_or_told(outcome)


@pytest.mark.parametrize("name", WRITERS)
def test_random_bytes(tmp_path, name):
    path = WRITERS[name](tmp_path)
    path.write_bytes(np.random.default_rng(5).bytes(path.stat().st_size))
    _refused_or_told(_read(path))


@pytest.mark.parametrize("name", WRITERS)
def test_a_picture_under_its_name(tmp_path, name):
    path = WRITERS[name](tmp_path)
    path.write_bytes(PNG)
    _refused_or_told(_read(path))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("ending", [".rda", ".txt", ".dcm", ""])
def test_a_wrong_ending(tmp_path, name, ending):
    path = WRITERS[name](tmp_path)
    good = ROWS[name].read(path)
    outcome = _read(path.rename(path.with_name(f"other{ending}")))
    if isinstance(good, tuple) and hasattr(good[0], "dataset"):
        _refused_or_told(outcome, good)
    elif not isinstance(outcome, FormatError):
        assert type(outcome) is type(good)


@pytest.mark.parametrize("name", SCANS)
def test_header_and_data_that_disagree(tmp_path, name):
    """Twice the samples, or half: of what the header tells, not one may be lost or made up."""
    path = WRITERS[name](tmp_path)
    good = ROWS[name].read(path)
    data = path.read_bytes()
    path.write_bytes(data + data[len(data) // 2 :])
    _refused_or_told(_read(path), good)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    "folder", ["with two  spaces", "Größe δ 脳", os.fsdecode(b"Gr\xf6\xdfe"), "a'b&c;$d"]
)
def test_odd_names_of_folders(tmp_path, name, folder):
    place = tmp_path / folder
    place.mkdir()
    path = WRITERS[name](place)
    assert not isinstance(_read(path), FormatError)


@pytest.mark.parametrize("name", WRITERS)
def test_odd_names_of_files(tmp_path, name):
    path = WRITERS[name](tmp_path)
    if name in {"bruker", "varian", "philips_data", "philips_sdat", "ascii_columns"}:
        return  # several files that belong together by name
    good = ROWS[name].read(path)
    for stem in ("zwei Wörter", os.fsdecode(b"Gr\xf6\xdfe")):
        path = path.rename(path.with_name(stem + "".join(path.suffixes)))
        assert type(_read(path)) is type(good)


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_cannot_be_written(tmp_path, name):
    path = WRITERS[name](tmp_path)
    tmp_path.chmod(0o555)
    try:
        assert not isinstance(_read(path), FormatError)
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize("name", SCANS)
def test_two_scans_mixed_in_one_folder(tmp_path, name):
    """Another scan in the same folder is told of, or the folder is refused; never merged.

    Formats of which a folder is one scan have one of their own in it.
    """
    place = tmp_path / "1" if name in {"bruker", "varian"} else tmp_path
    place.mkdir(exist_ok=True)
    path = WRITERS[name](place)
    (scan, *_) = ROWS[name].read(path)
    other = "siemens_rda" if name != "siemens_rda" else "philips_sdat"
    (stranger, *_) = ROWS[other].read(WRITERS[other](tmp_path))
    try:
        exam = open_exam([tmp_path])
    except FormatError as error:
        assert error.failure.remedy  # noqa: PT017 - either outcome is right
        return
    assert exam.metabolite.points in {scan.dataset.points, stranger.dataset.points}
    paths = {source.path.name for source in exam.sources}
    told = " ".join(f"{f.title} {f.detail}" for f in exam.findings)
    assert len(paths) > 1 or "scan" in told


@pytest.mark.parametrize("name", ["philips_sdat", "philips_data"])
def test_a_half_without_its_other_half(tmp_path, name):
    path = WRITERS[name](tmp_path)
    header = next(p for p in tmp_path.iterdir() if p.suffix.lower() in {".spar", ".list"})
    path.unlink()
    assert isinstance(_read(header), FormatError)
    WRITERS[name](tmp_path)
    header.unlink()
    assert isinstance(_read(path), FormatError)

"""What the session writes to disk."""

from pathlib import Path

import numpy as np
import pytest

from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Exam, Source
from mrsviewer.model.failure import FormatError
from mrsviewer.processing.steps import Phase
from mrsviewer.session import commands, storage
from mrsviewer.session.autosave import Autosave
from mrsviewer.session.document import Document
from mrsviewer.session.recent import LIMIT, RecentCase, load_recent, remember
from mrsviewer.session.session_file import is_session, load_session, save_session


def exam_of(folder, digest="abc"):
    sources = (
        Source(folder / "act.sdat", "metabolite", "Philips", "named", digest),
        Source(folder / "ref.sdat", "water", "Philips", "found beside", "def"),
    )
    fid = np.ones(8, np.complex128)
    return Exam(Dataset(fid, Acquisition("1H", 1e8, 5e-4), centre_ppm=4.65), sources=sources)


@pytest.fixture
def document(tmp_path):
    opened = commands.open_case(Document(), exam_of(tmp_path))
    return commands.set_manual_phase(opened, Phase(zero_deg=12.0))


def test_session_comes_back_as_it_was(tmp_path, document):
    file = tmp_path / "case.mrsv.json"
    save_session(file, document)
    session = load_session(file)
    assert is_session(file)
    assert session.recipe == document.recipe
    assert session.paths("metabolite") == (tmp_path / "act.sdat",)
    assert session.paths("water", "eddy") == (tmp_path / "ref.sdat",)
    assert session.changed(document.exam) == ()
    assert file.stat().st_size < 4096


def test_changed_input_is_a_danger(tmp_path, document):
    file = tmp_path / "case.mrsv.json"
    save_session(file, document)
    findings = load_session(file).changed(exam_of(tmp_path, digest="other"))
    assert [f.severity for f in findings] == ["danger"]
    assert "act.sdat" in findings[0].title


def test_inputs_that_moved_with_the_session_are_found(tmp_path, document):
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "act.sdat").write_bytes(b"x")
    save_session(moved / "case.mrsv.json", document)
    session = load_session(moved / "case.mrsv.json")
    assert session.paths("metabolite") == (moved / "act.sdat",)


@pytest.mark.parametrize("content", [b"", b"{", b'{"type": "other"}', b"\xff\xfe", b"[]"])
def test_a_bad_session_is_a_typed_error(tmp_path, content):
    file = tmp_path / "bad.mrsv.json"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=r"bad\.mrsv\.json"):
        load_session(file)


def test_a_missing_session_is_a_typed_error(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        load_session(tmp_path / "none.mrsv.json")


def test_nothing_open_is_nothing_to_save(tmp_path):
    with pytest.raises(ValueError, match="nothing is open"):
        save_session(tmp_path / "x.mrsv.json", Document())


def test_recent_cases_are_unique_latest_first_and_limited(tmp_path):
    for i in range(LIMIT + 3):
        remember(tmp_path, RecentCase((f"/data/{i}",)))
    cases = remember(tmp_path, RecentCase(("/data/9",), water="/data/w")).cases
    assert cases == load_recent(tmp_path).cases
    assert len(cases) == LIMIT
    assert cases[0].water == "/data/w"
    assert [case.paths for case in cases].count(("/data/9",)) == 1
    assert not cases[0].exists


def test_a_damaged_list_is_an_empty_one(tmp_path):
    (tmp_path / "recent.json").write_bytes(b'{"cases": 3}')
    assert load_recent(tmp_path).cases == ()


def test_autosave_leaves_what_a_crash_would_take(tmp_path, document):
    first = Autosave(tmp_path, 0)
    assert first.leftover() is None
    first.save(document)
    left = Autosave(tmp_path, 0).leftover()
    assert left is not None
    assert left.recipe == document.recipe
    assert Autosave(tmp_path, 1).leftover() is None
    first.remove()
    first.remove()
    assert first.leftover() is None


def test_autosave_of_nothing_is_no_file(tmp_path, document):
    autosave = Autosave(tmp_path, 0)
    autosave.save(document)
    autosave.save(Document())
    assert autosave.leftover() is None


def test_a_failed_write_leaves_the_old_file_and_no_scrap(tmp_path, monkeypatch):
    file = tmp_path / "x.json"
    storage.write_whole(file, b"old")

    def refuse(self, target):
        raise OSError(28, "no space", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        storage.write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_state_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("MRSVIEWER_STATE", str(tmp_path))
    assert storage.state_folder() == tmp_path
    monkeypatch.delenv("MRSVIEWER_STATE")
    assert storage.state_folder().name == "mrsviewer"

"""An LCModel control file opened as a case: its settings are one step that can be undone."""

import pytest
from lcmodel_folder import make_folder, write_control

from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FormatError
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.opening import read_case
from mrsviewer.session.request import Request
from mrsviewer.session.session_file import load_session, save_session, session_of


def opened(*paths):
    return read_case(Request(tuple(paths)), JobContext())


def document_of(found):
    document = commands.open_case(Document(), found.exam, found.recipe, found.spectrum)
    return commands.take_settings(document, found.settings)


def test_settings_are_in_force_and_can_be_undone(tmp_path):
    found = opened(make_folder(tmp_path))
    document = document_of(found)
    assert document.recipe == found.settings.recipe
    assert document.exam.findings[0].title == "Settings from control.file"
    assert document.history.undo_label == "Settings from control.file"
    back = commands.undo(document)
    assert back.recipe == Recipe(fit=FitSettings(basis_path=str(tmp_path / "set.basis")))
    assert not any("control.file" in f.title for f in back.exam.findings)
    assert commands.redo(back).recipe == found.settings.recipe


def test_a_signal_alone_opens_as_before(tmp_path):
    make_folder(tmp_path)
    assert opened(tmp_path / "data.RAW").settings is None
    assert opened(tmp_path).settings is None


def test_the_first_voxel_that_lcmodel_analyses_is_shown(tmp_path):
    make_folder(tmp_path, rows=3)
    control = write_control(tmp_path, lines=" ndcols=3 icolst=2 icolen=3")
    document = document_of(opened(control))
    assert (document.spectrum, document.recipe.fit.macromolecules) == (2, "lcmodel")
    assert "LCModel analyses 2 of these 3 voxels" in [f.title for f in document.exam.findings]
    other = commands.choose_spectrum(document, 3)
    assert other.recipe == document.recipe


def test_what_was_not_taken_over_stays_known(tmp_path):
    make_folder(tmp_path)
    document = document_of(opened(write_control(tmp_path, lines=" sptype='tumor'")))
    told = document.exam.findings[:2]
    assert [f.severity for f in told] == ["info", "warning"]
    path = tmp_path / "case.mrsv.json"
    save_session(path, document)
    again = opened(path)
    document = commands.open_case(
        Document(), again.exam, again.recipe, again.spectrum, again.phases, again.noted
    )
    assert document.exam.findings[:2] == told
    read = opened(tmp_path / "data.RAW").exam
    assert commands.replace_exam(document, read, "Water").exam.findings[:2] == told
    assert session_of(document) == load_session(path)


def test_settings_taken_back_are_not_noted(tmp_path):
    document = commands.undo(document_of(opened(make_folder(tmp_path))))
    assert session_of(document).noted == ()


def test_a_saved_session_keeps_the_settings(tmp_path):
    document = document_of(opened(make_folder(tmp_path)))
    path = tmp_path / "case.mrsv.json"
    save_session(path, document)
    again = opened(path)
    assert again.recipe == document.recipe == load_session(path).recipe
    assert [s.path.name for s in again.exam.sources if s.role == "basis"] == ["set.basis"]


@pytest.mark.parametrize("name", ["scan7", "mine.ctl"])
def test_a_session_opens_again_whatever_the_control_file_is_called(tmp_path, name):
    control = make_folder(tmp_path, rows=2)
    write_control(tmp_path, lines=" ndcols=2 icolen=2")
    document = document_of(opened(control.rename(tmp_path / name)))
    save_session(tmp_path / "case.mrsv.json", document)
    again = opened(tmp_path / "case.mrsv.json")
    assert again.exam.metabolite.fid.shape == document.whole.metabolite.fid.shape == (2, 1024)


def test_a_control_file_that_cannot_be_understood_is_refused(tmp_path):
    make_folder(tmp_path)
    with pytest.raises(FormatError, match="SDDEGP"):
        opened(write_control(tmp_path, sddegp="'none'"))

"""A basis set opened together with the data is fitted with, and goes with its role."""

import shutil

import pytest
from lcmodel_folder import make_folder, write_control

from mrsviewer import cli
from mrsviewer.formats import reassign
from mrsviewer.jobs.context import JobContext
from mrsviewer.present.findings import findings_scene
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.opening import read_case, request_of
from mrsviewer.session.request import Request
from mrsviewer.session.session_file import save_session


@pytest.fixture
def folder(tmp_path):
    make_folder(tmp_path)
    return tmp_path


def opened(*paths, document=None):
    found = read_case(Request(tuple(paths)), JobContext())
    return commands.open_case(document or Document(), found.exam, found.recipe, found.spectrum)


def role_of(document, name):
    return next(s.role for s in document.whole.sources if s.path.name == name)


def test_the_set_opened_with_the_data_is_the_one_of_the_fit(folder):
    basis = folder / "set.basis"
    document = opened(folder / "data.RAW", basis)
    assert document.recipe.fit.basis_path == str(basis)
    assert role_of(document, "set.basis") == "basis"
    assert opened(folder / "data.RAW").recipe.fit.basis_path is None


def test_of_several_sets_none_is_taken_and_that_is_said(folder):
    other = shutil.copy(folder / "set.basis", folder / "other.basis")
    document = opened(folder / "data.RAW", folder / "set.basis", other)
    assert document.recipe.fit.basis_path is None
    (one, two) = (s for s in document.whole.sources if s.path.suffix == ".basis")
    assert one.role == two.role == "unused"
    assert "choose one" in one.reason


def test_without_its_role_the_set_is_no_longer_fitted_with(folder):
    basis = folder / "set.basis"
    document = opened(folder / "data.RAW", basis)
    plain = reassign(document.whole, basis, "unused")
    changed = commands.replace_data(document, plain, "Role")
    assert changed.recipe.fit.basis_path is None
    assert commands.undo(changed).recipe.fit.basis_path == str(basis)
    again = commands.replace_data(changed, reassign(plain, basis, "basis"), "Role")
    assert again.recipe.fit.basis_path == str(basis)


def test_a_set_chosen_by_a_person_stays(folder):
    other = str(shutil.copy(folder / "set.basis", folder / "other.basis"))
    basis = folder / "set.basis"
    chosen = commands.set_basis(opened(folder / "data.RAW", basis), other)
    plain = reassign(chosen.whole, basis, "unused")
    assert commands.replace_data(chosen, plain, "Role").recipe.fit.basis_path == other


@pytest.mark.parametrize("control", [False, True])
def test_one_more_file_leaves_the_set_in_force(folder, control):
    paths = [write_control(folder)] if control else [folder / "data.RAW", folder / "set.basis"]
    found = read_case(Request(tuple(paths)), JobContext())
    document = commands.open_case(Document(), found.exam, found.recipe)
    exam = read_case(request_of(document.whole), JobContext()).exam
    after = commands.replace_exam(document, exam, "Water reference")
    assert after.recipe.fit.basis_path == str(folder / "set.basis")
    assert role_of(after, "set.basis") == "basis"


def test_the_command_line_takes_the_set_named_and_no_other(folder, tmp_path):
    out = tmp_path / "out"
    words = ["fit", str(folder / "data.RAW"), "--te", "30", "--sequence", "press", "--no-report"]
    assert cli.run([*words, "--basis", str(folder / "set.basis"), "--out", str(out)]) == 0
    assert "set.basis" in (out / "recipe.json").read_text(encoding="utf-8")


def test_another_file_after_a_control_file_is_completed_again(folder):
    found = read_case(Request((write_control(folder, nsimul="0"),)), JobContext())
    document = commands.open_case(Document(), found.exam, found.recipe)
    document = commands.take_settings(document, found.settings)
    assert (document.recipe.fit.macromolecules, document.recipe.fit.complete) == ("set", False)
    chosen = commands.set_basis(document, str(folder / "set.basis"))
    assert (chosen.recipe.fit.macromolecules, chosen.recipe.fit.complete) == ("auto", True)


def sources_shown(document):
    scene = findings_scene(document.exam, document.recipe)
    return {source.path.name: source for source in scene.sources}


def test_only_the_set_that_is_fitted_with_is_shown_as_such(folder):
    other = str(shutil.copy(folder / "set.basis", folder / "other.basis"))
    document = opened(folder / "data.RAW", folder / "set.basis")
    assert sources_shown(document)["set.basis"].role == "basis"
    shown = sources_shown(commands.set_basis(document, other))["set.basis"]
    assert (shown.role, "other.basis was chosen" in shown.reason) == ("unused", True)
    shown = sources_shown(commands.set_basis(document, None))["set.basis"]
    assert (shown.role, "simulated" in shown.reason) == ("unused", True)


def test_a_set_that_takes_the_role_takes_it_from_the_other(folder):
    other = shutil.copy(folder / "set.basis", folder / "other.basis")
    document = opened(folder / "data.RAW", folder / "set.basis", other)
    first = commands.replace_data(document, reassign(document.whole, other, "basis"), "Role")
    assert first.recipe.fit.basis_path == str(other)
    second = reassign(first.whole, folder / "set.basis", "basis")
    changed = commands.replace_data(first, second, "Role")
    assert changed.recipe.fit.basis_path == str(folder / "set.basis")
    assert role_of(changed, "other.basis") == "unused"


def test_of_a_control_file_and_another_set_the_former_counts(folder):
    other = shutil.copy(folder / "set.basis", folder / "other.basis")
    found = read_case(Request((write_control(folder), other)), JobContext())
    roles = {s.path.name: s.role for s in found.exam.sources}
    assert (roles["set.basis"], roles["other.basis"]) == ("basis", "unused")
    assert found.settings.recipe.fit.basis_path == str(folder / "set.basis")


def test_a_set_that_changed_since_the_session_was_saved_is_told(folder):
    document = opened(folder / "data.RAW", folder / "set.basis")
    path = folder / "case.mrsv.json"
    save_session(path, document)
    again = read_case(Request((path,)), JobContext())
    assert not [f for f in again.exam.findings if "is not what it was" in f.title]
    text = (folder / "set.basis").read_text(encoding="utf-8")
    (folder / "set.basis").write_text(text.replace("E+", "e+", 1) + "\n", encoding="utf-8")
    again = read_case(Request((path,)), JobContext())
    told = [f.title for f in again.exam.findings if f.severity == "danger"]
    assert told == ["set.basis is not what it was when the session was saved"]

"""Files of several spectra: one is open at a time, chosen, undone, saved and found again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mrsviewer.analysis.each import one_spectrum
from mrsviewer.analysis.result import Analysis
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Exam, Source
from mrsviewer.model.failure import FormatError
from mrsviewer.present.each import place_in_words
from mrsviewer.processing.steps import Phase
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.session_file import load_session, save_session


@pytest.fixture
def grid():
    """Return an exam of 2 rows and 3 columns, each voxel's signal its number from 1."""
    fid = np.ones((2, 3, 8), complex) * np.arange(1, 7).reshape(2, 3, 1)
    data = Dataset(fid, Acquisition("1H", 123.2e6, 1 / 2000), centre_ppm=4.65, dims=("y", "x"))
    return Exam(data, sources=(Source(Path("grid.raw"), "metabolite", "made up", "named", "d"),))


def height(document):
    return document.exam.metabolite.fid.real.mean()


def test_the_first_of_several_is_open_and_says_so(grid):
    document = commands.open_case(Document(), grid)
    assert document.exam.metabolite.fid.shape == (8,)
    assert height(document) == 1
    assert document.whole is grid
    assert document.exam.findings[0].title == "Spectrum 1 of 6"
    assert "Row 1, column 1" in document.exam.findings[0].detail


def test_another_is_chosen_and_that_is_undone(grid):
    opened = commands.open_case(Document(), grid)
    document = commands.choose_spectrum(opened, 5)
    assert (height(document), document.spectrum) == (5, 5)
    assert document.exam.digest != opened.exam.digest
    back = commands.undo(document)
    assert back.exam is opened.exam
    assert height(commands.redo(back)) == 5


def test_a_number_beyond_the_last_is_the_last(grid):
    assert height(commands.open_case(Document(), grid, spectrum=99)) == 6


def test_another_reading_keeps_the_number(grid):
    document = commands.choose_spectrum(commands.open_case(Document(), grid), 4)
    again = commands.replace_exam(document, replace(grid), "Anatomy")
    assert (again.spectrum, height(again)) == (4, 4)


def test_a_role_changed_beside_the_same_data_keeps_recipe_and_undo(grid):
    document = commands.choose_spectrum(commands.open_case(Document(), grid), 4)
    assert commands.replace_data(document, replace(grid), "Role").spectrum == 4


def test_a_session_keeps_which_was_open_and_knows_the_file_again(grid, tmp_path):
    document = commands.choose_spectrum(commands.open_case(Document(), grid), 3)
    path = tmp_path / "case.mrsv.json"
    save_session(path, document)
    session = load_session(path)
    assert session.spectrum == 3
    assert session.changed(grid) == ()


def test_one_spectrum_is_as_it_was(grid):
    one = replace(grid, metabolite=replace(grid.metabolite, fid=np.ones(8, complex), dims=()))
    document = commands.open_case(Document(), one)
    assert document.exam is one
    assert document.whole is one


def test_a_number_of_a_lone_spectrum_is_refused_in_plain_words(grid):
    one = replace(grid, metabolite=replace(grid.metabolite, fid=np.ones(8, complex), dims=()))
    with pytest.raises(FormatError, match="holds one spectrum; there is no number 2"):
        one_spectrum(one, 2)


def test_places_in_words(grid):
    assert place_in_words(grid.metabolite, 6) == "row 2, column 3"
    repeated = replace(grid.metabolite, fid=grid.metabolite.fid[0], dims=("measurement",))
    assert place_in_words(repeated, 2) == ""


def phased(document, degrees):
    return commands.set_manual_phase(document, Phase(zero_deg=degrees))


def degrees(document):
    return document.recipe.manual_phase.zero_deg


def test_a_phase_set_by_hand_stays_with_its_spectrum(grid):
    first = phased(commands.open_case(Document(), grid), 30)
    second = commands.choose_spectrum(first, 2)
    assert degrees(second) == 0
    third = commands.choose_spectrum(phased(second, -20), 3)
    assert degrees(third) == 0
    assert degrees(commands.choose_spectrum(third, 1)) == 30
    assert degrees(commands.choose_spectrum(third, 2)) == -20
    assert degrees(commands.undo(third)) == -20
    assert degrees(commands.undo(commands.undo(third))) == 0


def test_the_other_spectra_keep_their_phases_when_water_is_added(grid):
    document = commands.choose_spectrum(phased(commands.open_case(Document(), grid), 30), 2)
    again = commands.replace_exam(document, replace(grid), "Water reference")
    assert degrees(again) == 0
    assert degrees(commands.choose_spectrum(again, 1)) == 30


def test_a_session_keeps_the_phases_of_all_spectra(grid, tmp_path):
    document = commands.choose_spectrum(phased(commands.open_case(Document(), grid), 30), 2)
    path = tmp_path / "case.mrsv.json"
    save_session(path, document)
    session = load_session(path)
    again = commands.open_case(Document(), grid, session.recipe, session.spectrum, session.phases)
    assert (again.spectrum, degrees(again)) == (2, 0)
    assert degrees(commands.choose_spectrum(again, 1)) == 30


def test_numbers_of_another_spectrum_do_not_stay(grid):
    first = commands.open_case(Document(), grid)
    first = commands.receive(first, Analysis(first.exam, first.recipe))
    assert first.analysis is not None
    second = commands.choose_spectrum(first, 2)
    assert second.analysis is None
    second = commands.receive(second, Analysis(second.exam, second.recipe))
    assert commands.undo(second).analysis is None
    assert phased(second, 5).analysis is second.analysis

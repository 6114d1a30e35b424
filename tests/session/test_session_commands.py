"""Any sequence of commands, with undo and redo."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.analysis.recipe import FitSettings, Recipe
from mrsviewer.analysis.result import Analysis
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Exam, Source
from mrsviewer.model.failure import Failure
from mrsviewer.processing.steps import AutoPhase, Phase, default_steps
from mrsviewer.quality.lint import Correction
from mrsviewer.session import commands
from mrsviewer.session.document import Document
from mrsviewer.session.history import History


def make_exam():
    fid = np.ones(8, np.complex128)
    return Exam(Dataset(fid, Acquisition("1H", 123.2e6, 1 / 2000), centre_ppm=4.65))


EXAM = make_exam()
STEP_NAMES = [commands.step_name(step) for step in default_steps()]

phases = st.builds(
    Phase,
    zero_deg=st.floats(-180, 180),
    first_deg_per_ppm=st.floats(-50, 50),
    pivot_ppm=st.floats(0.5, 4.2),
)
edits = st.one_of(
    phases.map(lambda phase: lambda d: commands.set_manual_phase(d, phase)),
    st.just(commands.auto_phase),
    st.sampled_from(STEP_NAMES).map(lambda name: lambda d: commands.toggle_step(d, name)),
    st.sampled_from([None, "a.basis", "b.basis"]).map(
        lambda path: lambda d: commands.set_basis(d, path)
    ),
    st.sampled_from([0.03, 0.035]).map(
        lambda te: lambda d: commands.correct(d, Correction("echo_time_s", te, "ms"))
    ),
    st.just(lambda d: commands.take_back(d, "echo_time_s")),
    st.booleans().map(lambda yes: lambda d: commands.confirm(d, "key", checked=yes)),
    st.just(lambda d: commands.select(d, ("NAA",))),
    st.just(lambda d: commands.move_cursor(d, (1.0, 2.0, 3.0))),
    st.just(lambda d: commands.replace_exam(d, make_exam(), "Water reference")),
)
moves = st.one_of(edits, st.just(commands.undo), st.just(commands.redo))


def opened():
    return commands.open_case(Document(), EXAM)


def state(document):
    return document.history.present


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, max_size=30))
def test_undo_all_the_way_gives_what_was_opened_and_redo_what_was_left(sequence):
    document = opened()
    for move in sequence:
        document = move(document)
    last = state(document)
    while document.history.future:
        document = commands.redo(document)
    newest, steps = state(document), len(document.history.past)
    for _ in range(steps):
        document = commands.undo(document)
    assert state(document) == state(opened())
    assert document.history.undo_label is None
    for _ in range(steps):
        document = commands.redo(document)
    assert state(document) == newest
    assert last in [s for _, s in document.history.past] + [newest]


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, max_size=15), edits)
def test_each_edit_is_undone_by_one_undo_and_ends_redo(sequence, edit):
    document = opened()
    for move in sequence:
        document = move(document)
    edited = edit(document)
    if state(edited) == state(document):
        assert edited.history is document.history
        return
    assert edited.history.redo_label is None
    assert state(commands.undo(edited)) == state(document)
    assert state(commands.redo(commands.undo(edited))) == state(edited)


@settings(max_examples=40, deadline=None)
@given(st.lists(phases, min_size=1, max_size=20))
def test_a_whole_gesture_is_one_step(drag):
    document = opened()
    for phase in drag:
        document = commands.set_manual_phase(document, phase, gesture="drag 1")
    assert len(document.history.past) <= 1
    assert state(commands.undo(document)) == state(opened())


def test_a_gesture_that_ends_where_it_began_leaves_no_step():
    document = opened()
    for zero in (5.0, 10.0, 0.0):
        document = commands.set_manual_phase(document, Phase(zero_deg=zero), gesture="drag 1")
    assert document.history.undo_label is None


def test_two_gestures_are_two_steps_once_settled():
    document = commands.set_manual_phase(opened(), Phase(zero_deg=5.0), gesture="keys")
    document = commands.settle(document)
    document = commands.set_manual_phase(document, Phase(zero_deg=9.0), gesture="keys")
    assert [label for label, _ in document.history.past] == ["Phase", "Phase"]


@pytest.mark.parametrize("name", STEP_NAMES)
def test_a_step_left_out_comes_back_in_its_place(name):
    phased = commands.set_manual_phase(opened(), Phase(zero_deg=5.0))
    without = commands.toggle_step(phased, name)
    assert name not in [commands.step_name(step) for step in without.recipe.steps]
    assert commands.toggle_step(without, name).recipe == phased.recipe


def test_all_steps_left_out_and_put_back_in_any_order_give_the_default_order():
    document = opened()
    for name in STEP_NAMES:
        document = commands.toggle_step(document, name)
    assert document.recipe.steps == ()
    for name in reversed(STEP_NAMES):
        document = commands.toggle_step(document, name)
    assert document.recipe.steps == default_steps()


def test_an_unknown_step_changes_nothing():
    document = opened()
    assert commands.toggle_step(document, "no such step").history is document.history


def test_automatic_phase_takes_the_manual_one_away():
    document = commands.set_manual_phase(opened(), Phase(zero_deg=30.0))
    document = commands.toggle_step(document, commands.step_name(AutoPhase()))
    document = commands.auto_phase(document)
    assert document.recipe.manual_phase.is_zero
    assert AutoPhase() in document.recipe.steps


def test_a_late_result_is_dropped_and_an_old_one_is_stale():
    document = opened()
    first = Analysis(EXAM, document.recipe)
    document = commands.receive(document, first)
    assert document.freshness == "current"
    document = commands.set_manual_phase(document, Phase(zero_deg=30.0))
    assert document.freshness == "stale"
    assert not document.has_fit
    late = Analysis(EXAM, Recipe())
    assert commands.receive(document, late).analysis is first
    fresh = Analysis(EXAM, document.recipe)
    assert commands.receive(document, fresh).analysis is fresh
    other_exam = Analysis(make_exam(), document.recipe)
    assert commands.receive(document, other_exam).analysis is first


def test_undo_makes_the_first_result_current_again():
    document = opened()
    document = commands.receive(document, Analysis(EXAM, document.recipe))
    document = commands.set_basis(document, "a.basis")
    assert commands.undo(document).freshness == "current"


def test_a_failed_fit_leaves_no_old_numbers():
    document = opened()
    document = commands.receive(document, Analysis(EXAM, document.recipe))
    failure = Failure("Fit", "It failed.", "Try another basis set.")
    document = commands.receive_failure(document, EXAM, document.recipe, failure)
    assert document.analysis is not None
    assert document.analysis.fit is None
    assert document.analysis.failures == (failure,)


def test_opening_another_case_forgets_history_selection_and_result():
    document = commands.select(commands.set_basis(opened(), "a.basis"), ("NAA",))
    document = commands.look(document, replace(document.view, show_identity=False, level=3.0))
    document = commands.open_case(document, make_exam())
    assert document.history.undo_label is None
    assert document.selection == ()
    assert document.analysis is None
    assert document.view.show_identity is False
    assert document.view.level is None


def test_a_recipe_survives_json():
    document = commands.set_manual_phase(opened(), Phase(zero_deg=30.0))
    again = msgspec.json.decode(msgspec.json.encode(document.recipe), type=Recipe)
    assert again == document.recipe


def test_history_stays_at_its_ends():
    history = History(1)
    assert history.undo() is history
    assert history.redo() is history
    assert history.push("same", 1) is history


def with_sources(digest):
    source = Source(Path("a.sdat"), "metabolite", "SDAT", "named", digest)
    return replace(make_exam(), sources=(source,))


def test_decisions_about_the_data_do_not_pass_on_to_other_data():
    document = commands.open_case(Document(), with_sources("one"))
    document = commands.correct(document, Correction("echo_time_s", 0.03, "ms"))
    document = commands.confirm(commands.set_basis(document, "a.basis"), "key")
    same = commands.replace_data(document, with_sources("one"), "Role")
    assert same.recipe == document.recipe
    other = commands.replace_data(document, with_sources("two"), "Role")
    assert other.recipe.entered == Recipe().entered
    assert other.recipe.confirmed == ()
    assert other.recipe.fit.basis_path == "a.basis"
    assert commands.undo(other).recipe == document.recipe


def phosphorus(digest):
    exam = with_sources(digest)
    acquisition = replace(exam.metabolite.acquisition, nucleus="31P", frequency_hz=49.9e6)
    return replace(exam, metabolite=replace(exam.metabolite, acquisition=acquisition))


def test_phosphorus_is_fitted_by_its_peaks_unless_somebody_chose():
    document = commands.open_case(Document(), phosphorus("P"))
    assert document.recipe == Recipe(fit=FitSettings(engine="amares"))
    kept = commands.open_case(Document(), phosphorus("P"), Recipe())
    assert kept.recipe.fit.engine == "lcm"


def test_a_fit_nobody_touched_follows_the_nucleus():
    proton = commands.replace_data(
        commands.open_case(Document(), phosphorus("P")), with_sources("H"), "Role"
    )
    assert proton.recipe.fit == FitSettings()
    assert commands.undo(proton).recipe.fit.engine == "amares"
    back = commands.replace_data(proton, phosphorus("P2"), "Role")
    assert back.recipe.fit.engine == "amares"
    chosen = commands.set_basis(proton, "a.basis")
    assert commands.replace_data(chosen, phosphorus("P2"), "Role").recipe.fit == chosen.recipe.fit

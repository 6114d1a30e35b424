"""Checks under a recipe: what is mended is quiet, what is missing is asked, a place is confirmed."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from synthetic_case import make_analysis

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.checks import in_force, lint_exam, missing_values, reader_findings
from mrsviewer.analysis.confirmation import confirmation_key, side_doubted, unconfirmed_geometry
from mrsviewer.analysis.entered import exam_as_entered
from mrsviewer.analysis.recipe import EnteredByHand, FitSettings, Recipe
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Statement
from mrsviewer.model.exam import Finding, Source
from mrsviewer.present.findings import entered_in_words
from mrsviewer.processing.steps import CorrectEddyCurrents, RepairFirstPoint
from mrsviewer.quality.lint import Correction
from mrsviewer.quality.preprocessing import LEAVE_OUT_EDDY

NO_FIT = Recipe(fit=FitSettings(enabled=False))
DOUBT = Finding("danger", "The file contradicts itself on the voxel", "40 mm apart", "geometry")


def exam(**changes):
    """Return an exam whose header is as given."""
    made = make_analysis(fit=False).exam
    how = replace(made.metabolite.acquisition, **changes)
    return replace(made, metabolite=replace(made.metabolite, acquisition=how), findings=())


def test_a_finding_is_mended_by_its_own_correction():
    case = exam(echo_time_s=30.0, repetition_time_s=None)
    before = analyse(case, NO_FIT, JobContext())
    (finding,) = [f for f in before.checks.findings if f.rule == "echo-time-unit"]
    assert finding.as_finding() in before.findings
    mended = NO_FIT.corrected(finding.correction)
    assert mended.entered.echo_time_s == pytest.approx(0.03)
    after = analyse(case, mended, JobContext())
    assert "echo-time-unit" not in {f.rule for f in after.checks.findings}
    assert after.signals.metabolite.acquisition.echo_time_s == pytest.approx(0.03)
    assert after.exam.metabolite.acquisition.echo_time_s == 30.0


def test_every_correction_survives_the_disk_and_is_said_in_words():
    recipe, case = Recipe(), exam()
    for field, value, word in (
        ("echo_time_s", 0.04168, "TE 41.68 ms"),
        ("dwell_s", 833.4e-6, "dwell time 0.8334 ms"),
        ("frequency_hz", 123.25e6, "frequency 123.25 MHz"),
        ("averages", 128, "averages 128"),
        ("nucleus", "31P", "nucleus 31P"),
        ("localisation", "steam", "sequence STEAM"),
        ("conjugated", True, "Spectrum mirrored"),
    ):
        recipe = recipe.corrected(Correction(field, value))
        assert word in entered_in_words(case, recipe)
    assert msgspec.json.decode(msgspec.json.encode(recipe), type=Recipe) == recipe
    for field in EnteredByHand.__struct_fields__:
        recipe = recipe.taken_back(field)
    assert recipe == Recipe()


def test_absurd_values_are_not_taken():
    with pytest.raises(msgspec.ValidationError):
        Recipe().corrected(Correction("dwell_s", 5.0))


def test_a_mirrored_file_is_turned():
    case = exam()
    turned = exam_as_entered(case, EnteredByHand(conjugated=True))
    assert np.array_equal(turned.metabolite.fid, case.metabolite.fid.conj())
    assert exam_as_entered(case, EnteredByHand()) is case


def test_water_takes_over_the_axis_only_where_its_header_has_the_same_fault():
    case = exam(dwell_s=833e-6)
    entered = EnteredByHand(dwell_s=833.4e-6, echo_time_s=0.035, averages=128)
    same = replace(case, water=replace(case.metabolite))
    own = replace(case.metabolite.acquisition, dwell_s=250e-6, averages=4)
    other = replace(case, water=replace(case.metabolite, acquisition=own))
    assert exam_as_entered(same, entered).water.acquisition.dwell_s == 833.4e-6
    kept = exam_as_entered(other, entered).water.acquisition
    assert (kept.dwell_s, kept.averages, kept.echo_time_s) == (250e-6, 4, 0.035)


def test_leaving_a_step_out_and_adding_one():
    assert not any(
        isinstance(step, CorrectEddyCurrents) for step in Recipe().corrected(LEAVE_OUT_EDDY).steps
    )
    repair = Correction("add_step", "repairfirstpoint", "first-point repair")
    steps = Recipe().corrected(repair).steps
    assert isinstance(steps[4], RepairFirstPoint)
    assert Recipe().corrected(repair).corrected(repair).steps == steps


def test_a_made_correction_is_offered_no_more():
    said = (Statement("done", "eddy-current correction", "DICOM (0018,9199)"),)
    case = exam(stated=said)
    case = replace(case, water=case.metabolite)
    found = lint_exam(case, NO_FIT.entered)
    before = {f.rule: f for f in in_force(found, case, NO_FIT).findings}["eddy-stated"]
    left_out = NO_FIT.corrected(before.correction)
    after = {f.rule: f for f in in_force(found, case, left_out).findings}["eddy-stated"]
    assert (before.severity, after.severity) == ("warning", "info")
    assert after.correction is None
    assert "left out" in after.evidence


def test_a_halved_first_point_is_told_once_with_its_repair():
    told = Finding("info", "The first point of the signal is halved", "Half of what follows.")
    case = replace(exam(), findings=(told,))
    assert reader_findings(case) == ()
    (finding,) = [f for f in in_force((), case, NO_FIT).findings if f.rule == "first-point"]
    assert finding.correction.label == "Add first-point repair"


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, []),
        ({"echo_time_s": None}, ["echo_time_s"]),
        ({"localisation": None}, ["localisation"]),
        ({"localisation": "steam", "mixing_time_s": None}, ["mixing_time_s"]),
        ({"te1_s": None}, ["te1_s"]),
        ({"echo_time_s": 4.227}, ["echo_time_s"]),
        ({"nucleus": "31P", "echo_time_s": None}, []),
    ],
)
def test_what_is_missing_is_asked_for(changes, asked):
    case = exam(**({"te1_s": 0.0126} | changes))
    assert [q.field for q in missing_values(case, Recipe())] == asked


def test_what_nobody_needs_is_not_asked():
    case = exam(echo_time_s=None, localisation=None, repetition_time_s=None)
    with_file = Recipe(fit=FitSettings(basis_path="some.basis"))
    assert missing_values(case, with_file) == ()
    assert missing_values(case, NO_FIT) == ()
    watered = replace(case, water=case.metabolite)
    fields = [q.field for q in missing_values(watered, with_file)]
    assert fields == ["echo_time_s", "repetition_time_s"]
    assert not any(q.required for q in missing_values(watered, with_file))


def test_an_answer_ends_the_question():
    case = exam(echo_time_s=None, te1_s=0.0126)
    (question,) = missing_values(case, Recipe())
    assert missing_values(case, Recipe().corrected(question.answer(30.0))) == ()


def test_a_contradicted_place_waits_to_be_confirmed():
    case = replace(exam(), findings=(DOUBT, Finding("danger", "Mirrored")))
    assert unconfirmed_geometry(case, Recipe()) == (DOUBT,)
    assert side_doubted(case, Recipe())
    checked = Recipe(confirmed=(confirmation_key(case, DOUBT),))
    assert not side_doubted(case, checked)
    assert msgspec.json.decode(msgspec.json.encode(checked), type=Recipe) == checked


def test_a_confirmation_holds_for_these_files_and_this_finding_alone():
    case = replace(exam(), findings=(DOUBT,))
    checked = Recipe(confirmed=(confirmation_key(case, DOUBT),))
    source = case.sources[0]
    other = Source(source.path, source.role, source.format, source.reason, "another digest")
    assert side_doubted(replace(case, sources=(other,)), checked)
    assert side_doubted(replace(case, findings=(replace(DOUBT, detail="80 mm apart"),)), checked)


def test_without_a_voxel_there_is_no_side_to_doubt():
    case = replace(exam(), findings=(DOUBT,))
    assert not side_doubted(
        replace(case, metabolite=replace(case.metabolite, voxel=None)), Recipe()
    )

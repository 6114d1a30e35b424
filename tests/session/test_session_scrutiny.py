"""When a comparison of engines, or a bootstrap, is of the exam and recipe in force."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from synthetic_case import make_analysis

from mrsviewer.analysis.agreement import Agreement
from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.engines_here import settings_of_each
from mrsviewer.analysis.recipe import EnteredByHand, FitSettings, Recipe
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.processing.steps import Phase
from mrsviewer.quantification.options import QuantificationOptions
from mrsviewer.session.scrutiny import Comparison, Resampling, compare, resample

TWO = ("lcm", "quest")


@pytest.fixture(scope="module")
def exam():
    return make_analysis(fit=False).exam


def comparison(exam, recipe, engines=("lcm", "quest")):
    found = Agreement(engines, "/ tCr", (), np.eye(len(engines)), {})
    return Comparison(exam, recipe, settings_of_each(recipe.fit, TWO), found, {})


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"quantification": QuantificationOptions(water_conc_mmol=50000.0)}, True),
        ({"fit": FitSettings(engine="quest")}, True),
        ({"fit": FitSettings(options={"include": ["Cr"]})}, False),
        ({"fit": FitSettings(basis_path="other.basis")}, False),
        ({"entered": EnteredByHand(echo_time_s=0.05)}, False),
        ({"steps": (Phase(zero_deg=10.0),)}, False),
    ],
)
def test_a_comparison_answers_what_would_come_out_the_same(exam, change, same):
    recipe = Recipe()
    found = comparison(exam, recipe)
    assert found.answers(exam, msgspec.structs.replace(recipe, **change)) is same


def test_another_exam_is_never_answered(exam):
    recipe = Recipe()
    twin = replace(exam)
    assert not comparison(exam, recipe).answers(twin, recipe)
    assert not comparison(exam, recipe).answers(None, recipe)
    assert not Resampling(exam, recipe, None).answers(twin, recipe)
    assert Resampling(exam, recipe, None).answers(exam, Recipe())
    other = Recipe(fit=FitSettings(engine="quest"))
    assert not Resampling(exam, recipe, None).answers(exam, other)
    scaled = Recipe(quantification=QuantificationOptions(water_conc_mmol=50000.0))
    assert Resampling(exam, recipe, None).answers(exam, scaled)


def test_it_takes_two_to_agree(exam):
    assert comparison(exam, Recipe()).failure is None
    alone = comparison(exam, Recipe(), ("lcm",)).failure
    assert alone.title == "No agreement"
    assert "1 of 2" in alone.cause


def test_engines_are_told_by_name_as_they_fit_and_can_be_stopped(exam):
    said = []
    context = JobContext(lambda _share, text: said.append(text), 0.0)
    found = compare(exam, Recipe(), TWO, context, StageCache())
    assert found.agreement.engines == TWO
    assert {text.split(":")[0] for text in said} == {"lcm", "quest"}
    assert any(text.startswith("quest: ") for text in said)
    stopped = JobContext()
    stopped.cancel()
    with pytest.raises(Cancelled):
        compare(exam, Recipe(), TWO, stopped, StageCache())


def test_reservations_are_those_of_the_fits(exam):
    found = compare(exam, Recipe(), ("amares", "quest"), JobContext(), StageCache())
    assert "long echo times" in found.reservations["amares"]


def test_without_a_fit_there_is_nothing_to_repeat():
    with pytest.raises(FitError, match="no fit to repeat"):
        resample(make_analysis(fit=False), 50, JobContext())

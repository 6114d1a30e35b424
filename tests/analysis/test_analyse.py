"""The order of the stages, what a failure leaves, and the cache."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from mrsviewer import formats
from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.cache import StageCache
from mrsviewer.analysis.recipe import EnteredByHand, FitSettings, Recipe
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.processing.steps import Phase
from mrsviewer.simulation.example import example_paths


@pytest.fixture(scope="module")
def exam():
    return formats.open_exam([example_paths().metabolite])


@pytest.fixture(scope="module")
def cache():
    return StageCache()


@pytest.fixture(scope="module")
def analysis(exam, cache):
    return analyse(exam, Recipe(), JobContext(), cache)


def test_every_stage_has_its_result(analysis):
    assert analysis.failures == ()
    assert analysis.signals.metabolite.dims == ()
    assert analysis.fit.converged
    assert analysis.quantification.get("tNAA").concentration is not None
    assert analysis.quality.metrics


def test_the_same_numbers_with_and_without_a_cache(exam, analysis):
    again = analyse(exam, Recipe(), JobContext())
    assert np.array_equal(again.fit.amplitudes, analysis.fit.amplitudes)


def test_a_hand_phase_reuses_the_steps_before_it(exam, analysis, cache):
    recipe = Recipe().with_manual_phase(Phase(zero_deg=20))
    phased = analyse(exam, recipe, JobContext(), cache)
    assert phased.signals.metabolite.provenance[:-1] == analysis.signals.metabolite.provenance
    assert phased.signals.water is analysis.signals.water, "the steps before were not run again"
    np.testing.assert_allclose(
        np.abs(phased.signals.metabolite.fid), np.abs(analysis.signals.metabolite.fid), rtol=1e-6
    )
    for name in ("tNAA", "tCr", "tCho", "Ins"):
        assert phased.quantification.get(name).concentration == pytest.approx(
            analysis.quantification.get(name).concentration, rel=0.01
        )


def test_a_failed_basis_leaves_no_numbers(exam):
    recipe = Recipe(fit=FitSettings(basis_path="/nowhere/none.basis"))
    analysis = analyse(exam, recipe, JobContext())
    assert analysis.signals is not None
    assert analysis.fit is None
    assert analysis.quantification is None
    assert [f for f in analysis.failures if "none.basis" in f.one_line()]


def test_an_unknown_echo_time_is_asked_for_not_invented(exam):
    acquisition = replace(exam.metabolite.acquisition, echo_time_s=None)
    unknown = replace(exam, metabolite=replace(exam.metabolite, acquisition=acquisition))
    analysis = analyse(unknown, Recipe(), JobContext())
    assert analysis.fit is None
    assert analysis.failures
    entered = Recipe(entered=EnteredByHand(echo_time_s=0.03))
    assert analyse(unknown, entered, JobContext()).fit is not None


def test_what_an_engine_holds_against_its_fit_is_a_finding(exam, analysis, cache):
    """The list of peaks for long echo times is no model of a short one."""
    assert not [f for f in analysis.findings if "fit" in f.title.casefold()]
    other = analyse(exam, Recipe(fit=FitSettings(engine="amares")), JobContext(), cache)
    (said,) = (f for f in other.findings if "reservation" in f.title or "doubtful" in f.title)
    assert said.severity == "warning"
    assert "long echo times" in said.detail


def test_wrong_engine_options_are_a_failure(exam, cache):
    recipe = Recipe(fit=FitSettings(options={"no_such_option": 1}))
    analysis = analyse(exam, recipe, JobContext(), cache)
    assert analysis.fit is None
    assert "no_such_option" in analysis.failures[0].one_line()


def test_without_a_fit_there_are_no_concentrations(exam, cache):
    analysis = analyse(exam, Recipe(fit=FitSettings(enabled=False)), JobContext(), cache)
    assert analysis.signals is not None
    assert analysis.fit is None
    assert analysis.quantification is None
    assert analysis.failures == ()


def test_cancel(exam):
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        analyse(exam, Recipe(), context)


def test_a_recipe_survives_json():
    recipe = Recipe(entered=EnteredByHand(echo_time_s=0.03)).with_manual_phase(Phase(zero_deg=3))
    assert msgspec.json.decode(msgspec.json.encode(recipe), type=Recipe) == recipe


def test_the_cache_forgets_the_oldest():
    cache, computed = StageCache(2), []

    def ask(key):
        return cache.get(key, lambda: computed.append(key) or key)

    for key in (1, 2, 1, 3, 1, 2):
        ask(key)
    assert computed == [1, 2, 3, 2]

"""Parametric bootstrap against the Cramer-Rao bounds and against fits of fresh data."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from made_spectra import LINES, Recipe, make_basis, make_data

from mrsviewer.fitting.bootstrap import Fitted, bootstrap
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.refit import WarmRefit, warm_refit
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FitError

STRONG = ("NAA", "Cr", "GPC", "Ins", "Glu")


def fitted(recipe=None, engine=None, options=None):
    problem = FitProblem(make_data(recipe or Recipe(noise=0.4)), make_basis())
    engine, options = engine or LinearCombinationEngine(), options or LcmOptions()
    return Fitted(engine, problem, options, engine.fit(problem, options, JobContext()))


class Wrapped:
    """The same engine under another class: it takes the way that every engine can go."""

    name, version, options = "wrapped", "1", LcmOptions

    def fit(self, problem, options, context):
        return LinearCombinationEngine().fit(problem, options, context)


def columns(result, names=STRONG):
    return [result.names.index(name) for name in names]


def test_scatter_is_that_of_the_bounds_where_nothing_is_weak():
    one = fitted()
    found = bootstrap(one, JobContext(), draws=60)
    index = columns(one.result)
    ratio = found.sd()[index] / np.sqrt(np.diagonal(one.result.covariance))[index]
    assert (ratio > 0.5).all(), ratio
    assert (ratio < 1.4).all(), ratio
    assert found.refused == 0
    assert found.amplitudes.shape == (60, len(one.result.names))


def test_scatter_holds_the_baseline_that_the_bounds_hold():
    # No limit is near and nothing but the lines and the baseline is expected.
    recipe = Recipe(noise=0.4, lorentz_hz=4.0, gauss_hz=5.0, baseline=True)
    one = fitted(recipe, options=LcmOptions(ratio_priors="none"))
    assert one.result.effective_baseline_df > 4
    found = bootstrap(one, JobContext(), draws=200)
    index = columns(one.result)
    bounds = np.sqrt(np.diagonal(one.result.covariance))[index]
    ratio = found.sd()[index] / bounds
    assert ratio.mean() == pytest.approx(1.0, abs=0.12), ratio
    noise_only = bootstrap(replace(one, engine=Wrapped()), JobContext(), draws=40).sd()[index]
    assert (noise_only / bounds).mean() < 0.9


def test_what_is_expected_of_amplitudes_is_drawn_as_well():
    problem = FitProblem(make_data(Recipe(noise=0.4)), make_basis())
    options = LcmOptions(ratio_priors="macromolecules")
    prepared = prepare(problem, options)
    result = LinearCombinationEngine().fit(problem, options, JobContext())
    refit = WarmRefit(prepared, options, result, lambda: None)
    pulls = np.array([refit._pull(np.random.default_rng(seed)) for seed in range(600)])
    wanted = refit.task.penalty
    assert np.abs(wanted).max() > 0
    np.testing.assert_allclose(np.cov(pulls.T), wanted, atol=0.2 * np.abs(wanted).max())


def test_intervals_hold_the_fit_and_sums_have_their_own():
    one = fitted()
    found = bootstrap(one, JobContext(), draws=60)
    index = columns(one.result)
    low, high = found.interval()
    assert (low[index] < one.result.amplitudes[index]).all()
    assert (one.result.amplitudes[index] < high[index]).all()
    inner = found.interval(0.5)
    assert ((high - low)[index] > (inner[1] - inner[0])[index]).all()
    weights = np.zeros(len(found.names))
    weights[index[:2]] = 1.0
    variance = weights @ found.covariance() @ weights
    assert found.sd(weights)[0] == pytest.approx(np.sqrt(variance))


def test_same_seed_same_bits():
    one = fitted()
    first, second, other = (
        bootstrap(one, JobContext(), draws=5, seed=seed).amplitudes for seed in (3, 3, 4)
    )
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != other.tobytes()


def test_any_engine_can_be_bootstrapped():
    quick = bootstrap(fitted(), JobContext(), draws=16)
    slow = bootstrap(fitted(engine=Wrapped()), JobContext(), draws=16)
    index = columns(quick)
    np.testing.assert_allclose(
        slow.amplitudes.mean(axis=0)[index], quick.amplitudes.mean(axis=0)[index], rtol=0.03
    )
    ratio = slow.sd()[index] / quick.sd()[index]
    assert (ratio > 0.45).all(), ratio
    assert (ratio < 1.5).all(), ratio


def test_a_refit_of_the_same_data_is_the_fit():
    one = fitted()
    refit = warm_refit(one.problem, one.options, one.result, lambda: None)
    assert refit is not None
    again = refit(one.result.data[::-1])
    np.testing.assert_allclose(again, one.result.amplitudes, atol=1e-9)
    sd = np.sqrt(np.diagonal(one.result.covariance))
    assert (np.abs(refit.offset) < sd).all(), refit.offset / sd


def test_a_start_that_leads_elsewhere_is_not_used():
    one = fitted()
    wrong = replace(one.result, amplitudes=5.0 * one.result.amplitudes)
    assert warm_refit(one.problem, one.options, wrong, lambda: None) is None


def test_excluded_ranges_stay_excluded():
    options = LcmOptions(excluded_ppm=((1.2, 1.5),))
    one = fitted(options=options)
    refit = WarmRefit(prepare(one.problem, options), options, one.result, lambda: None)
    assert np.count_nonzero(~refit.task.model.band.window.used) > 5


def test_amplitudes_of_what_is_not_there_stay_nonnegative():
    problem = FitProblem(make_data(truth={"NAA": 10.0, "Cr": 8.0}), make_basis())
    engine = LinearCombinationEngine()
    result = engine.fit(problem, LcmOptions(), JobContext())
    found = bootstrap(Fitted(engine, problem, LcmOptions(), result), JobContext(), draws=10)
    assert (found.amplitudes >= 0).all()
    assert set(LINES) <= set(found.names)


def test_data_without_noise_are_refused():
    one = fitted()
    silent = replace(one, result=replace(one.result, noise_sd=0.0))
    with pytest.raises(FitError, match="noise"):
        bootstrap(silent, JobContext())


class Fails(Wrapped):
    def fit(self, *_):
        raise FitError("No", "Because.", "Nothing.")


def test_draws_that_cannot_be_fitted_are_not_passed_over():
    one = replace(fitted(), engine=Fails())
    with pytest.raises(FitError, match="0 of 4"):
        bootstrap(one, JobContext(), draws=4)


class Wanders(Wrapped):
    """Finds other components in every fit, as an engine of free lines does."""

    def fit(self, problem, options, context):
        result = super().fit(problem, options, context)
        return replace(result, components=result.components[1:], amplitudes=result.amplitudes[1:])


def test_components_that_come_and_go_have_no_bootstrap():
    one = replace(fitted(), engine=Wanders())
    with pytest.raises(FitError, match="same components"):
        bootstrap(one, JobContext(), draws=3)


def test_cancel_is_seen_between_iterations():
    one, context, late = fitted(), JobContext(), []

    def watch():
        try:
            bootstrap(one, context, draws=100_000)
        except Cancelled:
            late.append(time.monotonic() - asked)

    worker = threading.Thread(target=watch)
    worker.start()
    time.sleep(0.05)
    asked = time.monotonic()
    context.cancel()
    worker.join(timeout=20)
    assert late
    # Ten times the promise: this machine may be busy with other work.
    assert late[0] < 2.0


def test_progress_rises():
    seen = []
    context = JobContext(lambda fraction, _message: seen.append(fraction), 0.0)
    bootstrap(fitted(), context, draws=4)
    assert seen == sorted(seen)
    assert len(seen) == 4

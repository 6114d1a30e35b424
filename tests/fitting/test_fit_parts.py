"""The parts of the linear-combination engine, each against an independent calculation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_spectra import CENTRE_PPM, DWELL_S, FREQUENCY_HZ, POINTS, T, make_basis, make_data
from scipy.optimize import nnls

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import cubic_splines, spline_space
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.model import GAUSS, LORENTZ, SHIFT, SignalModel
from mrsviewer.fitting.nnls import solve_nonnegative, solve_positive_definite
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.ratios import ratio_penalty
from mrsviewer.fitting.task import Task, evaluate, evaluate_again
from mrsviewer.fitting.varpro import jacobian, search
from mrsviewer.fitting.window import Axis, make_window
from mrsviewer.model.basis import Component
from mrsviewer.model.failure import FitError

AXIS = Axis(POINTS, DWELL_S, FREQUENCY_HZ * 1e-6, CENTRE_PPM)


def make_task(df=3.0, options=None):
    options = options or LcmOptions()
    basis, window = make_basis(), make_window(AXIS, (4.2, 0.2))
    band = make_band(window)
    widths = line_widths_hz(basis.components, AXIS.hz_per_ppm)
    model = SignalModel(band, band.narrow(basis.fids), widths, 2.2)
    space = spline_space(window.ppm, window.used)
    bounds, free = make_bounds(model, basis.components, options)
    data = window.cut(make_data().fid)
    count = model.count
    task = Task(model, data, space, space.gains(df), bounds, 40.0, np.zeros((count, count)))
    return task, free


def some_theta(task, seed=1):
    rng = np.random.default_rng(seed)
    theta = task.bounds.centre.copy()
    theta[:5] = 0.2, 0.05, 1.0, 2.0, 16.0
    theta[task.model.own_shift()] = rng.normal(0, 0.3, task.model.count)
    theta[task.model.own_width()] += rng.uniform(0, 0.1, task.model.count)
    return theta


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_nonnegative_solution_is_that_of_scipy(seed, size):
    rng = np.random.default_rng(seed)
    matrix, wanted = rng.standard_normal((20, size)), rng.standard_normal(20)
    expected, _ = nnls(matrix, wanted)
    start = rng.random(size) > 0.5
    for begin in (None, start):
        found = solve_nonnegative(matrix.T @ matrix, matrix.T @ wanted, begin)
        np.testing.assert_allclose(found, expected, atol=1e-7)


def test_equal_columns_share_and_do_not_loop():
    column = np.ones(5)
    matrix = np.stack([column, column], axis=1)
    found = solve_nonnegative(matrix.T @ matrix, matrix.T @ (3 * column))
    assert found.sum() == pytest.approx(3.0)


def test_singular_system_still_gives_a_solution():
    found = solve_positive_definite(np.zeros((2, 2)), np.zeros(2))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("line_hz", [(0.0, 0.0, 0.0), (6.0, 5.0, 2.0), (15.0, 12.0, -4.0)])
def test_coarse_grid_gives_the_spectrum_of_the_full_one(line_hz):
    lorentz, gauss, shift = line_hz
    basis, window = make_basis(), make_window(AXIS, (4.2, 0.2))
    band = make_band(window)
    assert band.size < 0.6 * POINTS

    def envelope(t):
        rate = np.pi**2 / (4 * np.log(2)) * gauss**2
        return np.exp(2j * np.pi * shift * t - np.pi * lorentz * t - rate * t**2)

    coarse = band.spectra(band.narrow(basis.fids) * envelope(band.times_s))
    full = window.cut(basis.fids * envelope(T))
    assert np.abs(coarse - full).max() < 1e-4 * np.abs(full).max()


def test_narrow_bandwidth_falls_back_to_the_full_grid():
    axis = Axis(512, 1 / 800, 123.25, 2.5)
    window = make_window(axis, (4.2, 0.2))
    assert make_band(window).size == 512
    fid = np.exp(2j * np.pi * 30 * np.arange(512) / 800 - 0.01 * np.arange(512))[None]
    band = make_band(window)
    np.testing.assert_allclose(band.spectra(band.narrow(fid)), window.cut(fid), atol=1e-8)


def test_window_outside_the_spectrum_is_refused():
    with pytest.raises(FitError, match="points"):
        make_window(AXIS, (40.0, 30.0))


def test_splines_sum_to_one():
    np.testing.assert_allclose(cubic_splines(np.linspace(0, 8, 33), 8).sum(axis=1), 1.0)


@pytest.mark.parametrize("df", [0.5, 1.0, 3.0, 8.0])
def test_flexibility_is_the_trace_of_the_smoother(df):
    window = make_window(AXIS, (4.2, 0.2))
    space = spline_space(window.ppm, window.used)
    smoother = (space.modes * space.gains(df)) @ space.modes.T
    assert np.trace(smoother) == pytest.approx(max(df * space.ppm_width, 2.0), abs=0.05)


def test_straight_line_is_in_every_baseline():
    window = make_window(AXIS, (4.2, 0.2))
    space = spline_space(window.ppm, window.used)
    straight = 3.0 + 2.0 * window.ppm
    for df in (0.5, 6.0):
        taken = space.modes @ (space.gains(df) * (space.modes.T @ straight))
        np.testing.assert_allclose(taken, straight, rtol=1e-5)


def test_derivatives_are_those_of_finite_differences():
    task, _ = make_task()
    theta = some_theta(task)
    free = np.ones(theta.size, bool)
    state = evaluate(task, theta)
    rows = jacobian(task, state, free, state.rotated)

    def model(at):
        spectra = task.model.spectra(task.model.damped(at))
        rotated = task.data * task.model.phase(at).conj()
        return state.amplitudes @ spectra - rotated

    for index in range(theta.size):
        step = np.zeros(theta.size)
        step[index] = 1e-5
        numeric = (model(theta + step) - model(theta - step)) / 2e-5
        np.testing.assert_allclose(rows[index], numeric, atol=2e-6 * np.abs(rows).max())


def test_objective_is_the_least_squares_over_baseline_and_amplitudes():
    """The projected objective equals an explicit penalised fit of all linear parameters."""
    task, _ = make_task(df=4.0)
    state = evaluate(task, some_theta(task))
    left = state.rotated - state.amplitudes @ state.spectra
    gains = task.gains[task.gains > 0]
    modes = task.space.modes[:, : gains.size]
    smooth = gains * (modes.T @ left)
    explicit = np.sum(np.abs(left - modes @ smooth) ** 2)
    explicit += np.sum((1 / gains - 1) * np.abs(smooth) ** 2)
    assert state.chi2 == pytest.approx(explicit / task.variance, rel=1e-7)


def test_other_baseline_on_the_same_state_is_as_computed_afresh():
    task, _ = make_task(df=8.0)
    stiff, _ = make_task(df=2.0)
    theta = some_theta(task)
    again = evaluate_again(stiff, evaluate(task, theta))
    fresh = evaluate(stiff, theta)
    assert again.objective == pytest.approx(fresh.objective, rel=1e-10)
    np.testing.assert_allclose(again.amplitudes, fresh.amplitudes, rtol=1e-8)


def test_search_never_goes_up_and_ends_where_the_slope_is_zero():
    task, free = make_task()
    start = some_theta(task, seed=2)
    solution = search(task, start, free, 60, lambda: None)
    assert solution.converged
    assert solution.state.objective < evaluate(task, start).objective
    for index in (SHIFT, LORENTZ, GAUSS):
        for sign in (-1, 1):
            moved = solution.state.theta.copy()
            moved[index] += sign * 0.02
            assert evaluate(task, moved).objective > solution.state.objective - 1e-3


def test_limits_hold():
    task, free = make_task(options=LcmOptions(max_shift_ppm=0.001))
    solution = search(task, some_theta(task), free, 60, lambda: None)
    assert (solution.state.theta >= task.bounds.low).all()
    assert (solution.state.theta <= task.bounds.high).all()


def test_ratio_penalty_is_zero_at_the_expected_ratio():
    components = tuple(Component(name, "macromolecule") for name in ("MM09", "MM20", "MM12"))
    expected = np.array([2.0, 3.0, 0.6])
    penalty = ratio_penalty(components, expected, "macromolecules")
    assert expected @ penalty @ expected == pytest.approx(0.0, abs=1e-12)
    off = np.array([2.0, 3.0 + 0.75, 0.6])
    assert off @ penalty @ off == pytest.approx(1.0)
    assert not ratio_penalty(components, expected, "none").any()

"""The parts of the linear-combination engine, each against an independent calculation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_spectra import CENTRE_PPM, DWELL_S, FREQUENCY_HZ, POINTS, T, line, make_basis, make_data
from scipy.optimize import nnls

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import is_wrapped, smooth_space
from mrsviewer.fitting.flexibility import choose_flexibility, most_flexible
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.lineshape import shape_functions
from mrsviewer.fitting.model import CONTRAST, GAUSS, LORENTZ, SHIFT, SignalModel
from mrsviewer.fitting.natural_width import expected_contrast, t2_widths_hz
from mrsviewer.fitting.nnls import solve_nonnegative, solve_positive_definite
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.ratios import broad_penalty, weak_penalty
from mrsviewer.fitting.task import Task, evaluate, evaluate_again, residual_energy
from mrsviewer.fitting.varpro import search, slopes
from mrsviewer.fitting.window import Axis, make_window
from mrsviewer.model.basis import Component
from mrsviewer.model.failure import FitError

AXIS = Axis(POINTS, DWELL_S, FREQUENCY_HZ * 1e-6, CENTRE_PPM)


def make_task(df=3.0, options=None):
    options = options or LcmOptions()
    basis, window = make_basis(), make_window(AXIS, (4.2, 0.2))
    band = make_band(window)
    widths = line_widths_hz(basis.components, AXIS.hz_per_ppm)
    by_t2 = t2_widths_hz(basis.components)
    model = SignalModel(band, band.narrow(basis.fids), widths, 2.2, by_t2)
    space = smooth_space(window)
    bounds, free = make_bounds(model, basis.components, options)
    data = window.cut(make_data().fid)
    count = model.count
    none = np.zeros((count, count))
    task = Task(model, data, space, space.gains(df), bounds, 40.0, none, none)
    return task, free


def some_theta(task, seed=1):
    rng = np.random.default_rng(seed)
    theta = task.bounds.centre.copy()
    theta[:6] = 0.2, 0.05, 1.0, 2.0, 16.0, 0.4
    theta[task.model.own_shift()] = rng.normal(0, 0.3, task.model.count)
    theta[task.model.own_width()] += rng.uniform(0, 0.1, task.model.count)
    theta[task.model.shape()] = rng.normal(0, 0.05, theta[task.model.shape()].size)
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


@pytest.mark.parametrize("df", [0.5, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("excluded", [(), ((1.2, 1.9),)])
def test_flexibility_is_the_trace_of_the_smoother(df, excluded):
    space = smooth_space(make_window(AXIS, (4.2, 0.2), excluded))
    smoother = (space.modes * space.gains(df)) @ space.modes.conj().T
    assert np.trace(smoother).real == pytest.approx(max(df * space.ppm_width, 1.0), rel=0.03)
    np.testing.assert_allclose(
        space.modes.conj().T @ space.modes, np.eye(space.roughness.size), atol=1e-9
    )


def test_a_constant_is_in_every_baseline():
    """A first sample of the wrong size is a constant over frequency."""
    window = make_window(AXIS, (4.2, 0.2))
    space = smooth_space(window)
    for df in (0.3, 6.0):
        constant = np.full(window.count, 3.0 - 2.0j)
        np.testing.assert_allclose(space.smooth(constant, space.gains(df)), constant, rtol=1e-3)


def test_what_comes_after_the_excitation_is_followed_and_what_comes_before_is_not():
    window = make_window(AXIS, (4.2, 0.2))
    space = smooth_space(window)
    late = window.cut(line(2.4, 0.8))
    early = late.conj()
    left = [
        np.linalg.norm(curve - space.smooth(curve, space.gains(3.0))) / np.linalg.norm(curve)
        for curve in (late, early)
    ]
    assert left[0] < 0.02
    assert left[1] > 0.2


def test_a_wrapped_record_is_noticed():
    fid = make_data().fid
    assert not is_wrapped(fid)
    turned = fid * np.exp(2j * np.pi * 0.1 * np.arange(POINTS))
    assert is_wrapped(np.roll(turned, -3))


def test_a_wider_baseline_is_chosen_where_there_is_more_of_it():
    task, _ = make_task(options=LcmOptions())
    theta = task.bounds.centre.copy()
    theta[:6] = 0.2, 0.0, 1.0, 2.0, 16.0, 0.0
    plain, _ = choose_flexibility(task, evaluate(most_flexible(task), theta))
    hump = window_of(task).cut(400 * line(2.8, 0.35) * np.exp(0.7j))
    humped = replace(task, data=task.data + hump)
    wider, _ = choose_flexibility(humped, evaluate(most_flexible(humped), theta))
    assert wider.gains.sum() > 1.5 * plain.gains.sum()


def window_of(task):
    return task.model.band.window


def test_line_shape_changes_neither_amplitude_nor_shift():
    times = np.array([-0.001, 0.0, 1e-4, 0.5])
    shapes = shape_functions(times)
    assert (shapes[:, :2] == 0).all()
    assert (np.abs(shapes[:, 2]) < 1e-4).all()
    assert np.isfinite(shapes).all()


def test_derivatives_are_those_of_finite_differences():
    task, _ = make_task()
    theta = some_theta(task)
    free = np.ones(theta.size, bool)
    state = evaluate(task, theta)
    rows = slopes(task, state, free, state.rotated).each()

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
    smooth = gains * (modes.conj().T @ left)
    explicit = np.sum(np.abs(left - modes @ smooth) ** 2)
    explicit += np.sum((1 / gains - 1) * np.abs(smooth) ** 2)
    assert state.chi2 == pytest.approx(explicit / task.variance, rel=1e-7)


@pytest.mark.parametrize(("first", "second"), [(8.0, 2.0), (2.0, 8.0)])
def test_other_baseline_on_the_same_state_is_as_computed_afresh(first, second):
    before, _ = make_task(df=first)
    after, _ = make_task(df=second)
    theta = some_theta(before)
    again = evaluate_again(after, evaluate(before, theta))
    fresh = evaluate(after, theta)
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


def test_search_does_not_go_to_and_fro_where_residuals_are_large():
    """Here the curvature of Gauss and Newton alone is half the true one: it needs 21 steps."""
    task, free = make_task(df=1.0)
    bent = task.data * np.exp(0.9j * np.sin(0.05 * np.arange(task.data.size)))
    task = replace(task, data=bent)
    start = evaluate(task, some_theta(task, seed=4))
    task = replace(task, variance=0.2 * residual_energy(task, start) / task.samples)
    solution = search(task, start.theta, free, 12, lambda: None)
    assert solution.converged
    patient = solution
    for _ in range(20):
        patient = search(task, patient.state, free, 1, lambda: None)
    assert solution.state.objective < patient.state.objective + 0.01


def test_search_goes_on_from_what_another_found_as_from_its_state():
    task, free = make_task()
    near = search(task, some_theta(task), free, 60, lambda: None, roughly=True)
    onwards, afresh = (search(task, start, free, 60, lambda: None) for start in (near, near.state))
    assert onwards.iterations == afresh.iterations
    np.testing.assert_array_equal(onwards.state.theta, afresh.state.theta)


def test_a_line_without_width_goes_with_the_common_width():
    """One component is narrower than its basis signal, which its limit forbids."""
    task, free = make_task(options=LcmOptions(damping_sd_hz=3.0))
    model, theta = task.model, task.bounds.centre.copy()
    own = model.own_width().start
    theta[LORENTZ], theta[GAUSS], theta[own] = 4.0, 9.0, -8.0
    amplitudes = np.zeros(model.count)
    amplitudes[:4] = 8.0, 4.0, 6.0, 5.0
    noise = np.random.default_rng(5).standard_normal((2, task.data.size)) * 4.0
    data = amplitudes @ model.spectra(model.damped(theta)) + noise[0] + 1j * noise[1]
    solution = search(replace(task, data=data), some_theta(task), free, 40, lambda: None)
    assert solution.converged
    found = solution.state.theta
    by_t2 = found[CONTRAST] * model.by_t2_hz[0]
    assert found[own] == pytest.approx(-found[LORENTZ] - by_t2, abs=1e-9)


def test_limits_hold():
    task, free = make_task(options=LcmOptions(max_shift_ppm=0.001))
    solution = search(task, some_theta(task), free, 60, lambda: None)
    assert (solution.state.theta >= task.bounds.low).all()
    assert (solution.state.theta <= task.bounds.high).all()


def held(components, amplitudes, choice, covariance=None):
    weak = weak_penalty(components, amplitudes, choice, covariance)
    return broad_penalty(components, amplitudes, choice) + weak


def test_ratio_penalty_is_zero_at_the_expected_ratio():
    components = tuple(Component(name, "macromolecule") for name in ("MM09", "MM20", "MM12"))
    expected = np.array([2.0, 2.0, 2.0])
    penalty = held(components, expected, "macromolecules")
    assert expected @ penalty @ expected == pytest.approx(0.0, abs=1e-12)
    off = np.array([2.0, 2.0 * 1.3, 2.0])
    assert off @ penalty @ off == pytest.approx(1.0)
    assert not held(components, expected, "none").any()


def test_an_expectation_of_a_metabolite_that_the_data_contradict_loses_weight():
    components = tuple(Component(name) for name in ("NAA", "Cr", "GPC", "Tau"))
    near = held(components, np.array([10.0, 8.0, 2.0, 1.2]), "all")
    far = held(components, np.array([10.0, 8.0, 2.0, 12.0]), "all")
    assert far[3, 3] < 0.2 * near[3, 3]


def test_what_disease_raises_is_let_go_sooner():
    components = tuple(Component(name) for name in ("NAA", "Cr", "GPC", "Tau", "GABA"))
    size = 10.0 + 8.0 + 3 * 2.0
    usual = np.array([10.0, 8.0, 2.0, 0.05 * size, 0.055 * size])
    raised = usual + 4.0 * size * np.array([0.0, 0.0, 0.0, 0.04, 0.025])
    kept = np.diag(held(components, raised, "all")) / np.diag(held(components, usual, "all"))
    assert kept[3] == pytest.approx(4 / (4 + 16))
    assert kept[4] == pytest.approx(16 / (16 + 16))


def test_an_expectation_that_only_noise_contradicts_keeps_its_weight():
    components = tuple(Component(name) for name in ("NAA", "Cr", "GPC", "Tau"))
    amplitudes = np.array([10.0, 8.0, 2.0, 12.0])
    near = held(components, np.array([10.0, 8.0, 2.0, 1.2]), "all")
    known, guessed = (
        held(components, amplitudes, "all", np.diag([0.0, 0.0, 0.0, sd**2])) for sd in (1.0, 40.0)
    )
    assert known[3, 3] < 0.2 * near[3, 3]
    assert guessed[3, 3] > 0.8 * near[3, 3]


def test_lines_beside_a_measured_spectrum_stay_small():
    components = tuple(Component(name, "macromolecule") for name in ("Mac", "MM17"))
    amplitudes = np.array([2.0, 0.6])
    penalty = held(components, amplitudes, "macromolecules")
    assert amplitudes @ penalty @ amplitudes == pytest.approx(1.0)


def test_macromolecules_stay_together_whatever_the_data_say():
    components = tuple(Component(name, "macromolecule") for name in ("MM09", "MM20"))
    near = held(components, np.array([2.0, 2.5]), "macromolecules")
    assert held(components, np.array([2.0, 20.0]), "macromolecules") == pytest.approx(near)


def test_expectations_of_weak_metabolites_are_only_held_when_asked_for():
    components = tuple(Component(name) for name in ("NAA", "Cr", "GPC", "GABA", "Lac"))
    amplitudes = np.array([10.0, 8.0, 2.0, 4.0, 5.0])
    assert not held(components, amplitudes, "macromolecules").any()
    penalty = held(components, amplitudes, "all")
    assert penalty[3, 3] > 0
    assert penalty[4, 4] == 0


def test_short_t2_asks_for_a_wider_line():
    widths = t2_widths_hz((Component("NAA"), Component("GABA"), Component("MM09", "macromolecule")))
    assert widths[0] < 0 < widths[1]
    assert widths[2] == 0


def test_widths_are_left_alone_where_the_basis_has_lines_of_its_own():
    times = np.arange(512) / 500
    lines = np.exp(2j * np.pi * np.array([[30.0], [-20.0]]) * times)
    assert expected_contrast(lines, times)[1] > 0
    assert expected_contrast(lines * np.exp(-np.pi * times), times) == (0.0, 0.0)

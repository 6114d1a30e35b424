"""Fits the way LCModel does: their parts, and what they find in made spectra."""

from dataclasses import replace

import numpy as np
import pytest
from made_spectra import DWELL_S, TRUTH, Recipe, T, line, make_basis, make_data

from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.prepare import prepare
from mrsviewer.fitting.provencher.expected import PHASES, of_common, of_free
from mrsviewer.fitting.provencher.grid import filled_spectrum, make_grid
from mrsviewer.fitting.provencher.kernel import Support, make_support, turns
from mrsviewer.fitting.provencher.lines import CommonLines, FreeLines
from mrsviewer.fitting.provencher.problem import Problem, derivatives, downhill, evaluate
from mrsviewer.fitting.provencher.spline import make_spline
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError

METABOLITES = ("NAA", "Cr", "GPC", "Ins", "Glu", "Lac")
NO_BROAD = {name: TRUTH[name] for name in METABOLITES}
STIFF = LcmOptions(method="lcmodel", ratio_priors="lcmodel")
PPM = np.linspace(0.2, 4.0, 500)


def fit(data, basis=None, **options):
    chosen = LcmOptions(method="lcmodel", **options)
    problem = FitProblem(data, make_basis() if basis is None else basis)
    return LinearCombinationEngine().fit(problem, chosen, JobContext())


def amplitude(result, name):
    return result.amplitudes[result.names.index(name)]


def test_splines_add_up_and_know_their_roughness():
    spline = make_spline(PPM, 0.3)
    step = 3.8 / (len(spline.curves) - 3)
    np.testing.assert_allclose(spline.curves.sum(axis=0), 1.0)
    places = 0.2 + step * (np.arange(len(spline.curves)) - 1.0)
    np.testing.assert_allclose(places @ spline.curves, PPM)
    assert abs(places @ spline.roughness @ places) < 1e-9 * np.abs(spline.roughness).max()
    wavy = np.sin(4.0 * places)
    bends = np.gradient(np.gradient(wavy @ spline.curves, PPM), PPM)
    rough = np.trapezoid(bends**2, PPM)
    assert wavy @ spline.roughness @ wavy == pytest.approx(rough, rel=0.02)


def test_the_support_of_the_line_shape_grows_with_the_width_and_keeps_a_stride():
    assert make_support(0.01, 0.008) == (5, 1)
    assert make_support(0.08, 0.008) == (9, 1)
    assert make_support(0.15, 0.008) == (9, 2)
    assert list(Support(2, 3).offsets) == [-6, -3, 3, 6]


def test_weights_of_a_gaussian_line():
    support = Support(11, 1)
    free = support.gaussian(6.0)
    whole = support.whole(free)
    assert whole.sum() == pytest.approx(1.0)
    assert whole.argmax() == 11
    assert support.width_bins(free) == pytest.approx(6.0, rel=0.02)
    assert support._replace(stride=2).width_bins(support.gaussian(6.0)) == pytest.approx(
        12.0, rel=0.02
    )
    rows, wanted = support.bends()
    np.testing.assert_allclose(rows @ free - wanted, np.diff(np.pad(whole, 2), 2))


def test_turns_are_counted_as_far_as_basis_lines_show_them():
    away = np.arange(-11, 12)
    smooth = np.exp(-((away / 4.0) ** 2))
    assert turns(smooth, 2.0) == (1, 2)
    split = np.exp(-(((away - 5) / 2.5) ** 2)) + np.exp(-(((away + 5) / 2.5) ** 2))
    assert turns(split, 2.0) == (3, 4)
    assert turns(split, 14.0) == (1, 2)
    assert turns(smooth + 0.05 * np.cos(2.0 * away) * (np.abs(away) > 8), 1.0) == (1, 2)


def problem_of(lines_of, expected_of, **options):
    chosen = LcmOptions(method="lcmodel", **options)
    basis = make_basis()
    prepared = prepare(FitProblem(make_data(), basis), chosen)
    grid = make_grid(prepared, chosen)
    lines = lines_of(grid, basis)
    return Problem(
        grid=grid,
        lines=lines,
        spline=make_spline(grid.window.ppm, 0.3),
        data=grid.window.take(filled_spectrum(prepared), 0),
        expected=expected_of(lines, basis, chosen),
        held=np.zeros((8, 8)) if isinstance(lines, FreeLines) else np.zeros((3, 3)),
        variance=200.0,
        stiffness=1e-3,
    )


def free_problem(**options):
    support = Support(6, 1)

    def lines_of(grid, basis):
        return FreeLines(grid, support, np.array([c.width_ppm is None for c in basis.components]))

    def expected_of(lines, basis, chosen):
        return of_free(lines, basis.components, chosen, support.gaussian(5.0))

    problem = problem_of(lines_of, expected_of, **options)
    rows, wanted = support.bends()
    return replace(problem, bends=(20.0 * rows, 20.0 * wanted))


def common_problem():
    return problem_of(
        lambda grid, _: CommonLines(grid, np.arange(3)),
        lambda _lines, _basis, chosen: of_common(np.array([0.1, 0.02, 0.5, 5.0]), chosen),
    )


@pytest.mark.parametrize("made", [free_problem, common_problem])
def test_derivatives_are_those_of_the_model(made):
    problem = made()
    rng = np.random.default_rng(3)
    p = problem.expected.start + 0.02 * rng.standard_normal(problem.expected.start.size)
    state = evaluate(problem, p)

    def model(q):
        other = evaluate(problem, q)
        return state.solution @ other.columns

    found = derivatives(problem, state)
    for k in range(p.size):
        step = np.zeros(p.size)
        step[k] = 1e-5
        numeric = (model(p + step) - model(p - step)) / 2e-5
        np.testing.assert_allclose(found[k], numeric, atol=2e-4 * np.abs(numeric).max() + 1e-6)


def test_the_slope_of_the_objective_is_that_of_residual_and_expectations():
    problem = free_problem()
    rng = np.random.default_rng(4)
    p = problem.expected.start + 0.02 * rng.standard_normal(problem.expected.start.size)
    state = evaluate(problem, p)
    slope = derivatives(problem, state) @ state.left / problem.variance + downhill(problem, p)
    for k in rng.choice(p.size, 12, replace=False):
        step = np.zeros(p.size)
        step[k] = 1e-5
        higher, lower = (evaluate(problem, p + sign * step).objective for sign in (1, -1))
        assert -2.0 * slope[k] == pytest.approx((higher - lower) / 2e-5, rel=2e-3, abs=0.05)


def test_data_turned_back_leave_the_same_to_explain():
    problem = free_problem(first_phase_sd_deg_per_ppm=5.0)
    p = problem.expected.start.copy()
    p[:PHASES] = 0.3, -0.05
    turned = problem.turned(p[:PHASES])
    straight = p.copy()
    straight[:PHASES] = 0.0
    assert turned.expected.penalty(straight) == pytest.approx(problem.expected.penalty(p))
    assert turned.expected.penalty(straight) > 0
    np.testing.assert_allclose(turned.turned(-p[:PHASES]).data, problem.data)


def test_expectations_of_shifts_and_decays_are_lcmodels():
    problem = free_problem()
    lines, expected = problem.lines, problem.expected
    shifts = expected.rows[:8, PHASES + lines.weights :][:, :8].diagonal()
    np.testing.assert_allclose(1.0 / shifts[:3] / 123.25, (0.002, 0.004, 0.004))
    assert 1.0 / shifts[-2] / 123.25 == pytest.approx(0.02)
    decays = expected.start[-8:]
    assert decays[0] == pytest.approx(2.0 * np.sqrt(123.25 / 85.16))
    drawn, whole = 0.14 * 123.25, 0.17 * 123.25
    assert decays[-2] == pytest.approx(np.pi * np.sqrt(whole**2 - drawn**2))


def test_amounts_shift_and_phase_are_found():
    result = fit(make_data(Recipe(noise=0.1, phase_rad=0.9, shift_hz=4.0)))
    for name in ("NAA", "Cr", "GPC", "Ins", "Glu"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.05), name
    assert result.zero_phase_rad == pytest.approx(0.9, abs=0.06)
    assert result.shift_ppm == pytest.approx(4.0 / 123.25, abs=0.004)
    assert result.converged
    np.testing.assert_allclose(result.fit, result.baseline + result.curves.sum(axis=0))
    absorbed = (result.data - result.fit) * np.exp(-1j * result.zero_phase_rad)
    assert np.std(absorbed.real) == pytest.approx(result.residual_sd, rel=0.2)
    assert np.std(absorbed.imag) < 1.5 * result.residual_sd


def test_the_result_is_on_the_bins_of_the_data():
    data = make_data(Recipe(noise=0.1))
    result = fit(data)
    freq = np.fft.fftfreq(T.size, DWELL_S) / 123.25 + 4.65
    places = np.abs(freq[:, None] - result.ppm).argmin(axis=0)
    np.testing.assert_allclose(freq[places], result.ppm, atol=1e-9)
    np.testing.assert_allclose(np.fft.fft(data.fid)[places], result.data, atol=1e-6)


def test_an_asymmetric_line_is_followed():
    data = make_data(Recipe(noise=1.0, lorentz_hz=1.0), truth=NO_BROAD)
    other = np.exp(2j * np.pi * 6.0 * T)
    odd = replace(data, fid=data.fid * (0.7 + 0.3 * other))
    result = fit(odd, make_basis(METABOLITES))
    assert result.residual_sd < 1.2 * result.noise_sd
    for name in ("NAA", "Cr", "GPC"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.08), name


def test_bounds_are_those_of_the_noise_and_zeros_have_some():
    data = make_data(Recipe(noise=0.5), truth={**TRUTH, "Lac": 0.0})
    found = [fit(replace(data, fid=data.fid + draw)) for draw in noise(12)]
    scatter = np.std([amplitude(result, "NAA") for result in found], ddof=1)
    bound = np.sqrt(found[0].covariance[0, 0])
    assert 0.3 * scatter < bound < 4.0 * scatter
    lactate = found[0].names.index("Lac")
    assert found[0].covariance[lactate, lactate] > 0


def noise(draws, sd=0.5):
    rng = np.random.default_rng(8)
    for _ in range(draws):
        parts = sd * rng.standard_normal((2, T.size))
        yield parts[0] + 1j * parts[1]


def test_phases_that_are_held_stay_held():
    data = make_data(Recipe(phase_rad=0.0), truth=NO_BROAD)
    turned = fit(data, make_basis(METABOLITES), zero_phase="fixed", first_phase="fixed")
    assert turned.zero_phase_rad == turned.first_phase_s == 0.0
    assert amplitude(turned, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.05)


def test_gaps_are_not_fitted():
    spike = 300.0 * np.exp(2j * np.pi * (1.7 - 4.65) * 123.25 * T - 40.0 * T)
    basis, gap = make_basis(METABOLITES), ((1.88, 1.4),)
    recipe = Recipe(noise=1.0)
    clean = fit(make_data(recipe, truth=NO_BROAD), basis)
    spoiled = fit(make_data(recipe, truth=NO_BROAD, extra=spike), basis, excluded_ppm=gap)
    for name in ("Cr", "GPC", "Ins"):
        assert amplitude(spoiled, name) == pytest.approx(amplitude(clean, name), rel=0.05), name
    assert spoiled.residual_sd < 1.3 * spoiled.noise_sd
    assert spoiled.ppm.size == clean.ppm.size


def test_knots_farther_apart_leave_a_stiffer_baseline():
    humps = 40.0 * line(1.5, 0.3) - 30.0 * line(2.6, 0.3)
    basis, data = make_basis(METABOLITES), make_data(Recipe(noise=3.0), truth=NO_BROAD, extra=humps)
    near, far = fit(data, basis), fit(data, basis, knots_ppm=0.8)
    assert far.effective_baseline_df < 0.7 * near.effective_baseline_df
    assert far.residual_sd > near.residual_sd


def test_negative_amounts_where_they_are_allowed():
    data = make_data(Recipe(noise=0.05), truth={**TRUTH, "Lac": -2.0})
    assert amplitude(fit(data), "Lac") == 0.0
    below = fit(data, nonnegative=False)
    assert amplitude(below, "Lac") == pytest.approx(-2.0, rel=0.15)


def test_a_record_that_was_turned_round():
    """Samples before the excitation stand at the end; zeros are filled in before them."""
    early = make_data(Recipe(noise=0.02), extra=30.0 * line(3.0, 0.5))
    spectrum = np.fft.fft(early.fid)
    freq = np.fft.fftfreq(T.size, DWELL_S)
    wrapped = replace(early, fid=np.fft.ifft(spectrum * np.exp(2j * np.pi * freq * 0.4 * DWELL_S)))
    result = fit(wrapped)
    assert result.residual_sd < 4.0 * result.noise_sd
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.08)


def test_spectra_without_noise_and_with_nothing_but_noise():
    clean = fit(make_data(Recipe(noise=0.0)))
    assert amplitude(clean, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.05)
    assert np.isfinite(clean.covariance).all()
    with pytest.raises(FitError, match="No signal"):
        fit(replace(make_data(), fid=next(noise(1))))


def test_many_are_fitted_as_each_alone():
    problems = [
        FitProblem(make_data(Recipe(shift_hz=1.0 + seed, seed=seed)), make_basis())
        for seed in range(3)
    ]
    engine = LinearCombinationEngine()
    for problem, found in zip(
        problems, engine.fit_many(problems, STIFF, JobContext()), strict=True
    ):
        alone = engine.fit(problem, STIFF, JobContext())
        np.testing.assert_array_equal(found.amplitudes, alone.amplitudes)


def test_a_fit_can_be_stopped():
    class Stopped(Exception):  # noqa: N818
        pass

    class Context(JobContext):
        def tick(self, done, what=""):
            if what == "fitting" and done > 0.1:
                raise Stopped

    with pytest.raises(Stopped):
        LinearCombinationEngine().fit(FitProblem(make_data(), make_basis()), STIFF, Context())


@pytest.mark.parametrize("shape", ["voigt", "water"])
def test_a_line_shape_that_is_not_lcmodels_is_said_not_to_be_there(shape):
    data = make_data(truth=NO_BROAD)
    plain, asked = fit(data), fit(data, line_shape=shape)
    np.testing.assert_allclose(asked.amplitudes, plain.amplitudes)
    assert f"not of the kind '{shape}'" in asked.message
    assert "kind" not in plain.message


def test_lipid_within_the_fit_is_named():
    result = fit(make_data(extra=300 * line(1.28, 0.05)), max_shift_ppm=0.1)
    assert "Lipid towers" in result.message
    assert abs(result.shift_ppm) < 0.2


def test_a_fit_that_lipid_draws_away_from_the_metabolites_is_refused():
    with pytest.raises(FitError, match="ran away from the metabolites"):
        fit(make_data(extra=10_000 * line(1.28, 0.05)), max_shift_ppm=0.1)

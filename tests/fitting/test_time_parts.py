"""The parts of the time-domain engines, each against an independent calculation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_spectra import CENTRE_PPM, DWELL_S, FREQUENCY_HZ, POINTS, make_basis, make_data
from scipy.optimize import lsq_linear

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.bounded import solve_bounded
from mrsviewer.fitting.comparison import BandComparison, as_real
from mrsviewer.fitting.damped import Carriers, DampedSignals, Lines
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.metabolite_lines import MetaboliteMap
from mrsviewer.fitting.peaks import PeakMap, amplitude_ties
from mrsviewer.fitting.prior_file import parse_prior_knowledge
from mrsviewer.fitting.quest_options import QuestOptions
from mrsviewer.fitting.soft_background import (
    LIVES_S,
    background_df,
    background_part,
    likeliest,
    softened,
    unlikeliness,
)
from mrsviewer.fitting.time_data import time_data
from mrsviewer.fitting.time_search import inverse, search
from mrsviewer.fitting.time_task import AmplitudeTies, Limits, TimeTask, evaluate, model_slopes

HZ_PER_PPM = FREQUENCY_HZ * 1e-6
PEAKS = """Index,NAA,Cr,Lac,Lac2
amplitude,1,1,0.2,Lac/2
chemicalshift,2.01,3.03,1.34,Lac-7Hz
linewidth,6,5,4,Lac
phase,0,10,NAA,NAA
g,0,0.4,0,0
Bounds
amplitude,"(0,","(0,","(,",
chemicalshift,"(1.9,2.1)","(2.9,3.1)","(1.2,1.5)",
linewidth,"(1,20)","(1,20)","(1,20)",
phase,"(-180,180)","(-90,90)",,
"""


def peak_task(dropped=0):
    prior = parse_prior_knowledge(PEAKS, "table")
    line_map = PeakMap.of(prior, HZ_PER_PPM, CENTRE_PPM)
    data = time_data(FitProblem(make_data(), make_basis()), (4.2, 0.2), dropped=dropped)
    limits = line_map.limits(30.0, 50.0)
    free = Limits(limits.low, limits.high, limits.centre, limits.precision, ~limits.free)
    signals = DampedSignals(data.times_s)
    return TimeTask(
        signals, line_map, free, amplitude_ties(prior), data.comparison, data.target(), 40.0
    )


def basis_task(dropped=20, used_share=0.75):
    basis = make_basis()
    problem = FitProblem(make_data(), basis)
    data = time_data(problem, (4.2, 0.2), dropped=dropped, used_share=used_share)
    drawn = np.array([(c.width_ppm or 0.0) * HZ_PER_PPM for c in basis.components])
    line_map = MetaboliteMap(drawn)
    limits = line_map.limits(basis.components, QuestOptions(), HZ_PER_PPM)
    signals = DampedSignals(data.times_s, Carriers(basis.fids, DWELL_S))
    ties = AmplitudeTies.untied(len(drawn), nonnegative=True)
    task = TimeTask(signals, line_map, limits, ties, data.comparison, data.target(), 40.0)
    return task, data


def some_place(task, seed=1):
    rng = np.random.default_rng(seed)
    if isinstance(task.line_map, PeakMap):
        x = task.line_map.start()
        x[:4] = 1.0, 0.2, 1.5, 2e-4
        return x * (1 + 0.01 * rng.standard_normal(x.size))
    x = np.clip(task.limits.centre, task.limits.low, task.limits.high)
    x[:5] = 1.0, 0.2, 1e-4, 2.0, 16.0
    x[task.line_map.own_shift] = rng.normal(0, 0.3, task.line_map.count)
    x[task.line_map.own_width] += rng.uniform(0, 0.1, task.line_map.count)
    return x


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 10))
def test_bounded_solution_is_that_of_scipy(seed, size):
    rng = np.random.default_rng(seed)
    matrix, wanted = rng.standard_normal((20, size)), rng.standard_normal(20)
    low = np.where(rng.random(size) < 0.3, -np.inf, -0.1 * rng.random(size))
    high = np.where(rng.random(size) < 0.3, np.inf, 0.1 * rng.random(size))
    found = solve_bounded(matrix.T @ matrix, matrix.T @ wanted, low, high)
    best = lsq_linear(matrix, wanted, (low, high), method="bvls", tol=1e-12)
    assert (found >= low).all()
    assert (found <= high).all()
    cost = 0.5 * np.sum((matrix @ found - wanted) ** 2)
    assert cost == pytest.approx(best.cost, rel=1e-7)


@pytest.mark.parametrize("dropped", [0, 15])
def test_slopes_of_peaks_are_those_of_finite_differences(dropped):
    task = peak_task(dropped)
    check_slopes(task, some_place(task))


def test_slopes_of_metabolites_are_those_of_finite_differences():
    task, _ = basis_task()
    check_slopes(task, some_place(task))


def check_slopes(task, x):
    point = evaluate(task, x)
    every = np.ones(x.size, bool)
    rows = model_slopes(task, point, every)

    def model(at):
        spectra = task.comparison.cut(task.signals.at(task.line_map.lines(at)))
        return point.amplitudes @ as_real(spectra)

    for index in range(x.size):
        step = np.zeros(x.size)
        step[index] = 1e-8 if abs(x[index]) < 1e-2 and index < 4 else 1e-5
        numeric = (model(x + step) - model(x - step)) / (2 * step[index])
        size = np.abs(rows[index]).max()
        np.testing.assert_allclose(rows[index], numeric, atol=1e-4 * size + 1e-9)


def test_signals_are_the_formula():
    times = np.arange(200) * DWELL_S
    lines = Lines(np.array([31.0]), np.array([4.0]), np.array([25.0]), np.array([0.4]), 3e-4)
    later = times + 3e-4
    decay = np.exp(-np.pi * 4 * later - (np.pi * 5 * later) ** 2 / (4 * np.log(2)))
    expected = decay * np.exp(2j * np.pi * 31 * later + 0.4j)
    np.testing.assert_allclose(DampedSignals(times).at(lines)[0], expected, rtol=1e-10)


@pytest.mark.parametrize("g", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_line_width_of_a_peak_is_its_full_width(g):
    prior = parse_prior_knowledge(
        f"Index,A\namplitude,1\nchemicalshift,3\nlinewidth,8\ng,{g}\n", "table"
    )
    line_map = PeakMap.of(prior, HZ_PER_PPM, 3.0)
    times = np.arange(40000) / 4000
    fid = DampedSignals(times).at(line_map.lines(line_map.start()))[0]
    fid[0] *= 0.5
    spectrum = np.fft.fftshift(np.fft.fft(fid, 1 << 18)).real
    above = np.count_nonzero(spectrum > spectrum.max() / 2) * 4000 / (1 << 18)
    assert above == pytest.approx(8.0, rel=0.02)


def test_coarse_grid_gives_what_the_fine_one_gives():
    task, data = basis_task(dropped=0, used_share=1.0)
    band = make_band(data.comparison.window)
    assert band.size < 0.8 * POINTS
    times = band.times_s
    lowest = band.lowest_bin / (POINTS * DWELL_S)
    carriers = Carriers(band.narrow(task.signals.carriers.fids), times[1] - times[0], lowest)
    comparison = BandComparison.of(band, data.comparison)
    x = some_place(task)
    x[2] = 0.0
    lines = task.line_map.lines(x)
    coarse = comparison.cut(DampedSignals(times, carriers).at(lines))
    fine = task.comparison.cut(task.signals.at(lines))
    np.testing.assert_allclose(coarse, fine, atol=1e-3 * np.abs(fine).max())


def test_coarse_grid_leaves_out_the_same_time():
    _, data = basis_task()
    band = make_band(data.comparison.window)
    kept = band.times_s[BandComparison.of(band, data.comparison).weights > 0]
    assert kept[0] >= 20 * DWELL_S
    assert kept[-1] < 0.75 * POINTS * DWELL_S


def test_weights_are_the_same_on_the_coarse_grid():
    _, data = basis_task(dropped=0)
    soft = softened(data.comparison, 0.012)
    assert soft.weights[round(0.012 / DWELL_S)] ** 2 == pytest.approx(0.5)
    assert (np.diff(soft.weights) >= 0).all()
    band = make_band(soft.window)
    fid = data.fid * np.exp(-20 * np.arange(POINTS) * DWELL_S)
    coarse = BandComparison.of(band, soft).cut(band.narrow(fid[None])[0])
    fine = soft.cut(fid)
    assert np.abs(coarse - fine).max() < 0.02 * np.abs(fine).max()


def test_background_and_rest_make_up_what_the_model_leaves():
    _, data = basis_task(dropped=0, used_share=1.0)
    data = replace(data, comparison=softened(data.comparison, 0.02))
    rng = np.random.default_rng(1)
    left = rng.standard_normal(POINTS) + 1j * rng.standard_normal(POINTS)
    part = background_part(data, left)
    assert np.abs(left - part)[0] < 1e-3 * np.abs(left)[0]
    assert np.abs(part)[-1] < 1e-3 * np.abs(left)[-1]
    share = data.comparison.window.count / POINTS
    freedom = np.sum(np.abs(np.divide(part, left))) * share
    assert background_df(data.comparison) == pytest.approx(freedom)
    assert background_df(replace(data.comparison, weights=None)) == 0.0


@pytest.mark.parametrize("best", LIVES_S)
def test_the_least_of_all_lives_is_found(best):
    tried = []

    def cost(life):
        tried.append(life)
        return abs(np.log(life / best))

    assert likeliest(cost) == best
    assert len(tried) == len(set(tried))


@pytest.mark.parametrize("life", [0.005, 0.0315])
def test_the_life_of_a_drawn_background_is_found_by_likelihood(life):
    task, data = basis_task(dropped=0, used_share=1.0)
    rng = np.random.default_rng(3)
    noise = np.sqrt(data.variance) * (rng.standard_normal((2, POINTS)) * [[1], [1]])
    times = np.maximum(np.arange(POINTS), 0.1) * DWELL_S
    drawn = noise[0] + 1j * noise[1]
    fid = drawn * np.sqrt(1 + (life / times) ** 4)

    def cost(tried):
        soft = softened(data.comparison, tried)
        one = replace(task, comparison=soft, target=as_real(soft.cut(fid)), variance=data.variance)
        return unlikeliness(one, evaluate(one, some_place(one)), soft, tried)

    costs = [cost(tried) for tried in LIVES_S]
    assert abs(int(np.argmin(costs)) - LIVES_S.index(life)) <= 1


def test_search_ends_where_the_objective_is_least():
    task, _ = basis_task()
    found = search(task, some_place(task), 60, lambda: None)
    assert found.converged
    for index in np.flatnonzero(task.limits.free)[:8]:
        for sign in (-1, 1):
            moved = found.point.x.copy()
            moved[index] += sign * 1e-3 * max(abs(moved[index]), 1e-6)
            moved = np.clip(moved, task.limits.low, task.limits.high)
            assert evaluate(task, moved).objective > found.point.objective - 1e-2


def test_inverse_of_what_says_nothing_is_large_and_finite():
    fisher = np.array([[4.0, 4.0, 0.0], [4.0, 4.0, 0.0], [0.0, 0.0, 0.0]])
    found = inverse(fisher)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, found.T)
    # The sum of the first two is known though neither is.
    both = np.array([1.0, 1.0, 0.0])
    assert both @ found @ both == pytest.approx(0.25, rel=0.01)


def test_too_few_samples_left_are_refused():
    with pytest.raises(Exception, match="left out"):
        time_data(FitProblem(make_data(), make_basis()), (4.2, 0.2), dropped=700)

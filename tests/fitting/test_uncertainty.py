"""Intervals hold the truth where the model misfits, and stay as they are where it does not."""

from dataclasses import replace

import numpy as np
import pytest
from made_spectra import TRUTH, Recipe, T, line, make_basis, make_data

from mrsviewer.fitting import time_uncertainty, uncertainty
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.quest import QuestEngine, QuestOptions
from mrsviewer.jobs.context import JobContext

STRONG = ("NAA", "Cr", "GPC", "Ins", "Glu")
SEEDS = range(1, 13)
WITHIN = 1.96


def fitted(data, basis=None):
    problem = FitProblem(data, basis or make_basis())
    return LinearCombinationEngine().fit(problem, LcmOptions(), JobContext())


def odd(seed):
    """Return a spectrum whose lines an eddy current has bent."""
    data = make_data(Recipe(noise=0.05, seed=seed))
    return replace(data, fid=data.fid * np.exp(0.8j * (1.0 - np.exp(-T / 0.04))))


def lipid_of_odd_phase(seed):
    fat = sum(h * line(ppm, 0.2) for ppm, h in ((0.9, 8), (1.3, 24), (2.05, 8), (2.8, 4)))
    return make_data(Recipe(noise=0.05, seed=seed), extra=fat * np.exp(0.7j - 8 * T))


def undecaying():
    """Return a basis whose lines do not decay, as a simulated one."""
    basis = make_basis()
    return replace(basis, fids=basis.fids * np.exp(np.pi * T))


@pytest.fixture
def plain(monkeypatch):
    """Return a fit whose bounds are those of Cramer and Rao alone."""

    def fit(data, basis=None):
        with monkeypatch.context() as only:
            only.setattr(uncertainty, "ODDER", 1.0)
            only.setattr(uncertainty, "CONTRAST_SD", 0.0)
            only.setattr(uncertainty, "CLEAR", np.inf)
            return fitted(data, basis)

    return fit


def sd(result):
    return np.sqrt(np.diagonal(result.covariance))[[result.names.index(name) for name in STRONG]]


def holds(result):
    amplitudes = [result.amplitudes[result.names.index(name)] for name in STRONG]
    return np.abs(amplitudes - np.array([TRUTH[name] for name in STRONG])) < WITHIN * sd(result)


@pytest.mark.parametrize("baseline", [False, True])
def test_bounds_are_those_of_cramer_and_rao_where_the_model_fits(plain, baseline):
    for seed in SEEDS:
        data = make_data(Recipe(noise=0.2, seed=seed, baseline=baseline))
        assert fitted(data).covariance == pytest.approx(plain(data).covariance, rel=1e-9)


def test_bounds_of_odd_lines_are_wider(plain):
    data = odd(1)
    assert (sd(fitted(data)) > 1.1 * sd(plain(data))).all()


def test_intervals_of_odd_lines_hold_the_truth():
    held = np.array([holds(fitted(odd(seed))) for seed in SEEDS])
    assert held.mean() >= 0.9


def test_bounds_are_wider_where_the_baseline_was_held_too_stiff(plain):
    data = lipid_of_odd_phase(1)
    assert (sd(fitted(data)) > 1.3 * sd(plain(data))).all()


def test_intervals_beside_lipid_of_odd_phase_hold_the_truth():
    held = np.array([holds(fitted(lipid_of_odd_phase(seed))) for seed in SEEDS])
    assert held.mean() >= 0.9


def test_differences_in_t2_count_as_unknown_where_the_basis_has_none(plain):
    data = make_data(Recipe(noise=0.2))
    wide, narrow = sd(fitted(data, undecaying())), sd(plain(data, undecaying()))
    assert (wide > narrow).all()
    assert (wide < 1.5 * narrow).all()


def test_bounds_stay_finite_and_symmetric_in_all_of_these():
    for data in (odd(1), lipid_of_odd_phase(1)):
        covariance = fitted(data).covariance
        assert np.isfinite(covariance).all()
        assert covariance == pytest.approx(covariance.T, rel=1e-6)
        assert (np.linalg.eigvalsh(covariance) > -1e-9 * np.trace(covariance)).all()


def quest(data, basis=None):
    problem = FitProblem(data, basis or make_basis())
    return QuestEngine().fit(problem, QuestOptions(), JobContext())


def test_quest_counts_odd_lines_only_where_the_residual_shows_them(monkeypatch):
    usual, bent = make_data(Recipe(noise=0.2)), odd(1)
    found = sd(quest(usual)), sd(quest(bent))
    monkeypatch.setattr(time_uncertainty, "CLEAR", np.inf)
    assert found[0] == pytest.approx(sd(quest(usual)), rel=1e-9)
    assert (found[1] > 1.3 * sd(quest(bent))).all()


def test_intervals_of_quest_hold_the_truth_of_odd_lines():
    held = np.array([holds(quest(odd(seed))) for seed in range(1, 7)])
    assert held.mean() >= 0.9


def test_quest_counts_differences_in_t2_where_the_basis_has_none(monkeypatch):
    data = make_data(Recipe(noise=0.2))
    found = sd(quest(data, undecaying()))
    monkeypatch.setattr(time_uncertainty, "CONTRAST_SD", 0.0)
    assert (found > sd(quest(data, undecaying()))).all()

"""Scores of the benchmark: known numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.analysis.benchmark.likeness import psnr_db, ssim
from mrsviewer.analysis.benchmark.outcome import Estimates, Outcome
from mrsviewer.analysis.benchmark.scores import Contest, score

CONTEST = Contest(engine="e", version="1", case="c", family="nominal")


def made_outcome(truth, found, sd=1.0, clean=None, ideal=None, floor=0.0):
    def full(value):
        return {} if value is None else {"Glu": value, "tCr": 8.0}

    return Outcome(
        {"Glu": truth, "tCr": 8.0}, Estimates(full(found), {"Glu": sd, "tCr": 1.0}), None,
        False, 0.01, 40.0, 0.9, full(clean), full(ideal), {"Glu": floor},
    )  # fmt: skip


def test_score_of_known_numbers():
    outcomes = [
        made_outcome(10.0, 11.0, 0.6, clean=10.5, ideal=10.0, floor=1.0),
        made_outcome(20.0, 18.0, 0.6, clean=20.5, ideal=20.0, floor=0.5),
    ]
    glu = score(CONTEST, outcomes).of("Glu")
    assert glu.bias_percent == pytest.approx(100 * -0.5 / 15)
    assert glu.rms_percent == pytest.approx(100 * np.sqrt(2.5) / 15)
    assert glu.relative_rms_percent == pytest.approx(10.0)
    assert glu.ratio_mae_mm == pytest.approx(1.5)
    assert glu.coverage == 0.5
    assert glu.sd_percent == pytest.approx(4.0)
    assert (glu.data, glu.model, glu.mismatch) == (0.75, 0.0, 0.25)
    assert glu.noise == pytest.approx(1.5)
    result = score(CONTEST, outcomes)
    shares = (result.data, result.noise, result.model, result.mismatch)
    assert shares == pytest.approx((0.3, 0.6, 0.0, 0.1))


def test_what_an_engine_leaves_out_now_and_then_is_scored_where_it_is_not():
    whole, part = made_outcome(10.0, 11.0), made_outcome(10.0, 14.0)
    del part.found.values["Glu"]
    assert score(CONTEST, [whole, whole, part]).of("Glu").bias_percent == pytest.approx(10.0)
    assert score(CONTEST, [whole, part, part]).of("Glu") is None


def test_ratios_without_creatine_count_as_nothing():
    lost = made_outcome(10.0, 11.0)
    lost.found.values["tCr"] = 0.0
    assert score(CONTEST, [lost]).of("Glu").ratio_mae_mm == 10.0


def test_what_is_better_than_the_data_alone_leaves_nothing_to_noise():
    glu = score(CONTEST, [made_outcome(10.0, 11.0, clean=10.0, ideal=10.0, floor=4.0)] * 2).of(
        "Glu"
    )
    assert (glu.data, glu.noise, glu.model, glu.mismatch) == (1.0, 0.0, 0.0, 0.0)


def test_slope_says_how_much_estimates_shrink():
    outcomes = [made_outcome(t, 10 + 0.3 * (t - 10)) for t in (8.0, 10.0, 12.0)]
    assert score(CONTEST, outcomes).of("Glu").slope == pytest.approx(0.3)
    assert score(CONTEST, outcomes[:2]).of("Glu").slope is None


def test_psnr_and_ssim_of_known_spectra():
    x = np.linspace(-5, 5, 400)
    truth = 10 * np.exp(-(x**2))
    assert psnr_db(truth + 0.1, truth) == pytest.approx(40.0, abs=0.1)
    assert psnr_db(truth, truth) == float("inf")
    assert ssim(truth, truth) == pytest.approx(1.0)
    noise = np.random.default_rng(1).standard_normal(400)
    assert 0 < ssim(truth + noise, truth) < ssim(truth + 0.1 * noise, truth) < 1


@settings(deadline=None)
@given(st.floats(0.1, 100.0))
def test_likeness_does_not_depend_on_scale(scale):
    x = np.linspace(-5, 5, 200)
    truth, found = np.exp(-(x**2)), np.exp(-(x**2)) + 0.05 * np.sin(9 * x)
    assert psnr_db(scale * found, scale * truth) == pytest.approx(psnr_db(found, truth))
    assert ssim(scale * found, scale * truth) == pytest.approx(ssim(found, truth))

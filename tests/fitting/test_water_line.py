"""The water reference's line, and what the fit makes of it."""

from dataclasses import replace

import numpy as np
import pytest
from made_spectra import CENTRE_PPM, DWELL_S, FREQUENCY_HZ, Recipe, T, make_basis, make_data

from mrsviewer.fitting.bootstrap import Fitted, bootstrap
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.lineshape import shape_functions
from mrsviewer.fitting.water_line import line_of_water
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.failure import FitError


def water(lorentz_hz=5.0, gauss_hz=4.0, bend=0.0, noise=2.0):
    decay = np.exp(-np.pi * lorentz_hz * T - (np.pi * gauss_hz * T) ** 2 / (4 * np.log(2)))
    fid = 5000.0 * decay * np.exp(bend * shape_functions(T)[0])
    fid = fid * np.exp(2j * np.pi * 3.3 * T + 0.4j)
    random = np.random.default_rng(7).standard_normal((2, T.size))
    fid = fid + noise * (random[0] + 1j * random[1])
    return Dataset(fid, Acquisition("1H", FREQUENCY_HZ, DWELL_S), CENTRE_PPM)


def fit(data, reference, **options):
    problem = FitProblem(data, make_basis(), water=reference)
    return LinearCombinationEngine().fit(problem, LcmOptions(**options), JobContext())


def gauss(result):
    return result.lineshapes[result.names.index("Cr")].gaussian_hz


@pytest.mark.parametrize(("lorentz_hz", "gauss_hz"), [(5.0, 4.0), (2.0, 7.5), (8.0, 1.5)])
def test_the_width_of_a_voigt_line_is_found(lorentz_hz, gauss_hz):
    line = line_of_water(water(lorentz_hz, gauss_hz))
    assert line.gauss_hz == pytest.approx(gauss_hz, abs=0.1)
    assert line.bent_gauss_hz == pytest.approx(gauss_hz, abs=0.4)
    assert np.abs(line.bends).max() < 0.05


def test_a_lorentz_line_has_no_gauss_width():
    assert line_of_water(water(6.0, 0.0)).gauss_hz < 0.5


@pytest.mark.parametrize("zeros", [100, 3 * T.size])
def test_zeros_filled_in_are_no_noise(zeros):
    reference = water(noise=20.0)
    filled = replace(reference, fid=np.pad(reference.fid, (0, zeros)))
    assert line_of_water(filled).gauss_hz == line_of_water(reference).gauss_hz
    assert line_of_water(replace(reference, fid=np.zeros(T.size, complex))) is None


def test_a_departure_from_a_voigt_line_is_seen():
    bends = line_of_water(water(bend=1.0j)).bends
    early = (T > 0) & (T < 0.1)
    curve = (1j * bends[4:] @ shape_functions(T) - 1j * shape_functions(T)[0])[early].imag
    # A constant and a slope are phase and shift.
    left = curve - np.polyval(np.polyfit(T[early], curve, 1), T[early])
    assert np.abs(left).max() < 0.02
    assert np.abs(bends[:4]).max() < 0.05


def test_what_shows_no_line_has_none():
    reference = water()
    rows = replace(reference, fid=np.stack([reference.fid] * 2), dims=("transient",))
    assert line_of_water(rows) is None
    assert line_of_water(replace(reference, fid=np.full(T.size, np.nan, complex))) is None
    random = np.random.default_rng(1).standard_normal((2, T.size))
    assert line_of_water(replace(reference, fid=random[0] + 1j * random[1])) is None
    beating = reference.fid * (1 + 0.8 * np.cos(2 * np.pi * 30.0 * T))
    assert line_of_water(replace(reference, fid=beating)) is None


def test_a_noisy_spectrum_gets_the_width_of_its_water_reference():
    away, alone = [], []
    for seed in range(6):
        data = make_data(Recipe(noise=15.0, seed=seed, gauss_hz=4.0))
        away.append(gauss(fit(data, water())) - 4.0)
        alone.append(gauss(fit(data, None)) - 4.0)
    assert np.sqrt(np.mean(np.square(away))) < 0.6 * np.sqrt(np.mean(np.square(alone)))


def test_bounds_count_the_reference():
    data = make_data(Recipe(noise=15.0))
    place = make_basis().names.index("NAA")
    beside, alone = (fit(data, one).covariance[place, place] for one in (water(), None))
    assert beside < 0.9 * alone


def test_a_reference_of_another_shim_is_let_go():
    data = make_data(Recipe(noise=0.1))
    other, alone = fit(data, water(gauss_hz=12.0)), fit(data, None)
    assert gauss(other) == pytest.approx(gauss(alone), abs=0.2)
    np.testing.assert_allclose(other.amplitudes, alone.amplitudes, rtol=0.02, atol=0.05)


def test_a_reference_of_another_shim_says_nothing():
    data = make_data(Recipe(noise=1.0))
    told = FitProblem(data, make_basis(), water=water(gauss_hz=6.0), shim_of_water=False)
    found = LinearCombinationEngine().fit(told, LcmOptions(), JobContext())
    np.testing.assert_array_equal(found.amplitudes, fit(data, None).amplitudes)


@pytest.mark.parametrize("shape", ["voigt", "free"])
def test_shapes_that_do_not_look_at_the_reference(shape):
    data = make_data(Recipe(noise=1.0))
    beside, alone = (fit(data, one, line_shape=shape) for one in (water(gauss_hz=6.0), None))
    np.testing.assert_array_equal(beside.amplitudes, alone.amplitudes)


def test_the_line_of_water_is_taken_as_it_is():
    data = make_data(Recipe(noise=0.05))
    bent = replace(data, fid=data.fid * np.exp(1.5j * shape_functions(T)[0]))
    result = fit(bent, water(bend=1.5j), line_shape="water")
    assert gauss(result) == pytest.approx(4.0, abs=0.4)
    assert result.message == "The fit converged."
    voigt = fit(bent, None, line_shape="voigt")
    assert result.residual_sd < 0.7 * voigt.residual_sd


def test_no_reference_and_the_line_of_water_is_refused():
    for reference in (None, replace(water(), fid=np.zeros(T.size, complex))):
        with pytest.raises(FitError, match="No line of water") as caught:
            fit(make_data(), reference, line_shape="water")
        assert "another line shape" in caught.value.failure.remedy


@pytest.mark.parametrize("shape", ["auto", "water"])
def test_the_bootstrap_draws_about_the_fit(shape):
    options = LcmOptions(line_shape=shape)
    problem = FitProblem(make_data(Recipe(noise=1.0)), make_basis(), water=water())
    engine = LinearCombinationEngine()
    result = engine.fit(problem, options, JobContext())
    drawn = bootstrap(Fitted(engine, problem, options, result), JobContext(), draws=24)
    place = drawn.names.index("NAA")
    mean = float(drawn.amplitudes[:, place].mean())
    assert mean == pytest.approx(result.amplitudes[result.names.index("NAA")], rel=0.1)
    ratio = drawn.sd()[place] / np.sqrt(result.covariance[place, place])
    assert 0.5 < ratio < 1.6


def test_draws_from_the_start_have_the_reference_too():
    options = LcmOptions(line_shape="water")
    problem = FitProblem(make_data(Recipe(noise=1.0)), make_basis(), water=water())
    engine = LinearCombinationEngine()
    result = replace(engine.fit(problem, options, JobContext()), solution=None)
    drawn = bootstrap(Fitted(engine, problem, options, result), JobContext(), draws=3)
    assert drawn.refused == 0


def test_a_reference_of_another_nucleus_says_nothing_of_the_line():
    reference = water(gauss_hz=12.0)
    phosphorus = replace(reference, acquisition=replace(reference.acquisition, nucleus="31P"))
    beside, alone = (fit(make_data(), one) for one in (phosphorus, None))
    np.testing.assert_array_equal(beside.amplitudes, alone.amplitudes)
    with pytest.raises(FitError, match="No line of water"):
        fit(make_data(), phosphorus, line_shape="water")

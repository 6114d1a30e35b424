"""The linear-combination engine: options, and what it says where a fit is doubtful."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from made_spectra import DWELL_S, TRUTH, Recipe, T, line, make_basis, make_data

from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.lcm import LcmOptions, LinearCombinationEngine
from mrsviewer.fitting.ratios import broad_penalty, weak_penalty
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.basis import Component
from mrsviewer.model.failure import FitError


def fit(data, basis=None, **options):
    problem = FitProblem(data, make_basis() if basis is None else basis)
    return LinearCombinationEngine().fit(problem, LcmOptions(**options), JobContext())


def amplitude(result, name):
    return result.amplitudes[result.names.index(name)]


def test_options_survive_json():
    options = LcmOptions(baseline_df_per_ppm=3.0, excluded_ppm=((1.0, 1.5),))
    assert msgspec.json.decode(msgspec.json.encode(options), type=LcmOptions) == options


def test_line_width_shift_and_phase_are_found():
    result = fit(make_data(Recipe(noise=0.02)))
    naa = result.lineshapes[result.names.index("NAA")]
    assert naa.lorentzian_hz == pytest.approx(2.0, abs=0.3)
    assert naa.gaussian_hz == pytest.approx(4.0, abs=0.3)
    assert naa.shift_ppm * 123.25 == pytest.approx(1.0, abs=0.05)
    assert result.zero_phase_rad == pytest.approx(0.2, abs=0.02)


def test_macromolecules_find_their_own_width():
    result = fit(make_data(Recipe(noise=0.02)))
    drawn = 0.14 * 123.25
    broadened = result.lineshapes[result.names.index("MM09")].gaussian_hz
    assert np.hypot(drawn, broadened) == pytest.approx(1.2 * drawn, rel=0.1)


def test_first_order_phase_is_found():
    data = make_data(Recipe(noise=0.02))
    late = replace(data, fid=np.fft.ifft(np.fft.fft(data.fid) * delay(1e-4)))
    result = fit(late)
    assert result.first_phase_s == pytest.approx(1e-4, abs=1e-5)
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.02)


def delay(seconds):
    freq = np.fft.fftfreq(T.size, DWELL_S)
    return np.exp(2j * np.pi * seconds * (freq - (2.2 - 4.65) * 123.25))


def test_baseline_is_followed_and_metabolites_are_not():
    with_baseline = fit(make_data(Recipe(baseline=True)))
    without = fit(make_data())
    assert with_baseline.effective_baseline_df > without.effective_baseline_df
    for name in ("NAA", "Cr", "GPC", "Ins"):
        assert amplitude(with_baseline, name) == pytest.approx(TRUTH[name], rel=0.06)


def test_flexibility_can_be_set_by_hand():
    result = fit(make_data(), baseline_df_per_ppm=5.0)
    assert result.effective_baseline_df == pytest.approx(20.0, rel=0.05)
    none = fit(make_data(), baseline_df_per_ppm=0)
    assert none.effective_baseline_df == 0
    assert np.abs(none.baseline).max() == 0


def test_a_lone_creatine_is_not_read_as_choline():
    result = fit(make_data(truth={"Cr": 8.0}))
    assert amplitude(result, "Cr") == pytest.approx(8.0, rel=0.03)
    assert amplitude(result, "GPC") < 0.1
    assert abs(result.shift_ppm) < 0.03


@pytest.mark.parametrize("name", ["NAA", "GPC", "Glu", "Ins"])
def test_any_lone_metabolite_is_read_as_itself(name):
    result = fit(make_data(truth={name: 8.0}))
    assert amplitude(result, name) == pytest.approx(8.0, rel=0.05)


def test_spectrum_moved_by_a_phantom_temperature_is_found():
    data = make_data()
    moved = replace(data, centre_ppm=data.centre_ppm - 0.15)
    assert fit(moved).shift_ppm == pytest.approx(-0.15 + 1 / 123.25, abs=0.005)


def test_residual_water_in_the_window_is_announced():
    water = 400 * line(4.3) * np.exp(-np.pi * 12 * T + 1.0j)
    result = fit(make_data(extra=water))
    assert "water" in result.message.lower()


@pytest.mark.parametrize("ppm", [4.2, 4.0])
def test_water_inside_the_window_is_left_out_and_that_is_said(ppm):
    water = 800 * line(ppm) * np.exp(-np.pi * 8 * T + 1.5j)
    result = fit(make_data(extra=water))
    assert result.ppm.max() < ppm
    assert "left out" in result.message
    for name in ("NAA", "Cr", "GPC"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.05)


@pytest.mark.parametrize("name", ["NAA", "Glu", "Ins", "Lac"])
def test_no_metabolite_is_taken_for_water(name):
    assert fit(make_data(truth={name: 8.0})).ppm.max() > 4.05


def test_lipid_that_the_basis_cannot_describe_is_left_out_and_that_is_said():
    lipid = 700 * line(1.3, 0.12) * np.exp(0.3j)
    result = fit(make_data(extra=lipid))
    assert "Lipid towers" in result.message
    assert not {"NAA", "MM09", "MM20"} & set(result.names)
    assert result.ppm.min() > 2.95
    assert result.curves.shape == (len(result.names), result.ppm.size)
    for name in ("Cr", "GPC", "Ins"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.08)


def test_lipid_no_higher_than_metabolites_costs_no_metabolite():
    result = fit(make_data(extra=20 * line(1.3, 0.12) * np.exp(0.3j)))
    assert "NAA" in result.names


def test_a_skewed_line_does_not_change_amounts():
    """Two lines of unlike height 3 Hz apart; a Voigt line would read 10 % too much."""
    data = make_data(Recipe(lorentz_hz=1.5, gauss_hz=2.0))
    skewed = replace(data, fid=data.fid * (0.75 + 0.25 * np.exp(2j * np.pi * 3.0 * T)))
    result = fit(skewed)
    for name in ("NAA", "Cr", "GPC"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.05)
    assert amplitude(fit(skewed, line_shape="voigt"), "NAA") > 1.05 * TRUTH["NAA"]


def with_lipid():
    basis = make_basis()
    rows = np.concatenate([basis.fids, 2 * line(1.28, 0.10)[None]])
    lip = Component("Lip13a", "lipid", 0.01, 0.10)
    return replace(basis, fids=rows, components=(*basis.components, lip))


@pytest.mark.parametrize(("ppm", "width_ppm", "size"), [(0.6, 0.04, 0.4), (0.6, 0.04, 0.6)])
def test_lipid_of_which_a_little_is_left_is_left_out(ppm, width_ppm, size):
    rest = size * line(ppm, width_ppm)
    result = fit(make_data(extra=400 * line(1.28, 0.12) + rest), with_lipid())
    assert "Lipid towers" in result.message
    assert amplitude(result, "Cr") == pytest.approx(TRUTH["Cr"], rel=0.03)


@pytest.mark.parametrize("size", [0.4, 1.0])
def test_what_is_left_above_lipid_is_not_laid_to_lipid(size):
    """The residual is 1.2 and 2 times the noise, all of it at 3.4 ppm."""
    foreign = size * line(3.40) * np.exp(-np.pi * 3 * T)
    result = fit(make_data(extra=400 * line(1.28, 0.12) + foreign), with_lipid())
    assert result.residual_sd > 1.2 * result.noise_sd
    assert "NAA" in result.names
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.05)


def test_lipid_in_the_basis_leaves_the_metabolites_alone():
    result = fit(make_data(extra=300 * line(1.28, 0.12)), with_lipid())
    assert "Lipid" in result.message
    assert amplitude(result, "Lip13a") == pytest.approx(150, rel=0.05)
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.05)
    assert amplitude(result, "Cr") == pytest.approx(TRUTH["Cr"], rel=0.05)


def test_conjugated_data_are_not_quietly_fitted():
    data = make_data()
    with pytest.raises(FitError):
        fit(replace(data, fid=data.fid.conj()))


def test_misfit_is_announced():
    result = fit(make_data(extra=30 * line(2.8) * np.exp(-np.pi * 5 * T)))
    assert "residual" in result.message


def test_low_signal_is_announced():
    result = fit(make_data(Recipe(noise=40.0)))
    assert "times the noise" in result.message


@pytest.mark.parametrize("weight", [0.5, 1.0])
def test_first_sample_halved_or_not_makes_no_difference(weight):
    data = make_data(Recipe(noise=0.02))
    fid = data.fid.copy()
    fid[0] *= weight
    halved = replace(data, fid=fid)
    for options in ({}, {"first_points_dropped": 2}):
        result = fit(halved, **options)
        assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.01)


def test_excluded_range_does_not_take_part():
    spike = 60 * line(2.8) * np.exp(-np.pi * 8 * T)
    plain = fit(make_data(extra=spike))
    result = fit(make_data(extra=spike), excluded_ppm=((2.5, 3.1),))
    assert result.residual_sd < 0.5 * plain.residual_sd
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.03)
    assert result.ppm.shape == plain.ppm.shape


def test_components_are_chosen_by_name():
    assert fit(make_data(), include=("NAA", "Cr"), baseline_df_per_ppm=6.0).names == ("NAA", "Cr")
    assert "Lac" not in fit(make_data(), exclude=("Lac",)).names
    with pytest.raises(FitError, match="Xyz"):
        fit(make_data(), include=("Xyz",))


def test_negative_amplitudes_only_where_allowed():
    truth = {**TRUTH, "Lac": -3.0}
    assert fit(make_data(truth=truth)).amplitudes.min() == 0
    result = fit(make_data(truth=truth), nonnegative=False)
    assert amplitude(result, "Lac") == pytest.approx(-3.0, rel=0.1)


def test_fixed_phase_stays():
    result = fit(make_data(Recipe(phase_rad=0.0)), zero_phase="fixed", first_phase="fixed")
    assert result.zero_phase_rad == 0
    assert result.first_phase_s == 0


def test_zero_filled_data_have_the_uncertainty_of_the_samples():
    data = make_data()
    filled = replace(data, fid=np.concatenate([data.fid, np.zeros(1024)]))
    np.testing.assert_array_equal(fit(filled).covariance, fit(data).covariance)


def test_basis_on_another_time_grid_gives_the_same():
    basis = make_basis()
    halved = replace(basis, fids=basis.fids[:, ::2].copy(), dwell_s=2 * DWELL_S)
    same, other = fit(make_data()), fit(make_data(), halved)
    np.testing.assert_allclose(other.amplitudes[:5], same.amplitudes[:5], rtol=0.01)


def test_basis_centred_elsewhere_gives_the_same():
    basis = make_basis()
    moved = replace(
        basis,
        fids=basis.fids * np.exp(2j * np.pi * 1.65 * 123.25 * T),
        centre_ppm=3.0,
    )
    np.testing.assert_allclose(
        fit(make_data(), moved).amplitudes, fit(make_data()).amplitudes, rtol=1e-6
    )


def test_what_expectations_moved_is_told():
    held = fit(make_data(Recipe(noise=4.0)), ratio_priors="all")
    free = fit(make_data(Recipe(noise=4.0)), ratio_priors="macromolecules")
    assert np.abs(free.prior_pull).max() == 0
    basis = make_basis()
    both = np.concatenate([basis.fids, basis.fids[1:2] * np.exp(2j * np.pi * 2.0 * T)])
    twin = replace(basis.components[1], name="PCr")
    split = replace(basis, fids=both, components=(*basis.components, twin))
    result = fit(make_data(Recipe(noise=4.0)), split, ratio_priors="all")
    assert held.prior_pull.shape == held.amplitudes.shape
    assert abs(result.prior_pull[result.names.index("PCr")]) > 0.01
    assert abs(result.prior_pull[result.names.index("Ins")]) < 0.2


def test_the_stiffest_accepted_baseline_leaves_little_more_than_a_flexible_one():
    metabolites = {name: TRUTH[name] for name in ("NAA", "Cr", "GPC", "Ins", "Glu", "Lac")}
    data, basis = make_data(Recipe(noise=3.0), truth=metabolites), make_basis(tuple(metabolites))
    humps = 40.0 * line(1.5, 0.7) - 30.0 * line(2.6, 0.6)
    humped = replace(data, fid=data.fid + humps)
    plain, stiff = (fit(d, basis, method="lcmodel") for d in (data, humped))
    flexible = fit(humped, basis, baseline_df_per_ppm=5.0)
    assert plain.effective_baseline_df < 0.5 * stiff.effective_baseline_df
    assert stiff.effective_baseline_df < 0.95 * flexible.effective_baseline_df
    grown = (stiff.residual_sd / flexible.residual_sd) ** 2
    assert 1.0 < grown < 1.4


def test_lcmodels_expectations_pull_what_lcmodel_pulls():
    def held(name, share):
        components = tuple(Component(n) for n in ("Cr", "NAA", "GPC", "Gln", name))
        amplitudes = np.array([8.0, 12.0, 2.0, 2.0, share])
        weak = weak_penalty(components, amplitudes, "lcmodel")
        assert not broad_penalty(components, amplitudes, "lcmodel").any()
        return amplitudes @ weak @ amplitudes

    size = 8.0 + 12.0 + 3 * 2.0
    assert held("GABA", 0.03 * size) == pytest.approx(0.0, abs=1e-12)
    assert held("GABA", 0.12 * size) == pytest.approx(9.0)
    assert held("GSH", 2.0) == pytest.approx(((0.5 - 0.286) / 0.126) ** 2)
    assert held("Ala", 5.0) == pytest.approx(0.0)


def test_what_stands_beside_a_denominator_only_adds_to_its_size():
    components = tuple(Component(n) for n in ("MM09", "Lip09", "MM20"))

    def held(*amplitudes):
        given = np.array(amplitudes)
        return given @ broad_penalty(components, given, "lcmodel") @ given

    assert held(2.0, 5.0, 3.0) == pytest.approx(0.0, abs=1e-12)
    assert held(2.0, 0.0, 4.5) == pytest.approx(((4.5 / 2.0 - 1.5) / 0.375) ** 2)
    assert held(2.0, 2.0, 4.5) == pytest.approx(held(2.0, 0.0, 4.5) / 4.0)


def test_an_odd_line_shape_is_followed_and_costs_nothing_where_there_is_none():
    data = make_data(Recipe(noise=0.05))
    other = np.exp(2j * np.pi * 5.0 * T)
    odd = replace(data, fid=data.fid * (0.75 + 0.25 * other) * np.exp(-2j * np.pi * 1.25 * T))
    bent, voigt = fit(odd), fit(odd, line_shape="voigt")
    assert bent.residual_sd < 0.5 * voigt.residual_sd
    for name in ("NAA", "Cr", "GPC"):
        assert amplitude(bent, name) == pytest.approx(TRUTH[name], rel=0.08)
    plain = fit(data)
    assert not plain.solution[-8:].any()


def test_many_spectra_are_fitted_as_each_alone():
    problems = [
        FitProblem(make_data(Recipe(shift_hz=1.0 + 0.1 * seed, seed=seed)), make_basis())
        for seed in range(6)
    ]
    engine = LinearCombinationEngine()
    together = engine.fit_many(problems, LcmOptions(), JobContext())
    for problem, fitted in zip(problems, together, strict=True):
        alone = engine.fit(problem, LcmOptions(), JobContext())
        bound = np.sqrt(np.diag(alone.covariance))
        assert (np.abs(fitted.amplitudes - alone.amplitudes) < 0.5 * bound).all()


def test_lipid_that_towers_is_left_out_beside_a_voxel_that_fits_no_better():
    lipid = line(1.3, 0.12) * np.exp(0.3j)
    problems = [FitProblem(make_data(extra=size * lipid), make_basis()) for size in (200, 250)]
    lower, higher = LinearCombinationEngine().fit_many(problems, LcmOptions(), JobContext())
    assert "Lipid towers" not in lower.message
    assert "Lipid towers" in higher.message


def test_a_spectrum_that_cannot_be_fitted_stops_no_others():
    good = FitProblem(make_data(), make_basis())
    noise = np.random.default_rng(1).standard_normal((2, T.size))
    empty = FitProblem(replace(good.data, fid=noise[0] + 1j * noise[1]), good.basis)
    moved = FitProblem(replace(good.data, centre_ppm=good.data.centre_ppm + 0.1), good.basis)
    results = LinearCombinationEngine().fit_many(
        [good, empty, moved, good], LcmOptions(), JobContext()
    )
    assert isinstance(results[1], FitError)
    for result in (results[0], results[2], results[3]):
        assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.03)


def test_noise_that_was_filtered_off_is_taken_from_the_residual():
    data = make_data(Recipe(noise=0.4))
    spectrum = np.fft.fft(data.fid)
    ppm = 4.65 + np.fft.fftfreq(T.size, DWELL_S) / 123.25
    kept = np.where((ppm > 0.0) & (ppm < 4.9), spectrum, 1e-5 * spectrum)
    result = fit(replace(data, fid=np.fft.ifft(kept)))
    assert result.noise_sd == pytest.approx(fit(data).noise_sd, rel=0.15)
    assert "filtered" in result.message
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.05)


@pytest.mark.parametrize("by_ppm", [0.0137, -0.09, 0.31])
def test_a_centre_of_its_own_moves_the_axis_and_nothing_else(by_ppm):
    data = make_data()
    moved = replace(data, centre_ppm=data.centre_ppm + by_ppm)
    first, second = fit(data), fit(moved)
    assert second.shift_ppm == pytest.approx(first.shift_ppm + by_ppm, abs=2e-4)
    for name in ("NAA", "Cr", "GPC", "Ins"):
        assert amplitude(second, name) == pytest.approx(amplitude(first, name), rel=0.02)
    spectrum = np.fft.fft(data.fid)
    hz = np.fft.fftfreq(data.points, DWELL_S)
    ppm = moved.centre_ppm + hz / data.acquisition.hz_per_ppm
    nearest = np.abs(ppm[:, None] - second.ppm).argmin(axis=0)
    assert second.ppm == pytest.approx(ppm[nearest], abs=1e-9)
    assert second.data == pytest.approx(spectrum[nearest])

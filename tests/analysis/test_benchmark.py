"""The benchmark: definitions of the scores, reproducibility, and one run of it."""

import functools
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest

from mrsviewer.analysis.benchmark import plans
from mrsviewer.analysis.benchmark.calibration import JUDGED, calibrate
from mrsviewer.analysis.benchmark.cases import FAMILIES, cases_of
from mrsviewer.analysis.benchmark.challenge import run_challenge, times_ms
from mrsviewer.analysis.benchmark.challenge_plans import PLANS
from mrsviewer.analysis.benchmark.entrant import Entrant, enter, enter_all
from mrsviewer.analysis.benchmark.grid import grid_of_voxels
from mrsviewer.analysis.benchmark.outcome import estimates, fit_trial
from mrsviewer.analysis.benchmark.run import Extent, run_benchmark
from mrsviewer.analysis.benchmark.scores import Contest, score
from mrsviewer.analysis.benchmark.setting import CHALLENGE, VOIGT, VOIGT_HIDDEN, make_setting
from mrsviewer.analysis.benchmark.timing import time_engines
from mrsviewer.analysis.benchmark.trial import make_trial
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import FitResult, Lineshape
from mrsviewer.present.calibration import calibration_table
from mrsviewer.present.text import table_text

CONTEST = Contest(engine="e", version="1", case="c", family="nominal")
CASES = {case.name: case for case in cases_of(FAMILIES)}


@pytest.fixture(scope="module")
def setting():
    return make_setting()


def made_trial(case, setting, half="report", index=0):
    return make_trial(case, setting, (1, half, index), JobContext())


class NoOptions(msgspec.Struct, frozen=True):
    pass


@dataclass
class Oracle:
    """Knows the truth of the next spectrum, and tells it off by ``error``."""

    trial: object
    error: float = 0.0
    name: str = "oracle"
    version: str = "7"
    options = NoOptions

    def fit(self, problem, _options, context):
        context.tick(0.0)
        basis = problem.basis
        amplitudes = np.array([self.trial.truth.get(name, 0.0) for name in basis.names])
        amplitudes = self.trial.gain * (amplitudes + self.error)
        points, hz = problem.data.points, problem.data.acquisition.hz_per_ppm
        ppm = (
            problem.data.centre_ppm + np.fft.fftfreq(points, problem.data.acquisition.dwell_s) / hz
        )
        order = np.argsort(-ppm)
        order = order[(ppm[order] > 0.2) & (ppm[order] < 4.2)]
        curve = (self.trial.target * np.exp(1j * self.trial.phase_rad))[order]
        curves = np.zeros((len(basis.names), order.size), complex)
        curves[0] = curve
        nothing = np.zeros(order.size, complex)
        return FitResult(
            engine="oracle", engine_version="7", ppm=ppm[order], data=curve, fit=curve,
            baseline=nothing, curves=curves, components=basis.components, amplitudes=amplitudes,
            covariance=self.trial.gain**2 * np.eye(len(amplitudes)),
            lineshapes=tuple(Lineshape(0, 0, 0) for _ in basis.names), zero_phase_rad=0.0,
            first_phase_s=0.0, pivot_ppm=2.2, shift_ppm=0.0, noise_sd=1.0, residual_sd=1.0,
            effective_baseline_df=0.0, converged=True, message="", iterations=1,
        )  # fmt: skip


class Refuses:
    name, version, options = "refuses", "1", NoOptions

    def fit(self, *_):
        raise FitError("No", "Because.", "Nothing.")


class Breaks(Refuses):
    def fit(self, *_):
        raise ZeroDivisionError("by zero")


def oracle_outcome(setting, case="voigt healthy, MM unlike", error=0.0):
    trial = made_trial(CASES[case], setting)
    engine = Oracle(trial, error)
    return fit_trial(trial, Entrant("oracle", engine, NoOptions()), JobContext())


@pytest.fixture(scope="module")
def voigt_setting():
    return make_setting(VOIGT)


def test_an_oracle_makes_no_error(voigt_setting):
    outcome = oracle_outcome(voigt_setting)
    assert outcome.found.values["tNAA"] == pytest.approx(outcome.truth["tNAA"])
    assert outcome.psnr_db > 200
    assert outcome.ssim == pytest.approx(1.0)
    result = score(CONTEST, [outcome])
    assert result.ratio_mae_mm == pytest.approx(0.0, abs=1e-9)
    assert result.coverage == 1.0


def test_a_constant_error_is_bias_and_is_not_covered(voigt_setting):
    outcome = oracle_outcome(voigt_setting, error=2.5)
    glu = score(CONTEST, [outcome, outcome]).of("Glu")
    assert glu.bias_percent == pytest.approx(100 * 2.5 / outcome.truth["Glu"])
    assert glu.rms_percent == pytest.approx(glu.bias_percent)
    assert glu.coverage == 0.0
    assert glu.model == pytest.approx(2.5**2)
    assert glu.data == glu.noise == glu.mismatch == 0.0


@pytest.mark.parametrize(("engine", "reason"), [(Refuses(), "Because"), (Breaks(), "by zero")])
def test_failures_are_counted_with_their_reason(setting, engine, reason):
    trial = made_trial(CASES["nominal 25 dB"], setting)
    outcome = fit_trial(trial, Entrant("x", engine, NoOptions()), JobContext())
    result = score(CONTEST, [outcome])
    assert (result.spectra, result.refused) == (1, 1)
    assert reason in result.reasons[0]
    assert result.psnr_db is None
    assert result.metabolites == ()


@pytest.fixture(scope="module")
def any_setting():
    return functools.cache(make_setting)


@pytest.mark.parametrize("name", CASES)
def test_every_case_can_be_made(name, any_setting):
    case = CASES[name]
    trial = made_trial(case, any_setting(case.protocol))
    assert trial.peak_snr > 1
    assert trial.truth["tCr"] > 0
    assert trial.floor["tCr"] > 0
    for problem in (trial.noisy, trial.clean, trial.ideal):
        assert np.isfinite(problem.data.fid).all()


def test_hidden_macromolecules_are_in_the_data_and_not_in_the_basis(any_setting):
    setting = any_setting(VOIGT_HIDDEN)
    assert setting.measured in setting.source.names
    assert setting.measured not in setting.basis.names
    plan = CASES["voigt healthy, MM hidden"].plan(setting, np.random.default_rng(1))
    assert plan.amounts[setting.measured] > 0
    ideal = plans.ideal(setting, plan)
    assert set(ideal.amounts) <= set(setting.basis.names)
    assert ideal.amounts["MM09"] > 0


def test_a_basis_set_of_the_users_can_take_the_place_of_the_simulated_one(any_setting):
    given = any_setting(CHALLENGE).source
    louder = replace(
        given,
        fids=np.array([3.0 if n == "Mac" else 1.0 for n in given.names])[:, None] * given.fids,
    )
    setting = make_setting(CHALLENGE, given=louder)
    assert setting.basis.names == given.names
    assert setting.measured_unit == pytest.approx(any_setting(CHALLENGE).measured_unit / 3.0)


def test_processing_takes_eddy_currents_off_by_the_water_reference(any_setting):
    case, setting = CASES["eddy currents (22)"], any_setting(CHALLENGE)
    lcm = enter("lcm")
    for wanted, one in ((True, case), (False, replace(case, processed=False))):
        trial = made_trial(one, setting)
        fit = lcm.engine.fit(trial.noisy, lcm.options, JobContext())
        found = estimates(fit, trial.gain)
        assert (abs(found.values["tNAA"] / trial.truth["tNAA"] - 1) < 0.03) is wanted
    assert trial.phase_rad is not None
    assert made_trial(case, setting).phase_rad is None


def test_nobody_does_better_than_the_floor_without_expectations(any_setting):
    setting = any_setting(CHALLENGE)
    case = CASES["usual (9-10)"]
    lcm = enter('lcm={"ratio_priors": "macromolecules"}')
    errors, floors = [], []
    for index in range(12):
        trial = made_trial(case, setting, index=index)
        found = estimates(lcm.engine.fit(trial.noisy, lcm.options, JobContext()), trial.gain)
        errors.append([found.values[n] - trial.truth[n] for n in ("Glu", "Ins", "Gln")])
        floors.append([trial.floor[n] for n in ("Glu", "Ins", "Gln")])
    ratio = np.mean(np.square(errors)) / np.mean(floors)
    assert 0.6 < ratio < 3.0


def test_spectra_are_reproducible_and_halves_differ(setting):
    case = CASES["nominal 10 dB"]
    first, again, other, next_one = (
        made_trial(case, setting, half, index).noisy.data.fid.tobytes()
        for half, index in (("report", 2), ("report", 2), ("tune", 2), ("report", 3))
    )
    assert first == again
    assert len({first, other, next_one}) == 3


def test_ideal_spectrum_is_within_the_span_of_the_basis(voigt_setting):
    trial = made_trial(CASES["voigt healthy, MM unlike"], voigt_setting)
    plan = CASES["voigt healthy, MM unlike"].plan(voigt_setting, np.random.default_rng(1))
    ideal = plans.ideal(voigt_setting, plan)
    assert ideal.macromolecules is None
    assert ideal.shift_hz == {}
    assert ideal.disturbance.baseline == 0
    assert set(ideal.amounts) <= set(voigt_setting.basis.names)
    assert trial.ideal.noise_sd == trial.clean.noise_sd > 0


@pytest.mark.parametrize(
    ("name", "naa", "noisy"),
    [
        ("voigt healthy, MM measured", (5.0, 16.0), 0.5),
        ("voigt healthy, even SNR", (5.0, 16.0), 0.25),
        ("voigt tumour", (1.0, 4.0), 0.5),
    ],
)
def test_voigt_sets_hold_what_they_say(name, naa, noisy, any_setting):
    case = CASES[name]
    setting = any_setting(case.protocol)
    drawn = [case.plan(setting, np.random.default_rng([3, i])) for i in range(200)]
    low, high = naa
    assert all(low < plan.amounts["NAA"] < high for plan in drawn)
    snr = np.array([plan.snr.value for plan in drawn])
    assert snr.min() >= 8.0
    assert snr.max() <= 80.0
    assert np.mean(snr < 25) == pytest.approx(noisy, abs=0.08)


def test_a_third_of_the_mixed_set_are_tumours(any_setting):
    case = CASES["voigt mixed"]
    setting = any_setting(case.protocol)
    drawn = [case.plan(setting, np.random.default_rng([4, i])) for i in range(200)]
    assert np.mean([plan.amounts["NAA"] < 4.0 for plan in drawn]) == pytest.approx(0.3, abs=0.1)


def test_nominal_noise_free_data_of_exact_lines_are_nearly_fitted(setting):
    trial = made_trial(CASES["nominal 25 dB"], setting)
    lcm = enter("lcm")
    found = estimates(lcm.engine.fit(trial.ideal, lcm.options, JobContext()), trial.gain)
    for name in ("tNAA", "tCr", "tCho"):
        assert found.values[name] == pytest.approx(trial.truth[name], rel=0.05)


def test_a_run_is_complete_and_can_be_repeated():
    cases = [CASES["voigt healthy, MM unlike"]]
    boards = [
        run_benchmark([enter("lcm")], cases, Extent(spectra=2, shares=False), JobContext())
        for _ in range(2)
    ]
    first, second = (b.scores[0] for b in boards)
    assert first.metabolites == second.metabolites
    assert (first.engine, first.case, first.spectra) == ("lcm", "voigt healthy, MM unlike", 2)
    assert boards[0].seed == 20250
    assert boards[0].numpy == np.__version__
    assert first.data is None
    assert len([m for m in first.metabolites if not m.name.startswith("t")]) >= 20
    decoded = msgspec.json.decode(msgspec.json.encode(boards[0]), type=type(boards[0]))
    assert decoded == boards[0]


def test_engines_are_ranked_by_error():
    board = run_benchmark(
        [enter("lcm"), Entrant("none", Refuses(), NoOptions())],
        [CASES["voigt healthy, MM unlike"]],
        Extent(spectra=1, shares=False),
        JobContext(),
    )
    assert [name for name, _ in board.ranking()] == ["lcm", "none"]
    assert board.ranking()[1][1] is None


def test_engines_are_timed_on_single_spectra_and_on_a_grid():
    refuses = Entrant("none", Refuses(), NoOptions())
    lcm, none = time_engines([enter("lcm"), refuses], JobContext(), each=1, batch=5)
    assert (lcm.fits, lcm.refused, lcm.batch, lcm.batch_refused) == (len(PLANS), 0, 5, 0)
    assert 0 < lcm.median_ms <= lcm.worst_ms
    assert lcm.worst_case in PLANS
    assert lcm.batch_ms > 0
    assert (none.refused, none.batch_ms) == (len(PLANS), None)


def test_intervals_are_judged_by_band_and_method():
    case = replace(CASES["usual (9-10)"], processed=False)
    rows = calibrate([enter("lcm")], [case], Extent(spectra=3), JobContext(), draws=12)
    by = {(row.method, row.name): row for row in rows}
    assert set(by) == {(m, n) for m in ("bounds", "bootstrap") for n in JUDGED}
    for row in rows:
        assert (row.engine, row.case, row.spectra) == ("lcm", "usual (9-10)", 3)
        assert (row.low_snr, row.high_snr) == (50.0, None)
        assert row.width_percent > 0
    assert by["bounds", "tNAA"].coverage > 0.5
    assert by["bounds", "GABA"].width_percent > by["bounds", "tNAA"].width_percent
    text = table_text(calibration_table(rows))
    assert "bootstrap" in text
    assert "> 50" in text


def test_spectra_that_are_refused_have_no_intervals():
    case = replace(CASES["usual (9-10)"], processed=False)
    rows = calibrate(
        [Entrant("blind", Refuses(), NoOptions())], [case], Extent(spectra=2), JobContext()
    )
    assert rows == ()


def test_voxels_of_a_grid_vary_smoothly(any_setting):
    lcm = enter("lcm")
    voxels = grid_of_voxels(any_setting(CHALLENGE), 16, np.random.default_rng(1))
    fits = lcm.engine.fit_many(voxels, lcm.options, JobContext())
    shifts = np.array([fit.shift_ppm for fit in fits])
    assert np.ptp(shifts) > 0.01
    assert np.abs(np.diff(shifts)).max() < 0.7 * np.ptp(shifts)


def test_cancel_stops_a_run():
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        run_benchmark(
            [enter("lcm")], [CASES["voigt healthy, MM unlike"]], Extent(spectra=1), context
        )


def test_entrants_are_named_with_options():
    one = enter('lcm={"shift_sd_ppm": 0.002}')
    assert one.options.shift_sd_ppm == 0.002
    with pytest.raises(FitError, match="no_such"):
        enter('lcm={"no_such": 1}')
    with pytest.raises(FitError, match="nothing"):
        enter("nothing")
    assert "lcm" in {entrant.label for entrant in enter_all(())[0]}


def test_challenge_fits_or_refuses_every_file(shared_data, tmp_path):
    folder = shared_data / "text/fitting_challenge/jmrui"
    for name in ("dataset1_WS.txt", "dataset1_nWS.txt"):
        (tmp_path / name).symlink_to(folder / name)
    (tmp_path / "notes.txt").write_text("no spectrum\n")
    basis = shared_data / "basis/press3T_30ms_fitting_challenge.BASIS"
    fits = run_challenge(tmp_path, basis, [enter("lcm")], JobContext())
    by_file = {fit.file: fit for fit in fits}
    assert set(by_file) == {"dataset1_WS.txt", "notes.txt"}
    assert by_file["notes.txt"].refusal
    good = by_file["dataset1_WS.txt"]
    assert good.refusal is None
    assert 1.2 < good.ratios["tNAA"] < 2.0
    assert times_ms(fits, "lcm") == (good.milliseconds, good.milliseconds)


def test_gain_is_taken_off(voigt_setting):
    trial = made_trial(CASES["voigt healthy, MM unlike"], voigt_setting)
    fit = Oracle(trial).fit(trial.noisy, None, JobContext())
    once, twice = estimates(fit, trial.gain), estimates(replace(fit), 2 * trial.gain)
    assert twice.values["NAA"] == pytest.approx(0.5 * once.values["NAA"])
    assert twice.sd["NAA"] == pytest.approx(0.5 * once.sd["NAA"])

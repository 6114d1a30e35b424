"""The time-domain engines: what they find, what they say, and public reference data."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from engine_cases import PEAK_TRUTH, make_peaks
from made_spectra import DWELL_S, FREQUENCY_HZ, TRUTH, Recipe, T, line, make_basis, make_data

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.recipe import FitSettings
from mrsviewer.analysis.recipe import Recipe as CaseRecipe
from mrsviewer.fitting.amares import AmaresEngine, AmaresOptions
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.fitting.hsvd import HsvdEngine, HsvdOptions
from mrsviewer.fitting.quest import QuestEngine, QuestOptions
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import no_signals
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.exam import Exam
from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import SIGNAL_UNIT

PYAMARES = {
    "PCr": 4.453,
    "BATP": 2.789,
    "AATP": 3.161,
    "GATP": 3.128,
    "PE": 2.249,
    "GPC": 1.356,
    "GPE": 0.853,
    "Pin": 0.827,
    "NAD": 0.456,
    "PC": 0.305,
    "Pex": 0.278,
    "UDPG": 0.068,
}
"""What pyAMARES 0.3.28 finds in its 7 T example."""

REN_2015 = """Index,BATP,BATP2,BATP3,AATP,AATP2,GATP,GATP2,UDPG,NAD,PCr,GPC,GPE,Pin,Pex,PC,PE
amplitude,1,BATP/2,BATP/2,1,AATP,1,GATP,1,1,1,1,1,1,1,1,1
chemicalshift,-16.15,BATP-15Hz,BATP+15Hz,-7.56,AATP-16Hz,-2.52,GATP-16Hz,-9.72,-8.25,0,2.95,3.5,4.82,5.24,6.24,6.76
linewidth,58.12,BATP,BATP,32.28,AATP,39.02,GATP,32.37,40.49,15.41,19.96,19.1,21.04,30.91,19.96,22.63
phase,0,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP,BATP
Bounds
amplitude,"(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,","(0,"
chemicalshift,"(-16.30,-16.00)",,,"(-7.72,-7.42)",,"(-2.65,-2.39)",,"(-9.76,-9.68)","(-8.25,-8.17)","(-0.5,0.5)","(2.94,2.96)","(3.49,3.51)","(4.81,4.83)","(5.19,5.29)","(6.22,6.26)","(6.71,6.81)"
linewidth,"(54.335,61.911)",,,"(31.226,33.327)",,"(36.892,41.157)",,"(29.125,35.619)","(34.823,46.155)","(13.21,17.603)","(18.557,21.359)","(17.348,20.849)","(19.353,22.727)","(22.091,39.725)","(15.756,24.16)","(20.658,24.605)"
phase,"(-180,180)"
"""
"""Limits of that example, from Ren 2015 (doi 10.1002/nbm.3384)."""


def fit(engine, data, basis=None, **options):
    problem = FitProblem(data, no_signals(data) if basis is None else basis)
    return engine.fit(problem, engine.options(**options), JobContext())


def amplitude(result, name):
    return result.amplitudes[result.names.index(name)]


def bound(result, name):
    index = result.names.index(name)
    return np.sqrt(result.covariance[index, index])


@pytest.mark.parametrize("kind", [AmaresOptions, HsvdOptions, QuestOptions])
def test_options_survive_json(kind):
    options = kind(window_ppm=(4.0, 0.5))
    assert msgspec.json.decode(msgspec.json.encode(options), type=kind) == options


def phosphorus(shared_data):
    numbers = np.loadtxt(shared_data / "text/pyamares/fid.txt")
    return Dataset(numbers[:, 0] + 1j * numbers[:, 1], Acquisition("31P", 120e6, 1e-4), 0.0)


def test_phosphorus_spectrum_gives_the_values_of_pyamares(shared_data, tmp_path):
    table = tmp_path / "peaks.csv"
    table.write_text(REN_2015)
    result = fit(
        AmaresEngine(),
        phosphorus(shared_data),
        prior_knowledge_path=str(table),
        begin_time_s=3e-4,
        window_ppm=(41.0, -41.0),
        max_shift_ppm=0.0,
    )
    for name, value in PYAMARES.items():
        assert amplitude(result, name) == pytest.approx(value, rel=0.005, abs=0.002), name
    assert result.amplitude_unit == SIGNAL_UNIT
    # pyAMARES gives 1.08 %, with the variance of complex noise in place of that of its real part.
    assert 100 * bound(result, "PCr") / 4.453 == pytest.approx(1.08 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("engine", ["amares", "hsvd"])
def test_phosphorus_exam_is_analysed_without_a_basis_set(shared_data, engine):
    settings = FitSettings(engine=engine, options={"begin_time_s": 3e-4})
    analysis = analyse(Exam(phosphorus(shared_data)), CaseRecipe(fit=settings), JobContext())
    assert analysis.failures == ()
    for name in ("PCr", "AATP", "GATP", "PE", "GPC", "GPE"):
        found = analysis.quantification.get(name).amplitude
        assert found == pytest.approx(PYAMARES[name], rel=0.13), name
    assert analysis.quantification.get("PE").concentration is None
    assert analysis.quantification.reference == "PCr"
    assert analysis.quantification.get("tCr") is None


def test_begin_time_can_be_found(shared_data):
    result = fit(AmaresEngine(), phosphorus(shared_data), fit_begin_time=True)
    assert result.first_phase_s == pytest.approx(3e-4, abs=3e-5)


def table_of(tmp_path, **rows):
    path = tmp_path / "peaks.csv"
    lines = [f"{key},{','.join(map(str, cells))}" for key, cells in rows.items()]
    path.write_text("\n".join(lines).replace("Bounds,", "Bounds"))
    return str(path)


def test_fixed_values_stay_and_relations_hold(tmp_path):
    path = table_of(
        tmp_path,
        Index=("NAA", "Cr", "Cho"),
        amplitude=(1, 1, "Cr*0.5"),
        chemicalshift=(2.01, 3.03, "Cr+0.18ppm"),
        linewidth=(5, 5, "Cr"),
        Bounds=(),
    )
    result = fit(AmaresEngine(), make_peaks(), prior_knowledge_path=path)
    assert amplitude(result, "Cho") == pytest.approx(0.5 * amplitude(result, "Cr"))
    index = [result.names.index(name) for name in ("Cr", "Cho")]
    spread = result.covariance[np.ix_(index, index)]
    assert spread[0, 1] == pytest.approx(np.sqrt(spread[0, 0] * spread[1, 1]), rel=1e-6)
    widths = [result.lineshapes[k].lorentzian_hz for k in index]
    assert widths[0] == widths[1]


def test_limits_that_are_reached_are_told(tmp_path):
    path = table_of(
        tmp_path,
        Index=("NAA", "Cr", "Cho"),
        amplitude=(1, 1, 1),
        chemicalshift=(2.01, 3.03, 3.21),
        linewidth=(9, 5, 5),
        **{"Bounds\nlinewidth": ('"(8,12)"', '"(1,20)"', '"(1,20)"')},
    )
    result = fit(AmaresEngine(), make_peaks(), prior_knowledge_path=path)
    assert "line width: NAA" in result.message


@pytest.mark.parametrize("engine", [AmaresEngine(), HsvdEngine()])
def test_peaks_of_long_echo_times_are_doubted_at_short_ones(engine):
    peaks = make_peaks()
    assert "long echo" not in fit(engine, peaks).message
    short = replace(peaks, acquisition=replace(peaks.acquisition, echo_time_s=0.03))
    assert "TE 30 ms" in fit(engine, short).message
    unsaid = replace(peaks, acquisition=replace(peaks.acquisition, echo_time_s=None))
    assert "long echo times; that of these data is not known" in fit(engine, unsaid).message


@pytest.mark.parametrize("engine", [AmaresEngine(), HsvdEngine()])
def test_lipid_is_not_read_as_lactate_without_a_word(engine):
    peaks = make_peaks()
    assert "called Lac" not in fit(engine, peaks).message
    lipid = 5000 * line(1.31) * np.exp(-np.pi * 12 * T)
    message = fit(engine, replace(peaks, fid=peaks.fid + lipid)).message
    assert "The line called Lac is" in message
    assert "lipid at 1.3 ppm" in message


def test_broad_signals_of_short_echo_times_do_not_lead_the_peaks_astray():
    peaks = make_peaks()
    broad = sum(
        height * line(ppm) * np.exp(-np.pi * 60 * T)
        for ppm, height in ((0.9, 60), (1.4, 60), (2.3, 90), (3.6, 120), (3.8, 120))
    )
    acquisition = replace(peaks.acquisition, echo_time_s=0.03)
    found = fit(AmaresEngine(), replace(peaks, fid=peaks.fid + broad, acquisition=acquisition))
    for name in ("tNAA", "tCho"):
        ratio = amplitude(found, name) / amplitude(found, "tCr")
        assert ratio == pytest.approx(PEAK_TRUTH[name] / PEAK_TRUTH["tCr"], rel=0.2), name
    assert abs(np.degrees(found.zero_phase_rad)) < 15
    assert "first 15 ms of the signal were left out" in found.message


def test_line_shapes_can_be_gaussian_or_free():
    decay = np.exp(-((np.pi * 7 * T) ** 2) / (4 * np.log(2)))
    data = make_peaks(Recipe(noise=0.02))
    round_lines = replace(data, fid=data.fid * np.exp(np.pi * 5 * T) * decay)
    given = fit(AmaresEngine(), round_lines)
    gauss = fit(AmaresEngine(), round_lines, line_shape="gauss")
    free = fit(AmaresEngine(), round_lines, line_shape="voigt")
    assert gauss.residual_sd < 0.2 * given.residual_sd
    # What the model misses counts as noise.
    assert bound(given, "tNAA") > 3 * bound(gauss, "tNAA")
    assert gauss.lineshapes[0].gaussian_hz == pytest.approx(7.0, rel=0.02)
    assert free.lineshapes[0].lorentzian_hz < 0.3
    assert amplitude(free, "tNAA") == pytest.approx(PEAK_TRUTH["tNAA"], rel=0.02)


def test_lactate_may_be_inverted():
    peaks = make_peaks(Recipe(noise=0.05))
    lactate = sum(4.5 * line(1.342 - k * 6.93e6 / FREQUENCY_HZ) for k in (0, 1))
    turned = replace(peaks, fid=peaks.fid - 2 * lactate * np.exp((2j - 5) * np.pi * T + 0.2j))
    result = fit(AmaresEngine(), turned)
    assert amplitude(result, "Lac") == pytest.approx(-PEAK_TRUTH["Lac"], rel=0.05)
    assert amplitude(fit(HsvdEngine(), turned), "Lac") == pytest.approx(-3.0, rel=0.05)


@pytest.mark.parametrize("lone", ["tCr", "tCho"])
def test_a_lone_peak_is_read_as_the_nearest(lone):
    ppm, protons = {"tCr": (3.03, 3.0), "tCho": (3.21, 9.0)}[lone]
    rng = np.random.default_rng(2)
    noise = 0.2 * (rng.standard_normal(T.size) + 1j * rng.standard_normal(T.size))
    data = replace(make_peaks(), fid=8 * protons * line(ppm) * np.exp(-15 * T) + noise)
    for engine in (AmaresEngine(), HsvdEngine()):
        result = fit(engine, data)
        assert amplitude(result, lone) == pytest.approx(8.0, rel=0.02)
        assert abs(result.shift_ppm) < 0.01


def test_lines_of_no_known_peak_are_told_with_their_place():
    # All data lie 1 Hz above the peaks, which names of lines take into account.
    extra = 30 * line(2.608) * np.exp(-np.pi * 6 * T)
    data = make_peaks()
    result = fit(HsvdEngine(), replace(data, fid=data.fid + extra))
    name = next(name for name in result.names if name == "2.60 ppm")
    assert amplitude(result, name) == pytest.approx(30.0, rel=0.05)
    assert "no known peak" in result.message


WATER = 3e3 * np.exp(-np.pi * 8 * T)


@pytest.mark.parametrize("engine", [AmaresEngine, HsvdEngine, QuestEngine])
@pytest.mark.parametrize("what", ["conjugated", "water alone", "constant"])
def test_what_holds_no_such_lines_is_refused(engine, what):
    data = make_data() if engine is QuestEngine else make_peaks()
    noise = np.random.default_rng(1).standard_normal((2, T.size)) * 0.2
    fid = {
        "conjugated": data.fid.conj(),
        "water alone": WATER + noise[0] + 1j * noise[1],
        "constant": np.ones(T.size, complex),
    }[what]
    basis = make_basis() if engine is QuestEngine else None
    with pytest.raises(FitError, match="No signal found"):
        fit(engine(), replace(data, fid=fid), basis)


def test_a_peak_that_is_not_there_is_told_and_has_a_bound():
    data = make_peaks()
    lactate = sum(4.5 * line(1.342 - k * 6.93e6 / FREQUENCY_HZ) for k in (0, 1))
    without = replace(data, fid=data.fid - lactate * np.exp((2j - 5) * np.pi * T + 0.2j))
    result = fit(HsvdEngine(), without)
    assert abs(amplitude(result, "Lac")) < 5 * bound(result, "Lac")
    assert bound(result, "Lac") > 0


def test_baseline_is_what_the_first_samples_hold_besides():
    options = {"background": "truncate"}
    result = fit(QuestEngine(), make_data(Recipe(baseline=True)), make_basis(), **options)
    plain = fit(QuestEngine(), make_data(), make_basis(), **options)
    height = np.abs(result.baseline).max()
    assert height > 5 * np.abs(plain.baseline).max()
    for name in ("NAA", "Cr", "GPC", "Ins"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.05)
    # Ten milliseconds of a window of 4 ppm.
    assert result.effective_baseline_df == pytest.approx(0.010 * 4.0 * 123.25, rel=0.1)


def test_a_background_that_outlives_ten_milliseconds_is_followed():
    slow = make_data(extra=60.0 * line(2.7, 0.4) * np.exp(0.7j))
    soft = fit(QuestEngine(), slow, make_basis())
    cut = fit(QuestEngine(), slow, make_basis(), background="truncate")
    without = fit(QuestEngine(), make_data(), make_basis())
    for name in ("NAA", "Cr", "GPC", "Ins", "Glu"):
        assert amplitude(soft, name) == pytest.approx(TRUTH[name], rel=0.06)
        assert abs(amplitude(soft, name) - TRUTH[name]) < 3 * bound(soft, name)
    assert abs(amplitude(cut, "Glu") / TRUTH["Glu"] - 1) > 0.1
    assert soft.residual_sd < 1.1 * soft.noise_sd
    assert soft.effective_baseline_df > 2 * without.effective_baseline_df
    hump = np.abs(soft.baseline - without.baseline)
    assert soft.ppm[np.argmax(hump)] == pytest.approx(2.7, abs=0.1)


def test_water_inside_the_window_lowers_its_end_and_is_told():
    water = 400 * line(4.1) * np.exp(-np.pi * 8 * T + 1.5j)
    result = fit(QuestEngine(), make_data(extra=water), make_basis())
    assert "Water lies inside the fit window" in result.message
    assert result.ppm.max() < 4.0
    for name in ("NAA", "Cr", "GPC"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.04)


def test_background_can_be_modelled_and_all_samples_fitted():
    options = {"background": "subtract"}
    result = fit(QuestEngine(), make_data(Recipe(baseline=True)), make_basis(), **options)
    for name in ("NAA", "Cr", "GPC", "Ins", "Glu"):
        assert amplitude(result, name) == pytest.approx(TRUTH[name], rel=0.05)
    assert result.residual_sd < 1.1 * result.noise_sd


def test_residual_water_beside_the_window_is_taken_off():
    water = 300 * line(4.5) * np.exp(-np.pi * 9 * T + 1.0j)
    spoiled = make_data(extra=water)
    result = fit(QuestEngine(), spoiled, make_basis())
    without = {"remove_outside": False, "background": "truncate"}
    left = fit(QuestEngine(), spoiled, make_basis(), **without)
    assert result.residual_sd < 1.1 * result.noise_sd
    assert left.residual_sd > 2.5 * left.noise_sd
    assert "does not describe" in left.message
    assert amplitude(result, "Ins") == pytest.approx(TRUTH["Ins"], rel=0.03)


def test_ringing_at_the_end_of_the_record_does_no_harm():
    ringing = np.zeros(T.size, complex)
    ringing[-60:] = 40 * np.exp(np.linspace(-4, 0, 60)) * np.exp(1j * np.pi * np.arange(60))
    result = fit(QuestEngine(), make_data(extra=ringing), make_basis())
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.03)


def test_delay_is_found_as_first_order_phase():
    data = make_data(Recipe(noise=0.02))
    freq = np.fft.fftfreq(T.size, DWELL_S)
    late = replace(data, fid=np.fft.ifft(np.fft.fft(data.fid) * np.exp(2j * np.pi * 1e-4 * freq)))
    result = fit(QuestEngine(), late, make_basis())
    assert result.first_phase_s == pytest.approx(1e-4, abs=1e-5)
    assert amplitude(result, "NAA") == pytest.approx(TRUTH["NAA"], rel=0.02)


def test_components_are_chosen_by_name():
    result = fit(QuestEngine(), make_data(), make_basis(), exclude=("Lac",))
    assert "Lac" not in result.names
    negative = make_data(truth={**TRUTH, "Lac": -3.0})
    assert fit(QuestEngine(), negative, make_basis()).amplitudes.min() == 0
    free = fit(QuestEngine(), negative, make_basis(), nonnegative=False)
    assert amplitude(free, "Lac") == pytest.approx(-3.0, rel=0.1)

"""The learned engine: what it answers for, how it sees a spectrum, what it refuses to report."""

import hashlib
import shutil
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from engine_cases import BRAIN, brain_basis, make_brain
from made_spectra import CENTRE_PPM, DWELL_S, FREQUENCY_HZ, POINTS, Recipe, T

from mrsviewer.fitting import learned_network
from mrsviewer.fitting.engine import FitProblem, load_engine
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.learned import LearnedEngine, LearnedOptions, answer_for
from mrsviewer.fitting.learned_drawing import Given, carriers, draw
from mrsviewer.fitting.learned_grid import Grid, Sampling, align, zoom
from mrsviewer.fitting.learned_network import read_card, shipped_cards
from mrsviewer.fitting.learned_protocol import fitting_card
from mrsviewer.fitting.learned_values import PROTONS, values_of
from mrsviewer.fitting.prepare import prepare
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError
from mrsviewer.quantification.sums import sums_of
from mrsviewer.simulation.content import HEALTHY

onnxruntime = pytest.importorskip("onnxruntime", reason="networks need the extra 'learned'")

SUMS = {"tNAA": ("NAA", "NAAG"), "tCr": ("Cr", "PCr"), "tCho": ("GPC", "PCh")}


def problem(data=None, basis=None, **acquisition):
    data = make_brain() if data is None else data
    if acquisition:
        data = replace(data, acquisition=replace(data.acquisition, **acquisition))
    return FitProblem(data, brain_basis() if basis is None else basis)


def fit(of, options=None):
    return LearnedEngine().fit(of, options or LearnedOptions(), JobContext())


def card():
    return read_card(shipped_cards()[0])


def total(result, members):
    return sum(a for n, a in zip(result.names, result.amplitudes, strict=True) if n in members)


def test_sums_of_a_healthy_brain_are_near_the_truth():
    result = fit(problem())
    covered = 0
    for name, members in SUMS.items():
        expected = sum(HEALTHY[m] for m in members)
        assert total(result, members) == pytest.approx(expected, rel=0.12), name
    for one in sums_of(result.names):
        expected = sum(HEALTHY[n] for n, w in zip(result.names, one.weights, strict=True) if w)
        sd = np.sqrt(one.weights @ result.covariance @ one.weights)
        covered += abs(one.weights @ result.amplitudes - expected) < 2.6 * sd
    assert covered >= 3


def noisy():
    return problem(make_brain(Recipe(noise=1.5)))


def test_the_result_says_what_it_is_and_what_it_leaves_out():
    result = fit(noisy())
    assert "second opinion" in result.message.lower()
    assert "Not reported" in result.message
    assert card().name in result.engine_version
    every = fit(noisy(), LearnedOptions(report_weak=True))
    left_out = set(every.names) - set(result.names)
    assert left_out
    for name in left_out:
        assert name in result.message
    assert result.prior_pull is not None
    assert result.prior_pull.shape == result.amplitudes.shape


def test_what_is_left_out_is_still_drawn():
    some, every = fit(noisy()), fit(noisy(), LearnedOptions(report_weak=True))
    assert len(some.names) < len(every.names)
    np.testing.assert_allclose(some.fit, every.fit, atol=1e-9 * np.abs(every.fit).max())


def test_sums_are_known_better_than_their_members():
    result = fit(noisy())
    rows = [result.names.index(n) for n in ("Cr", "PCr")]
    parts = result.covariance[np.ix_(rows, rows)]
    assert np.sqrt(parts.sum()) < 0.8 * np.sqrt(parts[0, 0])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"echo_time_s": 0.040}, "40 ms"),
        ({"echo_time_s": None}, "unknown"),
        ({"localisation": "steam"}, "STEAM"),
        ({"localisation": None}, "unknown"),
        ({"te1_s": 0.020}, "first echo is 20 ms"),
        ({"nucleus": "31P"}, "31P"),
    ],
)
def test_other_protocols_are_refused_with_a_way_out(changed, words):
    with pytest.raises(FitError) as caught:
        fit(problem(**changed))
    failure = caught.value.failure
    assert words in failure.cause
    assert "PRESS TE 30 ms" in failure.cause
    assert "mrsviewer train" in failure.remedy
    assert "lcm" in failure.remedy


@pytest.mark.parametrize("te1_s", [None, 0.011, 0.0126, 0.015])
def test_any_usual_first_echo_is_answered(te1_s):
    assert fit(problem(te1_s=te1_s)).amplitudes.size


def trained_for(*pulses):
    known = card()
    protocol = msgspec.structs.replace(known.protocol, slice_pulses=pulses)
    return msgspec.structs.replace(known, protocol=protocol)


@pytest.mark.parametrize("cards", [("ideal", "usual"), ("usual", "ideal")])
def test_the_network_for_the_slice_pulses_of_the_data_is_asked(cards):
    known = [trained_for(pulses) for pulses in cards]
    for changed, pulses in (({}, "ideal"), ({"vendor": "Siemens"}, "usual")):
        assert cards[fitting_card(problem(**changed), known)] == pulses
    assert fitting_card(problem(vendor="Siemens"), [trained_for("ideal")]) == 0


def test_a_scanners_data_are_read_by_the_network_for_shaped_pulses():
    ideal, scanner = (fit(problem(vendor=vendor)) for vendor in (None, "Philips Medical Systems"))
    assert ideal.engine_version.endswith("press_te30_3t")
    assert scanner.engine_version.endswith("press_te30_3t_usual")
    assert "taken to have" not in ideal.message + scanner.message


def test_each_shipped_network_is_whole():
    cards = [read_card(path) for path in shipped_cards()]
    known = {(round(1e3 * c.protocol.echo_time_s), c.protocol.slice_pulses) for c in cards}
    assert known == {(30, ("ideal",)), (30, ("usual",)), (35, ("usual",))}
    for path, one in zip(shipped_cards(), cards, strict=True):
        model = path.with_suffix(".onnx").read_bytes()
        assert hashlib.sha256(model).hexdigest() == one.digest
        assert one.evaluation.held_out == 900


def test_a_network_for_other_slice_pulses_says_so(tmp_path):
    path = shipped_cards()[0]
    own = tmp_path / path.name
    shutil.copy(path.with_suffix(".onnx"), tmp_path)
    for pulses, told in (("ideal", True), ("usual", False)):
        own.write_bytes(msgspec.json.encode(trained_for(pulses)))
        result = fit(problem(vendor="Siemens"), LearnedOptions(network=str(own)))
        assert ("taken to have usual ones" in result.message) == told


def test_short_or_narrow_records_are_refused():
    data = make_brain()
    with pytest.raises(FitError, match="lasts 200 ms"):
        fit(problem(replace(data, fid=data.fid[:400])))
    slow = np.repeat(make_brain(Recipe(noise=2.0)).fid, 2)
    with pytest.raises(FitError, match="ppm wide"):
        fit(problem(replace(data, fid=slow), dwell_s=0.0025))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"echo_time_s": 0.035}, "TE 35 ms"),
        ({"proton_unit": None}, "scale"),
        ({"frequency_hz": 63.9e6}, "63.9 MHz"),
    ],
)
def test_basis_sets_of_other_kinds_are_refused(changed, words):
    with pytest.raises(FitError, match=words):
        fit(problem(basis=replace(brain_basis(), **changed)))


def test_a_basis_set_without_creatine_is_refused():
    basis = brain_basis()
    with pytest.raises(FitError, match="has no PCr"):
        fit(problem(basis=basis.take(tuple(n for n in basis.names if n != "PCr"))))


def test_amplitudes_are_in_units_of_the_basis_set():
    basis = brain_basis()
    tenfold = replace(basis, fids=10 * basis.fids, proton_unit=10.0)
    once, other = fit(problem()), fit(problem(basis=tenfold))
    np.testing.assert_allclose(10 * other.amplitudes, once.amplitudes, rtol=1e-6)


def disturbed(kind):
    data = make_brain()
    fid = data.fid.copy()
    if kind == "conjugated":
        fid = fid.conj()
    elif kind == "doubled lines":
        fid = fid * (0.5 + 0.5 * np.exp(2j * np.pi * 14.0 * T))
    elif kind == "lost samples":
        fid = np.concatenate([fid[8:], np.zeros(8)])
    elif kind == "water at 4.1 ppm":
        hz = (4.1 - CENTRE_PPM) * FREQUENCY_HZ * 1e-6
        fid += 2000.0 * np.exp((2j * np.pi * hz - 30.0) * T + 0.8j)
    elif kind == "lipid tower":
        hz = (1.3 - CENTRE_PPM) * FREQUENCY_HZ * 1e-6
        fid += 4000.0 * np.exp((2j * np.pi * hz - 60.0) * T + 1.5j)
    return replace(data, fid=fid)


@pytest.mark.parametrize(
    "kind",
    ["conjugated", "doubled lines", "lost samples", "water at 4.1 ppm", "lipid tower"],
)
def test_spectra_unlike_the_training_are_refused(kind):
    with pytest.raises(FitError) as caught:
        fit(problem(disturbed(kind)))
    assert caught.value.failure.remedy


def test_refusal_can_be_switched_off():
    result = fit(problem(disturbed("doubled lines")), LearnedOptions(strict=False))
    assert result.amplitudes.size


def test_noise_is_no_signal():
    noise = np.random.default_rng(1).standard_normal((2, POINTS))
    with pytest.raises(FitError, match="No signal"):
        fit(problem(replace(make_brain(), fid=noise[0] + 1j * noise[1])))


def test_alignment_does_not_depend_on_how_the_data_were_sampled():
    grid = card().grid
    coarse = make_brain(Recipe(noise=0.0))
    fine_t = np.arange(2 * POINTS) * DWELL_S / 2
    hz = FREQUENCY_HZ * 1e-6
    lines = [(2.01, 36.0), (3.03, 24.0), (3.2, 14.0), (1.3, 9.0)]

    def made(times, shift_ppm=0.0, phase=0.0):
        turns = [a * np.exp(2j * np.pi * (p + shift_ppm - 4.65) * hz * times) for p, a in lines]
        return np.exp(1j * phase - 15 * times) * sum(turns)

    one = align(made(T)[None], Sampling(DWELL_S, hz, 4.65), grid)
    two = align(made(fine_t, 0.07, 2.0)[None], Sampling(DWELL_S / 2, hz, 4.65), grid)
    assert two.shift_ppm[0] - one.shift_ppm[0] == pytest.approx(0.07, abs=1e-3)
    assert two.phase_rad[0] - one.phase_rad[0] == pytest.approx(2.0, abs=0.01)
    assert two.gain[0] == pytest.approx(one.gain[0], rel=1e-3)
    assert np.abs(one.inputs - two.inputs).max() < 0.01 * np.abs(one.inputs).max()
    assert coarse.points == POINTS


def test_zoom_is_the_fourier_transform():
    rng = np.random.default_rng(2)
    fids = rng.standard_normal((2, 300)) + 1j * rng.standard_normal((2, 300))
    grid = Grid(duration=20.0, high_ppm=4.2, step_ppm=0.01, count=350)
    step, centre = 0.0616, 4.65
    ppm = grid.high_ppm - grid.step_ppm * np.arange(grid.count)
    direct = fids @ np.exp(-2j * np.pi * np.outer(step * np.arange(300), ppm - centre))
    np.testing.assert_allclose(zoom(fids, step, centre, grid), direct, atol=1e-9)


def test_share_and_pull_are_those_of_a_linear_measurement():
    """One amount measured with noise: the expectation is a known mixture of data and mean."""
    known = card()
    size = len(known.metabolites)
    before = np.array(known.before) ** 2
    noise = np.linspace(0.05, 3.0, size) * before
    after = 1 / (1 / before + 1 / noise)
    # The singlets are at their mean, so that the spectrum is of the usual size.
    others = ~np.isin(known.metabolites, list(PROTONS))
    measured = np.array(known.mean) + 0.7 * others * np.sqrt(before)
    expected = after * (measured / noise + np.array(known.mean) / before)
    values = values_of(expected, np.diag(after), known, every=False)
    np.testing.assert_allclose(values.share, before / (before + noise), rtol=1e-9)
    np.testing.assert_allclose(expected - values.pull, measured, rtol=1e-6)
    assert not values.kept[values.share < 0.5].any()
    assert values.kept[values.share >= 0.5].all()


def test_drawn_curves_explain_data_of_the_amounts_given():
    given = problem()
    prepared = prepare(given, LcmOptions())
    signals = carriers(given.basis, prepared)
    names = [c.name for c in prepared.components if c.kind == "metabolite"]
    amounts = np.array([HEALTHY[n] for n in names])
    told = Given(
        prepared.fid, prepared.axis, prepared.noise_sd, 0.005, 0.1, amounts,
        np.diag((0.03 * amounts + 0.01) ** 2),
    )  # fmt: skip
    right = draw(told, signals)
    window = signals.band.window
    left = window.cut(prepared.fid) - right.curves.sum(axis=0) - right.broad.sum(axis=0)
    assert np.std((left - right.baseline).real) < 1.2 * prepared.noise_sd
    assert right.misfit < 1.3
    wrong = draw(replace(told, amounts=amounts[::-1].copy()), signals)
    assert wrong.misfit > 2 * right.misfit
    assert (right.broad_amplitudes >= 0).all()


def tampered(folder, **changed):
    path = shipped_cards()[0]
    (folder / "own.onnx").write_bytes(path.with_suffix(".onnx").read_bytes())
    document = {**msgspec.json.decode(path.read_bytes()), **changed}
    (folder / "own.json").write_bytes(msgspec.json.encode(document))
    return LearnedOptions(network=str(folder / "own.json"))


def test_a_network_of_ones_own_is_used(tmp_path):
    own = fit(problem(), tampered(tmp_path, name="own"))
    assert "own" in own.message
    np.testing.assert_array_equal(own.amplitudes, fit(problem()).amplitudes)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"digest": hashlib.sha256(b"x").hexdigest()}, "not the network"),
        ({"format": 99}, "format is 99"),
        ({"metabolites": 3}, "Expected"),
    ],
)
def test_networks_that_do_not_belong_to_their_card_are_refused(tmp_path, changed, words):
    with pytest.raises(FitError, match=words) as caught:
        fit(problem(), tampered(tmp_path, **changed))
    assert caught.value.failure.remedy


def test_a_missing_network_is_a_failure_in_words(tmp_path):
    with pytest.raises(FitError, match="absent"):
        fit(problem(), LearnedOptions(network=str(tmp_path / "absent.json")))


def test_without_the_runtime_the_engine_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(learned_network, "find_spec", lambda _: None)
    reason = load_engine("learned").unavailable
    assert reason is not None
    assert "pip install" in reason


def test_a_spectrum_is_as_far_from_the_training_as_usual():
    answer = answer_for(problem(), LearnedOptions(), JobContext())
    limits = card().limits
    assert answer.distance < limits.distance
    assert answer.drawing.misfit < limits.misfit
    assert BRAIN.echo_time_s == card().protocol.echo_time_s

"""What every fit engine must do, whatever its method.

Engines that use a basis set get spectra made of one; those that know peaks of their own get
spectra of such peaks; one that was trained on brains gets a brain (``engine_cases.py``). Engines that run a program of
the user's are tested against stand-ins of it, elsewhere.
"""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from engine_cases import case_of
from made_spectra import TRUTH, Recipe, make_basis, make_data

from mrsviewer.fitting.engine import (
    FitEngine,
    FitProblem,
    engine_names,
    load_engine,
    runs_program,
    uses_basis,
    why_unavailable,
)
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.model.failure import FitError


def own_engines():
    return [name for name in engine_names() if not runs_program(load_engine(name))]


@pytest.fixture(params=own_engines())
def engine(request):
    loaded = load_engine(request.param)
    reason = why_unavailable(loaded)
    if reason is not None:
        pytest.skip(reason)
    return loaded


@pytest.fixture
def case(engine):
    return case_of(engine)


@pytest.fixture
def basis_engine(engine):
    if not uses_basis(engine):
        pytest.skip("it uses no basis set")
    return engine


def fitted(engine, data, basis=None, noise_sd=None):
    problem = FitProblem(data, case_of(engine).basis() if basis is None else basis, noise_sd)
    return engine.fit(problem, engine.options(), JobContext())


def amplitudes(result, names):
    return np.array([result.amplitudes[result.names.index(name)] for name in names])


def test_engine_keeps_the_protocol(engine):
    assert isinstance(engine, FitEngine)
    assert engine.name in engine_names()


def test_noise_free_signals_return_their_amplitudes(engine, case):
    result = fitted(engine, case.data(Recipe(noise=0.0)))
    found = amplitudes(result, case.names)
    np.testing.assert_allclose(found, case.truths(case.names), rtol=case.error, atol=0.02)


def test_amplitudes_scale_with_the_data(engine, case):
    once = fitted(engine, case.data())
    thousand = fitted(engine, case.data(Recipe(scale=1000.0)))
    np.testing.assert_allclose(thousand.amplitudes, 1000 * once.amplitudes, rtol=1e-5, atol=1e-3)
    assert thousand.noise_sd == pytest.approx(1000 * once.noise_sd)


@pytest.mark.parametrize("phase", [0.7, -1.5, np.pi])
def test_phase_of_the_data_does_not_matter(engine, case, phase):
    plain = case.data(Recipe(phase_rad=0.0))
    turned = replace(plain, fid=plain.fid * np.exp(1j * phase))
    first, second = fitted(engine, plain), fitted(engine, turned)
    np.testing.assert_allclose(
        amplitudes(second, case.strong), amplitudes(first, case.strong), rtol=0.01
    )
    change = second.zero_phase_rad - first.zero_phase_rad - phase
    assert abs(np.angle(np.exp(1j * change))) < 0.02


@pytest.mark.parametrize("shift_ppm", [0.07, -0.11])
def test_shift_of_the_data_does_not_matter(engine, case, shift_ppm):
    plain = case.data()
    moved = replace(plain, centre_ppm=plain.centre_ppm + shift_ppm)
    first, second = fitted(engine, plain), fitted(engine, moved)
    np.testing.assert_allclose(
        amplitudes(second, case.strong), amplitudes(first, case.strong), rtol=0.02
    )
    assert second.shift_ppm - first.shift_ppm == pytest.approx(shift_ppm, abs=0.002)


def test_parts_add_up(engine, case):
    result = fitted(engine, case.data(Recipe(baseline=True)))
    size = float(np.abs(result.data).max())
    parts = result.baseline + result.curves.sum(axis=0)
    np.testing.assert_allclose(result.fit, parts, atol=1e-10 * size)
    assert (np.diff(result.ppm) < 0).all()
    for curve in (result.data, result.fit, result.baseline, *result.curves):
        assert curve.shape == result.ppm.shape
    assert len(result.amplitudes) == len(result.components) == len(result.lineshapes)
    left = (result.data - result.fit).real
    assert np.std(left) == pytest.approx(result.residual_sd, rel=0.15)
    assert result.residual_sd < case.residual * result.noise_sd


def test_data_are_those_that_were_given(engine, case):
    data = case.data()
    result = fitted(engine, data)
    spectrum = np.fft.fft(data.fid)
    assert all(np.abs(spectrum - value).min() < 1e-9 * abs(value) for value in result.data)


def test_uncertainties_are_finite_and_a_covariance(engine, case):
    result = fitted(engine, case.data())
    assert np.isfinite(result.covariance).all()
    np.testing.assert_allclose(result.covariance, result.covariance.T, rtol=1e-6)
    assert (np.linalg.eigvalsh(result.covariance) > -1e-12).all()


def test_two_equal_components_have_finite_uncertainty(basis_engine, case):
    if not case.any_components:
        pytest.skip("it knows certain components only")
    basis = make_basis()
    both = np.concatenate([basis.fids, basis.fids[1:2]])
    twin = replace(basis.components[1], name="PCr")
    doubled = replace(basis, fids=both, components=(*basis.components, twin))
    result = fitted(basis_engine, make_data(), doubled)
    assert np.isfinite(result.covariance).all()
    total = amplitudes(result, ("Cr", "PCr")).sum()
    assert total == pytest.approx(TRUTH["Cr"], rel=0.05)


def test_same_input_same_bits(engine, case):
    data = case.data()
    first, second = fitted(engine, data), fitted(engine, data)
    assert first.amplitudes.tobytes() == second.amplitudes.tobytes()
    assert first.covariance.tobytes() == second.covariance.tobytes()


def test_bounds_are_calibrated(engine, case):
    """Scatter over noise realisations is what the Cramer-Rao bounds say, and centred."""
    runs = [fitted(engine, case.data(Recipe(noise=0.4, seed=seed))) for seed in range(24)]
    truth = case.truths(case.strong)
    found = np.array([amplitudes(run, case.strong) for run in runs])
    index = [runs[0].names.index(name) for name in case.strong]
    bound = np.mean([np.sqrt(np.diag(run.covariance))[index] for run in runs], axis=0)
    ratio = found.std(axis=0) / bound
    assert (ratio > case.scatter[0]).all(), ratio
    assert (ratio < case.scatter[1]).all(), ratio
    within = np.mean(np.abs(found - truth) < 1.96 * bound)
    assert within > 0.85, within


def test_cancel_is_seen_within_200_ms(engine, case):
    context, late = JobContext(), []
    problem = FitProblem(case.data(), case.basis())

    def watch():
        # One tick of the engine may pass before the flag is seen; the time since it was set
        # is what a person waits.
        try:
            for _ in range(200):
                engine.fit(problem, engine.options(), context)
        except Cancelled:
            late.append(time.monotonic() - asked)

    worker = threading.Thread(target=watch)
    worker.start()
    time.sleep(0.05)
    asked = time.monotonic()
    context.cancel()
    worker.join(timeout=10)
    assert late
    # Ten times the promise: this machine may be busy with other work.
    assert late[0] < 2.0


def test_a_context_cancelled_beforehand_stops_the_fit(engine):
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        engine.fit(FitProblem(make_data(), make_basis()), engine.options(), context)


def spoiled(kind, case):
    data = case.data()
    fid = data.fid.copy()
    if kind == "nan":
        fid[100] = np.nan
    elif kind == "zero":
        fid[:] = 0
    elif kind == "noise":
        rng = np.random.default_rng(3)
        fid = rng.standard_normal(fid.size) + 1j * rng.standard_normal(fid.size)
    elif kind == "half missing":
        fid[::2] = 0
    elif kind == "short":
        fid = fid[:40]
    return replace(data, fid=fid)


@pytest.mark.parametrize("kind", ["nan", "zero", "noise", "half missing", "short"])
def test_data_without_an_answer_are_refused(engine, case, kind):
    with pytest.raises(FitError) as caught:
        fitted(engine, spoiled(kind, case))
    failure = caught.value.failure
    assert failure.title
    assert failure.cause
    assert failure.remedy


def test_several_spectra_are_refused(engine):
    data = make_data()
    two = replace(data, fid=np.stack([data.fid, data.fid]), dims=("transient",))
    with pytest.raises(FitError, match="transient"):
        fitted(engine, two)


def test_a_basis_of_another_field_is_refused(basis_engine):
    with pytest.raises(FitError, match="MHz"):
        fitted(basis_engine, make_data(), replace(make_basis(), frequency_hz=63.9e6))

import numpy as np
import pytest
from processing_scene import COILS, LINES, MHZ, WATER_AREA, brain

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.jobs.context import Cancelled, JobContext
from mrsviewer.processing.run import KEPT, run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import (
    AlignTransients,
    AutoPhase,
    AverageTransients,
    CombineCoils,
    CorrectEddyCurrents,
    Phase,
    RemoveWater,
    default_steps,
)


def test_the_whole_way_from_coils_to_an_upright_spectrum(raw, context):
    done = run(raw, default_steps(), context)
    data = done.metabolite
    assert data.dims == ()
    assert [line.step for line in data.provenance] == [
        type(step).__name__.lower() for step in default_steps()
    ]
    assert all(line.note for line in data.provenance)
    ppm = ppm_axis(data.points, data.acquisition.dwell_s, MHZ, data.centre_ppm)
    real = spectrum(data.fid).real
    assert ppm[np.argmax(real)] == pytest.approx(2.01, abs=0.01)
    truth = spectrum(brain() * np.linalg.norm(COILS))
    lines = (ppm > 1.8) & (ppm < 4.1)
    assert np.corrcoef(real[lines], truth.real[lines])[0, 1] > 0.995
    assert real[np.abs(ppm - 4.65) < 0.3].max() < 0.05 * real.max()


def test_metabolites_and_water_keep_their_ratio(raw, context):
    done = run(raw, default_steps(), context)
    wanted = sum(area for _, area in LINES) / WATER_AREA
    first = np.abs(done.metabolite.fid[1:4]) / np.abs(done.water.fid[1:4])
    clean = np.abs(brain()[1:4]) / (WATER_AREA * np.exp(-20 * np.arange(1, 4) / 2000))
    np.testing.assert_allclose(first, clean, rtol=0.03)
    assert wanted == pytest.approx(0.0049)


def test_only_what_changed_is_computed_again(plain, context):
    cache = {}
    seen = []
    tracing = JobContext(report=lambda _, message: seen.append(message), min_interval=-1)
    first = run(plain, default_steps(), tracing, cache)
    count = len(seen)
    phased = run(plain, (*default_steps(), Phase(zero_deg=10)), tracing, cache)
    assert len(seen) <= count + 2
    again = run(plain, default_steps(), context, cache)
    assert again is first
    np.testing.assert_allclose(
        phased.metabolite.fid, first.metabolite.fid * np.exp(1j * np.radians(10))
    )


def test_other_signals_empty_the_cache(plain, raw, context):
    cache = {}
    steps = (CombineCoils(), AverageTransients())
    run(plain, steps, context, cache)
    assert run(raw, steps, context, cache).metabolite.points == 2048
    assert cache[()] is raw
    same_data = Signals(raw.metabolite, raw.water)
    assert run(same_data, steps, context, cache) is cache[steps]


def test_a_drag_does_not_fill_the_memory(plain, context):
    cache = {}
    for degrees in range(KEPT + 20):
        run(plain, (Phase(zero_deg=degrees),), context, cache)
    assert len(cache) == KEPT
    assert () in cache


def test_no_steps_give_the_signals_back(plain, context):
    assert run(plain, (), context) is plain


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_cancel_comes_through(raw, after):
    context = JobContext(min_interval=-1)
    ticks = []

    def report(_fraction, _message):
        ticks.append(1)
        if len(ticks) > after:
            context.cancel()

    context.report = report
    with pytest.raises(Cancelled):
        run(raw, default_steps(), context)


def test_the_same_numbers_bit_for_bit(raw, context):
    first, second = (run(raw, default_steps(), context) for _ in range(2))
    np.testing.assert_array_equal(first.metabolite.fid, second.metabolite.fid)
    np.testing.assert_array_equal(first.water.fid, second.water.fid)


def test_steps_in_any_order_work_on_coils_and_transients(raw, context):
    """Nothing forces the usual order: every step takes data with axes left."""
    for step in (AlignTransients(), CorrectEddyCurrents(), AutoPhase()):
        done = run(raw, (step,), context)
        assert done.metabolite.fid.shape == raw.metabolite.fid.shape
    few = Signals(
        raw.metabolite.with_fid(raw.metabolite.fid[:, :2].copy(), CombineCoils().record())
    )
    assert run(few, (RemoveWater(components=10),), context).metabolite.dims == raw.metabolite.dims

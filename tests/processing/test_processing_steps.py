from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processing_scene import COILS, brain, noise, water

from mrsviewer.model.dataset import Dataset
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import (
    AlignTransients,
    AutoPhase,
    AverageTransients,
    CombineCoils,
    CorrectEddyCurrents,
    Phase,
    ReferenceShift,
    RejectTransients,
    RemoveWater,
    RepairFirstPoint,
    Truncate,
    default_steps,
)


def note(signals):
    return signals.metabolite.provenance[-1].note


def alone(fid, acquisition, dims=()):
    return Signals(Dataset(np.asarray(fid, np.complex128), acquisition, 4.65, dims))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (CombineCoils(), "nothing to combine"),
        (RejectTransients(), "nothing to reject"),
        (AlignTransients(), "nothing to align"),
        (AverageTransients(), "nothing to average"),
        (CorrectEddyCurrents(), "not corrected"),
    ],
)
def test_nothing_to_do_is_said_and_done(plain, context, step, words):
    lone = Signals(plain.metabolite)
    done = step(lone, context)
    assert words in note(done)
    np.testing.assert_array_equal(done.metabolite.fid, lone.metabolite.fid)
    assert done.water is None


def test_one_set_of_weights_for_metabolites_and_water(raw, context):
    done = CombineCoils()(raw, context)
    assert done.metabolite.dims == done.water.dims == ("transient",)
    gain = done.metabolite.fid[0, 0] / raw.metabolite.fid[0, 0, 0]
    assert abs(gain) == pytest.approx(np.linalg.norm(COILS), rel=0.05)
    first = done.water.fid[:, 0] / raw.water.fid[0, :, 0]
    np.testing.assert_allclose(first, gain, rtol=0.05)
    assert note(done).startswith("4 coils combined, weights 0.")
    assert "water reference" in note(done)


def test_weights_come_from_the_data_where_there_is_no_water(raw, context):
    done = CombineCoils(whiten=False)(Signals(raw.metabolite), context)
    assert "data themselves, noise not whitened" in note(done)
    assert abs(done.metabolite.fid[0, 0]) > 1.2 * abs(raw.metabolite.fid[0, 0, 0])


def test_water_without_coils_is_said_not_to_scale(raw, acquisition, context):
    combined = Dataset(water(1000.0), acquisition, 4.65)
    done = CombineCoils()(Signals(raw.metabolite, combined), context)
    assert "does not scale" in note(done)
    assert done.water is combined


def test_water_of_other_coils_gets_weights_of_its_own(raw, context):
    other = replace(raw.water, fid=raw.water.fid[:3].copy())
    done = CombineCoils()(Signals(raw.metabolite, other), context)
    assert done.water.dims == ("transient",)
    assert "own weights" in done.water.provenance[-1].note


def test_imaging_and_empty_data_are_refused_with_a_remedy(acquisition, context):
    grid = alone(np.ones((2, 2, 64)), acquisition, ("x", "coil"))
    with pytest.raises(ProcessingError, match="spectroscopic imaging"):
        CombineCoils()(grid, context)
    empty = alone(np.zeros((2, 64)), acquisition, ("coil",))
    with pytest.raises(ProcessingError, match="no signal"):
        CombineCoils()(empty, context)


@pytest.fixture
def sixteen(acquisition):
    rng = np.random.default_rng(3)
    shifts = rng.normal(0, 2, 16)
    fids = np.array([brain(f) for f in shifts]) + noise(rng, 16, sd=0.8)
    fids[5] *= 0.2
    fids[9] = 0
    return alone(fids, acquisition, ("transient",))


def test_bad_and_empty_transients_go_and_the_note_counts_from_one(sixteen, context):
    done = RejectTransients()(sixteen, context)
    assert done.metabolite.count("transient") == 14
    assert note(done) == "2 of 16 transients rejected (empty: 10; unlike the rest: 6)"


def test_a_person_outvotes_the_test(sixteen, context):
    done = RejectTransients(remove=(0,), keep=(5,))(sixteen, context)
    assert note(done) == "2 of 16 transients rejected (empty: 10; by hand: 1)"


def test_transients_that_do_not_exist_are_an_error(sixteen, context):
    with pytest.raises(ProcessingError, match="no transient 17"):
        RejectTransients(remove=(16,))(sixteen, context)
    with pytest.raises(ProcessingError, match="None of 16"):
        RejectTransients(remove=tuple(range(16)))(sixteen, context)


def test_empty_rows_of_the_water_reference_go_too(raw, context):
    fid = raw.water.fid.copy()
    fid[:, 1] = 0
    done = RejectTransients()(Signals(raw.metabolite, replace(raw.water, fid=fid)), context)
    assert done.water.count("transient") == 1


def test_alignment_gives_back_what_drift_took(sixteen, context):
    good = RejectTransients()(sixteen, context)
    apart = AverageTransients()(good, context).metabolite.fid
    aligned = AverageTransients()(AlignTransients()(good, context), context).metabolite.fid
    height = [np.abs(np.fft.fft(fid)).max() for fid in (apart, aligned)]
    assert height[1] > 1.1 * height[0]
    assert "14 transients aligned" in note(AlignTransients()(good, context))


def test_a_range_outside_the_spectrum_is_an_error(sixteen, context):
    with pytest.raises(ProcessingError, match="Cannot compare"):
        AlignTransients(low_ppm=18, high_ppm=19)(sixteen, context)


def test_edited_spectra_are_averaged_apart(acquisition, context):
    rng = np.random.default_rng(4)
    fids = np.stack([np.array([brain()] * 4), np.array([-brain()] * 4)]) + noise(rng, 2, 4, sd=0.1)
    edited = alone(fids, acquisition, ("edit", "transient"))
    for step in (RejectTransients(), AlignTransients(), AverageTransients()):
        edited = step(edited, context)
    assert edited.metabolite.dims == ("edit",)
    np.testing.assert_allclose(edited.metabolite.fid[0], brain(), atol=1)
    np.testing.assert_allclose(edited.metabolite.fid[1], -brain(), atol=1)


def test_eddy_currents_are_undone_and_magnitudes_kept(plain, context):
    done = CorrectEddyCurrents()(plain, context)
    np.testing.assert_allclose(np.abs(done.metabolite.fid), np.abs(plain.metabolite.fid))
    np.testing.assert_allclose(np.abs(done.water.fid), np.abs(plain.water.fid))
    wanted = brain() + water(300.0, 3.0, 1.0)
    error = done.metabolite.fid[:800] - wanted[:800]
    assert np.linalg.norm(error) < 0.05 * np.linalg.norm(wanted)


def test_the_eddy_scan_comes_first_and_a_missing_one_is_an_error(plain, context):
    with_scan = replace(plain, eddy=plain.water)
    assert "eddy-current scan" in note(CorrectEddyCurrents()(with_scan, context))
    assert "water reference" in note(CorrectEddyCurrents(source="water")(with_scan, context))
    with pytest.raises(ProcessingError, match="is missing"):
        CorrectEddyCurrents(source="eddy")(plain, context)


def test_a_reference_of_another_bandwidth_is_not_used(plain, context):
    slow = replace(plain.water, acquisition=replace(plain.water.acquisition, dwell_s=1e-3))
    other = replace(plain, water=slow)
    assert "not corrected" in note(CorrectEddyCurrents()(other, context))
    with pytest.raises(ProcessingError, match="another bandwidth"):
        CorrectEddyCurrents(source="water")(other, context)


def test_a_reference_of_noise_is_not_used(plain, acquisition, context):
    empty = Dataset(noise(np.random.default_rng(5)), acquisition, 4.65)
    assert "no signal above noise" in note(
        CorrectEddyCurrents()(replace(plain, water=empty), context)
    )


def test_water_removal_says_what_it_took(plain, context):
    done = RemoveWater()(CorrectEddyCurrents()(plain, context), context)
    assert "components removed" in note(done)
    wanted = brain()
    assert np.linalg.norm(done.metabolite.fid[5:] - wanted[5:]) < 0.1 * np.linalg.norm(wanted)
    assert done.water.fid is CorrectEddyCurrents()(plain, context).water.fid or done.water.points


def test_water_removal_without_water_changes_nothing(acquisition, context):
    clean = alone(brain() + noise(np.random.default_rng(6), sd=0.05), acquisition)
    done = RemoveWater()(clean, context)
    assert np.linalg.norm(done.metabolite.fid - clean.metabolite.fid) < 0.01 * np.linalg.norm(
        brain()
    )


def test_too_short_a_record_is_an_error(acquisition, context):
    with pytest.raises(ProcessingError, match="Cannot remove water"):
        RemoveWater()(alone(brain()[:80], acquisition), context)


def test_other_nuclei_are_left_alone(acquisition, context):
    phosphorus = alone(brain(), replace(acquisition, nucleus="31P"))
    for step in (RemoveWater(), ReferenceShift(), AutoPhase()):
        done = step(phosphorus, context)
        assert "31P" in note(done)
        np.testing.assert_array_equal(done.metabolite.fid, phosphorus.metabolite.fid)
        assert done.metabolite.centre_ppm == 4.65


def test_the_axis_moves_and_the_samples_stay(acquisition, context):
    moved = alone(brain(-0.1 * 127.7) + noise(np.random.default_rng(7), sd=0.3), acquisition)
    done = ReferenceShift()(moved, context)
    assert done.metabolite.centre_ppm == pytest.approx(4.75, abs=0.01)
    assert done.metabolite.fid is moved.metabolite.fid
    assert "tNAA, tCr, tCho" in note(done)


def test_the_axis_stays_where_there_is_only_noise(acquisition, context):
    done = ReferenceShift()(alone(noise(np.random.default_rng(8)), acquisition), context)
    assert done.metabolite.centre_ppm == 4.65
    assert note(done).startswith("axis left as it is")


def test_a_shift_by_hand_is_taken_as_given(plain, context):
    done = ReferenceShift(shift_ppm=-0.15)(plain, context)
    assert done.metabolite.centre_ppm == pytest.approx(4.5)
    assert note(done) == "-0.150 ppm, set by hand"


def test_automatic_phase_stands_the_lines_up(acquisition, context):
    turned = alone(brain(phase=2.5) + noise(np.random.default_rng(9), sd=0.3), acquisition)
    done = AutoPhase()(turned, context)
    angle = np.angle(np.vdot(brain(), done.metabolite.fid))
    assert abs(np.degrees(angle)) < 5
    assert note(done).startswith("-14")


@given(
    zero=st.floats(-360, 360), first=st.floats(-60, 60), pivot=st.floats(0, 5)
)  # fmt: skip
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_phase_by_hand_is_undone_by_its_negative(plain, context, zero, first, pivot):
    there = Phase(zero_deg=zero, first_deg_per_ppm=first, pivot_ppm=pivot)(plain, context)
    back = Phase(zero_deg=-zero, first_deg_per_ppm=-first, pivot_ppm=pivot)(there, context)
    np.testing.assert_allclose(back.metabolite.fid, plain.metabolite.fid, atol=1e-8)


def test_first_order_phase_is_degrees_per_ppm_about_the_pivot(acquisition, context):
    t = np.arange(2048) / 2000
    lines = {ppm: np.exp(2j * np.pi * (ppm - 4.65) * 127.7 * t - 10 * t) for ppm in (2.01, 3.01)}
    done = {
        ppm: Phase(zero_deg=10, first_deg_per_ppm=20)(alone(fid, acquisition), context)
        for ppm, fid in lines.items()
    }
    for ppm, wanted in ((2.01, 10), (3.01, 30)):
        freq = (ppm - 4.65) * 127.7
        at = np.exp(-2j * np.pi * freq * t)
        before, after = (np.sum(fid * at) for fid in (lines[ppm], done[ppm].metabolite.fid))
        assert np.degrees(np.angle(after / before)) == pytest.approx(wanted, abs=1)


def test_truncation_cuts_all_scans_alike(raw, context):
    done = Truncate(skip=3, points=1000)(raw, context)
    assert done.metabolite.points == done.water.points == 1000
    np.testing.assert_array_equal(done.water.fid, raw.water.fid[..., 3:1003])
    with pytest.raises(ProcessingError, match="would be left"):
        Truncate(skip=2000)(raw, context)


def test_a_halved_first_sample_is_doubled_and_another_left(plain, context):
    fid = plain.metabolite.fid.copy()
    fid[0] /= 2
    done = RepairFirstPoint()(
        replace(plain, metabolite=replace(plain.metabolite, fid=fid)), context
    )
    np.testing.assert_allclose(done.metabolite.fid, plain.metabolite.fid)
    assert "doubled" in note(done)
    assert "left alone" in done.water.provenance[-1].note
    assert "cannot be foretold" in note(
        RepairFirstPoint()(alone(np.zeros(256), plain.metabolite.acquisition), context)
    )


def test_nothing_is_changed_in_place(raw, context):
    before = raw.metabolite.fid.copy()
    signals = raw
    for step in default_steps():
        signals = step(signals, context)
    np.testing.assert_array_equal(raw.metabolite.fid, before)
    assert not signals.metabolite.fid.flags.writeable

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.simulation import birch
from mrsviewer.simulation.content import HEALTHY, about
from mrsviewer.simulation.disturbance import (
    AddedLine,
    Disturbance,
    FieldSpread,
    Hump,
    added_line,
    drift_factor,
    hump_fid,
)
from mrsviewer.simulation.forward import Decay, EddyCurrent, WaterLine
from mrsviewer.simulation.measurement import Neighbour, Plan, Snr, simulate

POINTS, DWELL_S, MHZ, CENTRE = 1024, 1 / 2000, 123.25, 4.65
TIME = np.arange(POINTS) * DWELL_S
PPM = CENTRE + np.fft.fftfreq(POINTS, DWELL_S) / MHZ


def line(ppm):
    return np.exp(2j * np.pi * (ppm - CENTRE) * MHZ * TIME)


BASIS = BasisSet(
    np.array([3 * line(2.01), 3 * line(3.03), 2 * line(1.3)]),
    (Component("NAA"), Component("Cr"), Component("MM12", "macromolecule", 0.01, 0.15)),
    DWELL_S,
    MHZ * 1e6,
    CENTRE,
    "made",
    "made",
    1.0,
)
DECAY = {"NAA": Decay(4.0), "Cr": Decay(5.0), "MM12": Decay(0.0, 20.0)}
PLAN = Plan({"NAA": 10.0, "Cr": 8.0, "MM12": 2.0}, DECAY, Snr(40.0, "peak"))


def made(plan=PLAN, seed=1):
    return simulate(BASIS, plan, np.random.default_rng(seed))


def test_ideal_measurement_is_the_formula():
    expected = sum(
        PLAN.amounts[c.name]
        * row
        * np.exp(
            -np.pi * DECAY[c.name].lorentzian_hz * TIME
            - (np.pi * DECAY[c.name].gaussian_hz * TIME) ** 2 / (4 * np.log(2))
        )
        for c, row in zip(BASIS.components, BASIS.fids, strict=True)
    )
    np.testing.assert_allclose(made().clean, expected, atol=1e-10)
    np.testing.assert_allclose(made(replace(PLAN, gain=7.0)).clean, 7 * expected, atol=1e-9)


def test_metabolites_are_without_macromolecules_and_phase():
    turned = made(replace(PLAN, disturbance=Disturbance(phase_deg=30.0)))
    assert turned.phase_rad == pytest.approx(np.deg2rad(30))
    np.testing.assert_allclose(turned.clean, made().clean * np.exp(1j * np.deg2rad(30)), atol=1e-9)
    broad = made(replace(PLAN, amounts={"MM12": 2.0, "NAA": 1e-9}))
    np.testing.assert_allclose(
        turned.metabolites, made().clean - broad.clean, atol=1e-7 * np.abs(made().clean).max()
    )


def test_noise_has_the_size_that_is_said():
    one = made()
    noise = np.fft.fft(one.noisy - one.clean)
    assert noise.real.std() == pytest.approx(one.noise_sd, rel=0.1)
    peak = np.fft.fft(one.metabolites).real.max()
    assert peak / one.noise_sd == pytest.approx(40.0)
    assert one.peak_snr == pytest.approx(40.0)
    louder = made(replace(PLAN, snr=Snr(10.0, "power dB")))
    power = np.mean(np.abs(louder.clean) ** 2) / np.mean(np.abs(louder.noisy - louder.clean) ** 2)
    assert 10 * np.log10(power) == pytest.approx(10.0, abs=0.3)


def test_same_seed_same_samples():
    assert made(seed=4).noisy.tobytes() == made(seed=4).noisy.tobytes()
    assert made(seed=4).noisy.tobytes() != made(seed=5).noisy.tobytes()


@settings(deadline=None, max_examples=20)
@given(st.floats(0.1, 20.0))
def test_drift_is_the_mean_over_the_transients(drift):
    shots = np.exp(2j * np.pi * np.outer(np.linspace(0, drift, 501), TIME)).mean(axis=0)
    np.testing.assert_allclose(drift_factor(drift, TIME), shots, atol=2e-2)


def test_field_spread_keeps_the_signal_and_widens_it():
    for spread in (FieldSpread(6.0), FieldSpread(6.0, 0.5)):
        factor = spread.factor(TIME)
        assert factor[0] == pytest.approx(1.0)
        assert abs(factor[200]) < 0.9
    shown = np.fft.fftshift(np.fft.fft(FieldSpread(6.0).factor(TIME), 1 << 15)).real
    freq = np.fft.fftshift(np.fft.fftfreq(1 << 15, DWELL_S))
    above = freq[shown > shown.max() / 2]
    assert np.ptp(above) == pytest.approx(6.0, rel=0.1)


def test_skewed_field_is_asymmetric():
    even, bent = FieldSpread(6.0).factor(TIME), FieldSpread(6.0, 0.5).factor(TIME)
    assert np.abs(even.imag).max() < 1e-9
    assert np.abs(bent.imag).max() > 0.02


def test_added_signals_have_the_height_they_are_given():
    one = added_line(AddedLine(1.3, 20.0, 0.4), TIME, (1.3 - CENTRE) * MHZ)
    assert np.fft.fft(one).real.max() == pytest.approx(0.4, rel=0.02)
    broad = hump_fid(Hump(2.5, 0.8, -0.7), TIME, MHZ, CENTRE)
    assert np.fft.fft(broad).real.min() == pytest.approx(-0.7, rel=0.02)


def test_baseline_distortion_is_a_share_of_the_highest_peak():
    humps = (Hump(1.0, 0.8, 3.0), Hump(3.0, 1.2, -2.0))
    bent = made(replace(PLAN, disturbance=Disturbance(baseline=0.05, humps=humps)))
    added = np.fft.fft(bent.clean - made().clean).real
    inside = (PPM > 0.2) & (PPM < 4.2)
    peak = np.fft.fft(made().metabolites).real.max()
    assert np.abs(added[inside]).max() == pytest.approx(0.05 * peak, rel=1e-6)


def test_water_and_lines_come_on_top():
    water = WaterLine(amplitude=2.0, shift_hz=0.0, width_hz=8.0, phase_deg=0.0)
    wet = made(replace(PLAN, disturbance=Disturbance(water=(water,))))
    peak = np.fft.fft(made().metabolites).real.max()
    assert np.fft.fft(wet.clean - made().clean).real.max() == pytest.approx(2 * peak, rel=0.05)


def test_eddy_current_and_width_act_on_everything():
    plan = replace(PLAN, disturbance=Disturbance(linewidth_hz=2.0, eddy=(EddyCurrent(5.0, 0.05),)))
    ratio = made(plan).clean / made().clean
    np.testing.assert_allclose(np.abs(ratio), np.exp(-2 * np.pi * TIME), rtol=1e-6)
    assert np.angle(ratio[100]) > 0.3


def test_neighbour_adds_its_share():
    plan = replace(PLAN, neighbour=Neighbour(0.1, {"NAA": 10.0}, 0.0, 0.0))
    only_naa = made(replace(PLAN, amounts={"NAA": 10.0}))
    np.testing.assert_allclose(made(plan).clean, made().clean + 0.1 * only_naa.clean, atol=1e-9)
    assert plan.undisturbed().neighbour is None


def test_an_unknown_signal_is_refused():
    with pytest.raises(KeyError):
        made(replace(PLAN, amounts={"Unobtainium": 1.0}))


def test_measured_macromolecules_are_thirteen_lines():
    fid = birch.macromolecule_fid(birch.MeasuredMacromolecules(1.0), BASIS)
    total = sum(height for _, height, _ in birch.LINES)
    assert abs(fid[0]) == pytest.approx(3.0 * total / birch.LINES[0][1])
    drawn = birch.drawn(np.random.default_rng(1), 2.0, 0.15)
    assert drawn.amplitude == 2.0
    assert 0.05 < np.std(drawn.heights) < 0.3


@settings(deadline=None)
@given(st.floats(0.0, 0.9), st.integers(0, 1000))
def test_amounts_stay_within_their_spread(spread, seed):
    drawn = about(HEALTHY, np.random.default_rng(seed), spread)
    for name, typical in HEALTHY.items():
        assert (1 - spread) * typical - 1e-9 <= drawn[name] <= (1 + spread) * typical + 1e-9

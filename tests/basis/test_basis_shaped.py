"""Shaped pulses against brute force, against ideal ones, and against what is known by hand."""

from itertools import product

import numpy as np
import pytest
from scipy.linalg import expm

from mrsviewer.basis.density_matrix import Evolution, simulate
from mrsviewer.basis.program import Play
from mrsviewer.basis.projection import Molecule, offsets_hz
from mrsviewer.basis.pulse_shapes import (
    Gaussian,
    GoiaWurst,
    HyperbolicSecant,
    Sampled,
    Sinc,
    SincGaussian,
    Slr,
)
from mrsviewer.basis.rf_pulse import response
from mrsviewer.basis.sequences import (
    Laser,
    Press,
    SemiLaser,
    Special,
    SpinEcho,
    Steam,
)
from mrsviewer.basis.shots import shots_of
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.slice_pulses import Pulses
from mrsviewer.basis.spin_space import nodes_of, space
from mrsviewer.basis.spin_systems import Heteronucleus, SpinGroup, spin_system
from mrsviewer.model.failure import BasisError

HZ_PER_PPM = 123.25
GOIA = GoiaWurst(3.5e-3, 20_000.0, 817.0)
SLICES = Pulses(Slr(5.2e-3), Slr(2.6e-3, 8.0), positions=32)
ADIABATIC = Pulses(GOIA, Slr(2.6e-3, 8.0), positions=32)
SPIN = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]) / 2


def molecule_of(group):
    """Return a group as spins 1/2, none joined."""
    shifts = (np.array(group.shifts_ppm) - 4.65) * HZ_PER_PPM
    return Molecule(space((1,) * len(shifts)), shifts, group.couplings_hz, HZ_PER_PPM)


def dense_propagator(group, play, gradient_hz):
    """Return U sample by sample from the whole Hamiltonian, in the product basis."""
    count = len(group.shifts_ppm)
    operators = np.zeros((count, 3, 2**count, 2**count), complex)
    for k, axis in product(range(count), range(3)):
        parts = np.eye(1)
        for j in range(count):
            parts = np.kron(parts, SPIN[axis] if j == k else np.eye(2))
        operators[k, axis] = parts
    total = operators.sum(axis=0)
    carrier = (play.carrier_ppm - 4.65) * HZ_PER_PPM
    free = sum(
        ((ppm - 4.65) * HZ_PER_PPM - carrier) * operators[k, 2]
        for k, ppm in enumerate(group.shifts_ppm)
    )
    for i, j, coupling in group.couplings_hz:
        free = free + coupling * sum(operators[i, axis] @ operators[j, axis] for axis in range(3))
    pulse = play.pulse
    u = np.eye(2**count)
    step = -2j * np.pi * pulse.duration_s / len(pulse.amplitude_hz)
    for field, gradient in zip(pulse.complex_hz, pulse.gradient_shape, strict=True):
        push = field.real * total[0] + field.imag * total[1] + gradient * gradient_hz * total[2]
        u = expm(step * (free + push)) @ u
    z = np.diag(total[2])
    before = pulse.before_s * (carrier - gradient_hz * play.undo_before)
    after = pulse.after_s * (carrier - gradient_hz * play.undo_after)
    return np.exp(-2j * np.pi * after * z)[:, None] * u * np.exp(-2j * np.pi * before * z)


@pytest.mark.parametrize("name", ["Lac", "Glu"])
@pytest.mark.parametrize(
    ("shape", "flip", "extent"),
    [(Slr(5.2e-3), 180, 2.0), (Slr(2.6e-3, 8.0), 90, 2.0), (GOIA, 180, 2.0), (SincGaussian(14e-3), 180, 0.0)],
)  # fmt: skip
def test_propagators_are_those_of_the_whole_hamiltonian(name, shape, flip, extent):
    group = spin_system(name).groups[0]
    molecule = molecule_of(group)
    play = Play(shape.pulse(flip), 2.5, undo_after=flip == 90)
    found = molecule.propagators(play, 4, extent)[1]
    gradient = offsets_hz(play.pulse.bandwidth_hz, 4, extent)[1]
    expected = molecule.rotated(dense_propagator(group, play, gradient))
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_axis_by_axis_is_the_sum_over_the_volume():
    """Every position of a 4 x 4 x 4 volume, with phase cycling in place of coherence filters."""
    group = SpinGroup("", "", (4.1, 1.3), ((0, 1, 7.0),))
    pulses = Pulses(Slr(5.2e-3), Slr(2.6e-3, 8.0), positions=4)
    sequence = Press(0.02, 0.05, pulses)
    molecule = molecule_of(group)
    program = shots_of(sequence)[0].program
    by_axis = Evolution(molecule).after(program)
    plays = [event.steps[0] for event in program if hasattr(event, "steps")]
    waits = [event.seconds for event in program if hasattr(event, "seconds")]
    u = [molecule.propagators(play, 4, pulses.extent) for play in plays]
    z = molecule.rotated(np.diag(molecule.space.z.sum(axis=0)).astype(complex))
    turn = [molecule.rotated(np.diag(1j ** (-k * molecule.space.z.sum(axis=0)))) for k in range(4)]
    whole = np.zeros_like(z)
    for x, y, w in product(range(4), repeat=3):
        for first, second in product(range(4), repeat=2):
            rho = u[0][x] @ z @ u[0][x].conj().T * molecule.evolution(waits[0])
            for pulse, cycle, wait in (
                (u[1][y], first, waits[1]),
                (u[2][w], second, waits[2]),
            ):
                shifted = turn[cycle] @ pulse @ turn[cycle].conj().T
                rho = shifted @ rho @ shifted.conj().T * molecule.evolution(wait)
            whole += rho * (-1.0) ** (first + second)
    whole = np.where(molecule.order == -1, whole, 0) / (64 * 16)
    np.testing.assert_allclose(by_axis, whole, atol=1e-12)
    assert np.abs(whole).max() > 0.03


def hard(duration_s=2e-6):
    return Sampled("hard", duration_s, (1.0, 1.0), (0.0, 0.0))


@pytest.mark.parametrize(
    ("shaped", "ideal"),
    [
        (lambda p: Press(0.011, 0.019, p), Press(0.011, 0.019)),
        (lambda p: SemiLaser(0.03, pulses=p), SemiLaser(0.03)),
        (lambda p: Laser(0.03, p), Laser(0.03)),
        (lambda p: Steam(0.02, 0.01, p), Steam(0.02, 0.01)),
        (lambda p: SpinEcho(0.03, p), SpinEcho(0.03)),
        (lambda p: Special(0.03, p), Special(0.03)),
    ],
)
@pytest.mark.parametrize("name", ["Lac", "PE"])
def test_short_hard_pulses_are_ideal(shaped, ideal, name):
    pulses = Pulses(hard(), hard(), hard(), positions=2, extent=1e-6)
    found, expected = (
        metabolite_fid(spin_system(name), s, 64, 5e-4, HZ_PER_PPM) for s in (shaped(pulses), ideal)
    )
    np.testing.assert_allclose(found, expected, atol=2e-2)


@pytest.mark.parametrize("te1", [0.0126, 0.072])
def test_lactate_is_lost_where_its_slices_do_not_overlap(te1):
    """Four compartments, as each pulse meets CH, or not, where it meets CH3 (Yablonskiy 1998)."""
    te, coupling = 0.144, 6.933
    pulses = Pulses(Slr(8e-3, 10.0), positions=96)
    part = (4.0974 - 1.3142) * HZ_PER_PPM / pulses.refocusing.pulse(180).bandwidth_hz
    lines = simulate(spin_system("Lac").groups[0], Press(te1, te - te1, pulses), HZ_PER_PPM)
    one = simulate(SpinGroup("", "", (1.3142,)), Press(te1, te - te1, pulses), HZ_PER_PPM)
    near = np.abs(lines.freq_hz - (1.3142 - 4.65) * HZ_PER_PPM) < 20
    found = (lines.amplitude[near].sum() / one.amplitude.sum()).real
    turned = [np.cos(np.pi * coupling * time) for time in (te, te - te1, te1)]
    both, first, second = turned
    expected = (1 - part) ** 2 * both + part * (1 - part) * (first + second) + part**2
    assert found == pytest.approx(3 * expected, abs=0.15)
    assert found > 3 * both + 0.5


def test_lactate_is_kept_by_adiabatic_pulses_of_wide_bandwidth():
    lines = simulate(spin_system("Lac").groups[0], SemiLaser(0.144, pulses=ADIABATIC), HZ_PER_PPM)
    one = simulate(SpinGroup("", "", (1.3142,)), SemiLaser(0.144, pulses=ADIABATIC), HZ_PER_PPM)
    near = np.abs(lines.freq_hz - (1.3142 - 4.65) * HZ_PER_PPM) < 20
    found = (lines.amplitude[near].sum() / one.amplitude.sum()).real
    assert -3 < found < -2.4


@pytest.mark.parametrize(
    "sequence", [Press(0.011, 0.019, SLICES), SemiLaser(0.03, pulses=ADIABATIC)]
)
def test_a_singlet_does_not_see_shaped_pulses(sequence):
    fid = metabolite_fid(spin_system("sIns"), sequence, 64, 5e-4, HZ_PER_PPM)
    expected = 6 * np.exp(2j * np.pi * (3.34 - 4.65) * HZ_PER_PPM * np.arange(64) * 5e-4)
    np.testing.assert_allclose(fid, expected, atol=0.03)


def test_phosphorus_is_not_flipped_by_shaped_proton_pulses():
    lone = SpinGroup("", "", (4.0,), heteronuclei=(Heteronucleus("31P", ((0, 7.288),)),))
    lines = simulate(lone, Press(0.011, 0.019, SLICES), HZ_PER_PPM)
    np.testing.assert_allclose(np.diff(np.sort(lines.freq_hz)), [7.288], atol=1e-6)
    ratio = lines.amplitude[0] / lines.amplitude[1]
    assert ratio == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("sequence", [Press(0.011, 0.019), Press(0.011, 0.019, SLICES)])
def test_joining_equivalent_spins_changes_nothing(sequence):
    joined = spin_system("Lac").groups[0]
    apart = SpinGroup("", "", (4.0974, 1.3142, 1.3142 + 1e-9, 1.3142 + 2e-9), joined.couplings_hz)
    assert len(nodes_of(joined).members) == 2
    assert len(nodes_of(apart).members) == 4
    time = np.arange(64) * 5e-4
    found = []
    for group in (joined, apart):
        lines = simulate(group, sequence, HZ_PER_PPM)
        found.append(np.exp(2j * np.pi * np.outer(time, lines.freq_hz)) @ lines.amplitude)
    np.testing.assert_allclose(found[0], found[1], atol=2e-5)


def test_two_methyl_groups_of_valine_stay_apart():
    assert [len(m) for m in nodes_of(spin_system("Val").groups[0]).members] == [1, 1, 3, 3]
    assert all(len(m) == 1 for m in nodes_of(spin_system("GABA").groups[0]).members)


@pytest.mark.parametrize(
    ("shape", "flip", "bandwidth"),
    [
        (Slr(5.2e-3), 180, 1000), (Slr(2.6e-3, 8.0), 90, 3250), (Sinc(5.2e-3), 180, 790),
        (Gaussian(14e-3), 180, 109), (SincGaussian(14e-3), 180, 88),
    ],
)  # fmt: skip
def test_pulses_turn_by_their_angle_over_their_bandwidth(shape, flip, bandwidth):
    pulse = shape.pulse(flip)
    assert pulse.bandwidth_hz == pytest.approx(bandwidth, rel=0.05)
    a, b = response(pulse, np.linspace(-3000, 3000, 61))
    np.testing.assert_allclose(np.abs(a) ** 2 + np.abs(b) ** 2, 1, atol=1e-10)
    centre = np.abs(b[30]) ** 2
    assert centre == pytest.approx(np.sin(np.deg2rad(flip / 2)) ** 2, abs=0.01)


@pytest.mark.parametrize("shape", [GOIA, HyperbolicSecant(6e-3, 2500.0, 1200.0)])
def test_adiabatic_pulses_do_not_mind_their_strength(shape):
    for factor in (1.0, 1.2):
        stronger = type(shape)(shape.duration_s, shape.bandwidth_hz, shape.peak_hz * factor)
        places = np.array([-0.4, -0.2, 0.0, 0.2, 0.4, 1.0])
        _, b = response(stronger.pulse(180), np.zeros(6), places)
        assert (np.abs(b[:5]) ** 2).min() > 0.93
        assert np.abs(b[5]) ** 2 < 0.03


def test_slr_profile_is_flat_and_sharp():
    pulse = Slr(5.2e-3).pulse(180)
    _, b = response(pulse, np.array([0.0, 0.25, 0.75, 1.5]) * pulse.bandwidth_hz)
    np.testing.assert_allclose(np.abs(b) ** 2, [1, 1, 0, 0], atol=0.01)


def test_an_adiabatic_full_passage_cannot_excite():
    with pytest.raises(BasisError, match="adiabatic"):
        GOIA.pulse(90)


def test_samples_that_cancel_need_a_strength():
    with pytest.raises(BasisError, match="peak_hz"):
        Sampled("swept", 1e-3, (1.0, 1.0), (0.0, 180.0)).pulse(180)


def test_the_centre_of_an_asymmetric_pulse_is_where_echo_times_begin():
    """What a delay misses, the pulse has: shifting both leaves a refocused singlet alone."""
    late = Sampled("late", 4e-3, (0.0, 0.0, 0.0, 1.0), (0.0,) * 4, centre=0.875)
    assert late.pulse(90).after_s == pytest.approx(0.5e-3)
    pulses = Pulses(excitation=late, positions=64, extent=1.0)
    fid = metabolite_fid(spin_system("sIns"), SpinEcho(0.02, pulses), 64, 5e-4, HZ_PER_PPM)
    expected = 6 * np.exp(2j * np.pi * (3.34 - 4.65) * HZ_PER_PPM * np.arange(64) * 5e-4)
    np.testing.assert_allclose(fid, expected, atol=0.1)
    wrong = Sampled("late", 4e-3, late.amplitude, late.phase_deg)
    shown = metabolite_fid(
        spin_system("sIns"), SpinEcho(0.02, Pulses(excitation=wrong, positions=64, extent=1.0)),
        64, 5e-4, HZ_PER_PPM,
    )  # fmt: skip
    assert np.abs(shown - expected).max() > 0.3


def test_pulses_longer_than_the_echo_are_refused():
    with pytest.raises(BasisError, match="do not fit"):
        shots_of(Press(0.004, 0.02, SLICES))

"""Against what can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.basis.density_matrix import simulate
from mrsviewer.basis.sequences import Press, SemiLaser, SpinEcho, Steam
from mrsviewer.basis.signals import metabolite_fid, sample
from mrsviewer.basis.spin_systems import (
    Heteronucleus,
    SpinGroup,
    checks,
    metabolite_names,
    references,
    spin_system,
)
from mrsviewer.dsp.conventions import ppm_axis, spectrum

HZ_PER_PPM = 123.25
DWELL_S = 5e-4
SHORT = 1e-7


def fid(name, sequence, points=2048):
    return metabolite_fid(spin_system(name), sequence, points, DWELL_S, HZ_PER_PPM)


def area(signal, ppm, half_width_ppm=0.2, decay_hz=3.0):
    """Return the complex integral of the lines near ``ppm``: protons times phase."""
    time = np.arange(len(signal)) * DWELL_S
    shown = spectrum(signal * np.exp(-np.pi * decay_hz * time))
    axis = ppm_axis(len(signal), DWELL_S, HZ_PER_PPM, 4.65)
    width = 2 * half_width_ppm * HZ_PER_PPM * DWELL_S
    return 2 * width * shown[np.abs(axis - ppm) < half_width_ppm].mean()


@pytest.mark.parametrize("name", metabolite_names())
def test_at_no_echo_time_every_proton_gives_one_unit(name):
    system = spin_system(name)
    first = fid(name, SpinEcho(SHORT), 1)[0]
    assert abs(first - system.protons) < 2e-3 * system.protons


def test_proton_numbers_are_those_of_the_molecules():
    known = {"NAA": 6, "NAAG": 11, "Cr": 5, "PCr": 5, "GPC": 18, "PCh": 13, "PE": 4, "Glu": 5,
             "Gln": 5, "GABA": 6, "GSH": 10, "Ins": 6, "sIns": 6, "Asp": 3, "Asc": 4, "Tau": 4,
             "Lac": 4, "Ala": 4, "Glc": 7, "Gly": 2, "Ace": 3, "Ser": 3, "2HG": 5, "bHB": 6,
             "EtOH": 5, "Suc": 4, "Val": 8, "Cit": 4, "Cho": 13, "Eth": 4, "Phenyl": 8, "Tyr": 7,
             "Trp": 8, "Thr": 5, "Acn": 6, "Acac": 5, "Glyc": 5, "MSM": 6, "Pyr": 3}  # fmt: skip
    assert {name: spin_system(name).protons for name in known} == pytest.approx(known)


def test_every_spin_group_names_a_publication():
    known = references()
    for name in metabolite_names():
        assert spin_system(name).checked in checks()
        for group in spin_system(name).groups:
            assert group.source in known
            spins = range(len(group.shifts_ppm))
            assert all(i in spins and j in spins and i != j for i, j, _ in group.couplings_hz)
            pairs = [frozenset((i, j)) for i, j, _ in group.couplings_hz]
            assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    "sequence", [Press(0.01, 0.02), SpinEcho(0.03), SemiLaser(0.03), Steam(0.02, 0.01)]
)
def test_a_singlet_does_not_see_the_sequence(sequence):
    time = np.arange(512) * DWELL_S
    expected = 6 * np.exp(2j * np.pi * (3.34 - 4.65) * HZ_PER_PPM * time)
    np.testing.assert_allclose(fid("sIns", sequence, 512), expected, atol=2e-3)


def test_stimulated_echo_has_half_of_the_signal():
    lines = simulate(SpinGroup("", "", (3.0,)), Steam(0.02, 0.01), HZ_PER_PPM)
    assert lines.amplitude.sum() == pytest.approx(0.5)


def test_higher_shift_is_higher_frequency():
    lines = simulate(SpinGroup("", "", (5.65,)), SpinEcho(0.03), HZ_PER_PPM)
    np.testing.assert_allclose(lines.freq_hz, HZ_PER_PPM)


@pytest.mark.parametrize(("echo_time", "sign"), [(0.0005, 1), (1 / 6.933, -1), (2 / 6.933, 1)])
def test_lactate_doublet_turns_over(echo_time, sign):
    found = area(fid("Lac", Press(echo_time / 2, echo_time / 2)), 1.31)
    assert found.real == pytest.approx(3 * sign, rel=0.1)
    assert abs(found.imag) < 0.3


@given(
    st.floats(0.002, 0.1),
    st.floats(0.002, 0.1),
    st.floats(2, 15),
    st.floats(0.5, 3),
    st.floats(0.5, 4),
)
def test_weakly_coupled_pair_under_press(te1, te2, coupling, shift_a, apart):
    """Total signal of an AX pair at the echo is 2 cos(pi J TE), however TE is divided."""
    group = SpinGroup("", "", (shift_a, shift_a + apart), ((0, 1, coupling),))
    lines = simulate(group, Press(te1, te2), 1e6)
    in_phase = lines.amplitude.sum()
    assert in_phase == pytest.approx(2 * np.cos(np.pi * coupling * (te1 + te2)), abs=1e-3)


def test_strongly_coupled_pair_at_no_echo_time_is_an_ab_quartet():
    shift_hz, coupling = 10.0, 8.0
    group = SpinGroup("", "", (4.65 - 0.05, 4.65 + 0.05), ((0, 1, coupling),))
    lines = simulate(group, SpinEcho(SHORT), shift_hz / 0.1)
    order = np.argsort(lines.freq_hz)
    spread = np.hypot(shift_hz, coupling)
    expected = (
        np.array([-spread - coupling, -spread + coupling, spread - coupling, spread + coupling]) / 2
    )
    np.testing.assert_allclose(lines.freq_hz[order], expected, atol=1e-6)
    outer = (1 - coupling / spread) / 2
    np.testing.assert_allclose(
        lines.amplitude[order].real, [outer, 1 - outer, 1 - outer, outer], atol=1e-5
    )


def test_phosphorus_splits_and_is_refocused():
    """An unflipped neighbour splits the line by J, in phase at the echo."""
    lone = SpinGroup("", "", (4.0,), heteronuclei=(Heteronucleus("31P", ((0, 7.288),)),))
    lines = simulate(lone, Press(0.01, 0.02), HZ_PER_PPM)
    np.testing.assert_allclose(np.diff(np.sort(lines.freq_hz)), [7.288], atol=1e-6)
    np.testing.assert_allclose(lines.amplitude, [0.5, 0.5], atol=1e-9)


def test_division_of_the_echo_time_matters_for_glutamate():
    forward, backward = fid("Glu", Press(0.011, 0.019)), fid("Glu", Press(0.019, 0.011))
    overlap = abs(np.vdot(forward, backward)) / np.linalg.norm(forward) / np.linalg.norm(backward)
    assert overlap < 0.97


def test_sampling_adds_up_the_lines():
    lines = simulate(spin_system("Glu").groups[0], Press(0.011, 0.019), HZ_PER_PPM)
    time = np.arange(300) * DWELL_S
    direct = (lines.amplitude[:, None] * np.exp(2j * np.pi * np.outer(lines.freq_hz, time))).sum(0)
    np.testing.assert_allclose(sample(lines, 300, DWELL_S), direct, atol=1e-3)

"""Density-matrix simulation of one spin group.

Homonuclear couplings are treated in full (strong coupling); heteronuclei only split the lines:
proton pulses do not flip them, so each of their states is a separate, smaller problem. All is done
in the eigenstates of the free Hamiltonian, which are found for each total quantum number apart;
coherence orders are therefore seen there too.

Method: Levitt, Spin Dynamics, 2nd ed. 2008, chapters 14-16; product operators as in Ernst,
Bodenhausen, Wokaun 1987. Signals rise in frequency with the chemical shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.program import Equilibrium, Excite, Flip, Keep, Refocus, Turn, Wait
from mrsviewer.basis.projection import Molecule, through_slab
from mrsviewer.basis.shots import reference_shots, shots_of
from mrsviewer.basis.spin_space import nodes_of, spaces_of
from mrsviewer.basis.spin_systems import SpinGroup
from mrsviewer.dsp.conventions import WATER_PPM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.basis.program import Event, Program
    from mrsviewer.basis.sequences import AnySequence
    from mrsviewer.basis.shots import Shot
    from mrsviewer.basis.spin_space import Nodes
    from mrsviewer.basis.spin_systems import Heteronucleus

_STATES = {"31P": (-0.5, 0.5), "14N": (-1.0, 0.0, 1.0)}
_HALF_PI = (np.sqrt(0.5) + 0j, -1j * np.sqrt(0.5))


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Transitions: frequency in Hz from 4.65 ppm and complex amplitude at the echo top.

    One proton at full signal has amplitude 1 in sum.
    """

    freq_hz: NDArray[np.float64]
    amplitude: NDArray[np.complex128]

    def times(self, factor: complex) -> Lines:
        """Return the lines, each amplitude times ``factor``."""
        return Lines(self.freq_hz, factor * self.amplitude)


def joined(parts: list[Lines]) -> Lines:
    """Return all lines of several."""
    return Lines(
        np.concatenate([part.freq_hz for part in parts]),
        np.concatenate([part.amplitude for part in parts]),
    )


def simulate(group: SpinGroup, sequence: AnySequence, hz_per_ppm: float) -> Lines:
    """Return the lines of one spin group after ``sequence``, its weight included.

    Their scale and phase are those of the spins after the pulses: a stimulated echo has half of the
    signal, and a shaped pulse its own phase.
    """
    return _run(shots_of(sequence), group, hz_per_ppm)


def lone_spin_signal(sequence: AnySequence, hz_per_ppm: float) -> complex:
    """Return the signal of one uncoupled proton at the centre of the slice."""
    carrier = WATER_PPM if sequence.slices is None else sequence.slices.carrier_ppm
    spin = SpinGroup("lone", "", (carrier,))
    return complex(_run(reference_shots(sequence), spin, hz_per_ppm).amplitude.sum())


def _run(shots: tuple[Shot, ...], group: SpinGroup, hz_per_ppm: float) -> Lines:
    """Return the lines of one spin group, all shots added."""
    nodes = nodes_of(group)
    states = list(_hetero_offsets(group))
    scale = group.weight * group.protons / len(states)
    parts: list[Lines] = []
    for offsets in states:
        shifts = (np.array(group.shifts_ppm) - WATER_PPM) * hz_per_ppm + offsets
        parts.extend(_one_state(shots, nodes, shifts, hz_per_ppm))
    return joined(parts).times(scale)


def _hetero_offsets(group: SpinGroup) -> Iterator[NDArray[np.float64]]:
    """Yield, for each joint state of the heteronuclei, the shift in Hz of every proton."""
    states = [_STATES[h.nucleus] for h in group.heteronuclei]
    for quantum_numbers in product(*states):
        offsets = np.zeros(len(group.shifts_ppm))
        for nucleus, m in zip(group.heteronuclei, quantum_numbers, strict=True):
            _add_splitting(offsets, nucleus, m)
        yield offsets


def _add_splitting(offsets: NDArray[np.float64], nucleus: Heteronucleus, m: float) -> None:
    for proton, coupling in nucleus.couplings_hz:
        offsets[proton] += coupling * m


def _one_state(
    shots: tuple[Shot, ...], nodes: Nodes, shifts_hz: NDArray[np.float64], hz_per_ppm: float
) -> Iterator[Lines]:
    """Yield the lines of each space of the group, in one state of its heteronuclei."""
    shifts = np.array([shifts_hz[members[0]] for members in nodes.members])
    spins = sum(len(members) for members in nodes.members)
    for space, copies in spaces_of(tuple(len(members) for members in nodes.members)):
        if not any(space.twice):
            continue
        molecule = Molecule(space, shifts, nodes.couplings_hz, hz_per_ppm)
        evolution = Evolution(molecule)
        rho = np.zeros((space.size, space.size), complex)
        for shot in shots:
            rho += shot.weight * evolution.after(shot.program)
        yield _lines(molecule, rho).times(2.0 * copies / 2**spins)


@dataclass(frozen=True)
class Evolution:
    """Carries a density matrix in the energy basis through the events of a program."""

    molecule: Molecule

    def after(self, program: Program) -> NDArray[np.complex128]:
        """Return the density matrix at the end."""
        first, *rest = program
        rho = self._start(first)
        for event in rest:
            rho = self._step(event, rho)
        return rho

    def _start(self, event: Event) -> NDArray[np.complex128]:
        molecule = self.molecule
        if isinstance(event, Equilibrium):
            return molecule.rotated(np.diag(molecule.space.z.sum(axis=0)).astype(complex))
        if isinstance(event, Excite):
            raising = molecule.raising
            return np.asarray(raising if event.order > 0 else raising.T, np.complex128)
        raise TypeError(event)

    def _step(self, event: Event, rho: NDArray[np.complex128]) -> NDArray[np.complex128]:
        molecule = self.molecule
        if isinstance(event, Wait):
            return np.asarray(rho * molecule.evolution(event.seconds))
        if isinstance(event, Keep):
            return np.asarray(np.where(molecule.order == event.order, rho, 0))
        if isinstance(event, Refocus):
            return np.asarray(self._refocus @ rho @ self._refocus)
        if isinstance(event, Turn):
            return np.asarray(self._turn @ rho @ self._turn.conj().T)
        if isinstance(event, Flip):
            flip = self._flip(event)
            return np.asarray(flip @ rho @ flip.conj().T)
        if isinstance(event, (Excite, Equilibrium)):
            raise TypeError(event)
        return through_slab(molecule, event, rho)

    @cached_property
    def _refocus(self) -> NDArray[np.float64]:
        """Return the turn by 180 degrees but for a phase: every m becomes -m."""
        return np.asarray(self.molecule.states.T @ self.molecule.states[::-1])

    @cached_property
    def _turn(self) -> NDArray[np.complex128]:
        nodes = len(self.molecule.shifts_hz)
        a, b = (np.full(nodes, value) for value in _HALF_PI)
        return self.molecule.rotated(self.molecule.space.rotation(a, b))

    def _flip(self, event: Flip) -> NDArray[np.complex128]:
        centre_hz = (event.centre_ppm - WATER_PPM) * self.molecule.hz_per_ppm
        inside = np.abs(self.molecule.shifts_hz - centre_hz) <= event.width_hz / 2
        a = np.where(inside, 0.0, 1.0).astype(complex)
        return self.molecule.rotated(
            self.molecule.space.rotation(a, np.asarray(-1j * inside, np.complex128))
        )


def _lines(molecule: Molecule, rho: NDArray[np.complex128]) -> Lines:
    """Return all transitions that give signal."""
    amplitude = rho * molecule.raising.T
    rows, columns = np.nonzero(np.abs(amplitude) > 1e-9 * len(rho))
    freq = molecule.energy_hz[columns] - molecule.energy_hz[rows]
    return Lines(freq, np.asarray(amplitude[rows, columns], np.complex128))

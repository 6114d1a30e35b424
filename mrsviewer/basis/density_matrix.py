"""Density-matrix simulation of one spin group under ideal pulses.

Homonuclear couplings are treated in full (strong coupling); heteronuclei only split the lines:
proton pulses do not flip them, so each of their states is a separate, smaller problem. Only the
coherence order that leads to the echo is followed, as perfect crushers would leave it. Ideal
refocusing pulses turn order +1 into -1 exactly, so nothing else has to be filtered for PRESS.

Method: Levitt, Spin Dynamics, 2nd ed. 2008, chapters 14-16; product operators as in Ernst,
Bodenhausen, Wokaun 1987. Signals rise in frequency with the chemical shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.sequences import AnySequence, Press, SemiLaser, SpinEcho
from mrsviewer.dsp.conventions import WATER_PPM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.basis.spin_systems import Heteronucleus, SpinGroup

_STATES = {"31P": (-0.5, 0.5), "14N": (-1.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Transitions: frequency in Hz from 4.65 ppm and complex amplitude at the echo top.

    One proton at full signal has amplitude 1 in sum.
    """

    freq_hz: NDArray[np.float64]
    amplitude: NDArray[np.complex128]


def simulate(group: SpinGroup, sequence: AnySequence, hz_per_ppm: float) -> Lines:
    """Return the lines of one spin group after ``sequence``, its weight included."""
    parts = [_one_state(group, offsets, sequence, hz_per_ppm) for offsets in _hetero_offsets(group)]
    scale = group.weight * group.protons / len(parts)
    return Lines(
        np.concatenate([part.freq_hz for part in parts]),
        np.concatenate([scale * part.amplitude for part in parts]),
    )


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
    group: SpinGroup, offsets: NDArray[np.float64], sequence: AnySequence, hz_per_ppm: float
) -> Lines:
    shifts = (np.array(group.shifts_ppm) - WATER_PPM) * hz_per_ppm + offsets
    energy, states = np.linalg.eigh(_hamiltonian(shifts, group.couplings_hz))
    system = _System(energy, states, _operators(len(shifts)))
    return system.lines(system.echo(sequence))


@dataclass(frozen=True, slots=True, eq=False)
class _Operators:
    """Operators of n spins in the product basis: all real."""

    raising: NDArray[np.float64]
    flip: NDArray[np.int64]
    half_pi: NDArray[np.complex128]
    order: NDArray[np.int64]


@cache
def _operators(spins: int) -> _Operators:
    size = 2**spins
    states = np.arange(size)
    raising = np.zeros((size, size))
    for k in range(spins):
        down = states[(states >> k) & 1 == 1]
        raising[down ^ (1 << k), down] = 1.0
    quanta = np.array([int(s).bit_count() for s in states])
    one = np.array([[1.0, -1.0j], [-1.0j, 1.0]]) / np.sqrt(2)
    half_pi = np.ones((1, 1), complex)
    for _ in range(spins):
        half_pi = np.kron(half_pi, one)
    return _Operators(raising, size - 1 - states, half_pi, quanta[None, :] - quanta[:, None])


def _hamiltonian(
    shifts_hz: NDArray[np.float64], couplings: tuple[tuple[int, int, float], ...]
) -> NDArray[np.float64]:
    """Return H / 2 pi in Hz, shape (2^n, 2^n); bit k of an index set means spin k is down."""
    states = np.arange(2 ** len(shifts_hz))
    z = 0.5 - ((states[None, :] >> np.arange(len(shifts_hz))[:, None]) & 1)
    diagonal = shifts_hz @ z
    for i, j, coupling in couplings:
        diagonal += coupling * z[i] * z[j]
    matrix = np.diag(diagonal)
    for i, j, coupling in couplings:
        opposite = states[z[i] != z[j]]
        matrix[opposite ^ ((1 << i) | (1 << j)), opposite] += coupling / 2
    return matrix


@dataclass(frozen=True, slots=True, eq=False)
class _System:
    energy_hz: NDArray[np.float64]
    states: NDArray[np.float64]
    operators: _Operators

    def echo(self, sequence: AnySequence) -> NDArray[np.complex128]:
        """Return the density matrix of order -1 at the echo top, in the energy basis."""
        raising = self._rotated(self.operators.raising)
        if isinstance(sequence, Press):
            half1, half2 = sequence.te1_s / 2, sequence.te2_s / 2
            return self._refocused(raising.T, (half1, half1 + half2, half2))
        if isinstance(sequence, SpinEcho):
            return self._refocused(raising, (sequence.te_s / 2, sequence.te_s / 2))
        if isinstance(sequence, SemiLaser):
            eighth = sequence.te_s / 8
            return self._refocused(raising.T, (eighth, *(2 * eighth,) * 3, eighth))
        return self._stimulated(raising, sequence.te_s / 2, sequence.tm_s)

    def lines(self, density: NDArray[np.complex128]) -> Lines:
        """Return all transitions that give signal."""
        raising = self._rotated(self.operators.raising)
        amplitude = density * raising.T * (2.0 / len(self.energy_hz))
        rows, columns = np.nonzero(np.abs(amplitude) > 1e-9)
        freq = self.energy_hz[columns] - self.energy_hz[rows]
        return Lines(freq, np.asarray(amplitude[rows, columns], np.complex128))

    def _refocused(
        self, density: NDArray[np.float64], delays: tuple[float, ...]
    ) -> NDArray[np.complex128]:
        """Return ``density`` after the delays, an ideal 180 degree pulse between each two."""
        pulse = self.states.T @ self.states[self.operators.flip]
        rho = density * self._evolution(delays[0])
        for delay in delays[1:]:
            rho = (pulse @ rho @ pulse) * self._evolution(delay)
        return rho

    def _stimulated(
        self, raising: NDArray[np.float64], half_te: float, tm: float
    ) -> NDArray[np.complex128]:
        pulse = self.states.T @ self.operators.half_pi @ self.states
        rho = raising * self._evolution(half_te)
        rho = self._of_order(pulse @ rho @ pulse.conj().T, 0) * self._evolution(tm)
        echo = self._of_order(pulse @ rho @ pulse.conj().T, -1)
        return np.asarray(echo * self._evolution(half_te))

    def _of_order(self, rho: NDArray[np.complex128], order: int) -> NDArray[np.complex128]:
        """Return the part of one coherence order, as a spoiler leaves it."""
        in_product_basis = self.states @ rho @ self.states.T
        kept = np.where(self.operators.order == order, in_product_basis, 0)
        return np.asarray(self.states.T @ kept @ self.states)

    def _evolution(self, time_s: float) -> NDArray[np.complex128]:
        phase = np.exp(-2j * np.pi * self.energy_hz * time_s)
        return np.asarray(np.outer(phase, phase.conj()))

    def _rotated(self, operator: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.states.T @ operator @ self.states)

"""Shaped pulses with slice gradients: averages along one axis at a time.

Gradients that crush all but one coherence order between the pulses of two axes make the average
over the volume the product of the averages along the axes, so that N + N + N positions are
simulated in place of N x N x N: Zhang et al., Med Phys 2017 (doi 10.1002/mp.12375); Landheer et
al., NMR Biomed 2020 (MARSS, doi 10.1002/nbm.4129).

At one position the propagator of a pulse is found in the frame that turns with every single spin:
``U = R V``. R, the turn of the uncoupled spins, is exact and costs 2 x 2 matrices. V holds the
couplings as they look from that frame, which change slowly, so that it takes a few segments only
(Magnus expansion to the fourth order in each). Coupled spins that turn alike see their coupling
unchanged, and nothing at all is neglected there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.program import Keep, Play, Wait
from mrsviewer.basis.rotations import turns
from mrsviewer.basis.spin_space import pair_operators
from mrsviewer.dsp.conventions import WATER_PPM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.basis.program import Slab
    from mrsviewer.basis.rotations import Turns
    from mrsviewer.basis.spin_space import PairOperators, Space

_SEGMENT_RAD = 1.5
"""How far coupled spins may precess against one another in a segment: the difference of their
shifts and the couplings, as an angle. Propagators are then exact to about 1e-4."""

_CACHE_ELEMENTS = 2**13
"""Matrix elements that are worked on at a time."""


@dataclass(frozen=True)
class Molecule:
    """One space of a spin group at one field.

    Attributes
    ----------
    space
        Quantum numbers of the nodes and their operators.
    shifts_hz
        Of each node, from 4.65 ppm.
    couplings_hz
        (node, node, Hz).
    hz_per_ppm
        Spectrometer frequency.
    """

    space: Space
    shifts_hz: NDArray[np.float64]
    couplings_hz: tuple[tuple[int, int, float], ...]
    hz_per_ppm: float
    _known: dict[tuple[Play, int, float], NDArray[np.complex128]] = field(default_factory=dict)

    @cached_property
    def _eigen(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return energies and states, found for each total quantum number apart."""
        matrix = self._hamiltonian()
        energy = np.empty(self.space.size)
        states = np.zeros_like(matrix)
        for total in range(self.space.total.max() + 1):
            block = np.flatnonzero(self.space.total == total)
            energy[block], states[np.ix_(block, block)] = np.linalg.eigh(
                matrix[np.ix_(block, block)]
            )
        return energy, states

    def _hamiltonian(self) -> NDArray[np.float64]:
        """Return H / 2 pi in Hz with strong coupling; real."""
        matrix = np.diag(self.shifts_hz @ self.space.z)
        if self.couplings_hz:
            scalar = self._strengths[:, None, None] * np.eye(3)
            matrix = matrix + self._operators.matrix(scalar).real
        return np.asarray(matrix)

    @property
    def _strengths(self) -> NDArray[np.float64]:
        return np.array([hz for *_, hz in self.couplings_hz])

    @property
    def _operators(self) -> PairOperators:
        return pair_operators(self.space, tuple((i, j) for i, j, _ in self.couplings_hz))

    @property
    def energy_hz(self) -> NDArray[np.float64]:
        """Return the energies divided by h."""
        return self._eigen[0]

    @property
    def states(self) -> NDArray[np.float64]:
        """Return the eigenstates as columns; each has one total quantum number."""
        return self._eigen[1]

    @cached_property
    def raising(self) -> NDArray[np.float64]:
        """Return F+ in the energy basis."""
        return np.asarray(self.states.T @ self.space.raising.sum(axis=0) @ self.states)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """Return the coherence order of every element of a density matrix."""
        return np.asarray(self.space.total[:, None] - self.space.total[None, :])

    def evolution(self, seconds: float) -> NDArray[np.complex128]:
        """Return what free precession multiplies every element of a density matrix by."""
        phase = np.exp(-2j * np.pi * self.energy_hz * seconds)
        return np.asarray(np.outer(phase, phase.conj()))

    def rotated(self, operator: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return operators of the product basis in the energy basis, shape (..., size, size)."""
        return np.asarray(self.states.T @ operator @ self.states)

    def propagators(self, play: Play, positions: int, extent: float) -> NDArray[np.complex128]:
        """Return U of a pulse at every position in the energy basis, shape (positions, size, size).

        Computed once: two axes often have the same pulse.
        """
        key = (play, positions, extent)
        if key not in self._known:
            self._known[key] = self._propagators(play, positions, extent)
        return self._known[key]

    def _propagators(self, play: Play, positions: int, extent: float) -> NDArray[np.complex128]:
        carrier = (play.carrier_ppm - WATER_PPM) * self.hz_per_ppm
        gradient = offsets_hz(play.pulse.bandwidth_hz, positions, extent)
        turned = turns(play, self.shifts_hz - carrier, carrier, gradient)
        result = np.empty((positions, self.space.size, self.space.size), complex)
        for places in self.chunks(positions):
            here = turned.at(places)
            whole = self.space.rotation(here.a, here.b)
            if self.couplings_hz:
                whole = whole @ self._coupled(here, self._segments(play.pulse.duration_s))
            result[places] = self.rotated(whole)
        return result

    def chunks(self, positions: int) -> Iterator[slice]:
        """Yield positions in groups whose matrices fit into the processor's cache."""
        several = max(1, _CACHE_ELEMENTS // self.space.size**2)
        for start in range(0, positions, several):
            yield slice(start, start + several)

    def _segments(self, duration_s: float) -> int:
        shifts = self.shifts_hz
        apart = max(abs(shifts[i] - shifts[j]) + abs(hz) for i, j, hz in self.couplings_hz)
        return int(np.ceil(2 * np.pi * apart * duration_s / _SEGMENT_RAD))

    def _coupled(self, turned: Turns, segments: int) -> NDArray[np.complex128]:
        """Return V, the effect of the couplings, at every position."""
        pairs = tuple((i, j) for i, j, _ in self.couplings_hz)
        strengths = 2 * np.pi * self._strengths[:, None, None]
        result = np.eye(self.space.size, dtype=complex)
        for whole, moment in zip(*turned.relative(pairs, segments), strict=True):
            first, second = (
                -1j * self._operators.matrix(part * strengths) for part in (whole, moment)
            )
            result = _magnus(first, second) @ result
        return result


def _magnus(
    whole: NDArray[np.complex128], moment: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return the propagator of a generator of which integral and first moment are known.

    Fourth order: ``exp(B0 - [B0, B1])``, the commutator of anti-Hermitian matrices being
    ``X - X^H`` with ``X = B0 B1``. Blanes, Casas, Ros, BIT 2000 (doi 10.1023/A:1022311628317).
    """
    product = whole @ moment
    return _exponential(whole - product + product.conj().swapaxes(-1, -2))


def offsets_hz(bandwidth_hz: float, positions: int, extent: float) -> NDArray[np.float64]:
    """Return the frequency that the slice gradient adds at every position, shape (positions,)."""
    places = (np.arange(positions) + 0.5) / positions - 0.5
    return np.asarray(places * extent * bandwidth_hz)


def _exponential(matrix: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return exp(matrix) for small matrices: Taylor series to the fourth order."""
    one = np.eye(matrix.shape[-1])
    square = matrix @ matrix
    return np.asarray(one + matrix + square @ (one / 2 + matrix / 6 + square / 24))


def through_slab(
    molecule: Molecule, slab: Slab, rho: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return the density matrix after the slab, averaged over its positions."""
    total = np.zeros_like(rho)
    for places in molecule.chunks(slab.positions):
        total += _through(molecule, slab, rho, places).sum(axis=0)
    return total / slab.positions


def _through(
    molecule: Molecule, slab: Slab, rho: NDArray[np.complex128], places: slice
) -> NDArray[np.complex128]:
    """Return the density matrices after the slab at some of its positions."""
    there = rho[None]
    for step in slab.steps:
        if isinstance(step, Wait):
            there = there * molecule.evolution(step.seconds)
        elif isinstance(step, Keep):
            there = np.where(molecule.order == step.order, there, 0)
        else:
            u = molecule.propagators(step, slab.positions, slab.extent)[places]
            there = u @ there @ u.conj().swapaxes(-1, -2)
    return there

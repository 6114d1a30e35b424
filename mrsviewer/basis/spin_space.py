"""Operators of coupled spins, magnetically equivalent ones joined.

Spins of one shift and the same couplings to all others are one composite spin: three halves are a
spin 3/2 and two spins 1/2, which never mix. Their coupling among themselves has no effect and is
left out. This is exact, and makes a methyl group cost half or less.

Source: Corio, Structure of High-Resolution NMR Spectra, 1966, chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import product
from math import comb, factorial, prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.spin_systems import SpinGroup

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Nodes:
    """The spins of a group, equivalent ones joined.

    Attributes
    ----------
    members
        The protons of each node.
    couplings_hz
        (node, node, Hz).
    """

    members: tuple[tuple[int, ...], ...]
    couplings_hz: tuple[tuple[int, int, float], ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Return the coupled nodes."""
        return tuple((i, j) for i, j, _ in self.couplings_hz)


def nodes_of(group: SpinGroup) -> Nodes:
    """Return the group with magnetically equivalent protons joined."""
    members: list[list[int]] = []
    for proton in range(len(group.shifts_ppm)):
        home = next((m for m in members if _equivalent(group, m[0], proton)), None)
        if home is None:
            members.append([proton])
        else:
            home.append(proton)
    between = _coupling_table(group)
    couplings = [
        (i, j, between[a[0], b[0]])
        for i, a in enumerate(members)
        for j, b in enumerate(members)
        if i < j and (a[0], b[0]) in between
    ]
    return Nodes(tuple(tuple(m) for m in members), tuple(couplings))


def _coupling_table(group: SpinGroup) -> dict[Pair, float]:
    table = {(i, j): value for i, j, value in group.couplings_hz}
    return table | {(j, i): value for (i, j), value in table.items()}


def _equivalent(group: SpinGroup, one: int, other: int) -> bool:
    between = _coupling_table(group)
    hetero = [dict(nucleus.couplings_hz) for nucleus in group.heteronuclei]
    rest = set(range(len(group.shifts_ppm))) - {one, other}
    return (
        group.shifts_ppm[one] == group.shifts_ppm[other]
        and all(between.get((one, k)) == between.get((other, k)) for k in rest)
        and all(h.get(one) == h.get(other) for h in hetero)
    )


@dataclass(frozen=True)
class Space:
    """One set of quantum numbers of the nodes; ``twice`` holds 2 I of each.

    Basis states are sorted as products, the last node running fastest, each from m = I to -I.
    """

    twice: tuple[int, ...]

    @property
    def size(self) -> int:
        """Return the number of states."""
        return prod(n + 1 for n in self.twice)

    @cached_property
    def z(self) -> NDArray[np.float64]:
        """Return m of every node in every state, shape (nodes, size)."""
        steps = [np.arange(n + 1) for n in self.twice]
        grid = np.array(np.meshgrid(*steps, indexing="ij")).reshape(len(steps), -1)
        return np.asarray(np.array(self.twice)[:, None] / 2 - grid)

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """Return the sum of m over the nodes, less its least value, shape (size,)."""
        shifted = self.z.sum(axis=0) + sum(self.twice) / 2
        return np.asarray(np.rint(shifted), np.int64)

    @cached_property
    def raising(self) -> NDArray[np.float64]:
        """Return I+ of every node, shape (nodes, size, size)."""
        rows = np.zeros((len(self.twice), self.size, self.size))
        for k, n in enumerate(self.twice):
            m = n / 2 - np.arange(1, n + 1)
            ladder = np.diag(np.sqrt(n / 2 * (n / 2 + 1) - m * (m + 1)), 1)
            before = prod(j + 1 for j in self.twice[:k])
            after = prod(j + 1 for j in self.twice[k + 1 :])
            rows[k] = np.kron(np.eye(before), np.kron(ladder, np.eye(after)))
        return rows

    def rotation(
        self, a: NDArray[np.complex128], b: NDArray[np.complex128]
    ) -> NDArray[np.complex128]:
        """Return the product of the nodes' rotations.

        Parameters
        ----------
        a, b
            First column of each node's SU(2) matrix, shape (..., nodes).

        Returns
        -------
        numpy.ndarray
            Shape (..., size, size).
        """
        whole = np.ones((*a.shape[:-1], 1, 1), complex)
        for k, n in enumerate(self.twice):
            part = _wigner(n, a[..., k], b[..., k])
            size = whole.shape[-1] * (n + 1)
            joined = whole[..., :, None, :, None] * part[..., None, :, None, :]
            whole = joined.reshape(*a.shape[:-1], size, size)
        return np.asarray(whole)


@dataclass(frozen=True, slots=True, eq=False)
class PairOperators:
    """All products I_b I_c of coupled nodes, as the few elements that they have.

    Attributes
    ----------
    size
        Of the matrices.
    places
        Elements of the flat matrix that any product has, shape (places,).
    first
        Where in ``value`` the contributions to each place begin, shape (places,).
    which, value
        Of which product, counted over (pairs, 3, 3), a contribution is, and how large.
    """

    size: int
    places: NDArray[np.int64]
    first: NDArray[np.int64]
    which: NDArray[np.int64]
    value: NDArray[np.complex128]

    def matrix(self, coefficients: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return sums of the products.

        Parameters
        ----------
        coefficients
            Shape (..., pairs, 3, 3).

        Returns
        -------
        numpy.ndarray
            Shape (..., size, size).
        """
        flat = coefficients.reshape(*coefficients.shape[:-3], -1)
        result = np.zeros((*flat.shape[:-1], self.size**2), complex)
        parts = flat[..., self.which] * self.value
        result[..., self.places] = np.add.reduceat(parts, self.first, axis=-1)
        return result.reshape(*flat.shape[:-1], self.size, self.size)


@lru_cache(maxsize=64)
def pair_operators(space: Space, pairs: tuple[Pair, ...]) -> PairOperators:
    """Return the products of the nodes' operators for these pairs; there must be one."""
    up = space.raising
    cartesian = np.array(
        [(up + up.swapaxes(1, 2)) / 2, (up - up.swapaxes(1, 2)) / 2j, _diagonals(space.z)]
    )
    places, which, values = [], [], []
    for k, ((i, j), b, c) in enumerate(product(pairs, range(3), range(3))):
        flat = (cartesian[b, i] @ cartesian[c, j]).reshape(-1)
        found = np.flatnonzero(flat)
        places.append(found)
        which.append(np.full(len(found), k))
        values.append(flat[found])
    everywhere = np.concatenate(places)
    order = np.argsort(everywhere, kind="stable")
    unique, first = np.unique(everywhere[order], return_index=True)
    return PairOperators(
        space.size,
        unique,
        first,
        np.concatenate(which)[order],
        np.concatenate(values)[order],
    )


def _diagonals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values[:, :, None] * np.eye(values.shape[1]))


def _wigner(n: int, a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the matrices of spin n / 2 for [[a, -b*], [b, a*]], shape (..., n + 1, n + 1)."""
    matrix = np.zeros((*a.shape, n + 1, n + 1), complex)
    for down, to in product(range(n + 1), range(n + 1)):
        up = n - down
        scale = sqrt(factorial(n - to) * factorial(to) / (factorial(up) * factorial(down)))
        for k in range(max(0, to - down), min(up, to) + 1):
            moved = to - k
            ways = comb(up, k) * comb(down, moved)
            term = a ** (up - k) * b**k * (-b.conj()) ** (down - moved) * a.conj() ** moved
            matrix[..., to, down] += scale * ways * term
    return matrix


@cache
def spaces_of(sizes: tuple[int, ...]) -> tuple[tuple[Space, int], ...]:
    """Return the spaces that nodes of so many spins 1/2 have, and how often each occurs."""
    choices = [
        [(n - 2 * k, comb(n, k) - (comb(n, k - 1) if k else 0)) for k in range(n // 2 + 1)]
        for n in sizes
    ]
    return tuple(
        (space(tuple(twice for twice, _ in chosen)), prod(copies for _, copies in chosen))
        for chosen in product(*choices)
    )


@cache
def space(twice: tuple[int, ...]) -> Space:
    """Return the space with these quantum numbers; its operators are kept."""
    return Space(twice)

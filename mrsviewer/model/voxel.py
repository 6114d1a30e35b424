"""The box a spectrum comes from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Voxel:
    """An oblique box in scanner space, RAS millimetres (x to the right, y anterior, z superior).

    Attributes
    ----------
    centre_ras_mm
        Its centre.
    size_mm
        Edge lengths along its own three axes.
    axes_ras
        3 x 3 rows; *column* k is the unit direction of edge k.
    """

    centre_ras_mm: Vector
    size_mm: Vector
    axes_ras: tuple[Vector, Vector, Vector]

    @classmethod
    def from_arrays(
        cls,
        centre: NDArray[np.float64],
        size: NDArray[np.float64],
        axes: NDArray[np.float64],
    ) -> Voxel:
        """Return a voxel from arrays of shape (3,), (3,) and (3, 3)."""
        x, y, z = (_vector(row) for row in np.asarray(axes))
        return cls(_vector(centre), _vector(size), (x, y, z))

    @classmethod
    def from_affine(cls, affine: NDArray[np.float64]) -> Voxel:
        """Return the voxel whose centre is the origin of a 4 x 4 index-to-RAS matrix."""
        edges = np.asarray(affine, float)[:3, :3]
        size = np.linalg.norm(edges, axis=0)
        return cls.from_arrays(np.asarray(affine, float)[:3, 3], size, edges / size)

    def affine(self) -> NDArray[np.float64]:
        """Return the 4 x 4 matrix from index to RAS mm, index (0, 0, 0) at the centre."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.array(self.axes_ras) * np.array(self.size_mm)
        matrix[:3, 3] = self.centre_ras_mm
        return matrix

    def corners_ras_mm(self) -> NDArray[np.float64]:
        """Return the eight corners, shape (8, 3), the last axis of the box fastest."""
        signs = np.array(list(product((-0.5, 0.5), repeat=3)))
        edges = np.array(self.axes_ras) * np.array(self.size_mm)
        return np.asarray(np.array(self.centre_ras_mm) + signs @ edges.T)

    def volume_ml(self) -> float:
        """Return the volume in millilitres."""
        return float(np.prod(self.size_mm)) * 1e-3


def _vector(values: NDArray[np.float64]) -> Vector:
    x, y, z = (float(v) for v in values)
    return (x, y, z)

"""The frame of an orthogonal slice: which way right and up on the screen point in the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Vector

Plane = Literal["axial", "coronal", "sagittal"]

PLANES: tuple[Plane, Plane, Plane] = ("axial", "coronal", "sagittal")

_LETTERS = (("L", "R"), ("P", "A"), ("I", "S"))
"""Letters of the negative and positive end of the RAS axes x, y, z."""

_AXES: dict[Plane, tuple[int, int, int]] = {
    "axial": (0, 1, 2),
    "coronal": (0, 2, 1),
    "sagittal": (1, 2, 0),
}
"""RAS axes along the screen's horizontal, the screen's vertical and the slice's normal."""


@dataclass(frozen=True, slots=True)
class SliceFrame:
    """In-plane coordinates of one orthogonal plane, millimetres, right and up on the screen.

    Attributes
    ----------
    plane
        Which one.
    horizontal, vertical, normal
        RAS axis (0, 1, 2) along each direction.
    horizontal_sign
        +1 where the right of the screen is the positive RAS axis, else -1. Up on the screen is
        always anterior (axial) or superior.
    """

    plane: Plane
    horizontal: int
    vertical: int
    normal: int
    horizontal_sign: float

    @property
    def right(self) -> NDArray[np.float64]:
        """Return the RAS unit vector that points to the right on the screen, shape (3,)."""
        vector = np.zeros(3)
        vector[self.horizontal] = self.horizontal_sign
        return vector

    @property
    def up(self) -> NDArray[np.float64]:
        """Return the RAS unit vector that points up on the screen, shape (3,)."""
        vector = np.zeros(3)
        vector[self.vertical] = 1.0
        return vector

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """Return the letters of the left, right, top and bottom edge of the screen."""
        right, up = direction_letter(self.right), direction_letter(self.up)
        return direction_letter(-self.right), right, up, direction_letter(-self.up)

    def to_plane(self, points_ras_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return in-plane (right, up) coordinates of RAS points, shape (..., 2)."""
        points = np.asarray(points_ras_mm, float)
        across = self.horizontal_sign * points[..., self.horizontal]
        return np.stack([across, points[..., self.vertical]], axis=-1)

    def to_ras(self, across_mm: float, up_mm: float, position_mm: float) -> Vector:
        """Return the RAS point at in-plane coordinates of the slice at ``position_mm``."""
        point = [0.0, 0.0, 0.0]
        point[self.horizontal] = self.horizontal_sign * across_mm
        point[self.vertical] = up_mm
        point[self.normal] = position_mm
        return point[0], point[1], point[2]


def slice_frame(plane: Plane, *, radiological: bool = True) -> SliceFrame:
    """Return the frame of ``plane``.

    In the radiological convention the patient's left is on the right of axial and coronal
    pictures, otherwise on the left. Sagittal pictures look from the left: anterior is on the
    left of the screen in both.
    """
    horizontal, vertical, normal = _AXES[plane]
    sign = -1.0 if plane == "sagittal" or radiological else 1.0
    return SliceFrame(plane, horizontal, vertical, normal, sign)


def direction_letter(vector: NDArray[np.float64]) -> str:
    """Return the anatomical letter (L, R, A, P, S, I) that a RAS direction points to most."""
    axis = int(np.argmax(np.abs(vector)))
    return _LETTERS[axis][int(vector[axis] > 0)]

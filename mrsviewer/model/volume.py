"""An image in scanner space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Tissue = Literal["gm", "wm", "csf"]


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """A three-dimensional image; never assume the order of its axes.

    Attributes
    ----------
    data
        Intensities, shape (i, j, k), float32; made read-only.
    affine
        4 x 4 matrix from index to RAS mm.
    name
        What it is, for captions: file name or series description.
    """

    data: NDArray[np.float32]
    affine: NDArray[np.float64]
    name: str

    def __post_init__(self) -> None:
        self.data.setflags(write=False)
        self.affine.setflags(write=False)

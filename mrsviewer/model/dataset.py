"""A dataset: complex samples, how they were acquired, and all that was done to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.voxel import Voxel

Dimension = Literal["x", "y", "z", "coil", "transient", "edit", "measurement"]


@dataclass(frozen=True, slots=True)
class Applied:
    """One line of provenance.

    Attributes
    ----------
    step, version
        Which step, and which version of its code.
    parameters
        The step as JSON.
    note
        What it found and did, in words and figures: "3 of 128 transients rejected".
    """

    step: str
    version: int
    parameters: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Immutable complex time-domain data with its axes and history.

    Attributes
    ----------
    fid
        Samples, shape (..., points), time last, complex128; made read-only.
        Sign as in :mod:`mrsviewer.dsp.conventions`: higher ppm at higher frequency of ``fft``.
    dims
        What the axes before time are, outermost first; ``len(dims) == fid.ndim - 1``.
    acquisition
        How the samples were acquired.
    centre_ppm
        Chemical shift at 0 Hz.
    voxel
        Where in the body, or None where the file does not say.
    provenance
        What was done, oldest first.
    """

    fid: NDArray[np.complex128]
    acquisition: Acquisition
    centre_ppm: float
    dims: tuple[Dimension, ...] = ()
    voxel: Voxel | None = None
    provenance: tuple[Applied, ...] = ()

    def __post_init__(self) -> None:
        if self.fid.ndim != len(self.dims) + 1:
            msg = f"fid has {self.fid.ndim} axes, dims name {len(self.dims)} + time"
            raise ValueError(msg)
        self.fid.setflags(write=False)

    @property
    def points(self) -> int:
        """Return the number of samples in time."""
        return int(self.fid.shape[-1])

    def count(self, dim: Dimension) -> int:
        """Return how many entries axis ``dim`` has; 1 where there is no such axis."""
        return int(self.fid.shape[self.dims.index(dim)]) if dim in self.dims else 1

    def with_fid(
        self,
        fid: NDArray[np.complex128],
        applied: Applied,
        *,
        dims: tuple[Dimension, ...] | None = None,
        centre_ppm: float | None = None,
    ) -> Dataset:
        """Return the successor of this dataset, with one more line of provenance."""
        return replace(
            self,
            fid=fid,
            dims=self.dims if dims is None else dims,
            centre_ppm=self.centre_ppm if centre_ppm is None else centre_ppm,
            provenance=(*self.provenance, applied),
        )

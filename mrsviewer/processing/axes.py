"""Datasets of many axes as stacks of transients or of single signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.failure import ProcessingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset, Dimension

BRAIN_PPM = (0.2, 4.2)
"""Where the proton metabolites of the brain show, residual water left out."""


def axis_first(data: Dataset, dim: Dimension) -> NDArray[np.complex128]:
    """Return the samples with axis ``dim`` first: shape (entries, others, points)."""
    moved = np.moveaxis(data.fid, data.dims.index(dim), 0)
    return moved.reshape(moved.shape[0], -1, data.points)


def axis_last(data: Dataset, dim: Dimension) -> NDArray[np.complex128]:
    """Return the samples with axis ``dim`` next to time: shape (others, entries, points)."""
    return np.moveaxis(axis_first(data, dim), 0, 1)


def like(stack: NDArray[np.complex128], data: Dataset, dim: Dimension) -> NDArray[np.complex128]:
    """Return a stack from :func:`axis_last` in the order of axes of ``data``.

    The stack may hold fewer entries along ``dim`` than the data.
    """
    where = data.dims.index(dim)
    others = [n for k, n in enumerate(data.fid.shape[:-1]) if k != where]
    shaped = stack.reshape(*others, stack.shape[1], stack.shape[2])
    return np.ascontiguousarray(np.moveaxis(shaped, -2, where))


def signals_of(data: Dataset) -> NDArray[np.complex128]:
    """Return all samples as shape (signals, points)."""
    return data.fid.reshape(-1, data.points)


def mean_signal(data: Dataset) -> NDArray[np.complex128]:
    """Return the mean over all axes but time, shape (points,)."""
    return np.asarray(signals_of(data).mean(axis=0))


def is_proton(data: Dataset) -> bool:
    """Return whether these are proton data."""
    return data.acquisition.nucleus == "1H"


def refuse_imaging(data: Dataset, task: str) -> None:
    """Raise where the data are a grid of voxels.

    Raises
    ------
    ProcessingError
        If x, y or z has more than one entry.
    """
    size = [data.count(dim) for dim in ("x", "y", "z")]
    if max(size) > 1:
        raise ProcessingError(
            f"Cannot {task}",
            f"The data are spectroscopic imaging ({size[0]} x {size[1]} x {size[2]} voxels).",
            "Open a single-voxel scan, or remove this step from the recipe.",
        )

"""What the simple formats ask of a dataset before it can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.target_file import write_error

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset, Dimension

_TINY = 1e-90
_WORDS: dict[Dimension, str] = {
    "coil": "coils",
    "transient": "transients",
    "edit": "edit conditions",
    "measurement": "measurements",
}


def signals_of(
    dataset: Dataset, path: Path, kind: str, allowed: Collection[Dimension]
) -> NDArray[np.complex128]:
    """Return the samples as rows, shape (signals, points); numbers too small to print are 0.

    Parameters
    ----------
    dataset
        What is to be written.
    path, kind
        Target and its format, for the error.
    allowed
        Axes that may have more than one entry.

    Raises
    ------
    MrsError
        If another axis has several entries: the format cannot say what they are.
    """
    for dim in dataset.dims:
        if dim not in allowed and dataset.count(dim) > 1:
            what = _WORDS.get(dim, f"places along {dim}")
            cause = f"The data have {dataset.count(dim)} {what}, which {kind} cannot tell apart."
            remedy = "Write NIfTI-MRS (.nii.gz), or combine coils and average first."
            raise write_error(path, cause, remedy)
    rows = dataset.fid.reshape(-1, dataset.points)
    return np.where(np.abs(rows.real) < _TINY, 0, rows.real) + 1j * np.where(
        np.abs(rows.imag) < _TINY, 0, rows.imag
    )


def one_line(text: str | None) -> str:
    """Return text for a header line: no line ends, no quotes; empty where there is none."""
    return " ".join((text or "").replace("'", " ").split())

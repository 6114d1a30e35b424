"""Checks of the samples in a file against its header and against sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LARGEST_SAMPLE = 1e25
"""No receiver gives more; larger numbers are bytes that were never samples."""

MOST_MISSING, CLEAR = 0.25, 1e-3
"""Share of samples that may be exactly zero before the last that is as high as this share of the
highest. In what is lower, whole numbers round noise to zero."""

SEND_AGAIN = "Export or copy the file again."


def check_size(path: Path, expected: int, found: int, what: str) -> None:
    """Refuse sample data that are shorter or longer than the header promises.

    Raises
    ------
    FormatError
        If ``found`` bytes are not the ``expected`` ones that hold ``what``.
    """
    if found == expected:
        return
    fault = "is cut off" if found < expected else "does not belong to this header"
    raise FormatError(
        path,
        f"The file {fault}: the header promises {what} in {expected} bytes, there are {found}.",
        SEND_AGAIN,
    )


def check_samples(path: Path, fid: NDArray[np.complex128]) -> None:
    """Refuse samples that no scanner gave.

    Raises
    ------
    FormatError
        If there are no samples, some are not numbers or absurdly large, or all are zero, or many
        between others.
    """
    if fid.size == 0 or fid.shape[-1] < 2:
        raise FormatError(path, "It holds no signal.", SEND_AGAIN)
    with np.errstate(over="ignore", invalid="ignore"):
        largest = float(np.abs(fid).max())
    # Written so that NaN fails as well.
    if not largest < LARGEST_SAMPLE:
        raise FormatError(path, "The samples are not numbers a scanner gives.", SEND_AGAIN)
    if largest == 0:
        raise FormatError(path, "All samples are zero.", "Export the raw data again.")
    highest = np.abs(fid).reshape(-1, fid.shape[-1]).max(axis=0)
    span = int(np.flatnonzero(highest > CLEAR * largest)[-1]) + 1
    missing = int(np.count_nonzero(highest[:span] == 0))
    if missing > MOST_MISSING * span:
        cause = f"Of its first {span} samples {missing} are zero: they are missing."
        raise FormatError(path, cause, "Export the raw data again.")


def complex_pairs(values: NDArray[np.floating]) -> NDArray[np.complex128]:
    """Return real, imaginary, real, imaginary, ... as complex numbers, shape (n / 2,)."""
    with np.errstate(invalid="ignore"):  # signalling NaN in damaged files
        pairs = np.ascontiguousarray(values, np.float64)
    return np.asarray(pairs.view(np.complex128))

"""Values of a curve between its points, as zero-filling of the whole spectrum gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.wraparound import zero_filled

if TYPE_CHECKING:
    from numpy.typing import NDArray


def with_values_between(curve: NDArray[np.complex128], factor: int) -> NDArray[np.complex128]:
    """Return a window of a spectrum on a finer grid, shape ``(factor * (n - 1) + 1,)``.

    The window is brought back to time, zero-filled where it is quietest, and returned. So that
    its two ends meet, the straight line between them is taken off first. Every ``factor``-th
    value is the curve's own.

    Parameters
    ----------
    curve
        Shape (n,), at even distances, shift descending: a noise-free spectrum of decaying signals.
    factor
        How many times as fine, at least 1.
    """
    count = curve.size
    fine = factor * (count - 1) + 1
    level = np.linspace(curve[0], curve[-1], count)
    signal = np.asarray(fft.ifft((curve - level)[::-1]), np.complex128)
    values = np.asarray(fft.fft(zero_filled(signal, factor * count)))[:fine][::-1]
    return np.asarray(values + np.linspace(curve[0], curve[-1], fine), np.complex128)

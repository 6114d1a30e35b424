"""The broad part of a FID's beginning that metabolites do not explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.time_data import TimeData
    from mrsviewer.jobs.context import JobContext

OUTSIDE_COMPONENTS = 20
BESIDE_PPM = 0.15
"""How far from the window a line must be to count as outside."""

COMPONENTS = 8
FASTEST_DECAY = 1.5
"""Lines count as background that decay within the time left out: FWHM above this over pi t."""

SPAN = 6.0
"""How many times the time left out the beginning is, in which the background is sought."""


def outside(
    data: TimeData, window_ppm: tuple[float, float], context: JobContext
) -> NDArray[np.complex128]:
    """Return the damped sinusoids that lie beside the window, shape (points,).

    Metabolites have lines up to a little above the usual window (GPC at 4.31 ppm), which stay.
    """
    from mrsviewer.dsp.hlsvd import decompose  # noqa: PLC0415 - imports scipy.sparse

    context.tick(0.0, "looking for signals outside the window")
    lines = decompose(data.fid, data.axis.dwell_s, OUTSIDE_COMPONENTS)
    ppm = data.axis.to_ppm(lines.frequency_hz)
    low, high = min(window_ppm) - BESIDE_PPM, max(window_ppm) + BESIDE_PPM
    return lines.fid(data.axis.points, (ppm < low) | (ppm > high))


def background(
    left: NDArray[np.complex128], dwell_s: float, start_s: float
) -> NDArray[np.complex128]:
    """Return the fast-decaying part of what a model leaves, shape (points,).

    The beginning of the residual is described by damped sinusoids, of which the broad ones are
    the background (Ratiney 2004, doi 10.1007/s10334-004-0049-9).

    Parameters
    ----------
    left
        Data less the model, which was fitted to the samples from ``start_s`` on.
    dwell_s, start_s
        Sampling interval, and the time that was left out.
    """
    from mrsviewer.dsp.hlsvd import decompose  # noqa: PLC0415 - imports scipy.sparse

    points = min(left.size, max(4 * COMPONENTS, int(SPAN * start_s / dwell_s)))
    if not np.any(left[:points]):
        return np.zeros_like(left)
    lines = decompose(left[:points], dwell_s, COMPONENTS)
    broad = lines.fwhm_hz > FASTEST_DECAY / (np.pi * max(start_s, dwell_s))
    return lines.fid(left.size, broad)

"""Which intensities a picture shows between black and white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.volume import Volume

_SAMPLES_PER_AXIS = 32


def brightness(volume: Volume) -> float:
    """Return the 99.8th percentile of the volume: as bright as tissue gets, spikes left out."""
    sample = _sample(volume)
    return float(np.percentile(sample, 99.8)) if sample.size else 1.0


def default_window(volume: Volume) -> tuple[float, float]:
    """Return level and width that show the head well: (centre, full range) of intensities.

    White is the 99.8th percentile of everything brighter than a twelfth of the brightest, so
    that neither the air around the head nor a few bright vessels decide; black is the darkest
    percentile of the whole.
    """
    sample = _sample(volume)
    if sample.size == 0:
        return 0.5, 1.0
    low = float(np.percentile(sample, 0.5))
    head = sample[sample > low + (float(np.percentile(sample, 99.8)) - low) / 12]
    high = float(np.percentile(head, 99.8)) if head.size else low
    width = high - low
    return (low + width / 2, width) if width > 0 else (low, 1.0)


def _sample(volume: Volume) -> NDArray[np.float32]:
    """Return finite intensities on a coarse grid, one axis at least 32 samples apart, flat."""
    step = tuple(max(1, n // _SAMPLES_PER_AXIS) for n in volume.data.shape)
    sample = volume.data[:: step[0], :: step[1], :: step[2]].ravel()
    return sample[np.isfinite(sample)]

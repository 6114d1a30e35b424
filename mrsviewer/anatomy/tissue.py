"""What the spectroscopy voxel is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.anatomy.mask import voxel_mask
from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.volume import Tissue, Volume
    from mrsviewer.model.voxel import Voxel

_MIN_COVERAGE = 0.95


class AnatomyError(MrsError):
    """An image that does not go with the voxel."""


def tissue_fractions(voxel: Voxel, maps: Mapping[Tissue, Volume]) -> dict[Tissue, float]:
    """Return the mean of each tissue map over the box, weighted by partial volume.

    Each map keeps its own grid. The fractions add up to less than 1 where the box reaches
    beyond the brain; they are not rescaled.

    Raises
    ------
    AnatomyError
        If less than 95 % of the box lies inside a map, or a map is not a fraction of 0 to 1.
    """
    return {tissue: _fraction(voxel, volume) for tissue, volume in maps.items()}


def _fraction(voxel: Voxel, volume: Volume) -> float:
    mask = voxel_mask(voxel, volume)
    if mask.coverage < _MIN_COVERAGE:
        raise AnatomyError(
            f"Tissue map {volume.name} does not cover the voxel",
            f"Only {100 * mask.coverage:.0f} % of the voxel lies inside it.",
            "Use tissue maps of the same patient and session as the spectrum.",
        )
    values = np.nan_to_num(volume.data[mask.block])
    mean = float(np.sum(values * mask.fraction, dtype=np.float64) / mask.fraction.sum())
    if not (-0.01 <= mean <= 1.01):
        raise AnatomyError(
            f"{volume.name} is not a tissue map",
            f"Its mean in the voxel is {mean:.3g}; a fraction lies between 0 and 1.",
            "Use maps of partial volume, such as those of FSL FAST or SPM.",
        )
    return min(1.0, max(0.0, mean))

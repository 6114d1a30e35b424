"""Do tissue maps tell of this voxel? Their place and their values there, not their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.image_series import shows
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.formats.exam_inputs import Image
    from mrsviewer.model.volume import Tissue, Volume
    from mrsviewer.model.voxel import Voxel

LEAST_SUM = 0.5
LARGEST_SUM = 1.1


def coverage_findings(maps: Mapping[Tissue, Image], voxel: Voxel | None) -> list[Finding]:
    """Return what is wrong with maps at the voxel: outside their image, or sums that are not 1."""
    if not maps or voxel is None:
        return []
    outside = [
        image.path.name
        for image in maps.values()
        if not shows(image.volume.data.shape, image.volume.affine, voxel)
    ]
    if outside:
        title = "The voxel lies outside the tissue maps"
        detail = f"{', '.join(outside)} may be in another space or of another patient."
        return [Finding("danger", title, detail, "geometry")]
    total = sum(_mean_in(image.volume, voxel) for image in maps.values())
    if len(maps) == 3 and not LEAST_SUM <= total <= LARGEST_SUM:
        title = "The tissue maps do not add up to 1 in the voxel"
        detail = f"Grey matter, white matter and CSF make {total:.2f} together."
        return [Finding("warning", title, detail)]
    return []


def _mean_in(volume: Volume, voxel: Voxel) -> float:
    """Return the mean over a grid of points in the voxel, nearest pixels."""
    steps = (np.arange(6) + 0.5) / 6 - 0.5
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    points = np.column_stack([grid, np.ones(len(grid))]) @ voxel.affine().T
    index = np.rint(points @ np.linalg.inv(volume.affine).T)[:, :3].astype(int)
    inside = np.clip(index, 0, np.array(volume.data.shape) - 1)
    return float(volume.data[tuple(inside.T)].mean())

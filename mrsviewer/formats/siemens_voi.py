"""The box of a Siemens measurement from its slice normal and in-plane rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.orientation import voxel_from_lps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Voxel

_TIE = 1e-6
_SAGITTAL_AXIS, _HEAD_AXIS = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])


def voxel_from_normal(
    centre: Sequence[float], normal: Sequence[float], rotation_rad: float, size: Sequence[float]
) -> Voxel:
    """Return the voxel whose edges are readout, phase and slice direction.

    Parameters
    ----------
    centre
        LPS mm.
    normal
        Slice direction, LPS.
    rotation_rad
        Rotation of the phase direction about the normal.
    size
        Edge lengths in mm along readout, phase and slice.

    Raises
    ------
    ValueError
        If the normal is no direction, or the box is none.
    """
    slice_axis = np.asarray(normal, float)
    length = float(np.linalg.norm(slice_axis))
    if slice_axis.shape != (3,) or not abs(length - 1) < 0.01:
        msg = "the slice normal is no unit vector"
        raise ValueError(msg)
    slice_axis = slice_axis / length
    phase = _unrotated_phase(slice_axis)
    read = np.cross(slice_axis, phase)
    phase = np.cos(rotation_rad) * phase - np.sin(rotation_rad) * read
    read = np.cross(slice_axis, phase)
    return voxel_from_lps(centre, read.tolist(), phase.tolist(), size)


def _unrotated_phase(normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the phase direction before the rotation, a unit vector, LPS.

    It lies in the plane at right angles to a patient axis that depends on whether the slice is
    mainly sagittal, coronal or transverse; the later of these where two are alike.
    """
    along = np.abs(normal)
    if along[2] >= along[:2].max() - _TIE:
        direction = np.cross(normal, _SAGITTAL_AXIS)
    elif along[1] >= along[0] - _TIE:
        direction = np.cross(normal, _HEAD_AXIS)
    else:
        direction = np.cross(_HEAD_AXIS, normal)
    return np.asarray(direction / np.linalg.norm(direction))

"""Where an oblique box meets a plane, as polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.anatomy.frame import SliceFrame
    from mrsviewer.model.voxel import Voxel

_TINY = 1e-9


def cut(voxel: Voxel, frame: SliceFrame, position_mm: float) -> NDArray[np.float64]:
    """Return the polygon in which the slice at ``position_mm`` cuts the box.

    Exact: a square larger than the box is clipped by the box's six faces in turn (Sutherland
    and Hodgman, Commun ACM 1974;17:32). A slice that lies in a face returns that face.

    Returns
    -------
    Shape (n, 2), n from 3 to 6, in-plane mm, counter-clockwise; (0, 2) where the slice misses.
    """
    axes, half = np.array(voxel.axes_ras), np.array(voxel.size_mm) / 2
    centre = np.array(voxel.centre_ras_mm)
    polygon = _square(frame.to_plane(centre), float(np.linalg.norm(half)) * 2)
    above = np.zeros(3)
    above[frame.normal] = position_mm - centre[frame.normal]
    middle = frame.to_plane(centre)
    for edge, reach in zip(axes.T, half, strict=True):
        slope = np.array([edge @ frame.right, edge @ frame.up])
        constant = float(edge @ above - slope @ middle)
        for sign in (1.0, -1.0):
            polygon = _clip(polygon, sign * slope, reach - sign * constant)
    return polygon if _area(polygon) > _TINY else np.zeros((0, 2))


def silhouette(voxel: Voxel, frame: SliceFrame) -> NDArray[np.float64]:
    """Return the outline of the box projected along the slice's normal.

    The projection of a box is a zonogon: its sides are the projected edges, each twice, in the
    order of their direction.

    Returns
    -------
    Shape (n, 2), n = 4 or 6, in-plane mm, counter-clockwise.
    """
    edges = np.array(voxel.axes_ras) * np.array(voxel.size_mm)
    flat = np.stack([edges.T @ frame.right, edges.T @ frame.up], axis=-1)
    flat = flat[np.linalg.norm(flat, axis=1) > _TINY]
    flip = (flat[:, 1] < 0) | ((flat[:, 1] == 0) & (flat[:, 0] < 0))
    flat = np.where(flip[:, None], -flat, flat)
    flat = flat[np.argsort(np.arctan2(flat[:, 1], flat[:, 0]))]
    sides = np.concatenate([flat, -flat])
    start = frame.to_plane(np.array(voxel.centre_ras_mm)) - flat.sum(axis=0) / 2
    return np.asarray(start + np.concatenate([np.zeros((1, 2)), np.cumsum(sides, axis=0)[:-1]]))


def _square(centre: NDArray[np.float64], half: float) -> NDArray[np.float64]:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)
    return np.asarray(centre + half * corners)


def _clip(
    polygon: NDArray[np.float64], normal: NDArray[np.float64], reach: float
) -> NDArray[np.float64]:
    """Return the part of a convex polygon where ``normal @ point <= reach``."""
    if len(polygon) == 0:
        return polygon
    beyond = polygon @ normal - reach
    kept: list[NDArray[np.float64]] = []
    for k in range(len(polygon)):
        here, before = beyond[k], beyond[k - 1]
        if (here > _TINY) != (before > _TINY):
            share = before / (before - here)
            kept.append(polygon[k - 1] + share * (polygon[k] - polygon[k - 1]))
        if here <= _TINY:
            kept.append(polygon[k])
    return _without_repeats(np.array(kept).reshape(-1, 2))


def _without_repeats(polygon: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(polygon) < 2:
        return polygon
    step = np.linalg.norm(polygon - np.roll(polygon, 1, axis=0), axis=1)
    return np.asarray(polygon[step > _TINY * 10])


def _area(polygon: NDArray[np.float64]) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2) if len(polygon) else 0.0

"""Distances in millimetres from simple bodies: negative inside, positive outside.

All functions take points of shape (n, 3) and return float32 of shape (n,). Distances from
ellipsoids are first-order estimates, exact at the surface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.voxel import Vector

    Points = NDArray[np.float32]
    Distance = NDArray[np.float32]


def ellipsoid(points: Points, centre: Vector, radii: Vector) -> Distance:
    """Return the distance from an ellipsoid along the axes."""
    scaled = (points - np.array(centre, np.float32)) / np.array(radii, np.float32)
    size = np.linalg.norm(scaled, axis=-1)
    slope = np.linalg.norm(scaled / np.array(radii, np.float32), axis=-1)
    reach = np.where(slope > 0, size / np.where(slope > 0, slope, 1), min(radii))
    return np.asarray(reach * (size - 1), np.float32)


def pair(points: Points, centre: Vector, radii: Vector) -> Distance:
    """Return the distance from two ellipsoids, mirrored about x = 0."""
    folded = points * np.array([0, 1, 1], np.float32)
    folded[:, 0] = np.abs(points[:, 0])
    return ellipsoid(folded, centre, radii)


def rod(points: Points, start: Vector, end: Vector, radius: float) -> Distance:
    """Return the distance from a round rod with rounded ends."""
    along = np.array(end, np.float32) - np.array(start, np.float32)
    offset = points - np.array(start, np.float32)
    part = np.clip(offset @ along / (along @ along), 0, 1)
    return np.asarray(np.linalg.norm(offset - part[:, None] * along, axis=-1) - radius, np.float32)


def blend(first: Distance, second: Distance, rounding_mm: float) -> Distance:
    """Return the distance from the union of two bodies, the crease between them rounded."""
    mix = np.clip(0.5 + 0.5 * (second - first) / rounding_mm, 0, 1)
    joined = second * (1 - mix) + first * mix - rounding_mm * mix * (1 - mix)
    return np.asarray(joined, np.float32)


def share(distance: Distance, edge_mm: float) -> NDArray[np.float32]:
    """Return how much of a sample of this size lies inside: 1 inside, 0 outside, a ramp between."""
    return np.asarray(np.clip(0.5 - distance / edge_mm, 0, 1), np.float32)


def folds(points: Points, gyrus_mm: Vector, seed: int, waves: int = 28) -> Distance:
    """Return the distance from random curved sheets, about ``gyrus_mm`` apart along each axis.

    The sheets are the zeros of a sum of plane waves of random direction; distance is value over
    slope. They are what sulci are made of.
    """
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((waves, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    wave_vectors = np.pi * directions / np.array(gyrus_mm)
    starts = rng.uniform(0, 2 * np.pi, waves)
    value = np.zeros(len(points), np.float32)
    slope = np.zeros((len(points), 3), np.float32)
    for vector, start in zip(wave_vectors.astype(np.float32), starts, strict=True):
        phase = points @ vector + np.float32(start)
        value += np.cos(phase)
        slope -= np.sin(phase)[:, None] * vector
    return np.asarray(np.abs(value) / np.maximum(np.linalg.norm(slope, axis=1), 0.05), np.float32)

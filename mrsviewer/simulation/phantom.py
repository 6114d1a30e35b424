"""A made-up head: a T1-weighted image and the tissue fractions it was drawn from.

Millimetres in RAS, origin near the anterior commissure. Nothing in it comes from a person: hull,
ventricles and deep nuclei are ellipsoids, sulci are random sheets. A bright capsule beside the
RIGHT temple shows which side is which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.volume import Volume
from mrsviewer.simulation.shapes import blend, ellipsoid, folds, pair, rod, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.volume import Tissue
    from mrsviewer.simulation.shapes import Distance, Points

_CORTEX_MM = 3.0
_SULCUS_HALF_MM = 0.7
_SULCUS_DEPTH_MM = 22.0
_MEDIAL_DEPTH_MM = 16.0
_GYRUS_MM = (11.0, 12.0, 12.0)
_FOLIUM_MM = (26.0, 9.0, 5.0)

CAPSULE_RAS_MM = (85.0, 10.0, 5.0)
"""Centre of the marker beside the right temple."""

_INTENSITY = {"csf": 32.0, "gm": 112.0, "wm": 165.0, "bone": 14.0, "marrow": 95.0}
_SCALP, _MUSCLE, _AIR, _EYE = 215.0, 88.0, 6.0, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """An image and its tissue maps on one grid; maps add up to 1 inside the skull, 0 outside."""

    image: Volume
    maps: dict[Tissue, Volume]


def head(shape: tuple[int, int, int], affine: NDArray[np.float64], seed: int = 7) -> Head:
    """Return the head on a grid; equal arguments give equal samples.

    Parameters
    ----------
    shape
        Samples along the three axes.
    affine
        4 x 4 matrix from index to RAS mm.
    seed
        Of folds and image noise.
    """
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    place = index.reshape(-1, 3) @ affine[:3, :3].T + affine[:3, 3]
    points = place.astype(np.float32)
    edge = float(np.abs(np.linalg.det(affine[:3, :3])) ** (1 / 3))
    hull = _hull(points)
    maps = _tissues(points, hull, edge, seed)
    intensity = _outside(points, hull, edge) + sum(_INTENSITY[t] * maps[t] for t in maps)
    capsule = share(ellipsoid(points, CAPSULE_RAS_MM, (4.0, 7.0, 4.0)), edge)
    intensity = intensity * (1 - capsule) + 235.0 * capsule
    image = _scanned(points, intensity, seed)
    return Head(
        _volume(image, shape, affine, "T1-weighted, simulated"),
        {t: _volume(data, shape, affine, f"{t.upper()} fraction") for t, data in maps.items()},
    )


def _volume(
    data: NDArray[np.float32], shape: tuple[int, int, int], affine: NDArray[np.float64], name: str
) -> Volume:
    return Volume(np.ascontiguousarray(data.reshape(shape), np.float32), affine.copy(), name)


def _cerebrum(points: Points) -> Distance:
    upper = ellipsoid(points, (0, -17, 22), (65, 85, 54))
    temporal = pair(points, (40, -14, -14), (25, 44, 24))
    return blend(upper, temporal, 10.0)


def _cerebellum(points: Points) -> Distance:
    return blend(
        pair(points, (22, -62, -38), (28, 30, 22)),
        ellipsoid(points, (0, -60, -34), (16, 26, 22)),
        8.0,
    )


def _stem(points: Points) -> Distance:
    return blend(
        rod(points, (0, -22, -8), (0, -34, -80), 9.0),
        ellipsoid(points, (0, -24, -28), (16, 13, 15)),
        8.0,
    )


def _hull(points: Points) -> Distance:
    """Return the distance from the inner side of the skull."""
    brain = blend(_cerebrum(points), _cerebellum(points), 14.0)
    return np.asarray(blend(brain, _stem(points), 10.0) - 2.5, np.float32)


def _tissues(
    points: Points, hull: Distance, edge: float, seed: int
) -> dict[Tissue, NDArray[np.float32]]:
    inside = np.flatnonzero(hull < edge)
    gm, wm = np.zeros_like(hull), np.zeros_like(hull)
    gm[inside], wm[inside] = _grey_and_white(points[inside], edge, seed)
    within = share(hull, edge)
    gm, wm = gm * within, wm * within
    return {"gm": gm, "wm": wm, "csf": np.asarray(np.clip(within - gm - wm, 0, 1), np.float32)}


def _grey_and_white(
    points: Points, edge: float, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the fractions of grey and white matter at points inside the skull."""
    ribbon, folia = _depth_in_cortex(points, seed), _depth_in_folia(points, seed + 1)
    tissue = np.maximum(share(-ribbon, edge), share(-folia, edge))
    white = np.maximum(share(_CORTEX_MM - ribbon, edge), share(_CORTEX_MM - folia, edge))
    stem = share(_stem(points), edge)
    tissue, white = np.maximum(tissue, stem), np.maximum(white, stem)
    nuclei = 0.8 * share(_nuclei(points), edge)
    dry = 1 - share(_ventricles(points), edge)
    tissue, white = tissue * dry, np.minimum(white, tissue) * dry
    grey = tissue - white + nuclei * white
    return np.asarray(grey, np.float32), np.asarray(tissue - grey, np.float32)


def _depth_in_cortex(points: Points, seed: int) -> Distance:
    """Return how deep a point lies below the pia, which follows the sulci."""
    x, y, z = points.T
    depth = -_cerebrum(points)
    core = ellipsoid(points, (0, -14, 6), (60, 44, 22))
    falx = np.abs(x - 1.2 * np.sin(y / 28)) + 1.5 * np.maximum(0, -core)
    beyond = np.minimum(depth - _SULCUS_DEPTH_MM, falx - _MEDIAL_DEPTH_MM)
    sulci = folds(points, _GYRUS_MM, seed) + 1.3 * np.maximum(0, beyond)
    sulci += np.where(np.abs(x) < 26, 2.0 * np.maximum(0, -core), 0)
    sylvian = np.abs(z + 2 + 0.35 * y) + 1.5 * np.maximum(0, 36 - np.abs(x))
    sylvian += 1.5 * np.maximum(0, np.abs(y + 4) - 30)
    nearest = np.minimum(np.minimum(depth, sulci), np.minimum(falx, sylvian))
    return np.asarray(nearest - _SULCUS_HALF_MM, np.float32)


def _depth_in_folia(points: Points, seed: int) -> Distance:
    """Return how deep a point of the cerebellum lies below its surface, finely folded."""
    depth = -_cerebellum(points)
    folia = folds(points, _FOLIUM_MM, seed) + 0.35 * depth
    return np.asarray(np.minimum(depth, folia) - 0.3, np.float32)


def _ventricles(points: Points) -> Distance:
    body = blend(
        pair(points, (9, -12, 18), (5.5, 32, 7)), pair(points, (11, 20, 9), (6, 15, 9)), 5.0
    )
    horns = blend(body, pair(points, (21, -48, 8), (6, 20, 7)), 6.0)
    third = ellipsoid(points, (0, -14, -2), (2.2, 15, 9))
    fourth = ellipsoid(points, (0, -44, -32), (7, 5, 9))
    return np.minimum(np.minimum(horns, third), fourth)


def _nuclei(points: Points) -> Distance:
    thalamus = pair(points, (11, -18, 5), (8, 14, 8))
    caudate = pair(points, (15, 16, 12), (5, 13, 8))
    putamen = pair(points, (26, 3, 1), (6.5, 17, 11))
    return np.minimum(np.minimum(thalamus, caudate), putamen)


def _outside(points: Points, hull: Distance, edge: float) -> NDArray[np.float32]:
    """Return the intensity of bone, scalp and face, 0 inside the skull and in the air."""
    face = blend(
        ellipsoid(points, (0, 38, -52), (58, 52, 56)),
        rod(points, (0, -18, -60), (0, -34, -140), 56.0),
        25.0,
    )
    skin = blend(np.asarray(hull - 14.0, np.float32), face, 20.0)
    bone, marrow = share(hull - 8.0, edge), share(np.abs(hull - 4.5) - 1.2, edge)
    value = _SCALP * share(skin, edge)
    value = _over(value, _MUSCLE, share(skin + 5.5, edge))
    value = _over(value, _INTENSITY["bone"], bone)
    value = _over(value, _INTENSITY["marrow"], marrow)
    value = _over(
        value, _SCALP, share(pair(points, (31, 58, -24), (18, 22, 16)), edge) * (1 - bone)
    )
    value = _over(value, _EYE, share(pair(points, (31, 64, -24), (12, 12, 12)), edge))
    value = _over(value, _AIR, share(ellipsoid(points, (0, 66, -44), (12, 24, 20)), edge))
    return np.asarray(value * (1 - share(hull, edge)), np.float32)


def _over(
    below: NDArray[np.float32], intensity: float, cover: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(below * (1 - cover) + intensity * cover, np.float32)


def _scanned(points: Points, intensity: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return the image as a scanner gives it: shaded by the coil, noisy, whole numbers 0 to 127."""
    shading = 0.5 * (1 + 3e-4 * points[:, 1] - 3e-4 * points[:, 2])
    noise = np.random.default_rng(seed + 2).standard_normal(len(intensity))
    shown = np.where(intensity > 1.0, intensity * shading + noise, 0.0)
    return np.asarray(np.clip(np.round(shown), 0, 127), np.float32)

"""The spectra of a basis set, and of one to compare with, as curves to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.present.basis_facts import looked_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

SetRole = Literal["first", "second", "sum"]
WINDOW_PPM = (4.3, 0.2)
MOST_LABELS = 12
ROOM = 1.15
"""Distance of stacked curves, in heights of a curve."""

_KEPT_PPM = (-1.0, 10.0)
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True)
class Look:
    """How a set is looked at.

    Attributes
    ----------
    names
        Components that are drawn.
    broadening_hz
        Lorentz width given to all, for the eye only.
    stacked
        One above the other, each as high as the others; else all on one scale.
    summed
        Their sum as well.
    magnitude
        Magnitude instead of real part.
    """

    names: tuple[str, ...] = ()
    broadening_hz: float = 4.0
    stacked: bool = True
    summed: bool = False
    magnitude: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class BasisCurve:
    """One curve, ascending in ppm; ``values`` are as drawn, ``heights`` per proton."""

    name: str
    role: SetRole
    ppm: NDArray[np.float64]
    values: NDArray[np.float64]
    heights: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BasisScene:
    """What the plot of a basis set shows.

    Attributes
    ----------
    curves
        In drawing order.
    labels
        (name, level) of stacked curves, for the left margin; empty where they overlap.
    amplitude
        (low, high) that shows all of them.
    caption
        What is seen, in a sentence.
    """

    curves: tuple[BasisCurve, ...]
    labels: tuple[tuple[str, float], ...]
    amplitude: tuple[float, float]
    caption: str


def basis_scene(basis: BasisSet | None, look: Look, other: BasisSet | None = None) -> BasisScene:
    """Return the curves of the components chosen, those of ``other`` over them."""
    names = () if basis is None else tuple(n for n in basis.names if n in look.names)
    if basis is None or not names:
        return BasisScene((), (), (0.0, 1.0), "No component is chosen.")
    ppm, rows = _rows(basis, names, look)
    labelled = [*names, *(["sum"] if look.summed else [])]
    roles: list[SetRole] = ["first" for _ in names]
    roles += ["sum"] if look.summed else []
    seconds = _seconds(other, names, look)
    levels, scales = _levels(ppm, rows, look)
    curves = []
    for name, role, row, level, scale in zip(labelled, roles, rows, levels, scales, strict=True):
        curves.append(BasisCurve(name, role, ppm, row * scale + level, row))
        if name in seconds and role == "first":
            axis, values = seconds[name]
            curves.append(BasisCurve(name, "second", axis, values * scale + level, values))
    labels = tuple(zip(labelled, levels, strict=True)) if look.stacked else ()
    return BasisScene(
        tuple(curves),
        labels,
        _reach(curves, look.stacked),
        _caption(basis, look, len(names), other),
    )


def _rows(
    basis: BasisSet, names: tuple[str, ...], look: Look
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ppm and one row for each name, the sum last where it is wanted."""
    ppm, spectra = looked_at(basis.take(names), look.broadening_hz)
    inside = (ppm > _KEPT_PPM[0]) & (ppm < _KEPT_PPM[1])
    spectra = spectra[:, inside]
    if look.summed:
        spectra = np.concatenate([spectra, spectra.sum(axis=0)[None]])
    return ppm[inside], np.abs(spectra) if look.magnitude else spectra.real.copy()


def _seconds(
    other: BasisSet | None, names: tuple[str, ...], look: Look
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    shared = () if other is None else tuple(name for name in other.names if name in names)
    if other is None or not shared:
        return {}
    alone = Look(shared, look.broadening_hz, look.stacked, False, look.magnitude)
    ppm, rows = _rows(other, shared, alone)
    return {name: (ppm, row) for name, row in zip(shared, rows, strict=True)}


def _levels(
    ppm: NDArray[np.float64], rows: NDArray[np.float64], look: Look
) -> tuple[list[float], list[float]]:
    """Return where the zero of each curve is, and by what it is multiplied."""
    if not look.stacked:
        return [0.0] * len(rows), [1.0] * len(rows)
    seen = rows[:, (ppm < WINDOW_PPM[0]) & (ppm > WINDOW_PPM[1])]
    heights = np.maximum(np.ptp(seen, axis=1), _SMALLEST)
    lows = np.minimum(seen.min(axis=1), 0) / heights
    levels = [ROOM * (len(rows) - 1 - place) - float(low) for place, low in enumerate(lows)]
    return levels, [float(1 / height) for height in heights]


def _reach(curves: list[BasisCurve], stacked: bool) -> tuple[float, float]:
    seen = [c.values[(c.ppm < WINDOW_PPM[0]) & (c.ppm > WINDOW_PPM[1])] for c in curves]
    low = min(float(part.min()) for part in seen)
    high = max(float(part.max()) for part in seen)
    size = (high - low) or 1.0
    return low - 0.03 * size, high + (0.03 if stacked else 0.1) * size


def _caption(basis: BasisSet, look: Look, count: int, other: BasisSet | None) -> str:
    part = "magnitude" if look.magnitude else "real part"
    scale = "each to its own height" if look.stacked else "on one scale, per proton"
    total = len(basis.components)
    against = "" if other is None else "; second set dashed"
    return (
        f"{count} of {total} components, {part}, {scale}, "
        f"broadened by {look.broadening_hz:g} Hz for the eye{against}"
    )

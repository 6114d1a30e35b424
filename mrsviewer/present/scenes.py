"""What is to be drawn, as plain values; the window and the report draw the same scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CurveRole = Literal["data", "fit", "baseline", "metabolite", "residual"]
Freshness = Literal["current", "stale", "none"]
"""``stale``: computed from an earlier recipe; drawn dimmed and said so, never as current."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One complex curve on the scene's ppm axis (or its own); its colour is the theme's affair."""

    role: CurveRole
    label: str
    ppm: NDArray[np.float64]
    values: NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class SpectrumScene:
    """All a spectrum plot shows.

    The plot draws the real part of ``values * phase_factor(f, zero_phase_rad, first_phase_s,
    pivot)`` with ``f = (ppm - pivot_ppm) * hz_per_ppm``, so a phase gesture costs one
    multiplication and no new scene.

    Attributes
    ----------
    curves
        In drawing order. Residual curves belong in the strip, on the same scale as the data.
    zero_phase_rad, first_phase_s, pivot_ppm, hz_per_ppm
        Display phase on top of the curves' own.
    window_ppm
        Default view (high, low): (4.2, 0.2) for protons.
    noise_sd
        For the 2-sigma band of the residual strip; None where unknown.
    fit
        Whether fit, baseline, metabolites and residual belong to the recipe shown.
    reference
        "ppm referenced to NAA 2.01" and other small print for the corner of the plot.
    phase_deg
        Phase in force as a person would set it, (degrees, degrees per ppm about ``pivot_ppm``),
        for read-outs; nothing is drawn from it.
    missing
        Names of what was looked for and not found: no peak may be labelled so.
    nucleus
        Which peaks a shift points at.
    """

    curves: tuple[Curve, ...]
    hz_per_ppm: float
    pivot_ppm: float
    zero_phase_rad: float = 0.0
    first_phase_s: float = 0.0
    window_ppm: tuple[float, float] = (4.2, 0.2)
    noise_sd: float | None = None
    fit: Freshness = "none"
    reference: str = ""
    phase_deg: tuple[float, float] = (0.0, 0.0)
    missing: tuple[str, ...] = ()
    nucleus: str = "1H"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table of concentrations, as text; ``name`` is the key for links."""

    name: str
    cells: tuple[str, ...]
    weak: bool
    group: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class TableScene:
    """A table: headings, rows and how fresh the numbers are."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    freshness: Freshness = "none"
    caption: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the step list.

    ``state``: done, changed by hand (``manual``), waiting to be recomputed, failed, or left out
    of the recipe (``off``). ``name`` is the tag of the step, "" for rows that are none.
    """

    title: str
    note: str
    state: Literal["done", "manual", "waiting", "failed", "off"]
    tooltip: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One quality metric as text; ``grade`` gives sign and colour."""

    label: str
    value: str
    grade: Literal["good", "borderline", "poor", "unknown"]
    reason: str


Plane = Literal["axial", "coronal", "sagittal"]


@dataclass(frozen=True, slots=True, eq=False)
class SliceScene:
    """One orthogonal slice through the head, ready to draw.

    Attributes
    ----------
    plane
        Which one.
    image
        Intensities resampled to square pixels, shape (rows, columns), row 0 at the top; NaN
        outside the volume.
    pixel_mm
        Edge of a pixel.
    origin_mm
        In-plane coordinates (horizontal, vertical up) in mm of the centre of pixel [-1, 0]
        (bottom left).
    letters
        (left, right, top, bottom) edge letters, from the data: ("R", "L", "A", "P").
    position_mm
        RAS coordinate of the slice along its normal.
    outlines
        Closed polygons (n, 2) in in-plane mm: exact cut of each voxel with the slice; empty
        where the slice misses it.
    projections
        Dashed polygons: the voxel's silhouette when the slice misses it.
    crosshair_mm
        In-plane coordinates of the crosshair.
    step_mm
        Distance to the next slice of the image along the normal: one notch of the wheel.
    """

    plane: Plane
    image: NDArray[np.float32]
    pixel_mm: float
    origin_mm: tuple[float, float]
    letters: tuple[str, str, str, str]
    position_mm: float
    outlines: tuple[NDArray[np.float64], ...]
    projections: tuple[NDArray[np.float64], ...]
    crosshair_mm: tuple[float, float]
    step_mm: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class AnatomyScene:
    """The three slices, how to window them, and what to write under them."""

    slices: tuple[SliceScene, ...]
    level: float
    width: float
    caption: str
    side: str


@dataclass(frozen=True, slots=True)
class IdentityScene:
    """Patient and acquisition in short lines: (label, value)."""

    patient: tuple[tuple[str, str], ...] = ()
    acquisition: tuple[tuple[str, str], ...] = ()

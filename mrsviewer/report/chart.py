"""The spectrum with fit, baseline and residual as a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.report import drawing as d
from mrsviewer.report.absorption import absorption

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.present.scenes import CurveRole, SpectrumScene

_PENS: dict[CurveRole, tuple[str, float, tuple[float, ...]]] = {
    "data": (d.DATA, 0.5, ()),
    "fit": (d.FIT, 1.1, ()),
    "baseline": (d.BASELINE, 0.9, (3.0, 2.0)),
    "residual": (d.RESIDUAL, 0.45, ()),
    "metabolite": ("#6F1481", 0.8, ()),
}
_ORDER: tuple[CurveRole, ...] = ("data", "baseline", "metabolite", "fit")
_LABELS = ((2.01, "tNAA"), (3.03, "tCr"), (3.21, "tCho"), (3.55, "Ins"), (3.91, "tCr"))
_FOOT = 30.0
_STRIP_GAP = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    role: CurveRole
    label: str
    ppm: NDArray[np.float64]
    real: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where ppm and amplitude are on the paper."""

    width: float
    high_ppm: float
    low_ppm: float
    zero_y: float
    per_unit: float

    def x(self, ppm: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray((self.high_ppm - ppm) / (self.high_ppm - self.low_ppm) * self.width)

    def points(self, line: _Line) -> NDArray[np.float64]:
        return np.column_stack([self.x(line.ppm), self.zero_y - line.real * self.per_unit])


def spectrum_drawing(scene: SpectrumScene, width: float, height: float) -> d.Drawing | None:
    """Return the picture of a spectrum, or None where there is no curve.

    The residual stands in a strip of its own above the spectrum, on the same scale, with a band
    of twice the noise's standard deviation. Peak labels are given for 1H alone, by position.
    """
    lines = _lines(scene)
    main = [line for role in _ORDER for line in lines if line.role == role]
    if not main:
        return None
    rest = [line for line in lines if line.role == "residual"]
    axes, strip_zero = _layout(scene, main, rest, (width, height))
    shapes = _axis(axes, height - _FOOT)
    below = 0.0
    if rest:
        below = strip_zero + _swing(rest, scene.noise_sd, 0.0)[1] * axes.per_unit
        shapes += _strip(axes, (strip_zero, below), rest[0], scene.noise_sd)
    shapes.append(d.line(0, axes.zero_y, width, axes.zero_y, d.BAND))
    for line in main:
        colour, pen, dash = _PENS[line.role]
        shapes.append(d.Path(axes.points(line), colour, pen, dash))
    if scene.nucleus == "1H":
        shapes += _peak_labels(axes, main, scene.missing)
    shapes += _legend(main, width, below + 10)
    shapes.append(d.Label(0, height - 2, scene.reference, 6.0, d.DIM))
    return d.Drawing(width, height, tuple(shapes), _in_words(lines, axes))


def _lines(scene: SpectrumScene) -> list[_Line]:
    high, low = scene.window_ppm
    found: list[_Line] = []
    for curve in scene.curves:
        real = absorption(scene, curve)
        keep = (curve.ppm >= low) & (curve.ppm <= high) & np.isfinite(real)
        if keep.any():
            found.append(_Line(curve.role, curve.label, curve.ppm[keep], real[keep]))
    return found


def _layout(
    scene: SpectrumScene, main: list[_Line], rest: list[_Line], size: tuple[float, float]
) -> tuple[_Axes, float]:
    """Return the axes, and where zero of the residual is."""
    width, height = size
    top = max(float(line.real.max()) for line in main)
    bottom = min(0.0, *(float(line.real.min()) for line in main))
    span = max(top - bottom, 1e-30) * 1.12
    above, below = _swing(rest, scene.noise_sd, span)
    gap = _STRIP_GAP if rest else 0.0
    per_unit = (height - _FOOT - gap) / (span + above + below)
    high, low = scene.window_ppm
    zero = height - _FOOT + bottom * per_unit - 2
    return _Axes(width, high, low, zero, per_unit), above * per_unit


def _swing(rest: list[_Line], noise_sd: float | None, span: float) -> tuple[float, float]:
    """Return how far the residual strip reaches above and below its zero."""
    if not rest:
        return 0.0, 0.0
    band = 2.2 * (noise_sd or 0.0)
    least = max(band, 0.035 * span)
    return max(float(rest[0].real.max()), least), max(-float(rest[0].real.min()), least)


def _axis(axes: _Axes, base: float) -> list[d.Shape]:
    shapes: list[d.Shape] = [d.line(0, base, axes.width, base, d.DIM)]
    step = 0.5 if axes.high_ppm - axes.low_ppm <= 8 else 5.0
    for ppm in np.arange(np.ceil(axes.low_ppm / step) * step, axes.high_ppm + 1e-9, step):
        x = float(axes.x(float(ppm)))
        shapes += [
            d.line(x, base, x, base + 3, d.DIM),
            d.Label(x, base + 10, f"{ppm:g}", 6.5, d.DIM, "middle"),
        ]
    middle = axes.width / 2
    return [*shapes, d.Label(middle, base + 19, "Chemical shift (ppm)", 6.5, d.DIM, "middle")]


def _strip(
    axes: _Axes, place: tuple[float, float], line: _Line, noise_sd: float | None
) -> list[d.Shape]:
    """Return the residual, its zero and lower end at ``place``."""
    zero, below = place
    shapes: list[d.Shape] = []
    if noise_sd:
        half = 2 * noise_sd * axes.per_unit
        shapes.append(d.rectangle(0, zero - half, axes.width, 2 * half, d.BAND))
    colour, pen, _ = _PENS["residual"]
    points = np.column_stack([axes.x(line.ppm), zero - line.real * axes.per_unit])
    shapes += [d.line(0, zero, axes.width, zero, d.HAIR), d.Path(points, colour, pen)]
    text = "residual, band ± 2 SD of the noise" if noise_sd else "residual"
    return [*shapes, d.Label(0, below + 7, text, 6.0, d.RESIDUAL)]


def _peak_labels(axes: _Axes, main: list[_Line], missing: tuple[str, ...]) -> list[d.Shape]:
    """Return names above the peaks that are there: higher than the curve a little beside them.

    What the fit did not find is ``missing``: whatever stands in its place is not called so.
    """
    line = next((one for one in main if one.role == "fit"), None)
    if line is None:
        return []
    shapes: list[d.Shape] = []
    tallest = max(float(one.real.max()) for one in main)
    for ppm, name in (label for label in _LABELS if label[1] not in missing):
        near = np.abs(line.ppm - ppm) < 0.05
        beside = np.abs(np.abs(line.ppm - ppm) - 0.09) < 0.02
        if not near.any() or not beside.any():
            continue
        peak = float(line.real[near].max())
        if peak - float(line.real[beside].min()) > 0.06 * tallest:
            at = float(line.ppm[near][int(np.argmax(line.real[near]))])
            y = axes.zero_y - peak * axes.per_unit - 5
            shapes.append(d.Label(float(axes.x(at)), y, name, 6.5, d.INK, "middle", halo="#FFFFFF"))
    return shapes


def _legend(main: list[_Line], width: float, top: float) -> list[d.Shape]:
    shapes: list[d.Shape] = []
    for row, line in enumerate(main):
        colour, pen, dash = _PENS[line.role]
        y = top + 10 * row
        sample = np.array([[width - 18.0, y - 2.2], [width, y - 2.2]])
        shapes += [
            d.Path(sample, colour, pen, dash),
            d.Label(width - 22, y, line.label, 7.0, colour, "end"),
        ]
    return shapes


def _in_words(lines: list[_Line], axes: _Axes) -> str:
    names = ", ".join(line.label for line in lines)
    return f"Spectrum from {axes.high_ppm:g} to {axes.low_ppm:g} ppm: {names}."

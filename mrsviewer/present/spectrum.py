"""The spectrum of an analysis as a scene, and the phase it is looked at with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from scipy import fft

from mrsviewer.dsp.between import with_values_between
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.phase import phase_factor
from mrsviewer.dsp.wraparound import zero_filled
from mrsviewer.present.fmt import degrees, degrees_per_ppm
from mrsviewer.present.freshness import same_fit
from mrsviewer.present.scenes import Curve, CurveRole, Freshness, SpectrumScene
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.fit import FitResult
    from mrsviewer.processing.steps import Phase

ZERO_FILL = 2
"""Zero-filling of data and fitted curves, for the eye only; the fit sees the measured points."""

WINDOWS_PPM = {"1H": (4.2, 0.2), "31P": (9.0, -19.0)}
"""What is looked at first, (high, low); of other nuclei all there is."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A phase in rad and s about a pivot in ppm."""

    zero_rad: float
    first_s: float
    pivot_ppm: float

    def about(self, pivot_ppm: float, hz_per_ppm: float) -> _Turn:
        """Return the same phase described about another pivot."""
        moved_hz = (pivot_ppm - self.pivot_ppm) * hz_per_ppm
        return _Turn(self.zero_rad + 2 * np.pi * self.first_s * moved_hz, self.first_s, pivot_ppm)

    def less(self, other: _Turn, hz_per_ppm: float) -> _Turn:
        """Return this phase minus another one, about this one's pivot."""
        taken = other.about(self.pivot_ppm, hz_per_ppm)
        zero, first = self.zero_rad - taken.zero_rad, self.first_s - taken.first_s
        return _Turn(zero, first, self.pivot_ppm)

    def factor(self, ppm: NDArray[np.float64], hz_per_ppm: float) -> NDArray[np.complex128]:
        """Return the complex factor at each shift."""
        offset_hz = (ppm - self.pivot_ppm) * hz_per_ppm
        return phase_factor(offset_hz, self.zero_rad, self.first_s, 0.0)


def spectrum_scene(
    analysis: Analysis, recipe: Recipe, highlight: tuple[str, ...] = ()
) -> SpectrumScene:
    """Return what the spectrum plot shows.

    Without a phase set by hand, curves are turned by minus the fit's phase, so that they stand
    in absorption; a phase set by hand is shown exactly as set. A recipe that differs from the
    analysis's only in that phase is shown at once, by the difference, with the fit ``stale``.

    Parameters
    ----------
    analysis
        The latest result; its recipe may be an earlier one.
    recipe
        The recipe to show.
    highlight
        Names of metabolites or sums to draw by themselves, on top of the baseline.
    """
    acquisition = _acquisition(analysis)
    turn = _display_turn(analysis, recipe)
    scene = SpectrumScene((), acquisition.hz_per_ppm, turn.pivot_ppm)
    if analysis.signals is None:
        return scene
    data, fit = analysis.signals.metabolite, analysis.fit
    in_force = shown_phase(analysis, recipe)
    curves = [_data_curve(data, _by_hand(analysis.recipe, acquisition.hz_per_ppm))]
    if fit is not None:
        curves += _fit_curves(fit, highlight, _filling(fit, _axis(data, data.points)))
    everything = float(curves[0].ppm.max()), float(curves[0].ppm.min())
    return SpectrumScene(
        tuple(curves),
        acquisition.hz_per_ppm,
        turn.pivot_ppm,
        zero_phase_rad=float(np.angle(np.exp(1j * turn.zero_rad))),
        first_phase_s=turn.first_s,
        window_ppm=WINDOWS_PPM.get(acquisition.nucleus, everything),
        noise_sd=fit.noise_sd if fit is not None else None,
        fit=_freshness(analysis, recipe),
        reference=_small_print(data, fit, recipe),
        phase_deg=(in_force.zero_deg, in_force.first_deg_per_ppm),
        missing=_missing(analysis),
        nucleus=acquisition.nucleus,
    )


def _missing(analysis: Analysis) -> tuple[str, ...]:
    table = analysis.quantification
    return () if table is None else tuple(q.name for q in table.quantities if not q.detected)


def shown_phase(analysis: Analysis, recipe: Recipe, pivot_ppm: float | None = None) -> Phase:
    """Return the phase which, set by hand, leaves the picture of ``spectrum_scene`` as it is.

    Parameters
    ----------
    analysis, recipe
        As shown.
    pivot_ppm
        Pivot to describe it about; by default the recipe's own.
    """
    hz_per_ppm = _acquisition(analysis).hz_per_ppm
    manual = recipe.manual_phase
    pivot = manual.pivot_ppm if pivot_ppm is None else pivot_ppm
    there = _by_hand(analysis.recipe, hz_per_ppm).about(pivot, hz_per_ppm)
    shown = _display_turn(analysis, recipe).about(pivot, hz_per_ppm)
    zero_rad = there.zero_rad + shown.zero_rad
    first_s = there.first_s + shown.first_s
    return msgspec.structs.replace(
        manual,
        zero_deg=float(np.degrees(np.angle(np.exp(1j * zero_rad)))),
        first_deg_per_ppm=float(360 * first_s * hz_per_ppm),
        pivot_ppm=pivot,
    )


def phase_after_drag(
    analysis: Analysis, recipe: Recipe, zero_deg: float, first_deg_per_ppm: float, pivot_ppm: float
) -> Phase:
    """Return the phase to put into the recipe when a gesture turned the picture by so much.

    Takes over the automatic phase on the first gesture, so that nothing jumps.
    """
    start = shown_phase(analysis, recipe, pivot_ppm)
    zero = start.zero_deg + zero_deg
    return msgspec.structs.replace(
        start,
        zero_deg=(zero + 180.0) % 360.0 - 180.0,
        first_deg_per_ppm=start.first_deg_per_ppm + first_deg_per_ppm,
    )


def _acquisition(analysis: Analysis) -> Acquisition:
    """Return how the data were acquired, with what was entered by hand in force."""
    return analysis.recipe.entered.applied_to(analysis.exam.metabolite.acquisition)


def _by_hand(recipe: Recipe, hz_per_ppm: float) -> _Turn:
    phase = recipe.manual_phase
    first_s = phase.first_deg_per_ppm / 360 / hz_per_ppm
    return _Turn(float(np.radians(phase.zero_deg)), first_s, phase.pivot_ppm)


def _display_turn(analysis: Analysis, recipe: Recipe) -> _Turn:
    """Return the phase to put on top of the analysis's curves."""
    hz_per_ppm = _acquisition(analysis).hz_per_ppm
    wanted = _by_hand(recipe, hz_per_ppm)
    fit = analysis.fit
    if recipe.manual_phase.is_zero and fit is not None:
        own = _Turn(-fit.zero_phase_rad, -fit.first_phase_s, fit.pivot_ppm)
        return own.about(wanted.pivot_ppm, hz_per_ppm)
    return wanted.less(_by_hand(analysis.recipe, hz_per_ppm), hz_per_ppm)


def _data_curve(data: Dataset, by_hand: _Turn) -> Curve:
    """Return the whole processed spectrum; the mean where there still are several signals.

    A first-order phase is a shift in time, which wraps early samples round to the end of the
    FID; so the phase set by hand is taken off before zero-filling and put back on the finer axis.
    """
    fid: NDArray[np.complex128] = data.fid.reshape(-1, data.points).mean(axis=0)
    points = ZERO_FILL * data.points
    fine, hz_per_ppm = _axis(data, points), data.acquisition.hz_per_ppm
    if by_hand.first_s != 0:
        plain = spectrum(fid) * by_hand.factor(_axis(data, data.points), hz_per_ppm).conj()
        fid = np.asarray(fft.ifft(fft.ifftshift(plain)))
    values = spectrum(zero_filled(fid, points))
    if by_hand.first_s != 0:
        values = values * by_hand.factor(fine, hz_per_ppm)
    return Curve("data", "data", fine, values)


def _axis(data: Dataset, points: int) -> NDArray[np.float64]:
    acquisition = data.acquisition
    return ppm_axis(points, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)


def _filling(fit: FitResult, own: NDArray[np.float64]) -> int:
    """Return how finely fitted curves are to be drawn: as the data, if they have their points."""
    apart = float(fit.ppm[0] - fit.ppm[-1]) / max(fit.ppm.size - 1, 1)
    return ZERO_FILL if np.isclose(apart, own[1] - own[0], rtol=1e-3) else 1


def _fit_curves(fit: FitResult, highlight: tuple[str, ...], filling: int) -> list[Curve]:
    """Return baseline, metabolites on top of it, fit, and residual, in drawing order.

    The residual, which is noise, stands at the points that were fitted.
    """
    ppm = np.linspace(fit.ppm[0], fit.ppm[-1], filling * (fit.ppm.size - 1) + 1)

    def drawn(role: CurveRole, name: str, values: NDArray[np.complex128]) -> Curve:
        return Curve(role, name, ppm, with_values_between(values, filling))

    curves = [drawn("baseline", "baseline", fit.baseline)]
    for name in highlight:
        parts = SUMS.get(name, ())
        rows = [i for i, n in enumerate(fit.names) if n == name or n in parts]
        if rows:
            values = fit.baseline + fit.curves[rows].sum(axis=0)
            curves.append(drawn("metabolite", name, values))
    curves.append(drawn("fit", "fit", fit.fit))
    curves.append(Curve("residual", "residual", fit.ppm, fit.data - fit.fit))
    return curves


def _freshness(analysis: Analysis, recipe: Recipe) -> Freshness:
    was = analysis.recipe
    if analysis.fit is None:
        plain = msgspec.structs.replace(recipe.manual_phase, zero_deg=0.0, first_deg_per_ppm=0.0)
        same = was.with_manual_phase(plain).steps == recipe.with_manual_phase(plain).steps
        return "none" if same else "stale"
    return "current" if same_fit(was, recipe) else "stale"


def _small_print(data: Dataset, fit: FitResult | None, recipe: Recipe) -> str:
    """Return how axis and phase came about, and what was done for display only."""
    parts = [_reference(data), _phase(data, fit, recipe), f"display zero-filled ×{ZERO_FILL}"]
    signals = data.fid.size // data.points
    if signals > 1:
        parts.append(f"mean of {signals} signals")
    return " · ".join(parts)


def _note(data: Dataset, step: str) -> str | None:
    lines = [line.note for line in data.provenance if line.step == step]
    return lines[-1] if lines else None


def _reference(data: Dataset) -> str:
    note = _note(data, "referenceshift")
    if note is None:
        return f"ppm reference: {data.centre_ppm:.2f} at 0 Hz (nominal)"
    return f"ppm reference: {note or 'automatic'}"


def _phase(data: Dataset, fit: FitResult | None, recipe: Recipe) -> str:
    manual = recipe.manual_phase
    if not manual.is_zero:
        zero, first = degrees(manual.zero_deg), degrees_per_ppm(manual.first_deg_per_ppm)
        return f"phase: by hand φ₀ {zero}, φ₁ {first} about {manual.pivot_ppm:.2f} ppm"
    if fit is not None:
        return "phase: automatic (fit)"
    return "phase: automatic" if _note(data, "autophase") is not None else "phase: as measured"

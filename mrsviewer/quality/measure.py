"""All quality metrics of one analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.fit import CONVERGED
from mrsviewer.model.quality import Grade, Metric, Quality
from mrsviewer.quality.peaks import (
    LINES,
    isolated_width_ppm,
    line_width_ppm,
    reference_peak,
    water_height,
    water_width_ppm,
)
from mrsviewer.quality.profile import DEFAULT_PROFILE, Limits, QualityProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import Quantification
    from mrsviewer.quality.peaks import Peak

ORDER: tuple[Grade, ...] = ("good", "borderline", "poor")
FILTERED = 100.0
"""Residual over the noise beside the signals from which that noise is not to be believed."""

_RAW_WIDTH = (
    "full width at half maximum of the measured absorption line, zero-filled 8 times, no filter"
)
_WIDTH = (
    "full width at half maximum of the measured line, fitted baseline and all other fitted "
    "signals taken off, interpolated 8 times, no filter"
)


def measure(
    processed: Dataset,
    water: Dataset | None,
    fit: FitResult | None,
    quantification: Quantification | None,
    profile: QualityProfile = DEFAULT_PROFILE,
) -> Quality:
    """Return all metrics that can be measured, and the grade of the worst.

    Parameters
    ----------
    processed
        The spectrum that was fitted, one FID.
    water
        Unsuppressed water, for its line width.
    fit, quantification
        Result, or None where that stage failed or was not run.
    profile
        Limits to grade by.
    """
    metrics = [*_widths(processed, water, fit, profile)]
    if fit is not None:
        metrics += [*_signal(processed, fit, profile), *_fit(processed, fit, profile)]
    if quantification is not None:
        metrics += _bounds(quantification, profile)
    grades = [metric.grade for metric in metrics if metric.grade != "unknown"]
    unknown: Grade = "unknown"
    return Quality(tuple(metrics), max(grades, key=ORDER.index, default=unknown))


def _metric(
    key: str, label: str, value: float | None, unit: str, limits: Limits, definition: str
) -> Metric:
    if value is None or not np.isfinite(value):
        return Metric(key, label, None, unit, "unknown", "could not be measured", definition)
    space = "" if unit in ("", "%") else " "
    reason = f"{value:.3g}{space}{unit}; {limits.in_words(unit)}"
    return Metric(key, label, value, unit, limits.grade(value), reason, definition)


def _widths(
    data: Dataset, water: Dataset | None, fit: FitResult | None, profile: QualityProfile
) -> Iterator[Metric]:
    hz_per_ppm = data.acquisition.hz_per_ppm
    for line in LINES.get(data.acquisition.nucleus, ()):
        if fit is not None:
            width = isolated_width_ppm(fit, line.names, line.ppm, hz_per_ppm)
        else:
            width = None if data.dims else line_width_ppm(data, line.window)
        definition = _RAW_WIDTH if fit is None else _WIDTH
        key, label = f"fwhm_{line.label.lower()}", f"FWHM ({line.label})"
        metric = _metric(key, label, width, "ppm", profile.fwhm_ppm, definition)
        if width is not None and data.acquisition.nucleus != "1H":
            reason = f"{width:.3g} ppm; the limits of the profile are for protons"
            metric = replace(metric, grade="unknown", reason=reason)
        in_hz = None if width is None else width * hz_per_ppm
        yield metric
        yield Metric(f"{key}_hz", label, in_hz, "Hz", metric.grade, metric.reason, definition)
    if water is not None and not water.dims:
        width = water_width_ppm(water)
        limits = profile.water_fwhm_ppm
        yield _metric("fwhm_water", "FWHM (water)", width, "ppm", limits, _RAW_WIDTH)


def _signal(data: Dataset, fit: FitResult, profile: QualityProfile) -> Iterator[Metric]:
    """Yield signal to noise and residual water, each named after the peak that was measured."""
    nucleus = data.acquisition.nucleus
    peak = reference_peak(fit, nucleus, data.acquisition.hz_per_ppm)
    if peak is None or peak.height <= 0:
        words = "height of a metabolite above the fitted baseline / SD of the noise"
        reason = "no metabolite was found"
        yield Metric("snr", "SNR", None, "", "unknown", reason, words)
        return
    aside = f"{peak.missing} was not found: measured at the highest peak. " if peak.missing else ""
    snr = _snr(fit, peak, profile)
    yield replace(snr, reason=aside + snr.reason)
    if nucleus != "1H":
        return
    water = water_height(data, fit.shift_ppm)
    yield _metric(
        "water_residual",
        f"Residual water / {peak.name}",
        None if water is None else water / peak.height,
        "",
        profile.water_residual,
        f"largest magnitude at 4.4 to 4.9 ppm / height of {peak.name} above the fitted baseline",
    )


def _snr(fit: FitResult, peak: Peak, profile: QualityProfile) -> Metric:
    """Return the signal to noise ratio, unknown where the noise is not to be believed."""
    label, ratio = f"SNR ({peak.name})", None
    words = (
        f"height of {peak.name} above the fitted baseline / SD of the noise, real spectrum, "
        "no apodisation, no zero-filling (Kreis 2020)"
    )
    if fit.noise_sd > 0:
        ratio = peak.height / fit.noise_sd
        if fit.residual_sd > FILTERED * fit.noise_sd:
            times = fit.residual_sd / fit.noise_sd
            reason = (
                f"the residual is {times:.0f} times the noise beside the signals, which seems to "
                "have been filtered off"
            )
            return Metric("snr", label, None, "", "unknown", reason, words)
    return _metric("snr", label, ratio, "", profile.snr, words)


def _fit(data: Dataset, fit: FitResult, profile: QualityProfile) -> Iterator[Metric]:
    quality = (fit.residual_sd / fit.noise_sd) ** 2 if fit.noise_sd > 0 else None
    yield _metric(
        "fqn",
        "Fit quality (FQN)",
        quality,
        "",
        profile.fit_quality,
        "variance of the residual in the fit window / variance of the noise (Lin 2021); 1 is ideal",
    )
    yield _baseline(fit)
    yield _metric(
        "shift",
        "Shift found",
        abs(fit.shift_ppm),
        "ppm",
        profile.shift_ppm,
        "common shift of the data against the basis set, magnitude",
    )
    yield _phase(data, fit)
    yield _trust(fit)


def _baseline(fit: FitResult) -> Metric:
    width = float(fit.ppm[0] - fit.ppm[-1])
    value = fit.effective_baseline_df / width
    reason = f"{fit.effective_baseline_df:.1f} degrees of freedom over {width:.1f} ppm"
    definition = "effective degrees of freedom of the real part of the baseline per ppm"
    label = "Baseline flexibility"
    return Metric("baseline_df", label, value, "per ppm", "unknown", reason, definition)


def _phase(data: Dataset, fit: FitResult) -> Metric:
    zero = float(np.rad2deg(fit.zero_phase_rad))
    first = 360.0 * fit.first_phase_s * data.acquisition.hz_per_ppm
    reason = (
        f"{zero:+.1f} deg at {fit.pivot_ppm:.2f} ppm and {first:+.1f} deg/ppm, found by the fit"
    )
    definition = "zero-order phase that the fit found on top of that of the data"
    return Metric("phase", "Phase found", zero, "deg", "unknown", reason, definition)


def _trust(fit: FitResult) -> Metric:
    grade: Grade = "good" if fit.converged and fit.message == CONVERGED else "borderline"
    if not fit.converged:
        grade = "poor"
    return Metric(
        "fit",
        "Fit",
        float(fit.iterations),
        "iterations",
        grade,
        fit.message,
        "how the optimiser ended, and what speaks against the result",
    )


def _bounds(quantification: Quantification, profile: QualityProfile) -> list[Metric]:
    found = []
    for name in ("tNAA", "tCr", "tCho"):
        quantity = quantification.get(name)
        if quantity is not None:
            found.append(
                _metric(
                    f"crlb_{name.lower()}",
                    f"CRLB ({name})",
                    quantity.crlb_percent,
                    "%",
                    profile.crlb_percent,
                    "Cramer-Rao lower bound relative to the value; never the only criterion "
                    "(Kreis 2016)",
                )
            )
    return found

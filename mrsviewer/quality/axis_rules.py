"""Rules on frequency, dwell time and number of samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mrsviewer.model.acquisition import GYROMAGNETIC_RATIO_HZ_PER_T
from mrsviewer.quality.lint import Correction, LintFinding, in_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Severity

FIELDS_T = (
    0.35, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 4.7, 5.0, 7.0, 9.4, 10.5, 11.7, 14.1, 16.4, 17.6, 21.1,
)  # fmt: skip
"""Field strengths that magnets are sold with, for people and for animals."""

CLINICAL_T = (1.5, 3.0, 7.0)
FIELD_TOLERANCE = 0.045
"""Siemens' "3 T" is 2.89 T."""

BANDWIDTHS_HZ = (
    1000, 1200, 1250, 1500, 1600, 1800, 2000, 2400, 2500, 3000, 3200, 3600, 4000, 5000, 6000,
    7500, 8000, 10000, 12000, 15000, 16000, 20000, 24000, 25000, 30000,
)  # fmt: skip
WIDTH_LIMITS_HZ = (500.0, 200_000.0)
LEAST_WIDTH_PPM = 6.0
LEAST_TIME_S, LONGEST_TIME_S = 0.12, 10.0
FEWEST_POINTS = 256
NOTABLE_SHIFT_PPM = 0.003
"""A rounding matters where it moves lines 3 ppm from water by more than this."""

_THOUSANDS = (1e-6, 1e-3, 1e3, 1e6)


def axis_findings(data: Dataset) -> Iterator[LintFinding]:
    """Yield what is wrong with the axes of a dataset."""
    yield from _frequency(data.acquisition)
    dwell = tuple(_dwell(data.acquisition))
    yield from dwell
    if not dwell:
        yield from _rounding(data.acquisition)
    yield from _samples(data)


def field_of(frequency_hz: float, nucleus: str) -> float | None:
    """Return the field strength sold that a frequency belongs to, or None."""
    gamma = GYROMAGNETIC_RATIO_HZ_PER_T.get(nucleus)
    if gamma is None:
        return None
    field = frequency_hz / gamma
    best = min(FIELDS_T, key=lambda sold: abs(math.log(field / sold)))
    return best if abs(field / best - 1) <= FIELD_TOLERANCE else None


def _frequency(acquisition: Acquisition) -> Iterator[LintFinding]:
    hz, nucleus = acquisition.frequency_hz, acquisition.nucleus
    if nucleus not in GYROMAGNETIC_RATIO_HZ_PER_T or field_of(hz, nucleus) is not None:
        return
    said = f"{in_unit(hz, 'MHz')} for {nucleus}"
    for factor in _THOUSANDS:
        field = field_of(hz * factor, nucleus)
        if field is not None:
            evidence = f"{said} is no field sold; {in_unit(hz * factor, 'MHz')} is {field:g} T."
            use = Correction("frequency_hz", hz * factor, "MHz", f"that is {field:g} T")
            title = "Frequency in another unit"
            yield LintFinding("frequency-unit", "danger", title, evidence, use)
            return
    others = [n for n in GYROMAGNETIC_RATIO_HZ_PER_T if field_of(hz, n) in CLINICAL_T]
    field = acquisition.field_t or 0.0
    evidence = f"{said} would be {field:.2f} T, which is not sold."
    meant: Correction | None = None
    if len(others) == 1:
        evidence += f" It is the frequency of {others[0]} at {field_of(hz, others[0]):g} T."
        meant = Correction("nucleus", others[0], "", "its frequency")
    title = "Frequency and nucleus do not fit"
    severity: Severity = "warning" if meant is None else "danger"
    yield LintFinding("frequency-field", severity, title, evidence, meant)


def _dwell(acquisition: Acquisition) -> Iterator[LintFinding]:
    width = 1 / acquisition.dwell_s
    in_ppm = width / acquisition.hz_per_ppm
    too_narrow = acquisition.nucleus == "1H" and in_ppm < LEAST_WIDTH_PPM
    if WIDTH_LIMITS_HZ[0] <= width <= WIDTH_LIMITS_HZ[1] and not too_narrow:
        return
    evidence = (
        f"Dwell time {in_unit(acquisition.dwell_s, 'ms')}: a bandwidth of {width:.6g} Hz, "
        f"{in_ppm:.3g} ppm."
    )
    fitting = [f for f in _THOUSANDS if _is_usual(width / f, acquisition)]
    use: Correction | None = None
    if len(fitting) == 1:
        mended = acquisition.dwell_s * fitting[0]
        reason = f"a bandwidth of {1 / mended:.6g} Hz"
        use = Correction("dwell_s", mended, "ms", reason)
    title = "Bandwidth is hardly possible" if use is None else "Dwell time in another unit"
    yield LintFinding("dwell-unit", "danger", title, evidence, use)


def _is_usual(width_hz: float, acquisition: Acquisition) -> bool:
    within = WIDTH_LIMITS_HZ[0] <= width_hz <= 0.5 * WIDTH_LIMITS_HZ[1]
    return within and width_hz / acquisition.hz_per_ppm >= LEAST_WIDTH_PPM


def _rounding(acquisition: Acquisition) -> Iterator[LintFinding]:
    """Yield a finding where the dwell time was rounded to microseconds."""
    microseconds = acquisition.dwell_s * 1e6
    whole = round(microseconds)
    if abs(microseconds - whole) > 1e-6 * whole or 1_000_000 % whole == 0:
        return
    low, high = 1e6 / (whole + 0.5), 1e6 / (whole - 0.5)
    inside = [width for width in BANDWIDTHS_HZ if low <= width <= high]
    if len(inside) != 1:
        return
    true_us = _sampled(inside[0], acquisition.vendor)
    away = abs(whole / true_us - 1)
    if away < 1e-6:
        return
    shift = 3.0 * away
    evidence = (
        f"{whole} µs is a bandwidth of {1e6 / whole:.2f} Hz; scanners sample at {inside[0]} Hz, "
        f"{true_us:.6g} µs. Lines 3 ppm from water move by {shift:.4f} ppm."
    )
    use = Correction("dwell_s", true_us * 1e-6, "µs", f"bandwidth {inside[0]} Hz")
    severity: Severity = "warning" if shift > NOTABLE_SHIFT_PPM else "info"
    yield LintFinding("dwell-rounded", severity, "Dwell time was rounded", evidence, use)


def _sampled(width_hz: int, vendor: str | None) -> float:
    """Return the dwell time in µs; Siemens samples twice as fast, on a raster of 0.1 µs."""
    if vendor == "Siemens":
        return 2.0 * round(0.5e6 / width_hz, 1)
    return 1e6 / width_hz


def _samples(data: Dataset) -> Iterator[LintFinding]:
    seconds = data.points * data.acquisition.dwell_s
    said = f"{data.points} samples, {seconds:.3g} s"
    if data.points < FEWEST_POINTS:
        evidence = f"{said}; spectra of the brain have 512 to 8192 samples."
        yield LintFinding("few-samples", "warning", "Very few samples", evidence)
    elif data.acquisition.nucleus == "1H" and seconds < LEAST_TIME_S:
        evidence = f"{said}: lines cannot be narrower than {1 / seconds:.1f} Hz."
        yield LintFinding("short-record", "warning", "The record is short", evidence)
    if seconds > LONGEST_TIME_S:
        evidence = f"{said}: longer than any repetition time; check the dwell time."
        yield LintFinding("long-record", "warning", "The record is very long", evidence)
    tr = data.acquisition.repetition_time_s
    if tr is not None and seconds > tr + 1e-3 and seconds <= LONGEST_TIME_S:
        evidence = f"{said}, TR {in_unit(tr, 's')}: one of them is wrong, or it was zero-filled."
        yield LintFinding("record-repetition", "warning", "The record outlasts TR", evidence)

"""What was already done to the data before they came here, told by header and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.noise_profile import noise_profile
from mrsviewer.dsp.phase_course import phase_course
from mrsviewer.dsp.transient_kinds import kinds_of_naa
from mrsviewer.dsp.transient_signs import opposite_neighbours
from mrsviewer.dsp.wraparound import tail_rise, wrapped_samples
from mrsviewer.quality.lint import Correction, LintFinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Severity

EDDY = "eddy-current correction"
FEWEST_ZEROS = 8
NOTABLE_FALL = 1.5
OPPOSITE = 0.6
"""Share of neighbouring transients in opposite phase from which on signs alternate."""

EDITED = 2.0
"""Difference in the power of NAA from which on transients are of two kinds."""

LEAVE_OUT_EDDY = Correction(
    "leave_out_step", "correcteddycurrents", EDDY, "the scanner has done it"
)


def detect_preprocessing(data: Dataset, water: Dataset | None) -> tuple[LintFinding, ...]:
    """Return what was done to the metabolite data before, with the evidence for each.

    Parameters
    ----------
    data
        As read, nothing processed.
    water
        The water reference as read, or None.
    """
    return (
        *_stated(data, water),
        *_averaged(data),
        *_combined(data, water),
        *_signs(data),
        *_kinds(data),
        *_wrapped(data),
        *_noise(data),
        *_water_phase(water),
    )


def _of(
    rule: str, severity: Severity, title: str, evidence: str, correction: Correction | None = None
) -> LintFinding:
    return LintFinding(rule, severity, title, evidence, correction, "preprocessing")


def _stated(data: Dataset, water: Dataset | None) -> Iterator[LintFinding]:
    """Yield what the header itself says was done."""
    for done in (s for s in data.acquisition.stated if s.about == "done"):
        evidence = f"{done.source} says so."
        if done.value == EDDY and water is not None:
            evidence += " With the phase of the water reference it would be corrected twice."
            title = "The scanner corrected eddy currents"
            yield _of("eddy-stated", "warning", title, evidence, LEAVE_OUT_EDDY)
        else:
            yield _of("stated", "info", f"The scanner applied {done.value}", evidence)


def _averaged(data: Dataset) -> Iterator[LintFinding]:
    averages = data.acquisition.averages
    if data.count("transient") == 1 and averages is not None and averages > 1:
        evidence = (
            f"One signal holds {averages} averages: drift and motion between them can be neither "
            "seen nor corrected."
        )
        yield _of("averaged", "info", "Averaged by the scanner", evidence)


def _combined(data: Dataset, water: Dataset | None) -> Iterator[LintFinding]:
    if "coil" in data.dims or water is None or "coil" not in water.dims:
        return
    evidence = (
        f"The water reference has {water.count('coil')} coils, the data one signal: their scales "
        "differ, so water does not scale the metabolites."
    )
    yield _of("combined", "warning", "Only the data come coil-combined", evidence)


def _signs(data: Dataset) -> Iterator[LintFinding]:
    if "transient" not in data.dims:
        return
    share = opposite_neighbours(np.moveaxis(data.fid, data.dims.index("transient"), 0))
    if share is None or share < OPPOSITE:
        return
    evidence = (
        f"{share:.0%} of neighbouring transients are in opposite phase: phase cycling, or edited "
        "pairs stored with opposite signs. Without alignment of the phases they cancel."
    )
    yield _of("alternating", "warning", "Transients alternate in sign", evidence)


def _kinds(data: Dataset) -> Iterator[LintFinding]:
    """Yield that transients are those of an edited scan, unsorted."""
    how = data.acquisition
    if how.nucleus != "1H" or "transient" not in data.dims or "edit" in data.dims:
        return
    fids = np.moveaxis(data.fid, data.dims.index("transient"), 0)
    factor = kinds_of_naa(fids, how.dwell_s, how.hz_per_ppm, data.centre_ppm)
    if factor is None or factor < EDITED:
        return
    evidence = (
        f"The power of NAA against creatine and choline differs {factor:.2g} times between odd and "
        "even transients, or between the first and the second half, as between edit-on and "
        "edit-off of MEGA-PRESS. Their mean is neither of them nor their difference; fitted as "
        "PRESS, NAA reads too low."
    )
    known = how.localisation == "mega-press"
    edited = Correction("localisation", "mega-press", "", "transients of two kinds")
    correction = None if known else edited
    yield _of("edited", "danger", "The transients are of two kinds", evidence, correction)


def _wrapped(data: Dataset) -> Iterator[LintFinding]:
    mean = data.fid.reshape(-1, data.points).mean(axis=0)
    if not wrapped_samples(mean):
        return
    evidence = (
        f"The last samples are {tail_rise(mean):.0f} times higher than the quietest ones before "
        "them: a filter of the scanner left the beginning of the echo at the end. Samples are "
        "kept as they are; zeros for display go in before it."
    )
    yield _of("wrapped", "info", "The end of the FID belongs to its beginning", evidence)


def _noise(data: Dataset) -> Iterator[LintFinding]:
    """Yield zero-filling and filters, told by the noise."""
    signals = data.fid.reshape(-1, data.points)
    filled = np.flatnonzero(signals.any(axis=0))
    measured = int(filled[-1]) + 1 if filled.size else 0
    if measured and data.points - measured >= FEWEST_ZEROS:
        evidence = f"Samples {measured + 1} to {data.points} are exactly zero."
        yield _of("zero-filled", "info", "Zero-filled", evidence)
    yield from _profile(data, signals[:, :measured])


def _profile(data: Dataset, signals: NDArray[np.complex128]) -> Iterator[LintFinding]:
    if data.acquisition.nucleus != "1H":
        return
    acquisition = data.acquisition
    found = noise_profile(signals, acquisition.dwell_s, acquisition.hz_per_ppm, data.centre_ppm)
    if found is None:
        return
    if found.ends_at is not None:
        evidence = (
            f"The noise falls to less than a third at about sample {found.ends_at} of "
            f"{signals.shape[1]} and stays there: what follows was filled in, not measured."
        )
        yield _of("noise-ends", "warning", "The end was not measured", evidence)
    elif found.fall > NOTABLE_FALL:
        evidence = (
            f"Noise in the signal-free part of the spectrum falls to 1/{found.fall:.3g} over the "
            f"record, as a filter of {found.decay_hz:.1f} Hz or more makes it. Line widths, noise "
            "and uncertainties are those of filtered data."
        )
        yield _of("filtered", "warning", "The data were filtered", evidence)


def _water_phase(water: Dataset | None) -> Iterator[LintFinding]:
    if water is None or water.dims:
        return
    course = phase_course(water.fid)
    if course is None or not course.is_straight:
        return
    evidence = (
        f"The phase of the water signal is straight to {course.bend_deg:.2f} degrees; measured "
        "ones bend by several. It was corrected already, or simulated."
    )
    yield _of("water-straight", "info", "The water reference shows no eddy currents", evidence)

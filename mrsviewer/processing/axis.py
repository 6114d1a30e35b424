"""Steps that set the chemical-shift axis and the phase."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta
from scipy import fft
from typing_extensions import override

from mrsviewer.dsp.autophase import find_phase
from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.phase import phase_factor
from mrsviewer.dsp.referencing import Reference, find_reference
from mrsviewer.processing.axes import is_proton, mean_signal
from mrsviewer.processing.step import Signals, Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset


class ReferenceShift(Step, frozen=True, kw_only=True):
    """Put the chemical-shift axis right: by the pattern of tNAA, tCr and tCho, or by hand.

    Only the axis of the metabolite data moves; the samples stay as they are, and so do the water
    scans. Where the pattern is not found with confidence the axis is left alone.
    """

    shift_ppm: Annotated[
        Annotated[float, Meta(ge=-5.0, le=5.0)] | None,
        Meta(description="Added to the axis, ppm; empty: found from the spectrum"),
    ] = None
    search_ppm: Annotated[
        float, Meta(gt=0.0, le=0.5, description="How far the automatic search goes, ppm")
    ] = 0.3

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the signals with the axis of the metabolite data moved."""
        context.tick(0.0)
        data = signals.metabolite
        if self.shift_ppm is not None:
            return self._moved(signals, self.shift_ppm, f"{self.shift_ppm:+.3f} ppm, set by hand")
        if not is_proton(data):
            return self.noted(signals, f"{data.acquisition.nucleus}: axis left as it is")
        found = find_reference(
            mean_signal(data),
            data.acquisition.dwell_s,
            data.acquisition.hz_per_ppm,
            data.centre_ppm,
            search_ppm=self.search_ppm,
            water_ppm=None if signals.water is None else _water_ppm(signals.water),
        )
        return self._moved(signals, found.shift_ppm if found.accepted else 0.0, _verdict(found))

    def _moved(self, signals: Signals, shift_ppm: float, note: str) -> Signals:
        """Return the signals with the axis moved."""
        data = signals.metabolite
        centre_ppm = data.centre_ppm + shift_ppm
        return replace(
            signals, metabolite=self.successor(data, data.fid, note, centre_ppm=centre_ppm)
        )

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        if self.shift_ppm is not None:
            return f"Move the chemical-shift axis by {self.shift_ppm:+.3f} ppm, set by hand."
        return (
            "Reference the chemical-shift axis to tNAA 2.01, tCr 3.03 and tCho 3.21 ppm "
            f"(search within {self.search_ppm:g} ppm)."
        )


class AutoPhase(Step, frozen=True, kw_only=True):
    """Find the phase at which the tNAA, tCr and tCho singlets stand in absorption, upright."""

    first_order: Annotated[
        bool, Meta(description="Find a phase that grows with frequency, too")
    ] = False

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the signals with the metabolite data phased; one phase for all their axes."""
        context.tick(0.0)
        data = signals.metabolite
        if not is_proton(data):
            return self.noted(signals, f"{data.acquisition.nucleus}: phase left as it is")
        found = find_phase(
            mean_signal(data),
            data.acquisition.dwell_s,
            data.acquisition.hz_per_ppm,
            data.centre_ppm,
            first_order=self.first_order,
        )
        if not found.lines:
            return self.noted(signals, "no singlet stands out: phase left as it is")
        slope = 360.0 * found.first_s * data.acquisition.hz_per_ppm
        note = f"{np.degrees(found.zero_rad):+.1f} degrees"
        if slope:
            note += f", {slope:+.1f} degrees per ppm about {found.pivot_ppm:g} ppm"
        note += f", from {', '.join(found.lines)}"
        fid = _phased(data, found.zero_rad, found.first_s, found.pivot_ppm)
        return replace(signals, metabolite=self.successor(data, fid, note))

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        order = "zero- and first-order" if self.first_order else "zero-order"
        return f"Find the {order} phase at which the singlets stand in absorption."


class Phase(Step, frozen=True, kw_only=True):
    """Phase set by hand: ``zero_deg + first_deg_per_ppm * (ppm - pivot_ppm)`` is added."""

    zero_deg: Annotated[float, Meta(description="Zero-order phase, degrees")] = 0.0
    first_deg_per_ppm: Annotated[float, Meta(description="First-order phase, degrees per ppm")] = (
        0.0
    )
    pivot_ppm: Annotated[float, Meta(description="Where the first-order phase is zero, ppm")] = 2.01

    @property
    def is_zero(self) -> bool:
        """Return whether the step changes nothing."""
        return self.zero_deg == 0.0 and self.first_deg_per_ppm == 0.0

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the signals with the metabolite data phased."""
        context.tick(0.0)
        data = signals.metabolite
        first_s = self.first_deg_per_ppm / (360.0 * data.acquisition.hz_per_ppm)
        fid = _phased(data, np.radians(self.zero_deg), first_s, self.pivot_ppm)
        return replace(signals, metabolite=self.successor(data, fid))

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        words = f"Phase by hand: {self.zero_deg:+.1f} degrees"
        if self.first_deg_per_ppm:
            words += (
                f" and {self.first_deg_per_ppm:+.1f} degrees per ppm about {self.pivot_ppm:.2f} ppm"
            )
        return f"{words}."


def _phased(
    data: Dataset, zero_rad: float, first_s: float, pivot_ppm: float
) -> NDArray[np.complex128]:
    """Return the samples with a phase added; first order by way of the spectrum."""
    if first_s == 0.0:
        return np.asarray(data.fid * np.exp(1j * zero_rad))
    freq = fft.fftfreq(data.points, data.acquisition.dwell_s)
    pivot_hz = (pivot_ppm - data.centre_ppm) * data.acquisition.hz_per_ppm
    factor = phase_factor(freq, zero_rad, first_s, pivot_hz)
    return np.asarray(fft.ifft(fft.fft(data.fid, axis=-1) * factor, axis=-1))


def _water_ppm(water: Dataset) -> float:
    """Return where the water line stands on its own axis."""
    acquisition = water.acquisition
    ppm = ppm_axis(water.points, acquisition.dwell_s, acquisition.hz_per_ppm, water.centre_ppm)
    return float(ppm[np.argmax(np.abs(spectrum(mean_signal(water))))])


def _verdict(found: Reference) -> str:
    """Return the note: where the axis went and why, or why it stayed."""
    seen = ", ".join(found.supported_by) or "no singlet"
    if not found.accepted:
        return f"axis left as it is: {seen} seen, confidence {found.confidence:.2f}"
    return f"{found.shift_ppm:+.3f} ppm, from {seen} (confidence {found.confidence:.2f})"

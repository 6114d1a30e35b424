"""Steps that set the chemical-shift axis and the phase."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from typing_extensions import override

from mrsviewer.processing.step import Step


class ReferenceShift(Step, frozen=True, kw_only=True):
    """Put the chemical-shift axis right: by the pattern of tNAA, tCr and tCho, or by hand.

    Only the axis moves; the samples stay as they are.
    """

    shift_ppm: Annotated[
        Annotated[float, Meta(ge=-5.0, le=5.0)] | None,
        Meta(description="Added to the axis, ppm; empty: found from the spectrum"),
    ] = None
    search_ppm: Annotated[
        float, Meta(gt=0.0, le=0.5, description="How far the automatic search goes, ppm")
    ] = 0.3

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
    def in_words(self) -> str:
        """Return what the step does."""
        words = f"Phase by hand: {self.zero_deg:+.1f} degrees"
        if self.first_deg_per_ppm:
            words += (
                f" and {self.first_deg_per_ppm:+.1f} degrees per ppm about {self.pivot_ppm:.2f} ppm"
            )
        return f"{words}."

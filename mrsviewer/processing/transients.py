"""Steps on the single transients: leave out the bad ones, align the others, average."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from typing_extensions import override

from mrsviewer.processing.step import Step

Index = Annotated[int, Meta(ge=0)]


class RejectTransients(Step, frozen=True, kw_only=True):
    """Leave out transients chosen by hand and those unlike the others.

    Empty transients (all samples zero) always go. ``remove`` and ``keep`` are numbers from 0 in
    the data as they enter this step; a person's ``keep`` outvotes the automatic test.
    """

    remove: Annotated[
        tuple[Index, ...], Meta(description="Transients left out by hand (numbers from 0)")
    ] = ()
    keep: Annotated[
        tuple[Index, ...], Meta(description="Transients kept by hand whatever the test says")
    ] = ()
    automatic: Annotated[bool, Meta(description="Leave out transients unlike the others")] = True
    threshold_sd: Annotated[
        float,
        Meta(ge=1.5, le=10.0, description="How many standard deviations from the median is unlike"),
    ] = 3.0

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        parts = []
        if self.automatic:
            parts.append(f"Leave out transients more than {self.threshold_sd:g} SD unlike the rest")
        if self.remove:
            parts.append(f"leave out by hand: {', '.join(str(n + 1) for n in self.remove)}")
        if self.keep:
            parts.append(f"keep by hand: {', '.join(str(n + 1) for n in self.keep)}")
        words = "; ".join(parts) or "Leave out empty transients only"
        return f"{words[0].upper()}{words[1:]}."


class AlignTransients(Step, frozen=True, kw_only=True):
    """Align frequency and phase of transients by spectral registration (Near 2015, MRM 73:44)."""

    low_ppm: Annotated[
        float, Meta(ge=-10.0, le=20.0, description="Lower end of the range compared, ppm")
    ] = 0.2
    high_ppm: Annotated[
        float, Meta(ge=-10.0, le=20.0, description="Upper end of the range compared, ppm")
    ] = 4.2
    max_shift_hz: Annotated[
        float, Meta(gt=0.0, le=200.0, description="Largest shift looked for, Hz")
    ] = 20.0
    rounds: Annotated[
        int, Meta(ge=1, le=10, description="How often the mean is taken as the new target")
    ] = 3

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return (
            "Align frequency and phase of the transients by spectral registration over "
            f"{self.low_ppm:g} to {self.high_ppm:g} ppm."
        )


class AverageTransients(Step, frozen=True, kw_only=True):
    """Average the transients: the mean, not the sum, of metabolite and water data alike."""

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return "Average the transients."

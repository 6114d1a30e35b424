"""Steps that use the water reference or remove what is left of water."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta
from typing_extensions import override

from mrsviewer.processing.step import Step

EddySource = Literal["automatic", "eddy", "water"]


class CorrectEddyCurrents(Step, frozen=True, kw_only=True):
    """Subtract the phase of a water scan in the time domain (Klose 1990, MRM 14:26)."""

    source: Annotated[
        EddySource,
        Meta(description="Which water scan: its own scan if there is one, or the water reference"),
    ] = "automatic"

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        scan = {
            "automatic": "a water scan",
            "eddy": "the eddy-current scan",
            "water": "the water reference",
        }[self.source]
        return f"Correct eddy currents with the phase of {scan}."


class RemoveWater(Step, frozen=True, kw_only=True):
    """Remove the residual water line by HLSVD (Pijnappel 1992, J Magn Reson 97:122).

    The band is in ppm on the axis as it is at this step, water nominally at 4.65; the limits keep
    it away from the creatine and lactate signals about 4 ppm.
    """

    low_ppm: Annotated[
        float, Meta(ge=4.15, le=4.6, description="Lower end of the band removed, ppm")
    ] = 4.3
    high_ppm: Annotated[
        float, Meta(ge=4.7, le=6.0, description="Upper end of the band removed, ppm")
    ] = 5.0
    components: Annotated[
        int, Meta(ge=5, le=60, description="Number of damped sinusoids the signal is made of")
    ] = 25

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return (
            f"Remove residual water between {self.low_ppm:g} and {self.high_ppm:g} ppm by HLSVD "
            f"with {self.components} components."
        )

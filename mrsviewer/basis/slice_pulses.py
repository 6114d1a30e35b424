"""The pulses of a sequence: which select its slices, and ideal editing pulses."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mrsviewer.basis.pulse_shapes import GoiaWurst, SliceShape, Slr
from mrsviewer.model.acquisition import Localisation  # noqa: TC001 - beside structs

Ppm = Annotated[float, msgspec.Meta(ge=-5, le=15, extra_json_schema={"unit": "ppm"})]


class Pulses(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which pulses select the slices; those that are not given are ideal.

    Positions are averaged along each axis apart, over ``extent`` times the slice thickness.
    """

    refocusing: Annotated[
        SliceShape | None, msgspec.Meta(description="Refocusing pulses (180 degrees)")
    ] = None
    excitation: Annotated[
        SliceShape | None, msgspec.Meta(description="Excitation pulse (90 degrees)")
    ] = None
    inversion: Annotated[
        SliceShape | None, msgspec.Meta(description="Inversion pulse of SPECIAL")
    ] = None
    positions: Annotated[
        int, msgspec.Meta(ge=2, le=512, description="Positions along each axis")
    ] = 41
    extent: Annotated[
        float,
        msgspec.Meta(ge=1, le=10, description="Range of positions, in slice thicknesses"),
    ] = 2.0
    carrier_ppm: Annotated[
        Ppm, msgspec.Meta(description="Frequency of the pulses, on which the slice is centred")
    ] = 3.0

    def in_words(self) -> str:
        """Return the pulses for captions."""
        named = (("90", self.excitation), ("180", self.refocusing), ("inversion", self.inversion))
        said = [f"{what}: {shape.in_words()}" for what, shape in named if shape is not None]
        return f"{'; '.join(said)}; {self.positions} positions per axis"


class Band(msgspec.Struct, frozen=True, tag_field="shape", tag=str.lower):
    """An ideal editing pulse: turns all within a band, and nothing else."""

    bandwidth_hz: Annotated[
        float,
        msgspec.Meta(
            gt=0, le=1000, description="Width of the band", extra_json_schema={"unit": "Hz"}
        ),
    ] = 60.0

    def in_words(self) -> str:
        """Return kind and width for captions."""
        return f"ideal, {self.bandwidth_hz:g} Hz"


USUAL_PULSES = Pulses(refocusing=Slr(5.2e-3), excitation=Slr(2.6e-3, 8.0), positions=24)
"""Pulses as a PRESS at 3 T may have them, for whoever does not know theirs."""

ADIABATIC_PULSES = Pulses(
    refocusing=GoiaWurst(3.5e-3, 20_000.0, 817.0), excitation=Slr(2.6e-3, 8.0)
)
"""Pulses as a semi-LASER or LASER may have them: Andronesi 2010 at a field of 19 uT."""


def usual_pulses(localisation: Localisation) -> Pulses:
    """Return the pulses that a sequence has as a rule, for whoever does not know theirs."""
    if localisation in {"slaser", "laser"}:
        return ADIABATIC_PULSES
    if localisation == "special":
        inversion = ADIABATIC_PULSES.refocusing
        return msgspec.structs.replace(USUAL_PULSES, inversion=inversion)
    return USUAL_PULSES

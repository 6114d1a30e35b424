"""What can be chosen about a decomposition into free lines."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from mrsviewer.fitting.lcm_options import Range
from mrsviewer.fitting.presets import PresetName


class HsvdOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine hsvd; the form in the window is made from these."""

    lines: Annotated[int, Meta(ge=2, le=60, description="Damped sinusoids sought")] = 25
    preset: Annotated[
        PresetName, Meta(description="List of peaks that gives lines their names")
    ] = "auto"
    prior_knowledge_path: Annotated[
        str | None, Meta(description="Table of peaks (CSV) instead of a preset")
    ] = None
    window_ppm: Annotated[
        Range | None,
        Meta(description="Range of the spectrum that is shown; empty: round the peaks"),
    ] = None
    tolerance_ppm: Annotated[
        float,
        Meta(gt=0, le=1, description="How far a line may lie from the peak it is named after"),
    ] = 0.06
    max_width_ppm: Annotated[
        float, Meta(gt=0, le=5, description="Broader lines count as baseline")
    ] = 0.35
    max_shift_ppm: Annotated[
        float, Meta(ge=0, le=1, description="Largest common shift that is searched")
    ] = 0.2
    begin_time_s: Annotated[
        float, Meta(ge=0, le=0.02, description="Time from excitation or echo to the first sample")
    ] = 0.0
    first_points_dropped: Annotated[
        int, Meta(ge=0, le=256, description="Samples left out at the start of the FID")
    ] = 0

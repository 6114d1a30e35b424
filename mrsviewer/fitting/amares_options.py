"""What can be chosen about a fit of peaks with prior knowledge."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mrsviewer.fitting.lcm_options import Freedom, Range
from mrsviewer.fitting.presets import PresetName

LineShape = Literal["as in the table", "lorentz", "gauss", "voigt"]


class AmaresOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine amares; the form in the window is made from these."""

    preset: Annotated[
        PresetName, Meta(description="List of peaks; auto: by nucleus and field strength")
    ] = "auto"
    prior_knowledge_path: Annotated[
        str | None,
        Meta(description="Table of peaks (CSV, columns as pyAMARES has them) instead of a preset"),
    ] = None
    window_ppm: Annotated[
        Range | None,
        Meta(description="Range of the spectrum that is fitted; empty: round the peaks"),
    ] = None
    line_shape: Annotated[
        LineShape, Meta(description="Shape of all lines; voigt: g fitted for each free line")
    ] = "as in the table"
    zero_phase: Annotated[
        Freedom, Meta(description="Common phase, where the table leaves no phase free")
    ] = "free"
    begin_time_s: Annotated[
        float, Meta(ge=0, le=0.02, description="Time from excitation or echo to the first sample")
    ] = 0.0
    fit_begin_time: Annotated[bool, Meta(description="Whether that time is fitted")] = False
    max_shift_ppm: Annotated[
        float, Meta(ge=0, le=1.0, description="Largest common shift that is searched")
    ] = 0.2
    first_points_dropped: Annotated[
        int, Meta(ge=0, le=256, description="Samples left out at the start of the FID")
    ] = 0
    max_iterations: Annotated[int, Meta(ge=1, le=500, description="Iterations at most")] = 60

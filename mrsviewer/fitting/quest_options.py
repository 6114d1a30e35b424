"""What can be chosen about a fit of basis signals in the time domain."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mrsviewer.fitting.lcm_options import Freedom, Range

Background = Literal["soft", "truncate", "subtract"]


class QuestOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine quest; the form in the window is made from these."""

    window_ppm: Annotated[
        Range, Meta(description="Range of the spectrum that is fitted, in ppm")
    ] = (
        4.2,
        0.2,
    )
    include: Annotated[
        tuple[str, ...], Meta(description="Fit only these components; empty: all of the basis")
    ] = ()
    exclude: Annotated[tuple[str, ...], Meta(description="Leave these components out")] = ()
    nonnegative: Annotated[bool, Meta(description="Amplitudes cannot be negative")] = True
    start_s: Annotated[
        float,
        Meta(
            ge=0,
            le=0.1,
            description="Samples before this time are left out, with the baseline; with a soft "
            "baseline only in the first stage of the fit",
        ),
    ] = 0.010
    used_percent: Annotated[
        float,
        Meta(
            ge=20,
            le=100,
            description="How much of the record is used; some filters ring at its very end",
        ),
    ] = 75.0
    background: Annotated[
        Background,
        Meta(
            description="soft: a baseline of short-lived signals is fitted along, its life chosen "
            "by likelihood; truncate: what the samples left out hold besides is the baseline; "
            "subtract: it is modelled, taken off, and all samples are fitted again"
        ),
    ] = "soft"
    remove_outside: Annotated[
        bool,
        Meta(
            description="Take off first what a decomposition into damped lines finds outside the "
            "window: residual water, the edge of the receiver's filter"
        ),
    ] = True
    zero_phase: Annotated[Freedom, Meta(description="Zero-order phase")] = "free"
    first_phase: Annotated[Freedom, Meta(description="First-order phase (a delay)")] = "free"
    max_shift_ppm: Annotated[
        float, Meta(ge=0, le=0.5, description="Largest common shift that is searched")
    ] = 0.2
    max_own_shift_ppm: Annotated[
        float, Meta(ge=0, le=0.1, description="Largest shift of a metabolite on its own")
    ] = 0.01
    max_own_damping_hz: Annotated[
        float, Meta(ge=0, le=20, description="Largest Lorentz width of a metabolite on its own")
    ] = 0.5
    max_own_width_percent: Annotated[
        float, Meta(ge=0, le=100, description="Largest change of width of a macromolecule or lipid")
    ] = 30.0
    max_iterations: Annotated[int, Meta(ge=1, le=500, description="Iterations at most")] = 60

"""What can be chosen about a fit by TARQUIN."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mrsviewer.fitting.lcm_options import Range

Signals = Literal["this basis set", "its own"]


class TarquinOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine tarquin; the form in the window is made from these."""

    program_path: Annotated[
        str | None, Meta(description="Program file; empty: tarquin in the search path")
    ] = None
    window_ppm: Annotated[Range, Meta(description="Range of the result that is shown, in ppm")] = (
        4.0,
        0.2,
    )
    signals: Annotated[
        Signals, Meta(description="Basis set; its own: TARQUIN simulates one for the brain")
    ] = "this basis set"
    water_scaling: Annotated[
        bool, Meta(description="Let TARQUIN scale by the water reference, to mM")
    ] = False
    arguments: Annotated[
        tuple[str, ...], Meta(description="More arguments of its command line, as it takes them")
    ] = ()
    time_limit_s: Annotated[float, Meta(gt=0, le=3600, description="Longest time it may run")] = 120

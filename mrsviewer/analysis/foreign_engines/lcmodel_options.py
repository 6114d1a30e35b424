"""What can be chosen about a fit by LCModel."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mrsviewer.fitting.lcm_options import Range

Simulated = Literal["its own", "none"]


class LcmodelOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the engine lcmodel; the form in the window is made from these."""

    program_path: Annotated[
        str | None, Meta(description="Program file; empty: lcmodel in the search path")
    ] = None
    window_ppm: Annotated[Range, Meta(description="Fit window in ppm (PPMST, PPMEND)")] = (4.0, 0.2)
    simulated: Annotated[
        Simulated,
        Meta(description="Macromolecules and lipids that LCModel simulates (NSIMUL)"),
    ] = "its own"
    water_scaling: Annotated[
        bool, Meta(description="Let LCModel scale by the water reference (DOWS), to mM")
    ] = False
    control: Annotated[
        str, Meta(description="More lines of the control file, parted by semicolons")
    ] = ""
    time_limit_s: Annotated[float, Meta(gt=0, le=3600, description="Longest time it may run")] = 300

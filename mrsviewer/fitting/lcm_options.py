"""What can be chosen about the linear-combination fit."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mrsviewer.fitting.ratios import RatioPriors

Range = tuple[float, float]
Freedom = Literal["free", "fixed"]
LineShape = Literal["auto", "free", "voigt", "water"]
Method = Literal["mrsviewer", "lcmodel"]

_OWN = {"only": {"method": ["mrsviewer"]}}


class LcmOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the linear-combination engine; the form in the window is made from these."""

    method: Annotated[
        Method,
        Meta(
            description="How it is fitted: this program's own way, or as LCModel does it, to "
            "compare with its results: real part, the stiffest spline that its test accepts, a "
            "line shape of any form, its own expectations of shifts and widths"
        ),
    ] = "mrsviewer"
    window_ppm: Annotated[Range, Meta(description="Fit window in ppm")] = (4.1, 0.2)
    excluded_ppm: Annotated[
        tuple[Range, ...], Meta(description="Ranges inside the window that are not fitted")
    ] = ()
    include: Annotated[
        tuple[str, ...], Meta(description="Fit only these components; empty: all of the basis")
    ] = ()
    exclude: Annotated[tuple[str, ...], Meta(description="Leave these components out")] = ()
    nonnegative: Annotated[bool, Meta(description="Amplitudes cannot be negative")] = True
    baseline_df_per_ppm: Annotated[
        Annotated[float, Meta(ge=0, le=14)] | Literal["auto"],
        Meta(
            description="Flexibility of the baseline in degrees of freedom per ppm; "
            "0: no baseline, auto: of most evidence",
            extra_json_schema=_OWN,
        ),
    ] = "auto"
    knots_ppm: Annotated[
        float,
        Meta(
            ge=0.05,
            le=100,
            description="Least distance of the knots of LCModel's baseline",
            extra_json_schema={"only": {"method": ["lcmodel"]}},
        ),
    ] = 0.15
    zero_phase: Annotated[Freedom, Meta(description="Zero-order phase")] = "free"
    first_phase: Annotated[Freedom, Meta(description="First-order phase")] = "free"
    first_phase_sd_deg_per_ppm: Annotated[
        float, Meta(gt=0, le=100, description="Prior SD of the first-order phase")
    ] = 10.0
    max_shift_ppm: Annotated[
        float, Meta(ge=0, le=0.5, description="Largest common shift that is searched")
    ] = 0.2
    shift_sd_ppm: Annotated[
        float, Meta(ge=0, le=0.1, description="Prior SD of each metabolite's own shift")
    ] = 0.004
    damping_sd_hz: Annotated[
        float, Meta(ge=0, le=10, description="Prior SD of each metabolite's own Lorentz width")
    ] = 0.1
    width_sd_percent: Annotated[
        float, Meta(ge=0, le=50, description="Prior SD of the widths of macromolecules and lipids")
    ] = 10.0
    ratio_priors: Annotated[
        RatioPriors,
        Meta(
            description="Soft expectations of concentration ratios: none, of macromolecules and "
            "lipids among themselves, or also of weak metabolites; or those of LCModel"
        ),
    ] = "all"
    first_points_dropped: Annotated[
        int, Meta(ge=0, le=64, description="Samples left out at the start of the FID")
    ] = 0
    line_shape: Annotated[
        LineShape,
        Meta(
            description="Shape of the common line: Voigt; free: with a smooth departure from it "
            "where a Voigt line leaves more than noise; auto: the same, its Gauss width near that "
            "of the water reference; water: that of the reference, but for the Lorentz width",
            extra_json_schema=_OWN,
        ),
    ] = "auto"
    max_iterations: Annotated[int, Meta(ge=1, le=500, description="Iterations at most")] = 60

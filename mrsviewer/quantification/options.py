"""How amplitudes become concentrations: the choices a person or a site makes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Unit = Literal["mmol/L", "mmol/kg"]
TableId = Literal["auto", "osprey", "spant", "fsl-mrs"]


class TissueFractions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Volume fractions of the voxel; they are scaled to a sum of 1."""

    gm: Annotated[float, Meta(ge=0, le=1, description="Grey matter")] = 0.0
    wm: Annotated[float, Meta(ge=0, le=1, description="White matter")] = 0.0
    csf: Annotated[float, Meta(ge=0, le=1, description="Cerebrospinal fluid")] = 0.0


Seconds = Annotated[float, Meta(gt=0, le=30)]
WaterConcentration = Annotated[float, Meta(gt=0, le=60000)]


class TissueTimes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A relaxation time of water per tissue, in seconds; None: the table's value."""

    gm: Seconds | None = None
    wm: Seconds | None = None
    csf: Seconds | None = None


class QuantificationOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How amplitudes are scaled; ``None`` means "as the file, the fit or the table says"."""

    scaling: Annotated[
        Literal["water", "ratio"],
        Meta(description="water: by the unsuppressed water; ratio: only ratios to tCr"),
    ] = "water"
    unit: Annotated[
        Unit, Meta(description="mmol per litre of tissue, or per kg of tissue water")
    ] = "mmol/L"
    attenuation: Annotated[
        Literal["relaxation", "institutional"],
        Meta(
            description="relaxation: T1 and T2 per tissue, needs tissue fractions; "
            "institutional: one water concentration and one attenuation for all voxels"
        ),
    ] = "relaxation"
    table: Annotated[
        TableId,
        Meta(description="Relaxation table; auto: osprey at 3 and 7 T, spant at 1.5 T"),
    ] = "auto"
    tissue: Annotated[TissueFractions | None, Meta(description="Tissue fractions set by hand")] = (
        None
    )
    water_conc_mmol: Annotated[
        WaterConcentration | None,
        Meta(description="Concentration of water in mmol/L or mmol/kg, set by hand"),
    ] = None
    water_attenuation: Annotated[
        float, Meta(gt=0, le=1, description="Institutional: attenuation of water (ATTH2O)")
    ] = 0.7
    metabolite_attenuation: Annotated[
        float, Meta(gt=0, le=1, description="Institutional: attenuation of metabolites (ATTMET)")
    ] = 1.0
    metabolite_t1_s: Annotated[
        Seconds | None, Meta(description="T1 of all metabolites, set by hand")
    ] = None
    metabolite_t2_s: Annotated[
        Seconds | None, Meta(description="T2 of all metabolites, set by hand")
    ] = None
    water_t1_s: Annotated[TissueTimes, Meta(description="T1 of water, set by hand")] = TissueTimes()
    water_t2_s: Annotated[TissueTimes, Meta(description="T2 of water, set by hand")] = TissueTimes()

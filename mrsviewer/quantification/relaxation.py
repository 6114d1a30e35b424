"""Relaxation times by field strength, each table with its origin.

Published tables disagree: T2 of cerebrospinal fluid at 3 T is 0.503 s in one and 2.03 s in
another, and at 7 T two of them order grey and white matter differently. None is an average of
others; the table used is named with every concentration. A field that a table does not cover has
no relaxation times: nothing is borrowed from a neighbouring field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.model.volume import Tissue

FIELD_TOLERANCE = 0.07
"""Scanners sold as 3 T run at 2.89 to 3.0 T."""


@dataclass(frozen=True, slots=True)
class Times:
    """T1 and T2 in seconds."""

    t1_s: float
    t2_s: float


@dataclass(frozen=True, slots=True)
class RelaxationTable:
    """Relaxation times at one field strength.

    Attributes
    ----------
    table_id, source, sequence
        Name, where the numbers come from, and with which sequence T2 was measured if known.
    field_t
        Nominal field strength.
    water
        Tissue water.
    metabolite
        Any metabolite in grey and in white matter.
    named
        Metabolites measured by themselves, by basis name.
    """

    table_id: str
    source: str
    field_t: float
    water: Mapping[Tissue, Times]
    metabolite: Mapping[Tissue, Times]
    named: Mapping[str, Mapping[Tissue, Times]] = field(default_factory=dict)
    sequence: str | None = None


def _water(
    gm: tuple[float, float], wm: tuple[float, float], csf: tuple[float, float]
) -> Mapping[Tissue, Times]:
    return {"gm": Times(*gm), "wm": Times(*wm), "csf": Times(*csf)}


def _any(t1_s: float, t2_s: float) -> Mapping[Tissue, Times]:
    return {"gm": Times(t1_s, t2_s), "wm": Times(t1_s, t2_s)}


def _ms(t1_gm: float, t1_wm: float, t2_gm: float, t2_wm: float) -> Mapping[Tissue, Times]:
    """Return grey and white matter from milliseconds."""
    return {"gm": Times(t1_gm / 1e3, t2_gm / 1e3), "wm": Times(t1_wm / 1e3, t2_wm / 1e3)}


_OSPREY = "as compiled in Osprey"
_METABOLITES_3T = {
    "Cr": _ms(1460, 1240, 146, 166),
    "PCr": _ms(1460, 1240, 146, 166),
    "NAA": _ms(1470, 1350, 258, 343),
    "NAAG": _ms(1340, 1190, 117.5, 185),
    "GPC": _ms(1300, 1080, 248, 218),
    "PCh": _ms(1300, 1080, 247.5, 213),
    "Ins": _ms(1230, 1010, 236.5, 161),
    "Glu": _ms(1270, 1170, 128.5, 124),
    "Gln": _ms(1340, 1190, 110.5, 168),
    "GABA": _ms(1310, 1310, 88.5, 88.5),
    "GSH": _ms(1340, 1190, 88.5, 145),
    "Lac": _ms(1340, 1190, 104.5, 159),
    "Asp": _ms(1340, 1190, 100.5, 148),
    "sIns": _ms(1340, 1190, 116, 170),
}
_METABOLITES_7T = {
    "NAA": _ms(1780, 1830, 155, 155),
    "NAAG": _ms(1210, 940, 155, 155),
    "Cr": _ms(1740, 1780, 107, 107),
    "PCr": _ms(1740, 1780, 107, 107),
    "GPC": _ms(1510, 1320, 153, 153),
    "PCh": _ms(1510, 1320, 153, 153),
    "Ins": _ms(1280, 1190, 111, 111),
    "Glu": _ms(1610, 1750, 107, 117),
    "Gln": _ms(1640, 1740, 107, 107),
    "GABA": _ms(1334, 1334, 87, 87),
    "GSH": _ms(1140, 1060, 79, 79),
    "sIns": _ms(1310, 1230, 105, 105),
    "Tau": _ms(2150, 2090, 97, 97),
    "Lac": _ms(1530, 1484, 182, 182),
}

TABLES = (
    RelaxationTable(
        "fsl-mrs", "as compiled in FSL-MRS", 1.5,
        _water((1.185, 0.083), (0.63, 0.080), (3.90, 2.0)), _any(1.238, 0.279),
    ),
    RelaxationTable(
        "fsl-mrs", "as compiled in FSL-MRS", 3.0,
        _water((1.50, 0.088), (0.97, 0.073), (4.47, 2.03)), _any(1.29, 0.194),
    ),
    RelaxationTable(
        "fsl-mrs", "as compiled in FSL-MRS", 7.0,
        _water((2.05, 0.050), (1.21, 0.055), (4.43, 1.05)), _any(1.43, 0.131),
    ),
    RelaxationTable(
        "spant", "as compiled in spant", 1.5,
        _water((1.304, 0.093), (0.660, 0.073), (2.39, 0.23)), _any(1.153, 0.347),
    ),
    RelaxationTable(
        "spant", "as compiled in spant", 3.0,
        _water((1.331, 0.110), (0.832, 0.0796), (3.817, 0.503)), _any(1.317, 0.207),
    ),
    RelaxationTable(
        "spant", "as compiled in spant", 7.0,
        _water((2.132, 0.050), (1.220, 0.055), (4.425, 1.05)), _any(1.583, 0.141),
    ),
    RelaxationTable(
        "osprey", f"{_OSPREY}; metabolites Mlynarik 2001, Wyss 2018", 3.0,
        _water((1.331, 0.110), (0.832, 0.0792), (3.817, 0.503)),
        _ms(1340, 1190, 140, 169), _METABOLITES_3T, "PRESS, STEAM",
    ),
    RelaxationTable(
        "osprey", f"{_OSPREY}; metabolites Mlynarik 2012, Marjanska 2011", 7.0,
        _water((2.130, 0.055), (1.220, 0.050), (4.425, 0.141)),
        _ms(1530, 1484, 127, 128), _METABOLITES_7T,
    ),
)  # fmt: skip

AUTOMATIC = ("osprey", "spant")
"""Tables tried in this order where none is chosen: metabolites by name first."""


def find_table(table_id: str, field_t: float | None) -> RelaxationTable | None:
    """Return the table for a field strength; None where it has none.

    ``auto`` stands for the first of ``AUTOMATIC`` that covers the field.
    """
    wanted = AUTOMATIC if table_id == "auto" else (table_id,)
    if field_t is None:
        return None
    return next(
        (
            table
            for name in wanted
            for table in TABLES
            if table.table_id == name and abs(field_t / table.field_t - 1) <= FIELD_TOLERANCE
        ),
        None,
    )


def attenuation(times: Times, echo_time_s: float, repetition_time_s: float) -> float:
    """Return ``exp(-TE/T2) (1 - exp(-TR/T1))``, the share of signal that relaxation leaves."""
    decay = np.exp(-echo_time_s / times.t2_s)
    return float(decay * (1.0 - np.exp(-repetition_time_s / times.t1_s)))

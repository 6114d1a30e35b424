"""All processing steps, what a recipe may hold, and what it holds by default."""

from __future__ import annotations

from mrsviewer.processing.axis import AutoPhase, Phase, ReferenceShift
from mrsviewer.processing.combine import CombineCoils
from mrsviewer.processing.rejection import RejectTransients
from mrsviewer.processing.samples import RepairFirstPoint, Truncate
from mrsviewer.processing.transients import AlignTransients, AverageTransients
from mrsviewer.processing.water import CorrectEddyCurrents, RemoveWater

__all__ = [
    "AlignTransients",
    "AnyStep",
    "AutoPhase",
    "AverageTransients",
    "CombineCoils",
    "CorrectEddyCurrents",
    "Phase",
    "ReferenceShift",
    "RejectTransients",
    "RemoveWater",
    "RepairFirstPoint",
    "Truncate",
    "default_steps",
]

AnyStep = (
    CombineCoils
    | RejectTransients
    | AlignTransients
    | AverageTransients
    | CorrectEddyCurrents
    | RemoveWater
    | ReferenceShift
    | AutoPhase
    | Phase
    | Truncate
    | RepairFirstPoint
)
"""Every step a recipe may hold; msgspec tells them apart by their ``step`` field."""


def default_steps() -> tuple[AnyStep, ...]:
    """Return the recipe for single-voxel spectra, in the order of Near 2021 (nbm.4257)."""
    return (
        CombineCoils(),
        RejectTransients(),
        AlignTransients(),
        AverageTransients(),
        CorrectEddyCurrents(),
        RemoveWater(),
        ReferenceShift(),
        AutoPhase(),
    )

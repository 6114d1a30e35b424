"""What a voxel may hold: amounts drawn about healthy brain and about tumours.

Round numbers near those of the literature; no person's data. Amounts are in mmol per litre, the
same unit that a basis amplitude of 1 stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.simulation.example_case import CONCENTRATIONS, MACROMOLECULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

__all__ = ["HEALTHY", "MACROMOLECULES", "TUMOUR", "about"]

HEALTHY: Mapping[str, float] = CONCENTRATIONS
"""Grey and white matter, twenty metabolites."""

TUMOUR: Mapping[str, float] = {
    "NAA": 2.2, "NAAG": 0.4, "Cr": 2.6, "PCr": 1.6, "GPC": 2.2, "PCh": 1.6, "Ins": 5.0,
    "sIns": 0.4, "Glu": 4.0, "Gln": 4.0, "GABA": 0.8, "GSH": 2.0, "Asp": 0.8, "Asc": 0.6,
    "Tau": 1.8, "Lac": 5.0, "Ala": 1.2, "Glc": 1.2, "Gly": 2.5, "PE": 2.0,
}  # fmt: skip
"""A glioma without necrosis: choline up, NAA and creatine down, lactate."""


def about(
    typical: Mapping[str, float], rng: np.random.Generator, spread: float
) -> dict[str, float]:
    """Return amounts that vary independently and uniformly by ``spread`` about the typical ones.

    ``spread`` 0.5 draws each between half and one and a half times its typical amount.
    """
    factors = rng.uniform(1.0 - spread, 1.0 + spread, len(typical))
    return {name: float(v * f) for (name, v), f in zip(typical.items(), factors, strict=True)}

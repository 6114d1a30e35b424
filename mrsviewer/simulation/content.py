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

__all__ = ["CHALLENGE", "HEALTHY", "MACROMOLECULES", "NECROSIS", "TUMOUR", "about"]

HEALTHY: Mapping[str, float] = CONCENTRATIONS
"""Grey and white matter, twenty metabolites."""

TUMOUR: Mapping[str, float] = {
    "NAA": 2.2, "NAAG": 0.4, "Cr": 2.6, "PCr": 1.6, "GPC": 2.2, "PCh": 1.6, "Ins": 5.0,
    "sIns": 0.4, "Glu": 4.0, "Gln": 4.0, "GABA": 0.8, "GSH": 2.0, "Asp": 0.8, "Asc": 0.6,
    "Tau": 1.8, "Lac": 5.0, "Ala": 1.2, "Glc": 1.2, "Gly": 2.5, "PE": 2.0,
}  # fmt: skip
"""A glioma without necrosis: choline up, NAA and creatine down, lactate."""

NECROSIS: Mapping[str, float] = {
    "NAA": 0.3, "NAAG": 0.1, "Cr": 1.2, "PCr": 0.8, "GPC": 1.4, "PCh": 1.6, "Ins": 2.0,
    "sIns": 0.2, "Glu": 1.5, "Gln": 2.5, "GABA": 0.3, "GSH": 0.8, "Asp": 0.4, "Asc": 0.3,
    "Tau": 1.0, "Lac": 9.0, "Ala": 1.5, "Glc": 0.6, "Gly": 2.5, "PE": 1.2,
}  # fmt: skip
"""A tumour that has lost its neurons: hardly any NAA, much lactate."""

CHALLENGE: Mapping[str, float] = {
    "NAA": 12.0, "NAAG": 1.0, "Cr": 4.2, "PCr": 3.8, "GPC": 0.65, "PCh": 0.40, "Ins": 6.5,
    "sIns": 0.30, "Glu": 10.3, "Gln": 2.6, "GABA": 1.0, "GSH": 1.0, "Asp": 2.0, "Asc": 0.7,
    "Tau": 1.5, "Lac": 0.3, "Ala": 0.5, "Glc": 0.9, "Gly": 0.8, "PE": 1.3,
}  # fmt: skip
"""About what fits find in the first sets of the ISMRM fitting challenge; total creatine is 8."""


def about(
    typical: Mapping[str, float], rng: np.random.Generator, spread: float
) -> dict[str, float]:
    """Return amounts that vary independently and uniformly by ``spread`` about the typical ones.

    ``spread`` 0.5 draws each between half and one and a half times its typical amount.
    """
    factors = rng.uniform(1.0 - spread, 1.0 + spread, len(typical))
    return {name: float(v * f) for (name, v), f in zip(typical.items(), factors, strict=True)}

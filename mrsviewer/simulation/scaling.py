"""How large metabolites are against water: the water-scaling equation, solved for the signals.

Near J et al. Preprocessing, analysis and quantification in single-voxel MRS: experts' consensus
recommendations. NMR Biomed 2021;34:e4257, equations 4 and 6, concentrations per litre of tissue.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from mrsviewer.model.volume import Tissue  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

PURE_WATER_MMOL_PER_L = 55510.0
WATER_DENSITY: dict[Tissue, float] = {"gm": 0.78, "wm": 0.65, "csf": 0.97}
"""Litres of water per litre of tissue."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Times of one signal in seconds."""

    t1_s: float
    t2_s: float

    def remaining(self, echo_time_s: float, repetition_time_s: float) -> float:
        """Return ``exp(-TE / T2) (1 - exp(-TR / T1))``."""
        saturation = 1 - exp(-repetition_time_s / self.t1_s)
        return exp(-echo_time_s / self.t2_s) * saturation


@dataclass(frozen=True, slots=True)
class RelaxationTimes:
    """Relaxation of everything in a voxel.

    Attributes
    ----------
    name
        Which table.
    water
        Water, per tissue.
    named, other
        Metabolites by name in grey and white matter, and all those not named.
    """

    name: str
    water: dict[Tissue, Relaxation]
    named: dict[str, dict[Tissue, Relaxation]]
    other: dict[Tissue, Relaxation]


@dataclass(frozen=True, slots=True)
class Voxelful:
    """What is in the voxel and how it was measured: all that signal sizes depend on.

    Attributes
    ----------
    fractions
        Volume fractions of the tissues, sum 1.
    relaxation
        Of water and metabolites.
    echo_time_s, repetition_time_s
        Timing, the same for both scans.
    """

    fractions: Mapping[Tissue, float]
    relaxation: RelaxationTimes
    echo_time_s: float
    repetition_time_s: float

    def water_signal(self) -> float:
        """Return the water signal at t = 0, in units of one proton at 1 mmol per litre."""
        visible = sum(
            fraction * WATER_DENSITY[tissue] * self._remaining(self.relaxation.water[tissue])
            for tissue, fraction in self.fractions.items()
        )
        return 2 * PURE_WATER_MMOL_PER_L * visible

    def amplitude(self, name: str, concentration_mmol_per_l: float) -> float:
        """Return the basis amplitude of a metabolite that only tissue has, not CSF."""
        times = self.relaxation.named.get(name, self.relaxation.other)
        remaining = sum(
            self.fractions.get(tissue, 0.0) * self._remaining(times[tissue]) for tissue in times
        )
        return concentration_mmol_per_l * remaining

    def _remaining(self, relaxation: Relaxation) -> float:
        return relaxation.remaining(self.echo_time_s, self.repetition_time_s)

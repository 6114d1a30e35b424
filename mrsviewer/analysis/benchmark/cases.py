"""The cases: what is measured in each, as a plan drawn from a random generator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mrsviewer.analysis.benchmark import challenge_plans, plans
from mrsviewer.analysis.benchmark.setting import (
    CHALLENGE,
    PLAIN,
    VOIGT,
    VOIGT_HIDDEN,
    VOIGT_MEASURED,
    Protocol,
)
from mrsviewer.simulation.disturbance import AddedLine, Disturbance, FieldSpread
from mrsviewer.simulation.forward import EddyCurrent, WaterLine
from mrsviewer.simulation.measurement import Neighbour, Snr

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from mrsviewer.analysis.benchmark.setting import Setting
    from mrsviewer.simulation.measurement import Plan

Family = Literal["nominal", "perturbed", "artefacts", "voigt", "challenge"]
FAMILIES: tuple[Family, ...] = ("nominal", "perturbed", "artefacts", "voigt", "challenge")

LINEWIDTH_HZ, DRIFT_HZ, PHASE_DEG, BASELINE = 2.0, 1.5, 5.0, 0.05
"""What the perturbed cases have in place of zero."""

_LIPID = (
    AddedLine(0.90, 22.0, 0.5, 35.0),
    AddedLine(1.30, 20.0, 1.5, 35.0),
    AddedLine(2.05, 25.0, 0.2, 35.0),
    AddedLine(2.80, 25.0, 0.1, 35.0),
)
"""Subcutaneous fat from outside the voxel, its phase turned by the way it took."""

_WATER = (WaterLine(3.0, 2.0, 9.0, 60.0), WaterLine(1.5, -25.0, 14.0, -120.0))
_EDDY = (EddyCurrent(5.0, 0.020), EddyCurrent(-2.0, 0.080))


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of spectrum.

    Attributes
    ----------
    name, family
        What it is called, and which group it is in.
    plan
        Draws one spectrum of it.
    protocol
        How it is measured, and what the engines' basis set holds.
    water
        Whether there is a water reference of the same voxel.
    processed
        Whether the spectrum goes through the default processing before it is fitted.
    """

    name: str
    family: Family
    plan: Callable[[Setting, np.random.Generator], Plan]
    protocol: Protocol = PLAIN
    water: bool = False
    processed: bool = False


def cases_of(families: tuple[Family, ...]) -> tuple[Case, ...]:
    """Return the cases of the families, in their order."""
    made = {
        "nominal": _nominal,
        "perturbed": _perturbed,
        "artefacts": _artefacts,
        "voigt": _voigt,
        "challenge": _challenge,
    }
    return tuple(case for family in families for case in made[family]())


def _healthy(snr: Snr, disturbance: Disturbance | None = None) -> Callable[..., Plan]:
    def plan(setting: Setting, rng: np.random.Generator) -> Plan:
        drawn = plans.healthy(setting, rng, snr)
        if disturbance is None:
            return drawn
        humps = plans.random_humps(rng) if disturbance.baseline else ()
        return replace(drawn, disturbance=replace(disturbance, humps=humps))

    return plan


def _nominal() -> tuple[Case, ...]:
    levels = tuple(
        Case(f"nominal {db:g} dB", "nominal", _healthy(Snr(db, "power dB")))
        for db in (25.0, 20.0, 15.0, 10.0, 5.0)
    )
    peak = Snr(10 ** (25 / 20), "peak")
    return (*levels, Case("nominal, peak 25 dB", "nominal", _healthy(peak)))


def _perturbed() -> tuple[Case, ...]:
    kinds = {
        "linewidth 2 Hz": Disturbance(linewidth_hz=LINEWIDTH_HZ),
        "drift 1.5 Hz": Disturbance(drift_hz=DRIFT_HZ),
        "phase 5 deg": Disturbance(phase_deg=PHASE_DEG),
        "baseline 0.05": Disturbance(baseline=BASELINE),
        "all four": Disturbance(
            linewidth_hz=LINEWIDTH_HZ, drift_hz=DRIFT_HZ, phase_deg=PHASE_DEG, baseline=BASELINE
        ),
    }
    return tuple(
        Case(f"{name}, {db:g} dB", "perturbed", _healthy(Snr(db, "power dB"), kind))
        for db in (25.0, 10.0)
        for name, kind in kinds.items()
    )


def _artefacts() -> tuple[Case, ...]:
    snr = Snr(20.0, "power dB")
    kinds = {
        "B0 inhomogeneity": Disturbance(field_spread=FieldSpread(6.0, 0.5)),
        "eddy currents": Disturbance(eddy=_EDDY),
        "lipid": Disturbance(lines=_LIPID),
        "residual water": Disturbance(water=_WATER),
    }
    disturbed = tuple(Case(name, "artefacts", _healthy(snr, kind)) for name, kind in kinds.items())
    return (
        *disturbed,
        Case("voxel contamination", "artefacts", _contaminated),
        Case("tumour", "artefacts", lambda s, rng: plans.tumour(s, rng, snr)),
        Case("few macromolecules", "artefacts", _few_macromolecules),
    )


def _contaminated(setting: Setting, rng: np.random.Generator) -> Plan:
    drawn = plans.healthy(setting, rng, Snr(20.0, "power dB"))
    next_door = plans.healthy(setting, rng, drawn.snr).amounts
    return replace(drawn, neighbour=Neighbour(0.1, next_door, 4.0, 4.0))


def _few_macromolecules(setting: Setting, rng: np.random.Generator) -> Plan:
    drawn = plans.healthy(setting, rng, Snr(20.0, "power dB"))
    weak = {name: 0.1 * v for name, v in drawn.amounts.items() if name in setting.drawn_hz}
    return replace(drawn, amounts={**drawn.amounts, **weak})


def _voigt() -> tuple[Case, ...]:
    healthy = plans.VoigtSet()
    return (
        Case("voigt healthy, MM measured", "voigt", healthy, VOIGT_MEASURED),
        Case("voigt healthy, with water", "voigt", healthy, VOIGT_MEASURED, water=True),
        Case("voigt healthy, MM hidden", "voigt", healthy, VOIGT_HIDDEN),
        Case("voigt healthy, MM unlike", "voigt", replace(healthy, unlike=True), VOIGT),
        Case("voigt healthy, even SNR", "voigt", replace(healthy, even_snr=True), VOIGT_MEASURED),
        Case("voigt tumour", "voigt", replace(healthy, tumours=1.0), VOIGT_MEASURED),
        Case("voigt mixed", "voigt", replace(healthy, tumours=0.3), VOIGT_MEASURED),
    )


def _challenge() -> tuple[Case, ...]:
    return tuple(
        Case(name, "challenge", plan, CHALLENGE, water=True, processed=True)
        for name, plan in challenge_plans.PLANS.items()
    )

"""Where the benchmark measures: PRESS TE 30 ms, TR 2000 ms at 3 T, and with which basis set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.basis.matching import matching_basis, with_macromolecules
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.quantification.relaxation import find_table
from mrsviewer.simulation.birch import MeasuredMacromolecules, macromolecule_fid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.jobs.context import JobContext

POINTS = 2048
TE_S, TE1_S, TR_S = 0.030, 0.0126, 2.0
FREQUENCY_HZ = 123.25e6
OTHER_T2_S = 0.16
"""T2 of a metabolite that the relaxation table does not name."""

MEASURED = "Mac"
Macromolecules = Literal["parametrised", "measured"]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A basis set on the grid of the measurement, and what the plans of spectra need of it.

    Attributes
    ----------
    acquisition, basis
        What is handed to the engines.
    t2_s
        Of every metabolite of the basis.
    drawn_hz
        Width at which each parametrised macromolecule is drawn.
    """

    acquisition: Acquisition
    basis: BasisSet
    t2_s: Mapping[str, float]
    drawn_hz: Mapping[str, float]

    @property
    def hz_per_ppm(self) -> float:
        """Return the frequency of one ppm."""
        return self.acquisition.hz_per_ppm


def make_setting(
    dwell_s: float, macromolecules: Macromolecules, context: JobContext | None = None
) -> Setting:
    """Return the setting of a dwell time and of a kind of macromolecules in the basis."""
    acquisition = Acquisition(
        nucleus="1H",
        frequency_hz=FREQUENCY_HZ,
        dwell_s=dwell_s,
        echo_time_s=TE_S,
        te1_s=TE1_S,
        repetition_time_s=TR_S,
        sequence="PRESS",
        localisation="press",
        water_suppressed=True,
    )
    basis = matching_basis(acquisition, POINTS, macromolecules=False, context=context)
    if macromolecules == "measured":
        basis = _with_measured(basis)
    basis = with_macromolecules(basis)
    return Setting(acquisition, basis, _t2(basis, acquisition), _widths(basis))


def _with_measured(basis: BasisSet) -> BasisSet:
    row = macromolecule_fid(MeasuredMacromolecules(1.0), basis)
    return replace(
        basis,
        fids=np.concatenate([basis.fids, row[None]]),
        components=(*basis.components, Component(MEASURED, "macromolecule")),
        source=f"{basis.source}; measured-like macromolecules",
        digest=f"{basis.digest}+{MEASURED}",
    )


def _t2(basis: BasisSet, acquisition: Acquisition) -> dict[str, float]:
    table = find_table("auto", acquisition.field_t)
    named = table.named if table is not None else {}
    return {
        c.name: float(np.mean([times.t2_s for times in named[c.name].values()]))
        if c.name in named
        else OTHER_T2_S
        for c in basis.components
        if c.kind == "metabolite"
    }


def _widths(basis: BasisSet) -> dict[str, float]:
    hz_per_ppm = basis.frequency_hz * 1e-6
    return {c.name: c.width_ppm * hz_per_ppm for c in basis.components if c.width_ppm}

"""What a person asks of a new simulated basis set, in the units of a protocol sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from mrsviewer.basis.matching import matching_basis
from mrsviewer.model.acquisition import Acquisition, Localisation
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet

_Echo = Annotated[float, msgspec.Meta(gt=0, le=2000)]


class SimulationPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sequence, field and sampling of a set to be simulated; a form is made from this."""

    sequence: Annotated[Localisation, msgspec.Meta(description="Kind of sequence")] = "press"
    te_ms: Annotated[_Echo, msgspec.Meta(description="Echo time")] = 30.0
    te1_ms: Annotated[
        _Echo | None, msgspec.Meta(description="First echo time of PRESS; empty: 12.6 ms assumed")
    ] = None
    tm_ms: Annotated[_Echo | None, msgspec.Meta(description="Mixing time of STEAM")] = None
    frequency_mhz: Annotated[
        float, msgspec.Meta(ge=10, le=1000, description="Proton frequency of the spectrometer")
    ] = 123.25
    width_hz: Annotated[
        float, msgspec.Meta(ge=500, le=100_000, description="Spectral width, 1 / dwell time")
    ] = 2000.0
    points: Annotated[
        int, msgspec.Meta(ge=256, le=16_384, description="Samples of each signal")
    ] = 2048
    metabolites: Annotated[
        tuple[str, ...], msgspec.Meta(description="Which; empty: the twenty usual ones")
    ] = ()
    macromolecules: Annotated[
        bool, msgspec.Meta(description="Add parametrised macromolecules and lipids")
    ] = True

    def in_words(self) -> str:
        """Return what the plan is for."""
        return "Simulate a basis set for a sequence, with ideal pulses."

    def acquisition(self) -> Acquisition:
        """Return the acquisition that the plan describes."""
        return Acquisition(
            "1H",
            self.frequency_mhz * 1e6,
            1.0 / self.width_hz,
            echo_time_s=self.te_ms * 1e-3,
            te1_s=None if self.te1_ms is None else self.te1_ms * 1e-3,
            mixing_time_s=None if self.tm_ms is None else self.tm_ms * 1e-3,
            localisation=self.sequence,
        )


def plan_for(acquisition: Acquisition, points: int) -> SimulationPlan:
    """Return the plan that data acquired so suggest; what they do not say is as usual."""
    te1, tm = acquisition.te1_s, acquisition.mixing_time_s
    given = {
        "sequence": acquisition.localisation,
        "te_ms": None if acquisition.echo_time_s is None else acquisition.echo_time_s * 1e3,
        "te1_ms": None if te1 is None else te1 * 1e3,
        "tm_ms": None if tm is None else tm * 1e3,
        "frequency_mhz": acquisition.frequency_hz * 1e-6,
        "width_hz": 1.0 / acquisition.dwell_s,
        "points": points,
    }
    try:
        known = {name: value for name, value in given.items() if value is not None}
        return msgspec.convert(known, SimulationPlan)
    except msgspec.ValidationError:
        return SimulationPlan()


def simulated(plan: SimulationPlan, context: JobContext | None = None) -> BasisSet:
    """Return the set that a plan asks for.

    Raises
    ------
    BasisError
        If a name is unknown, the timing impossible or the sequence cannot be simulated.
    Cancelled
        If the job was cancelled.
    """
    if plan.te1_ms is not None and plan.te1_ms >= plan.te_ms:
        raise BasisError(
            "No basis set can be simulated",
            f"TE1 ({plan.te1_ms:g} ms) is not shorter than TE ({plan.te_ms:g} ms).",
            "Give another TE1.",
        )
    return matching_basis(
        plan.acquisition(),
        plan.points,
        names=plan.metabolites or None,
        macromolecules=plan.macromolecules,
        context=context,
    )


def metabolite_for(basis: BasisSet, name: str, context: JobContext | None = None) -> BasisSet:
    """Return a set of one metabolite, simulated for the sequence and grid of a set.

    Raises
    ------
    BasisError
        If the set does not say its sequence and echo time, or the name is unknown.
    """
    if basis.localisation is None or basis.echo_time_s is None:
        raise BasisError(
            f"{name} not added",
            "The basis set does not say for which sequence and echo time it was made.",
            "Take the signal from another set.",
        )
    how = Acquisition(
        "1H",
        basis.frequency_hz,
        basis.dwell_s,
        echo_time_s=basis.echo_time_s,
        te1_s=basis.te1_s,
        localisation=basis.localisation,
    )
    points = basis.fids.shape[1]
    return matching_basis(how, points, names=(name,), macromolecules=False, context=context)

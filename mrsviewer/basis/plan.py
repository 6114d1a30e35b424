"""What a person asks of a new simulated basis set, in the units of a protocol sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import msgspec

from mrsviewer.basis.matching import matching_basis
from mrsviewer.basis.protocol import assumed_te1_s, sequence_of
from mrsviewer.basis.pulse_shapes import SincGaussian, milliseconds
from mrsviewer.basis.sequences import AnySequence, MegaPress
from mrsviewer.basis.simulate import Grid, simulated_basis
from mrsviewer.basis.slice_pulses import usual_pulses
from mrsviewer.model.acquisition import Acquisition, Editing, Localisation
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet

_Echo = Annotated[float, msgspec.Meta(gt=0, le=2000)]
_EDITED = {"only": {"sequence": ["mega-press"]}}


def _edited(low: float, high: float, title: str, description: str) -> msgspec.Meta:
    """Return what a number that only MEGA-PRESS has may be."""
    return msgspec.Meta(
        ge=low, le=high, title=title, description=description, extra_json_schema=_EDITED
    )


class SimulationPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sequence, field and sampling of a set to be simulated; a form is made from this."""

    sequence: Annotated[Localisation, msgspec.Meta(description="Kind of sequence")] = "press"
    te_ms: Annotated[_Echo, msgspec.Meta(title="Echo time TE (ms)", description="Echo time")] = 30.0
    te1_ms: Annotated[
        _Echo | None,
        msgspec.Meta(
            title="First echo TE1 (ms)",
            description="First echo time of PRESS; empty: 12.6 ms assumed, at most half of TE",
            extra_json_schema={
                "empty": "12.6 ms assumed",
                "only": {"sequence": ["press", "mega-press"]},
            },
        ),
    ] = None
    tm_ms: Annotated[
        _Echo | None,
        msgspec.Meta(
            title="Mixing time TM (ms)",
            description="Mixing time of STEAM",
            extra_json_schema={"empty": "10 ms assumed", "only": {"sequence": ["steam"]}},
        ),
    ] = None
    spectrum: Annotated[
        Editing,
        msgspec.Meta(
            title="Edited spectrum",
            description="Spectrum of MEGA-PRESS; difference is on less off",
            extra_json_schema=_EDITED,
        ),
    ] = "difference"
    edit_on_ppm: Annotated[
        float, _edited(0, 10, "Edit-on pulses at (ppm)", "Editing pulses of MEGA-PRESS in edit-on")
    ] = 1.9
    edit_off_ppm: Annotated[
        float,
        _edited(0, 10, "Edit-off pulses at (ppm)", "Editing pulses of MEGA-PRESS in edit-off"),
    ] = 7.5
    editing_ms: Annotated[
        float, _edited(1, 50, "Editing pulses last (ms)", "Duration of the editing pulses")
    ] = 14.0
    shaped: Annotated[
        bool,
        msgspec.Meta(
            title="Shaped slice pulses",
            description="Slices by shaped pulses as usual at 3 T instead of ideal ones; takes "
            "seconds",
        ),
    ] = False
    frequency_mhz: Annotated[
        float, msgspec.Meta(ge=10, le=1000, description="Proton frequency of the spectrometer")
    ] = 123.25
    width_hz: Annotated[
        float,
        msgspec.Meta(
            ge=500,
            le=100_000,
            title="Spectral width (Hz)",
            description="Spectral width, 1 / dwell time",
        ),
    ] = 2000.0
    points: Annotated[
        int,
        msgspec.Meta(ge=256, le=16_384, title="Points", description="Samples of each signal"),
    ] = 2048
    metabolites: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Which, with commas between; empty: the twenty usual ones",
            extra_json_schema={"empty": "the twenty usual ones"},
        ),
    ] = ()
    macromolecules: Annotated[
        bool,
        msgspec.Meta(
            title="Macromolecules, lipids",
            description="Add parametrised macromolecules and lipids",
        ),
    ] = True

    def in_words(self) -> str:
        """Return what the plan is for."""
        return "Simulate a basis set for a sequence, with ideal or usual shaped pulses."

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

    def mega_press(self) -> MegaPress:
        """Return the edited sequence that the plan describes; TE1 as PRESS has it if not given."""
        te = self.te_ms * 1e-3
        te1 = assumed_te1_s(te) if self.te1_ms is None else self.te1_ms * 1e-3
        return MegaPress(
            te1,
            te - te1,
            self.spectrum,
            self.edit_on_ppm,
            self.edit_off_ppm,
            SincGaussian(self.editing_ms * 1e-3),
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
    acquisition = plan.acquisition()
    names = plan.metabolites or None
    if plan.sequence != "mega-press" and not plan.shaped:
        return matching_basis(
            acquisition,
            plan.points,
            names=names,
            macromolecules=plan.macromolecules,
            context=context,
        )
    sequence, note = _sequence(plan)
    grid = Grid(acquisition.frequency_hz, acquisition.dwell_s, plan.points)
    basis = simulated_basis(
        sequence, grid, names=names, macromolecules=plan.macromolecules, context=context
    )
    return replace(basis, source=f"{basis.source}; {note}") if note else basis


def _sequence(plan: SimulationPlan) -> tuple[AnySequence, str]:
    """Return the sequence of a plan with its pulses, and a note on what had to be assumed."""
    if plan.sequence == "mega-press":
        sequence: AnySequence = plan.mega_press()
        te1 = milliseconds(sequence.first_echo_s or 0.0)
        note = "" if plan.te1_ms else f"TE1 is unknown; {te1} assumed"
    else:
        sequence, note = sequence_of(plan.acquisition())
    if plan.shaped:
        sequence = msgspec.structs.replace(sequence, pulses=usual_pulses(plan.sequence))
    return sequence, note


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

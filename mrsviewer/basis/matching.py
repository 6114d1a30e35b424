"""A basis set that matches the data: simulated, cached, with macromolecules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.basis.checks import check_basis
from mrsviewer.basis.macromolecules import CR_CH2, with_macromolecules
from mrsviewer.basis.normalisation import normalise
from mrsviewer.basis.protocol import sequence_of
from mrsviewer.basis.simulate import Grid, simulated_basis
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet

__all__ = ["check_basis", "matching_basis", "normalise", "with_macromolecules"]


def matching_basis(
    acquisition: Acquisition,
    points: int,
    *,
    te1_s: float | None = None,
    names: tuple[str, ...] | None = None,
    macromolecules: bool = True,
    context: JobContext | None = None,
) -> BasisSet:
    """Return a simulated set on the time grid of the data; 1 unit per proton, undamped lines.

    Parameters
    ----------
    acquisition
        Frequency, dwell time, localisation and timing of the data.
    points
        Samples per signal.
    te1_s
        First echo of PRESS, if it is known and the acquisition does not say it. Where nobody
        says it, 12.6 ms are assumed and ``source`` says so.
    names
        Which metabolites; by default the twenty usual ones. "-CrCH2" may be among them.
    macromolecules
        Whether to add parametrised macromolecules and lipids.
    context
        Progress and cancel.

    Raises
    ------
    BasisError
        If localisation, echo time or nucleus is unknown or not supported, or a name is unknown.
    """
    if acquisition.nucleus != "1H":
        raise BasisError(
            "No basis set can be simulated",
            f"The data are {acquisition.nucleus}; spin systems are known for 1H.",
            "Choose an engine with peaks of its own (amares), or open proton data.",
        )
    sequence, note = sequence_of(acquisition, te1_s)
    grid = Grid(acquisition.frequency_hz, acquisition.dwell_s, points)
    basis = simulated_basis(sequence, grid, names=names, macromolecules=False, context=context)
    if note:
        basis = replace(basis, source=f"{basis.source}; {note}")
    if macromolecules:
        return with_macromolecules(basis, cr_ch2=CR_CH2 in (names or ()))
    return basis

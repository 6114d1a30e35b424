"""Metabolites of every brain that a basis set lacks, simulated as the set's own were.

To leave a metabolite out of the model is to say that there is none. Where the set of a short echo
time lacks glutathione or phosphoethanolamine, which every brain holds at one to three mmol/l (de
Graaf, In Vivo NMR Spectroscopy, 2019, table 2.1), their signal goes to what lies beside it: the
macromolecules at 3.2 ppm rise and tCho falls. The experts' consensus has all of them in the model
(Wilson 2019, doi 10.1002/mrm.27742).

How the set was made is seen from the metabolites it has: of a few ways to simulate these - first
echo of PRESS, ideal or usual slice pulses - the likest is taken, and none where none is like.
Line width and reference of the new signals are those of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.comparison import compare
from mrsviewer.basis.editing import taken_from
from mrsviewer.basis.grid_change import moved
from mrsviewer.basis.normalisation import normalise
from mrsviewer.basis.protocol import SHORTEST_TE1_S, assumed_te1_s, sequence_of
from mrsviewer.basis.simulate import Grid, simulated_basis
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.basis.sequences import AnySequence
    from mrsviewer.model.basis import BasisSet

USUAL = ("Asc", "Asp", "GABA", "Gln", "GSH", "NAAG", "PE", "sIns", "Tau")
"""Weak metabolites that every brain holds and short echo times show."""

BRAIN = (("NAA",), ("Cr", "PCr"), ("GPC", "PCh", "Cho"), ("Glu",), ("Ins",))
"""A set that has one of each was made for brain at short echo time."""

LONGEST_TE_S = 0.05
"""Echo time up to which the weak ones are looked for."""

TELLING = ("Glu", "Ins", "NAA", "Tau", "GABA", "Lac")
"""Coupled metabolites on whose values the published tables agree."""

LEAST_ALIKE = 0.97
"""Median correlation with the set's own signals below which a simulation is not like it."""

_FIRST_ECHOES_S = (0.0085, 0.0105, 0.014)
"""First echoes of PRESS to try beside the usual one and the even one, where nobody says it."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to simulate a set, and how like the set's own signals those are."""

    simulated: BasisSet
    sequence: AnySequence
    alike: float
    shift_ppm: float
    wider_hz: float


def missing_from(basis: BasisSet, echo_time_s: float | None) -> tuple[str, ...]:
    """Return what a set of brain metabolites at short echo time lacks; nothing for other sets.

    Parameters
    ----------
    basis
        Any set.
    echo_time_s
        Of the data, where the set does not say for which it was made.
    """
    te = basis.echo_time_s or echo_time_s
    there = set(basis.names)
    if te is None or te > LONGEST_TE_S or not all(there.intersection(some) for some in BRAIN):
        return ()
    return tuple(name for name in USUAL if name not in there)


def completed(
    basis: BasisSet, acquisition: Acquisition, context: JobContext | None = None
) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the set with what :func:`missing_from` finds, and what is to be known of it.

    Where the missing cannot be simulated, the set is returned as it is, and the finding says why.

    Parameters
    ----------
    basis
        Any set.
    acquisition
        Of the data: echo time and localisation where the set does not say them.
    context
        Progress and cancel.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    missing = missing_from(basis, acquisition.echo_time_s)
    if not missing:
        return basis, ()
    try:
        whole, found = with_missing(basis, acquisition, context)
    except BasisError as error:
        return basis, (_left_out(missing, error.failure.cause),)
    return whole, (found,)


def with_missing(
    basis: BasisSet, acquisition: Acquisition | None = None, context: JobContext | None = None
) -> tuple[BasisSet, Finding]:
    """Return the same, and raise where nothing is missing or it cannot be simulated.

    Raises
    ------
    BasisError
        If nothing is missing, sequence or echo time are unknown, what can be simulated is unlike
        the set, or the set's scale is unknown.
    Cancelled
        If the job was cancelled.
    """
    how = acquisition or Acquisition("1H", basis.frequency_hz, basis.dwell_s)
    missing = missing_from(basis, how.echo_time_s)
    if not missing:
        raise BasisError(
            "Basis set not completed",
            f"It has all of {', '.join(USUAL)}, or is none of brain metabolites at an echo time of "
            f"at most {LONGEST_TE_S * 1e3:.0f} ms.",
            "Add single metabolites instead.",
        )
    way = _likest(basis, how, context or JobContext())
    made = _simulated(basis, way.sequence, missing, context)
    return taken_from(basis, _as_in_set(made, way), missing), _added(missing, way)


def left_out(basis: BasisSet, echo_time_s: float | None) -> tuple[Finding, ...]:
    """Return what is to be known where the missing are left out on purpose."""
    missing = missing_from(basis, echo_time_s)
    return (_left_out(missing, "They are left out as asked."),) if missing else ()


def _likest(basis: BasisSet, acquisition: Acquisition, context: JobContext) -> _Way:
    """Return the way to simulate that is likest to the set's own signals.

    Raises
    ------
    BasisError
        If sequence or echo time are unknown, or no way is like.
    """
    names = tuple(name for name in TELLING if name in basis.names)
    best: _Way | None = None
    for sequence in _sequences(basis, acquisition):
        way = _tried(basis, sequence, names, context)
        if best is None or way.alike > best.alike:
            best = way
    if best is None or best.alike < LEAST_ALIKE:
        shown = "unlike" if best is None else f"alike by {best.alike:.2f} only"
        raise BasisError(
            "Basis set not completed",
            f"What can be simulated is {shown}: {', '.join(names)} of the set are others.",
            "Add the signals from a set of the same sequence.",
        )
    return best


def _sequences(basis: BasisSet, acquisition: Acquisition) -> Iterator[AnySequence]:
    """Yield the sequences that may have made the set."""
    how = Acquisition(
        "1H",
        basis.frequency_hz,
        basis.dwell_s,
        echo_time_s=basis.echo_time_s or acquisition.echo_time_s,
        mixing_time_s=acquisition.mixing_time_s,
        localisation=basis.localisation or acquisition.localisation,
        slice_pulses="ideal",
    )
    if how.localisation != "press" or how.echo_time_s is None:
        yield sequence_of(how)[0]
        return
    te, known = how.echo_time_s, basis.te1_s or acquisition.te1_s
    firsts = (assumed_te1_s(te), te / 2, *_FIRST_ECHOES_S) if known is None else (known,)
    for te1 in dict.fromkeys(first for first in firsts if first < te):
        yield sequence_of(how, te1)[0]
    if min(firsts[0], te - firsts[0]) >= SHORTEST_TE1_S:
        yield sequence_of(replace(how, slice_pulses="usual"), firsts[0])[0]


def _tried(
    basis: BasisSet, sequence: AnySequence, names: tuple[str, ...], context: JobContext
) -> _Way:
    simulated = _simulated(basis, sequence, names, context)
    found = [one for one in compare(simulated, basis.take(names), context) if not one.missing_in]
    alike, shift, wider = (
        float(np.median([getattr(one, field) for one in found])) if found else 0.0
        for field in ("correlation", "shift_ppm", "wider_hz")
    )
    return _Way(simulated, sequence, alike, shift, max(wider, 0.0))


def _simulated(
    basis: BasisSet,
    sequence: AnySequence,
    names: tuple[str, ...],
    context: JobContext | None,
) -> BasisSet:
    grid = Grid(basis.frequency_hz, basis.dwell_s, basis.fids.shape[1], basis.centre_ppm)
    return normalise(
        simulated_basis(sequence, grid, names=names, macromolecules=False, context=context)
    )


def _as_in_set(made: BasisSet, way: _Way) -> BasisSet:
    """Return simulated signals with line width and reference of the set's own."""
    time = time_axis(made.fids.shape[1], made.dwell_s)
    by_hz = way.shift_ppm * made.frequency_hz * 1e-6
    decaying = made.fids * np.exp(-np.pi * way.wider_hz * time)
    return replace(made, fids=moved(decaying, made.dwell_s, by_hz))


def _added(names: tuple[str, ...], way: _Way) -> Finding:
    return Finding(
        "info",
        f"Simulated beside the basis set: {', '.join(names)}",
        "The set lacks them, every brain holds them; without them others take up their signal. "
        f"Simulated as the likest to the set's own ({way.alike:.3f}): {way.simulated.source}.",
    )


def _left_out(names: tuple[str, ...], why: str) -> Finding:
    return Finding(
        "warning",
        f"Basis set lacks {', '.join(names)}",
        f"Every brain holds them; others take up their signal, as tCho and Glu. {why}",
    )

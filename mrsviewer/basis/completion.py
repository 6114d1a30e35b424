"""Metabolites of every brain that a basis set lacks, simulated as the set's own were.

To leave a metabolite out of the model is to say that there is none. Where the set of a short echo
time lacks glutathione or phosphoethanolamine, which every brain holds at one to three mmol/l (de
Graaf, In Vivo NMR Spectroscopy, 2019, table 2.1), their signal goes to what lies beside it: the
macromolecules at 3.2 ppm rise and tCho falls. The experts' consensus has all of them in the model
(Wilson 2019, doi 10.1002/mrm.27742).

How the set was made is seen from the metabolites it has: of a few ways to simulate these - first
echo of PRESS, ideal or usual slice pulses - the likest is taken, and none where none is like in
shape and size. Line width, reference, phase and size of the new signals are those of the others.
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

MOST_APART = 0.1
"""Root mean square of the logarithms of the ratios of their sizes, above which it is not either:
another sequence, or a set whose signals are each at a scale of their own. Published sets for PRESS
have up to 0.083, semi-LASER taken for PRESS 0.115."""

_FIRST_ECHOES_S = (0.0085, 0.0105, 0.014)
"""First echoes of PRESS to try beside the usual one and the even one, where nobody says it."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to simulate a set, and how the set's own signals differ from those, in the median."""

    sequence: AnySequence
    alike: float = 0.0
    apart: float = np.inf
    size: float = 1.0
    phase_rad: float = 0.0
    shift_ppm: float = 0.0
    wider_hz: float = 0.0


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


def _why_nothing(basis: BasisSet, echo_time_s: float | None) -> str:
    """Return why nothing is missing from a set."""
    te, there = basis.echo_time_s or echo_time_s, set(basis.names)
    if te is None:
        return "It does not say for which echo time it was made."
    if te > LONGEST_TE_S:
        return f"It is for an echo time above {LONGEST_TE_S * 1e3:.0f} ms."
    lacking = ["/".join(some) for some in BRAIN if not there.intersection(some)]
    if lacking:
        return f"It is none of the brain at short echo time: it has no {', '.join(lacking)}."
    return f"It has all of {', '.join(USUAL)}."


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
            _why_nothing(basis, how.echo_time_s),
            "Add single metabolites instead.",
        )
    job = context or JobContext()
    way = _likest(basis, how, job.part(0.0, 0.8))
    made = _as_in_set(_simulated(basis, way.sequence, missing, job.part(0.8, 1.0)), way)
    whole = taken_from(basis, made, missing)
    told = f"{basis.source}; {', '.join(missing)} not of the set: {_in_words(way)}"
    return replace(whole, source=told), _added(missing, way)


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
    sequences = tuple(_sequences(basis, acquisition))
    step = 1.0 / len(sequences)
    ways = [
        _tried(basis, sequence, names, context.part(number * step, (number + 1) * step))
        for number, sequence in enumerate(sequences)
    ]
    best = max(ways, key=lambda way: way.alike)
    if best.alike >= LEAST_ALIKE and best.apart <= MOST_APART:
        return best
    what = "size" if best.alike >= LEAST_ALIKE else "shape"
    raise BasisError(
        "Basis set not completed",
        f"{_in_words(best)} gives signals of another {what} than the set's own "
        f"({', '.join(names)}): alike by {best.alike:.2f}, sizes {100 * best.apart:.0f} % apart.",
        "Add the signals from a set of the same sequence.",
    )


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
    simulated = _simulated(basis, sequence, names, context.part(0.0, 0.7))
    pairs = compare(simulated, basis.take(names), context.part(0.7, 1.0))
    found = [one for one in pairs if not one.missing_in]
    if not found:
        return _Way(sequence)

    def median(field: str) -> float:
        return float(np.median([getattr(one, field) for one in found]))

    ratios = np.array([abs(one.ratio or 0.0) for one in found])
    return _Way(
        sequence,
        alike=median("correlation"),
        apart=float(np.sqrt(np.mean(np.log(np.maximum(ratios, 1e-3)) ** 2))),
        size=float(np.median(ratios)),
        phase_rad=float(np.radians(median("phase_deg"))),
        shift_ppm=median("shift_ppm"),
        wider_hz=max(median("wider_hz"), 0.0),
    )


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
    """Return simulated signals with line width, reference, phase and size of the set's own."""
    time = time_axis(made.fids.shape[1], made.dwell_s)
    by_hz = way.shift_ppm * made.frequency_hz * 1e-6
    factor = way.size * np.exp(1j * way.phase_rad - np.pi * way.wider_hz * time)
    return replace(made, fids=moved(factor * made.fids, made.dwell_s, by_hz))


def _in_words(way: _Way) -> str:
    """Return sequence and pulses."""
    shaped = "usual" if way.sequence.pulses is not None else "ideal"
    return f"simulated {way.sequence.in_words()}, {shaped} slice pulses"


def _added(names: tuple[str, ...], way: _Way) -> Finding:
    return Finding(
        "info",
        f"Simulated beside the basis set: {', '.join(names)}",
        "The set lacks them, every brain holds them; without them others take up their signal. "
        f"Likest to the set's own ({way.alike:.3f}): {_in_words(way)}.",
    )


def _left_out(names: tuple[str, ...], why: str) -> Finding:
    return Finding(
        "warning",
        f"Basis set lacks {', '.join(names)}",
        f"Every brain holds them; others take up their signal, as tCho and Glu. {why}",
    )

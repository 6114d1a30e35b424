"""Values that the file lacks and the analysis needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.quality.lint import Question, in_unit
from mrsviewer.quality.timing_rules import LONGEST_TE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.acquisition import Acquisition

SEQUENCES = ("press", "steam", "slaser", "laser", "special", "spin-echo", "mega-press")
"""What may have made the data; for all but the last a basis set is simulated as it stands."""


def missing_values(
    acquisition: Acquisition, *, simulated_basis: bool, scaled_to_water: bool
) -> tuple[Question, ...]:
    """Return what has to be asked for, most needed first.

    Parameters
    ----------
    acquisition
        With what a person entered already in place.
    simulated_basis
        Whether a basis set is to be simulated, which needs sequence and timing.
    scaled_to_water
        Whether concentrations are scaled by water, which needs TE and TR.
    """
    if acquisition.nucleus != "1H":
        return ()
    asked = (
        *_sequence(acquisition, simulated_basis),
        *_echo_time(acquisition, simulated_basis, scaled_to_water),
        *_details(acquisition, simulated_basis),
        *_repetition_time(acquisition, scaled_to_water),
    )
    return tuple(sorted(asked, key=lambda question: not question.required))


def _sequence(acquisition: Acquisition, simulated_basis: bool) -> Iterator[Question]:
    if simulated_basis and acquisition.localisation is None:
        why = "The basis set is simulated for the sequence; the file does not name one."
        yield Question("localisation", "Sequence", why, choices=SEQUENCES)


def _echo_time(acquisition: Acquisition, simulated: bool, scaled: bool) -> Iterator[Question]:
    te = acquisition.echo_time_s
    if (te is None or te > LONGEST_TE_S) and (simulated or scaled):
        why = "Coupled metabolites depend on it" if simulated else "Relaxation is corrected with it"
        if te is not None:
            why = f"The file's {in_unit(te, 'ms')} is not possible"
        yield Question(
            "echo_time_s", "Echo time (TE)", f"{why}.", "ms", 1.0, 1000.0, required=simulated
        )


def _details(acquisition: Acquisition, simulated: bool) -> Iterator[Question]:
    if simulated and acquisition.localisation == "steam" and acquisition.mixing_time_s is None:
        why = "STEAM signals of coupled metabolites depend on it."
        yield Question("mixing_time_s", "Mixing time (TM)", why, "ms", 1.0, 1000.0)
    if simulated and acquisition.localisation == "press" and acquisition.te1_s is None:
        why = "Until it is known the usual short first echo is assumed, and the report says so."
        echo = (acquisition.echo_time_s or 1.0) * 1e3
        yield Question("te1_s", "First echo of PRESS (TE1)", why, "ms", 1.0, echo, required=False)


def _repetition_time(acquisition: Acquisition, scaled: bool) -> Iterator[Question]:
    if acquisition.repetition_time_s is None and scaled:
        why = "Without it saturation is not corrected."
        yield Question(
            "repetition_time_s", "Repetition time (TR)", why, "ms", 100.0, 60000.0, required=False
        )

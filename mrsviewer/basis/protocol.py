"""Which sequence made the data, as far as they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.basis.pulse_shapes import milliseconds
from mrsviewer.basis.sequences import (
    AnySequence,
    Laser,
    Press,
    SemiLaser,
    Special,
    SpinEcho,
    Steam,
)
from mrsviewer.basis.slice_pulses import usual_pulses
from mrsviewer.model.acquisition import CLINICAL
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.basis.slice_pulses import Pulses
    from mrsviewer.model.acquisition import Acquisition, Localisation

ASSUMED_TE1_S = 0.0126
"""First echo of PRESS where nobody says: the short first echo of 12.6 ms that TARQUIN assumes.

Published basis sets for Siemens and Philips PRESS of 30 and 35 ms agree best with 10 to 14 ms.
"""

ASSUMED_TM_S = 0.010
"""Mixing time of STEAM where nobody says: the shortest usual one. Singlets do not depend on it;
coupled spins do, so whoever uses the set is told in red."""

ASSUMED_PULSES = "usual slice pulses assumed"
IDEAL_PULSES = "ideal slice pulses: usual ones do not fit into so short echoes"
NO_SCANNER = "ideal slice pulses, as no scanner is named"
SHORTEST_TE1_S = 0.008
"""First echo into which the usual pulses fit."""

_BY_ECHO_TIME: dict[Localisation, type[SpinEcho | SemiLaser | Laser | Special]] = {
    "spin-echo": SpinEcho,
    "slaser": SemiLaser,
    "laser": Laser,
    "special": Special,
}


def assumed_te1_s(echo_time_s: float) -> float:
    """Return the TE1 taken for PRESS where it is unknown: 12.6 ms, at most half the echo time."""
    return min(ASSUMED_TE1_S, echo_time_s / 2)


def sequence_of(acquisition: Acquisition, te1_s: float | None = None) -> tuple[AnySequence, str]:
    """Return the sequence that made the data, and a note on what had to be assumed.

    Parameters
    ----------
    acquisition
        Localisation and timing; none of them is guessed but TE1 of PRESS, TM of STEAM and the
        pulses of a scanner's PRESS.
    te1_s
        First echo of PRESS; overrides ``acquisition.te1_s``.

    Raises
    ------
    BasisError
        If localisation or echo time is unknown, any timing is impossible, or the scan is edited:
        no file says at which frequency the editing pulses were.
    """
    kind, te = acquisition.localisation, acquisition.echo_time_s
    if kind is None:
        raise _unknown(
            "The localisation sequence", "PRESS, STEAM, semi-LASER, LASER, SPECIAL or spin echo"
        )
    if kind == "mega-press":
        raise _edited(acquisition)
    if te is None:
        raise _unknown("The echo time", "the echo time")
    if not 0 < te <= 2:
        raise _impossible(f"The echo time of {milliseconds(te)} is not possible.")
    pulses = usual_pulses(kind) if acquisition.expected_slice_pulses == "usual" else None
    if kind == "press":
        return _press(acquisition, te, te1_s, pulses)
    if kind == "steam":
        sequence, note = _steam(te, acquisition.mixing_time_s)
        return msgspec.structs.replace(sequence, pulses=pulses), note
    return _BY_ECHO_TIME[kind](te, pulses=pulses), ""


def _press(
    acquisition: Acquisition, te: float, te1: float | None, pulses: Pulses | None
) -> tuple[Press, str]:
    notes = []
    te1 = acquisition.te1_s if te1 is None else te1
    if te1 is None:
        te1 = assumed_te1_s(te)
        notes.append(f"TE1 is unknown; {milliseconds(te1)} assumed (short first echo)")
    elif not 0 < te1 < te:
        raise _impossible(f"TE1 of {milliseconds(te1)} does not fit into TE {milliseconds(te)}.")
    if acquisition.slice_pulses is None and pulses is not None:
        if min(te1, te - te1) < SHORTEST_TE1_S:
            pulses = None
            notes.append(IDEAL_PULSES)
        else:
            notes.append(ASSUMED_PULSES)
    if _would_be_usual(acquisition):
        notes.append(NO_SCANNER)
    return Press(te1, te - te1, pulses), "; ".join(notes)


def _would_be_usual(acquisition: Acquisition) -> bool:
    """Return whether usual pulses would be taken if the data named a clinical scanner."""
    if acquisition.slice_pulses is not None or acquisition.vendor is not None:
        return False
    return replace(acquisition, vendor=CLINICAL[0]).expected_slice_pulses == "usual"


def _steam(te: float, tm: float | None) -> tuple[Steam, str]:
    if tm is None:
        note = f"the mixing time is unknown; {milliseconds(ASSUMED_TM_S)} assumed"
        return Steam(te, ASSUMED_TM_S), note
    if not 0 < tm <= 2:
        raise _impossible(f"The mixing time of {milliseconds(tm)} is not possible.")
    return Steam(te, tm), ""


def _unknown(what: str, wanted: str) -> BasisError:
    return BasisError(
        "No basis set can be simulated",
        f"{what} is not given in the file.",
        f"Enter {wanted}, or give a basis set file.",
    )


def _edited(acquisition: Acquisition) -> BasisError:
    missing = ["the frequency and shape of the editing pulses"]
    if acquisition.editing is None:
        missing.insert(
            0, "which spectrum of the edited scan this is (edit-on, edit-off, difference)"
        )
    if acquisition.te1_s is None:
        missing.append("the first echo time")
    if acquisition.echo_time_s is None:
        missing.append("the echo time")
    return BasisError(
        "No basis set can be simulated for an edited scan",
        f"The file does not tell {'; '.join(missing)}.",
        "Simulate a MEGA-PRESS set with the protocol's values, or give a basis set file.",
    )


def _impossible(cause: str) -> BasisError:
    return BasisError(
        "No basis set can be simulated", cause, "Enter the right timing, or give a basis set file."
    )

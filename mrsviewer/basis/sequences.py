"""Localisation sequences as the simulation knows them: timing of ideal pulses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
from typing_extensions import override

from mrsviewer.model.acquisition import Localisation
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Acquisition

ASSUMED_TE1_S = 0.0126
"""First echo of PRESS where nobody says: the short first echo of 12.6 ms that TARQUIN assumes.

Published basis sets for Siemens and Philips PRESS of 30 and 35 ms agree best with 10 to 14 ms.
"""

ASSUMED_TM_S = 0.010
"""Mixing time of STEAM where nobody says: the shortest usual one. Singlets do not depend on it;
coupled spins do, so whoever uses the set is told in red."""

SUPPORTED: tuple[Localisation, ...] = ("press", "steam", "spin-echo", "slaser")

_EchoTime = Annotated[
    float, msgspec.Meta(gt=0, le=2, description="Echo time (TE)", extra_json_schema={"unit": "s"})
]
_FirstEcho = Annotated[
    float,
    msgspec.Meta(
        gt=0,
        le=2,
        description="First echo time (TE1), twice the delay from excitation to refocusing",
        extra_json_schema={"unit": "s"},
    ),
]
_SecondEcho = Annotated[
    float,
    msgspec.Meta(
        gt=0,
        le=2,
        description="Second echo time (TE2), the echo time less TE1",
        extra_json_schema={"unit": "s"},
    ),
]
_MixingTime = Annotated[
    float, msgspec.Meta(gt=0, le=2, description="Mixing time (TM)", extra_json_schema={"unit": "s"})
]


class Sequence(msgspec.Struct, frozen=True, tag_field="sequence", tag=str.lower):
    """Base of all sequences.

    Every field carries its description and unit as :class:`msgspec.Meta`, so that a form can be
    made from the class.
    """

    localisation: ClassVar[Localisation]
    title: ClassVar[str]

    @property
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        raise NotImplementedError

    @property
    def first_echo_s(self) -> float | None:
        """Return the first echo time of PRESS; None for sequences that have none."""
        return None

    def in_words(self) -> str:
        """Return name and timing for captions."""
        raise NotImplementedError


class SpinEcho(Sequence, frozen=True):
    """90 - TE/2 - 180 - TE/2."""

    localisation = "spin-echo"
    title = "Spin echo"

    te_s: _EchoTime

    @property
    @override
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        return self.te_s

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"spin echo TE {_ms(self.te_s)}"


class Press(Sequence, frozen=True):
    """90 - TE1/2 - 180 - (TE1 + TE2)/2 - 180 - TE2/2."""

    localisation = "press"
    title = "PRESS"

    te1_s: _FirstEcho
    te2_s: _SecondEcho

    @property
    @override
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        return self.te1_s + self.te2_s

    @property
    @override
    def first_echo_s(self) -> float:
        """Return TE1."""
        return self.te1_s

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"PRESS TE {_ms(self.echo_time_s)} (TE1 {_ms(self.te1_s)})"


class Steam(Sequence, frozen=True):
    """90 - TE/2 - 90 - TM - 90 - TE/2; during TM only zero-quantum order survives the spoiler."""

    localisation = "steam"
    title = "STEAM"

    te_s: _EchoTime
    tm_s: _MixingTime

    @property
    @override
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        return self.te_s

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"STEAM TE {_ms(self.te_s)}, TM {_ms(self.tm_s)}"


class SemiLaser(Sequence, frozen=True):
    """90 - TE/8 - 180 - TE/4 - 180 - TE/4 - 180 - TE/4 - 180 - TE/8: four evenly spaced echoes."""

    localisation = "slaser"
    title = "semi-LASER"

    te_s: _EchoTime

    @property
    @override
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        return self.te_s

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"semi-LASER TE {_ms(self.te_s)} (four even echoes assumed)"


AnySequence = SpinEcho | Press | Steam | SemiLaser

SEQUENCES: tuple[type[Sequence], ...] = (Press, Steam, SemiLaser, SpinEcho)
"""All that can be simulated, the most usual first."""


def assumed_te1_s(echo_time_s: float) -> float:
    """Return the TE1 taken for PRESS where it is unknown: 12.6 ms, at most half the echo time."""
    return min(ASSUMED_TE1_S, echo_time_s / 2)


def sequence_of(acquisition: Acquisition, te1_s: float | None = None) -> tuple[AnySequence, str]:
    """Return the sequence that made the data, and a note on what had to be assumed.

    Parameters
    ----------
    acquisition
        Localisation and timing; none of them is guessed but TE1 of PRESS and TM of STEAM.
    te1_s
        First echo of PRESS; overrides ``acquisition.te1_s``.

    Raises
    ------
    BasisError
        If localisation or echo time is unknown, or any timing is impossible or not supported.
    """
    kind, te = acquisition.localisation, acquisition.echo_time_s
    if kind is None:
        raise _unknown("The localisation sequence", "PRESS, STEAM, semi-LASER or spin echo")
    if kind not in SUPPORTED:
        raise BasisError(
            "No basis set can be simulated",
            f"The data were acquired with {kind}, which is not simulated.",
            "Give a basis set file that was made for this sequence.",
        )
    if te is None:
        raise _unknown("The echo time", "the echo time")
    if not 0 < te <= 2:
        raise _impossible(f"The echo time of {_ms(te)} is not possible.")
    if kind == "press":
        return _press(te, te1_s if te1_s is not None else acquisition.te1_s)
    if kind == "steam":
        return _steam(te, acquisition.mixing_time_s)
    return (SpinEcho(te) if kind == "spin-echo" else SemiLaser(te)), ""


def _press(te: float, te1: float | None) -> tuple[Press, str]:
    if te1 is None:
        te1 = assumed_te1_s(te)
        return Press(te1, te - te1), f"TE1 is unknown; {_ms(te1)} assumed (short first echo)"
    if not 0 < te1 < te:
        raise _impossible(f"TE1 of {_ms(te1)} does not fit into TE {_ms(te)}.")
    return Press(te1, te - te1), ""


def _steam(te: float, tm: float | None) -> tuple[Steam, str]:
    if tm is None:
        note = f"the mixing time is unknown; {_ms(ASSUMED_TM_S)} assumed"
        return Steam(te, ASSUMED_TM_S), note
    if not 0 < tm <= 2:
        raise _impossible(f"The mixing time of {_ms(tm)} is not possible.")
    return Steam(te, tm), ""


def _unknown(what: str, wanted: str) -> BasisError:
    return BasisError(
        "No basis set can be simulated",
        f"{what} is not given in the file.",
        f"Enter {wanted}, or give a basis set file.",
    )


def _impossible(cause: str) -> BasisError:
    return BasisError(
        "No basis set can be simulated", cause, "Enter the right timing, or give a basis set file."
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.4g} ms"

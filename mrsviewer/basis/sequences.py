"""Localisation sequences as the simulation knows them: timing, and pulses where not ideal."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from typing_extensions import override

from mrsviewer.basis.pulse_shapes import EditingShape, SincGaussian, milliseconds
from mrsviewer.basis.slice_pulses import Band, Ppm, Pulses
from mrsviewer.model.acquisition import Editing, Localisation
from mrsviewer.model.failure import BasisError

_MAX_S = 2.0
_TIMING_S = 2e-5
"""How far given delays may be from an echo."""

EVEN_ECHOES = "four even echoes assumed"
"""What a semi-LASER says of itself whose delays were not given."""


def _time(description: str) -> msgspec.Meta:
    """Return what is known of a field that holds a time in seconds."""
    return msgspec.Meta(gt=0, le=_MAX_S, description=description, extra_json_schema={"unit": "s"})


EchoTime = Annotated[float, _time("Echo time (TE)")]
_FirstEcho = Annotated[
    float, _time("First echo time (TE1), twice the delay from excitation to refocusing")
]
_SecondEcho = Annotated[float, _time("Second echo time (TE2), the echo time less TE1")]
_MixingTime = Annotated[float, _time("Mixing time (TM)")]
_Delay = Annotated[float, msgspec.Meta(gt=0, le=_MAX_S)]
_Delays = Annotated[
    tuple[_Delay, _Delay, _Delay, _Delay, _Delay],
    msgspec.Meta(
        description="Delays between the middles of the pulses, and to the echo; even ones if empty",
        extra_json_schema={"unit": "s"},
    ),
]


class Sequence(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="sequence", tag=str.lower
):
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

    @property
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return None

    def in_words(self) -> str:
        """Return name and timing for captions."""
        raise NotImplementedError


class _Timed(Sequence, frozen=True):
    """Sequences given by their echo time."""

    te_s: EchoTime

    @property
    @override
    def echo_time_s(self) -> float:
        """Return the total echo time."""
        return self.te_s


class _Divided(Sequence, frozen=True):
    """Sequences given by two echo times that add up."""

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


class _OneEcho(_Timed, frozen=True):
    """What sequences with nothing but an echo time have in common."""

    pulses: Pulses | None = None

    @property
    @override
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return self.pulses

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"{self.title} TE {milliseconds(self.te_s)}"


class SpinEcho(_OneEcho, frozen=True):
    """90 - TE/2 - 180 - TE/2."""

    localisation = "spin-echo"
    title = "spin echo"


class Special(_OneEcho, frozen=True):
    """Inversion, added and subtracted, then 90 - TE/2 - 180 - TE/2.

    With an ideal inversion what is left is the spin echo (Mlynarik 2006, doi 10.1002/mrm.21043).
    """

    localisation = "special"
    title = "SPECIAL"


class Laser(_OneEcho, frozen=True):
    """90, then three pairs of 180: TE/12 before the first and after the last, TE/6 between."""

    localisation = "laser"
    title = "LASER"


class Press(_Divided, frozen=True):
    """90 - TE1/2 - 180 - (TE1 + TE2)/2 - 180 - TE2/2."""

    localisation = "press"
    title = "PRESS"

    pulses: Pulses | None = None

    @property
    @override
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return self.pulses

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"PRESS TE {milliseconds(self.echo_time_s)} (TE1 {milliseconds(self.te1_s)})"


class Steam(_Timed, frozen=True):
    """90 - TE/2 - 90 - TM - 90 - TE/2; during TM only zero-quantum order survives the spoiler."""

    localisation = "steam"
    title = "STEAM"

    tm_s: _MixingTime
    pulses: Pulses | None = None

    @property
    @override
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return self.pulses

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return f"STEAM TE {milliseconds(self.te_s)}, TM {milliseconds(self.tm_s)}"


class SemiLaser(_Timed, frozen=True):
    """90, then two pairs of 180, with given delays or TE/8, TE/4, TE/4, TE/4, TE/8."""

    localisation = "slaser"
    title = "semi-LASER"

    delays_s: _Delays | None = None
    pulses: Pulses | None = None

    def __post_init__(self) -> None:
        """Check that the delays make an echo at the echo time.

        Raises
        ------
        BasisError
            If they do not add up to the echo time, or odd and even ones differ in sum.
        """
        if self.delays_s is None:
            return
        odd, even = sum(self.delays_s[0::2]), sum(self.delays_s[1::2])
        if max(abs(odd - even), abs(odd + even - self.te_s)) > _TIMING_S:
            listed = ", ".join(milliseconds(delay) for delay in self.delays_s)
            raise BasisError(
                "Delays do not make an echo",
                f"The delays {listed} do not refocus at TE {milliseconds(self.te_s)}.",
                "Every other delay must add up to half the echo time.",
            )

    @property
    @override
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return self.pulses

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        if self.delays_s is None:
            return f"semi-LASER TE {milliseconds(self.te_s)} ({EVEN_ECHOES})"
        listed = ", ".join(f"{delay * 1e3:.4g}" for delay in self.delays_s)
        return f"semi-LASER TE {milliseconds(self.te_s)} (delays {listed} ms)"


class MegaPress(_Divided, frozen=True):
    """PRESS with two editing pulses half an echo time apart (Mescher 1998).

    The first editing pulse is midway between the first refocusing pulse and the middle of the echo
    time, so that each lies behind one refocusing pulse. "difference" is edit-on less edit-off,
    "sum" both added; doi 10.1002/(SICI)1099-1492(199810)11:6<266::AID-NBM530>3.0.CO;2-J.
    """

    localisation = "mega-press"
    title = "MEGA-PRESS"

    spectrum: Annotated[
        Editing, msgspec.Meta(description="Which of the spectra of the edited scan")
    ] = "difference"
    edit_on_ppm: Annotated[
        Ppm, msgspec.Meta(description="Frequency of the editing pulses in edit-on")
    ] = 1.9
    edit_off_ppm: Annotated[
        Ppm, msgspec.Meta(description="Frequency of the editing pulses in edit-off")
    ] = 7.5
    editing: Annotated[Band | EditingShape, msgspec.Meta(description="Editing pulses")] = (
        SincGaussian(14e-3)
    )
    pulses: Pulses | None = None

    @property
    @override
    def slices(self) -> Pulses | None:
        """Return the pulses that select slices; None where all are ideal."""
        return self.pulses

    @override
    def in_words(self) -> str:
        """Return name and timing for captions."""
        return (
            f"MEGA-PRESS {self.spectrum}, TE {milliseconds(self.echo_time_s)} "
            f"(TE1 {milliseconds(self.te1_s)}), editing at {self.edit_on_ppm:g} and "
            f"{self.edit_off_ppm:g} ppm ({self.editing.in_words()})"
        )


AnySequence = SpinEcho | Press | Steam | SemiLaser | Laser | Special | MegaPress

SEQUENCES: tuple[type[Sequence], ...] = (
    Press, Steam, SemiLaser, MegaPress, Laser, Special, SpinEcho,
)  # fmt: skip
"""All that can be simulated, the most usual first."""

"""From a sequence to the programs that are simulated, one a shot, with their weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache, singledispatch
from itertools import groupby
from typing import TYPE_CHECKING

from mrsviewer.basis.program import (
    Equilibrium,
    Excite,
    Flip,
    Keep,
    Play,
    Refocus,
    Slab,
    Turn,
    Wait,
)
from mrsviewer.basis.sequences import (
    Laser,
    MegaPress,
    Press,
    SemiLaser,
    Special,
    SpinEcho,
    Steam,
)
from mrsviewer.basis.slice_pulses import Band, Pulses
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.basis.program import Event, Program
    from mrsviewer.basis.pulse_shapes import SliceShape
    from mrsviewer.basis.sequences import AnySequence

_ROUNDING_S = 1e-9


@dataclass(frozen=True, slots=True)
class Shot:
    """One acquisition of the sequence and the sign and size with which it enters the result."""

    weight: float
    program: Program


@dataclass(frozen=True, slots=True)
class _Item:
    """A pulse in time.

    Attributes
    ----------
    time_s
        Of its centre, from the middle of the excitation.
    steps
        What it does.
    before_s, after_s
        How much of it is before and after that.
    axis
        Gradient axis of a shaped pulse; None for an ideal one.
    """

    time_s: float
    steps: tuple[Event | Play, ...]
    before_s: float = 0.0
    after_s: float = 0.0
    axis: str | None = None


@dataclass(frozen=True, slots=True)
class _Kit:
    """Makes items of pulses."""

    pulses: Pulses = field(default_factory=Pulses)

    def excitation(self, order: int) -> _Item:
        shape = self.pulses.excitation
        if shape is None:
            return _Item(0.0, (Excite(order),))
        return self._played(0.0, shape, 90, order, "excitation", undo_after=True)

    def refocusing(self, time_s: float, order: int, axis: str) -> _Item:
        shape = self.pulses.refocusing
        if shape is None:
            return _Item(time_s, (Refocus(),))
        return self._played(time_s, shape, 180, order, axis)

    def stimulated(self, time_s: float, order: int) -> _Item:
        """Return the second (to order 0) or third 90 degree pulse of STEAM."""
        shape = self.pulses.excitation
        if shape is None:
            return _Item(time_s, (Turn(), Keep(order)))
        before, after = order == 0, order != 0
        return self._played(
            time_s, shape, 90, order, f"turn {order}", undo_before=before, undo_after=after
        )

    def _played(
        self, time_s: float, shape: SliceShape, flip_deg: float, order: int, axis: str, **undo: bool
    ) -> _Item:
        pulse = shape.pulse(flip_deg)
        play = Play(pulse, self.pulses.carrier_ppm, **undo)
        return _Item(time_s, (play, Keep(order)), pulse.before_s, pulse.after_s, axis)

    def program(self, items: list[_Item], end_s: float) -> Program:
        """Return the items in time, with free precession between them."""
        timed = _with_waits(sorted(items, key=lambda item: item.time_s), end_s)
        events: list[Event] = []
        for axis, group in groupby(timed, key=lambda step: step[0]):
            steps = tuple(step for _, step in group)
            if axis is None:
                events.extend(step for step in steps if not isinstance(step, Play))
            else:
                events.append(self._slab(axis, steps))
        if not isinstance(events[0], Excite):
            events.insert(0, Equilibrium())
        return tuple(events)

    def _slab(self, axis: str, steps: tuple[Event | Play, ...]) -> Slab:
        inside = tuple(step for step in steps if isinstance(step, (Play, Wait, Keep)))
        if axis.startswith("editing"):
            return Slab(inside)
        return Slab(inside, self.pulses.positions, self.pulses.extent)


def _with_waits(items: list[_Item], end_s: float) -> list[tuple[str | None, Event | Play]]:
    """Return (axis, event); a wait between two pulses of one axis belongs to that axis.

    Raises
    ------
    BasisError
        If the pulses are longer than the delays.
    """
    timed: list[tuple[str | None, Event | Play]] = []
    for item, later in zip(items, [*items[1:], _Item(end_s, ())], strict=True):
        timed.extend((item.axis, step) for step in item.steps)
        gap = later.time_s - item.time_s - item.after_s - later.before_s
        if gap < -_ROUNDING_S:
            raise BasisError(
                "Pulses do not fit into the echo time",
                f"Two of them overlap by {-gap * 1e3:.2f} ms.",
                "Enter the right timing, shorter pulses, or ideal slice pulses.",
            )
        if gap > _ROUNDING_S:
            timed.append((item.axis if item.axis == later.axis else None, Wait(gap)))
    return timed


@lru_cache(maxsize=32)
def shots_of(sequence: AnySequence) -> tuple[Shot, ...]:
    """Return the shots of a sequence.

    Raises
    ------
    BasisError
        If its pulses do not fit into its timing.
    """
    return _shots(sequence, _Kit(sequence.slices or Pulses()))


@lru_cache(maxsize=32)
def reference_shots(sequence: AnySequence) -> tuple[Shot, ...]:
    """Return the shots by whose signal of a lone spin all signals are scaled.

    They are those of the sequence without its editing pulses, in edit-off.
    """
    if isinstance(sequence, MegaPress):
        return _mega_shots(sequence, _Kit(sequence.slices or Pulses()), editing=False)
    return shots_of(sequence)


@singledispatch
def _shots(sequence: AnySequence, kit: _Kit) -> tuple[Shot, ...]:
    raise TypeError(sequence, kit)


@_shots.register
def _(sequence: SpinEcho, kit: _Kit) -> tuple[Shot, ...]:
    return (Shot(1.0, _echoes(kit, (0.5 * sequence.te_s,), sequence.te_s)),)


@_shots.register
def _(sequence: Special, kit: _Kit) -> tuple[Shot, ...]:
    plain = _echoes(kit, (0.5 * sequence.te_s,), sequence.te_s)
    if kit.pulses.inversion is None:
        return (Shot(1.0, plain),)
    play = Play(kit.pulses.inversion.pulse(180), kit.pulses.carrier_ppm)
    inversion = Slab((play, Keep(0)), kit.pulses.positions, kit.pulses.extent)
    if isinstance(plain[0], Excite):
        plain = (Equilibrium(), Turn(), Keep(plain[0].order), *plain[1:])
    return (Shot(0.5, plain), Shot(-0.5, (plain[0], inversion, *plain[1:])))


@_shots.register
def _(sequence: Press, kit: _Kit) -> tuple[Shot, ...]:
    return (Shot(1.0, _echoes(kit, _press_times(sequence), sequence.echo_time_s)),)


@_shots.register
def _(sequence: SemiLaser, kit: _Kit) -> tuple[Shot, ...]:
    delays = sequence.delays_s or tuple(sequence.te_s * part / 8 for part in (1, 2, 2, 2, 1))
    times = tuple(sum(delays[: k + 1]) for k in range(4))
    return (Shot(1.0, _echoes(kit, times, sequence.te_s, pulses_per_axis=2)),)


@_shots.register
def _(sequence: Laser, kit: _Kit) -> tuple[Shot, ...]:
    times = tuple(sequence.te_s * (2 * k + 1) / 12 for k in range(6))
    return (Shot(1.0, _echoes(kit, times, sequence.te_s, pulses_per_axis=2)),)


@_shots.register
def _(sequence: Steam, kit: _Kit) -> tuple[Shot, ...]:
    half = sequence.te_s / 2
    items = [
        kit.excitation(1),
        kit.stimulated(half, 0),
        kit.stimulated(half + sequence.tm_s, -1),
    ]
    return (Shot(1.0, kit.program(items, sequence.te_s + sequence.tm_s)),)


@_shots.register
def _(sequence: MegaPress, kit: _Kit) -> tuple[Shot, ...]:
    return _mega_shots(sequence, kit)


def _press_times(sequence: Press | MegaPress) -> tuple[float, float]:
    return sequence.te1_s / 2, sequence.te1_s + sequence.te2_s / 2


def _echo_items(kit: _Kit, times_s: tuple[float, ...], pulses_per_axis: int = 1) -> list[_Item]:
    """Return excitation and refocusing pulses; the order ends as -1."""
    order = -1 if len(times_s) % 2 == 0 else 1
    items = [kit.excitation(order)]
    for k, time_s in enumerate(times_s):
        order = -order
        items.append(kit.refocusing(time_s, order, f"refocusing {k // pulses_per_axis}"))
    return items


def _echoes(
    kit: _Kit, times_s: tuple[float, ...], end_s: float, pulses_per_axis: int = 1
) -> Program:
    return kit.program(_echo_items(kit, times_s, pulses_per_axis), end_s)


def _mega_shots(sequence: MegaPress, kit: _Kit, *, editing: bool = True) -> tuple[Shot, ...]:
    times = _press_times(sequence)
    te = sequence.echo_time_s
    basic = _echo_items(kit, times)
    off = Shot(1.0, kit.program([*basic, *_edits(sequence, sequence.edit_off_ppm)], te))
    if not editing:
        return (Shot(1.0, kit.program(basic, te)),)
    on = Shot(1.0, kit.program([*basic, *_edits(sequence, sequence.edit_on_ppm)], te))
    return {
        "edit-on": (on,),
        "edit-off": (off,),
        "difference": (on, replace(off, weight=-1.0)),
        "sum": (on, off),
    }[sequence.spectrum]


def _edits(sequence: MegaPress, ppm: float) -> list[_Item]:
    """Return both editing pulses; gradients on both sides keep the order they come in."""
    te = sequence.echo_time_s
    first = (sequence.te1_s / 2 + te / 2) / 2
    return [_edit(sequence, first, ppm, 1), _edit(sequence, first + te / 2, ppm, -1)]


def _edit(sequence: MegaPress, time_s: float, ppm: float, order: int) -> _Item:
    shape = sequence.editing
    if isinstance(shape, Band):
        return _Item(time_s, (Flip(ppm, shape.bandwidth_hz), Keep(order)))
    pulse = shape.pulse(180)
    play = Play(pulse, ppm)
    return _Item(time_s, (play, Keep(order)), pulse.before_s, pulse.after_s, f"editing {order}")

"""What happens to the spins, step by step: the language between sequences and simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.basis.rf_pulse import RfPulse


@dataclass(frozen=True, slots=True)
class Excite:
    """An ideal 90 degree pulse on equilibrium, of which one coherence order is kept."""

    order: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Free precession."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refocus:
    """An ideal 180 degree pulse: turns every coherence order into its opposite."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An ideal 90 degree pulse in the middle of a sequence."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Gradients that leave one coherence order."""

    order: int


@dataclass(frozen=True, slots=True)
class Flip:
    """An ideal selective pulse: turns the spins in a band by 180 degrees, and no other."""

    centre_ppm: float
    width_hz: float


@dataclass(frozen=True, slots=True)
class Play:
    """A shaped pulse.

    Attributes
    ----------
    pulse
        Its samples.
    carrier_ppm
        Its frequency.
    undo_before, undo_after
        Whether the phase that the slice gradient gives before or after the pulse's centre is undone
        by a gradient of its own.
    """

    pulse: RfPulse
    carrier_ppm: float
    undo_before: bool = False
    undo_after: bool = False


@dataclass(frozen=True, slots=True)
class Slab:
    """Steps along one gradient axis, to be averaged over the positions along it.

    Attributes
    ----------
    steps
        What happens at each position.
    positions
        How many there are, evenly spaced.
    extent
        Range of positions, as a multiple of the slice thickness; 0 without a gradient.
    """

    steps: tuple[Play | Wait | Keep, ...]
    positions: int = 1
    extent: float = 0.0


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """Start from Fz, for sequences whose first pulse is shaped."""


Event = Equilibrium | Excite | Wait | Refocus | Turn | Keep | Flip | Slab

Program = tuple[Event, ...]
"""Begins with :class:`Equilibrium` or :class:`Excite`; ends at the echo top with order -1."""

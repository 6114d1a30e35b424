"""The phase gesture: pixels and key presses in, degrees out. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ZERO_DEG_PER_PIXEL = 0.5
FIRST_DEG_PER_PPM_PER_PIXEL = 0.1
ZERO_DEG_PER_KEY = 1.0
FIRST_DEG_PER_PPM_PER_KEY = 0.5
FINE = 0.1
"""What Shift does to all of these."""

THRESHOLD_PIXELS = 3.0
"""A drag has no axis before it went so far; a click therefore turns nothing."""

Axis = Literal["zero", "first"]


@dataclass(slots=True)
class PhaseGesture:
    """One drag or burst of keys, from its begin to commit or cancel.

    The axis is decided once, by which way the pointer first goes; upwards and rightwards are
    positive. Each move adds at the rate in force, so Shift can be pressed on the way.

    Attributes
    ----------
    zero_deg, first_deg_per_ppm
        What the gesture has turned so far.
    axis
        Which of the two a drag changes; None before that is known.
    """

    x: float = 0.0
    y: float = 0.0
    zero_deg: float = 0.0
    first_deg_per_ppm: float = 0.0
    axis: Axis | None = None

    @property
    def moved(self) -> bool:
        """Return whether anything was turned."""
        return self.zero_deg != 0 or self.first_deg_per_ppm != 0

    def move_to(self, x: float, y: float, *, fine: bool) -> bool:
        """Follow the pointer; return whether anything changed."""
        right, up = x - self.x, self.y - y
        if self.axis is None:
            if max(abs(right), abs(up)) < THRESHOLD_PIXELS:
                return False
            self.axis = "zero" if abs(up) >= abs(right) else "first"
        self.x, self.y = x, y
        rate = FINE if fine else 1.0
        if self.axis == "zero":
            self.zero_deg += up * ZERO_DEG_PER_PIXEL * rate
            return up != 0
        self.first_deg_per_ppm += right * FIRST_DEG_PER_PPM_PER_PIXEL * rate
        return right != 0

    def step(self, zero_steps: int, first_steps: int, *, fine: bool) -> None:
        """Add steps of the arrow keys."""
        rate = FINE if fine else 1.0
        self.zero_deg += zero_steps * ZERO_DEG_PER_KEY * rate
        self.first_deg_per_ppm += first_steps * FIRST_DEG_PER_PPM_PER_KEY * rate

"""Water references that stand among the shots of a scan: found by their strength."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.water import LEAST_GAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_SAMPLES = 64
"""How many samples of a shot tell its strength."""


def standing_out(strengths: Sequence[float]) -> list[bool]:
    """Return which shots stand out by their strength: those above the widest gap.

    Water is many times stronger than what is left of it in a suppressed shot; a gap narrower
    than :data:`~mrsviewer.formats.water.LEAST_GAIN` counts as none. Whether the strong shots are
    water must still be verified.
    """
    in_order = np.sort(np.asarray(strengths, float))
    if in_order.size < 2 or not in_order[0] > 0:
        return [False] * in_order.size
    gaps = in_order[1:] / in_order[:-1]
    at = int(np.argmax(gaps))
    limit = in_order[at + 1] if gaps[at] >= LEAST_GAIN else np.inf
    return [bool(each >= limit) for each in strengths]

"""What kind of localisation a sequence's name tells of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Localisation

_PATTERNS: tuple[tuple[str, Localisation], ...] = (
    (r"mega|mpress|svs_ed(?:it|(?![a-z]))|hermes|hercules|(?<![a-z])herc(?![a-z])", "mega-press"),
    (r"s-?laser|semi-?laser", "slaser"),
    (r"laser", "laser"),
    (r"(?<![a-z])special", "special"),
    (r"steam|svs_st(?![a-z])", "steam"),
    (r"press|svs_se(?![a-z])", "press"),
    (r"spin[ _-]?echo", "spin-echo"),
)
"""First match wins. Siemens: svs_se is PRESS, svs_st STEAM, svs_edit MEGA-PRESS.
HERMES and HERCULES are edited scans of four conditions."""


def localisation_of(*names: str | None) -> Localisation | None:
    """Return the localisation that the first telling name stands for, or None."""
    for name in names:
        text = (name or "").lower()
        for pattern, localisation in _PATTERNS:
            if re.search(pattern, text):
                return localisation
    return None

"""What the loop counters of TWIX readouts tell: where a reference stands, which shot is edited."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mrsviewer.formats.siemens_twix_layout import COUNTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.formats.siemens_twix_layout import Readout
    from mrsviewer.model.acquisition import Acquisition

Edits = tuple[str, tuple[int, ...]]
"""The loop of the edited sub-spectra and its values."""

_EDIT_LOOPS = ("echo", "ide", "ida", "set")
_EDITED = ("mega", "mpress", "edit", "herc", "hermes", "mgs_svs_ed")


def telling_loop(one: Sequence[Readout], other: Sequence[Readout]) -> str | None:
    """Return the loop that tells two groups of readouts apart, in words, or None."""
    for name in COUNTERS:
        if {r.counter(name) for r in one}.isdisjoint({r.counter(name) for r in other}):
            return f"{name} loop"
    return None


def edit_values(shots: Sequence[Readout], facts: Acquisition) -> Edits | None:
    """Return which loop holds two or four sub-spectra of an edited sequence, or None.

    Sequences use different loops: echo (Siemens WIP 529, CMRR), ide (WIP 859), ida or set. Only
    a loop with equally many shots for each value qualifies, and only if shots are left to average.
    """
    name = (facts.sequence or "").lower()
    if facts.localisation != "mega-press" and not any(word in name for word in _EDITED):
        return None
    for loop in _EDIT_LOOPS:
        counts = Counter(shot.counter(loop) for shot in shots)
        if len(counts) in {2, 4} and len(set(counts.values())) == 1:
            return loop, tuple(sorted(counts))
    return None


def ordered(shots: Sequence[Readout], edits: Edits | None) -> list[Readout]:
    """Return the shots in time, those of one sub-spectrum together."""
    if edits is None:
        return list(shots)
    loop, values = edits
    return [shot for value in values for shot in shots if shot.counter(loop) == value]

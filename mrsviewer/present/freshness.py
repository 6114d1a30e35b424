"""Which results of one recipe still hold under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe


def same_fit(one: Recipe, other: Recipe) -> bool:
    """Return whether two recipes give the same fit: they differ at most in the quantification."""
    return msgspec.structs.replace(other, quantification=one.quantification) == one


def same_steps(one: Recipe, other: Recipe, count: int) -> bool:
    """Return whether the first ``count`` processing steps give the same signals."""
    return one.entered == other.entered and one.steps[:count] == other.steps[:count]

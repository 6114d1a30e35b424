"""Steps on the samples themselves: cut the record, mend its first point."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from typing_extensions import override

from mrsviewer.processing.step import Step


class Truncate(Step, frozen=True, kw_only=True):
    """Drop samples before the echo and cut the end, of metabolite and water data alike."""

    skip: Annotated[int, Meta(ge=0, description="Samples dropped at the start")] = 0
    points: Annotated[
        Annotated[int, Meta(ge=64)] | None,
        Meta(description="Samples kept after that; empty: all"),
    ] = None

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        start = f"Drop the first {self.skip} samples" if self.skip else "Drop no samples"
        return f"{start}." if self.points is None else f"{start} and keep {self.points}."


class RepairFirstPoint(Step, frozen=True, kw_only=True):
    """Double a first sample that was stored halved; leave any other as it is.

    Some programs halve it to save the spectrum a constant offset; a fit then finds a first point
    that its model cannot explain.
    """

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return "Double the first sample where it was stored halved."

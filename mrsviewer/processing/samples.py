"""Steps on the samples themselves: cut the record, mend its first point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta
from typing_extensions import override

from mrsviewer.dsp.firstpoint import first_point_ratio
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.axes import mean_signal
from mrsviewer.processing.step import Signals, Step

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset

HALVED = (0.35, 0.65)
"""Ratios of the first sample to the foretold one that are taken for a halved sample."""

SHORTEST = 64


class Truncate(Step, frozen=True, kw_only=True):
    """Drop samples before the echo and cut the end, of metabolite and water data alike."""

    skip: Annotated[int, Meta(ge=0, description="Samples dropped at the start")] = 0
    points: Annotated[
        Annotated[int, Meta(ge=64)] | None,
        Meta(description="Samples kept after that; empty: all"),
    ] = None

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return all scans cut.

        Raises
        ------
        ProcessingError
            If fewer than 64 samples would be left of any scan.
        """
        context.tick(0.0)
        return Signals(
            self._cut(signals.metabolite),
            None if signals.water is None else self._cut(signals.water),
            None if signals.eddy is None else self._cut(signals.eddy),
        )

    def _cut(self, data: Dataset) -> Dataset:
        """Return one scan cut."""
        end = data.points if self.points is None else min(data.points, self.skip + self.points)
        if end - self.skip < SHORTEST:
            raise ProcessingError(
                "Cannot cut the record",
                f"Of {data.points} samples {max(0, end - self.skip)} would be left.",
                f"Drop fewer samples; at least {SHORTEST} are needed.",
            )
        fid = data.fid[..., self.skip : end].copy()
        return self.successor(data, fid, f"{end - self.skip} of {data.points} samples kept")

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        start = f"Drop the first {self.skip} samples" if self.skip else "Drop no samples"
        return f"{start}." if self.points is None else f"{start} and keep {self.points}."


class RepairFirstPoint(Step, frozen=True, kw_only=True):
    """Double a first sample that was stored halved; leave any other as it is.

    Some programs halve it to save the spectrum a constant offset; a fit then finds a first point
    that its model cannot explain. Each scan is judged by itself: metabolite data may be stored
    so while their water reference is not.
    """

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return all scans with their first sample mended."""
        context.tick(0.0)
        return Signals(
            self._mended(signals.metabolite),
            None if signals.water is None else self._mended(signals.water),
            None if signals.eddy is None else self._mended(signals.eddy),
        )

    def _mended(self, data: Dataset) -> Dataset:
        """Return one scan with its first sample doubled if it was halved."""
        ratio = first_point_ratio(mean_signal(data), data.acquisition.dwell_s)
        if ratio is None:
            return self.successor(data, data.fid, "first sample cannot be foretold: left alone")
        if not HALVED[0] < ratio < HALVED[1]:
            note = f"first sample is {ratio:.2f} of the foretold: left alone"
            return self.successor(data, data.fid, note)
        fid = data.fid.copy()
        fid[..., 0] *= 2.0
        return self.successor(data, fid, f"first sample was {ratio:.2f} of the foretold: doubled")

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return "Double the first sample where it was stored halved."

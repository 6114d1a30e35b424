"""The step that leaves out bad transients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta
from typing_extensions import override

from mrsviewer.dsp.alignment import align, unlike, unlikeness
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.axes import BRAIN_PPM, axis_last, like
from mrsviewer.processing.step import Signals, Step
from mrsviewer.processing.transients import band_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset

Index = Annotated[int, Meta(ge=0)]


class RejectTransients(Step, frozen=True, kw_only=True):
    """Leave out transients chosen by hand and those unlike the others.

    Transients are compared after a passing alignment, so drift alone makes none unlike. Empty
    ones (all samples zero) always go, from the water scans as well. ``remove`` and ``keep`` are
    numbers from 0 in the data as they enter this step, words count from 1; a person's ``keep``
    outvotes the automatic test, which never leaves out more than half.
    """

    remove: Annotated[
        tuple[Index, ...], Meta(description="Transients left out by hand (numbers from 0)")
    ] = ()
    keep: Annotated[
        tuple[Index, ...], Meta(description="Transients kept by hand whatever the test says")
    ] = ()
    automatic: Annotated[bool, Meta(description="Leave out transients unlike the others")] = True
    threshold_sd: Annotated[
        float,
        Meta(ge=1.5, le=10.0, description="How many standard deviations from the median is unlike"),
    ] = 3.0

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the signals without the rejected transients.

        Raises
        ------
        ProcessingError
            If a number chosen by hand does not exist, or nothing would be left.
        """
        data = signals.metabolite
        water, eddy = self._without_empty(signals.water), self._without_empty(signals.eddy)
        if "transient" not in data.dims:
            same = self.successor(data, data.fid, "one signal; nothing to reject")
            return Signals(same, water, eddy)
        stack = axis_last(data, "transient")
        count = stack.shape[1]
        self._check(count)
        empty = _empty(stack)
        hand = np.setdiff1d(np.array(self.remove, np.int_), empty)
        bad = np.setdiff1d(self._unlike(data, stack, empty, context), hand)
        kept = np.setdiff1d(np.arange(count), np.concatenate([empty, hand, bad]))
        if not kept.size:
            raise ProcessingError(
                "Cannot reject transients",
                f"None of {count} transients would be left.",
                "Keep at least one.",
            )
        note = _in_figures(count, empty=empty, hand=hand, bad=bad)
        left = self.successor(data, like(stack[:, kept], data, "transient"), note)
        return Signals(left, water, eddy)

    def _check(self, count: int) -> None:
        """Raise where a transient was named that does not exist."""
        unknown = [n for n in (*self.remove, *self.keep) if n >= count]
        if unknown:
            raise ProcessingError(
                "Cannot reject transients",
                f"There is no transient {unknown[0] + 1}; the data have {count}.",
                "Clear the choice of transients made by hand for these data.",
            )

    def _unlike(
        self,
        data: Dataset,
        stack: NDArray[np.complex128],
        empty: NDArray[np.int_],
        context: JobContext,
    ) -> NDArray[np.int_]:
        """Return the numbers of the transients that fail the automatic test."""
        tested = np.setdiff1d(np.arange(stack.shape[1]), empty)
        if not self.automatic or stack.shape[0] > 1 or tested.size < 4:
            return np.empty(0, np.int_)
        band = band_of(data, stack[0, tested], BRAIN_PPM)
        found = align(band, tick=lambda done: context.tick(done, "Comparing transients"))
        bad = tested[unlike(unlikeness(band, found), self.threshold_sd)]
        return np.setdiff1d(bad, np.array(self.keep, np.int_))

    def _without_empty(self, scan: Dataset | None) -> Dataset | None:
        """Return a water scan without transients that are all zero."""
        if scan is None or "transient" not in scan.dims:
            return scan
        stack = axis_last(scan, "transient")
        empty = _empty(stack)
        if not empty.size or empty.size == stack.shape[1]:
            return scan
        kept = np.setdiff1d(np.arange(stack.shape[1]), empty)
        note = _in_figures(stack.shape[1], empty=empty)
        return self.successor(scan, like(stack[:, kept], scan, "transient"), note)

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        parts = []
        if self.automatic:
            parts.append(f"leave out transients more than {self.threshold_sd:g} SD unlike the rest")
        if self.remove:
            parts.append(f"leave out by hand {_numbers(self.remove)}")
        if self.keep:
            parts.append(f"keep by hand {_numbers(self.keep)}")
        words = "; ".join(parts) or "leave out empty transients only"
        return f"{words[0].upper()}{words[1:]}."


def _empty(stack: NDArray[np.complex128]) -> NDArray[np.int_]:
    """Return the numbers of the transients whose samples are all zero."""
    return np.flatnonzero(~stack.any(axis=(0, 2)))


def _numbers(which: tuple[int, ...] | NDArray[np.int_]) -> str:
    """Return transients as people count them."""
    return ", ".join(str(int(n) + 1) for n in which)


def _in_figures(count: int, **groups: NDArray[np.int_]) -> str:
    """Return the note: how many were left out, which and why."""
    words = {"empty": "empty", "hand": "by hand", "bad": "unlike the rest"}
    lost = {why: which for why, which in groups.items() if which.size}
    if not lost:
        return f"{count} transients, none rejected"
    reasons = "; ".join(f"{words[why]}: {_numbers(which)}" for why, which in lost.items())
    return f"{sum(w.size for w in lost.values())} of {count} transients rejected ({reasons})"

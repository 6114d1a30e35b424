"""What a processing step is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.model.dataset import Applied
from mrsviewer.model.versions import check_version

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset, Dimension


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What flows through a recipe: the metabolite data and the water scans beside it.

    Every step maps one ``Signals`` to the next. The provenance of ``metabolite`` is the record.
    """

    metabolite: Dataset
    water: Dataset | None = None
    eddy: Dataset | None = None


class Step(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="step",
    tag=str.lower,
    forbid_unknown_fields=True,
):
    """Base of all steps.

    A step is its parameters; equal parameters mean an equal step, so a tuple of steps is a
    recipe, a cache key, an undo state and a line of the report at once. A step that has nothing
    to do (coil combination of one coil) returns the signals with a note that says so; one that
    cannot be done raises :class:`mrsviewer.model.failure.ProcessingError`.
    """

    version: int = 1

    def __post_init__(self) -> None:
        check_version(self.version)

    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the processed signals, this step recorded in their provenance."""
        raise NotImplementedError

    def in_words(self) -> str:
        """Return in one sentence what the step does with these parameters."""
        raise NotImplementedError

    def record(self, note: str = "") -> Applied:
        """Return this step's line of provenance."""
        return Applied(
            type(self).__name__.lower(), self.version, msgspec.json.encode(self).decode(), note
        )

    def successor(
        self,
        data: Dataset,
        fid: NDArray[np.complex128],
        note: str = "",
        *,
        dims: tuple[Dimension, ...] | None = None,
        centre_ppm: float | None = None,
    ) -> Dataset:
        """Return ``data`` with new samples and this step recorded."""
        return data.with_fid(fid, self.record(note), dims=dims, centre_ppm=centre_ppm)

    def noted(self, signals: Signals, note: str) -> Signals:
        """Return the signals unchanged but for a line of provenance on the metabolite data."""
        data = signals.metabolite
        return replace(signals, metabolite=data.with_fid(data.fid, self.record(note)))

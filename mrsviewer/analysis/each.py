"""Files that hold several spectra: voxels of a grid, repeated measurements."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.cache import StageCache
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset, Dimension
    from mrsviewer.model.exam import Exam

SEPARATE: frozenset[Dimension] = frozenset({"x", "y", "z", "measurement"})
"""Axes whose entries are spectra of their own; coils and transients are combined instead."""


GRID: frozenset[Dimension] = frozenset({"x", "y", "z"})


def spectra_in(data: Dataset) -> int:
    """Return how many spectra a dataset holds."""
    count = 1
    for dim in data.dims:
        count *= data.count(dim) if dim in SEPARATE else 1
    return count


def one_spectrum(exam: Exam, number: int) -> Exam:
    """Return the exam with spectrum ``number`` alone, counted from 1, the last axis fastest.

    Water of as many spectra is divided with it, a single water reference is kept for all.

    Raises
    ------
    FormatError
        If there is no such spectrum.
    """
    count = spectra_in(exam.metabolite)
    if not 1 <= number <= count:
        raise FormatError(
            exam.sources[0].path,
            f"It holds {count} spectra; there is no number {number}."
            if count > 1
            else f"It holds one spectrum; there is no number {number}.",
            f"Choose one from 1 to {count}." if count > 1 else "Leave the number out.",
        )
    gridded = GRID.intersection(exam.metabolite.dims) and spectra_in(exam.metabolite) > 1
    return replace(
        exam,
        metabolite=_taken(exam.metabolite, number),
        water=exam.water and _taken(exam.water, number),
        eddy=exam.eddy and _taken(exam.eddy, number),
        sources=tuple(replace(s, digest=f"{s.digest}#{number}") for s in exam.sources),
        water_elsewhere=bool(gridded and exam.water and spectra_in(exam.water) == 1),
    )


def analyse_each(exam: Exam, recipe: Recipe, context: JobContext) -> Iterator[Analysis]:
    """Yield the analysis of every spectrum in turn; one that fails carries its failures."""
    count, cache = spectra_in(exam.metabolite), StageCache()
    for number in range(1, count + 1):
        part = context.part((number - 1) / count, number / count)
        yield analyse(one_spectrum(exam, number), recipe, part, cache)


def _taken(data: Dataset, number: int) -> Dataset:
    """Return one spectrum with the axes that are left; data of a single spectrum as they are."""
    apart = [i for i, dim in enumerate(data.dims) if dim in SEPARATE]
    places = list(product(*(range(data.fid.shape[i]) for i in apart)))
    place = places[number - 1 if len(places) > 1 else 0]
    index: list[slice | int] = [slice(None)] * data.fid.ndim
    for axis, entry in zip(apart, place, strict=True):
        index[axis] = entry
    kept = tuple(dim for dim in data.dims if dim not in SEPARATE)
    return replace(data, fid=data.fid[tuple(index)].copy(), dims=kept)

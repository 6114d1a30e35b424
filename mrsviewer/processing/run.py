"""Run a recipe on signals, from the longest part already computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.processing.steps import AnyStep

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.processing.step import Signals

Cache = dict[tuple[AnyStep, ...], "Signals"]
KEPT = 64
"""Results a cache keeps; a phase drag would otherwise leave one for every pixel."""


def run(
    signals: Signals,
    steps: tuple[AnyStep, ...],
    context: JobContext,
    cache: Cache | None = None,
) -> Signals:
    """Return the signals after all steps.

    Parameters
    ----------
    signals
        What the scanner gave.
    steps
        The recipe.
    context
        Asked before every step whether to stop.
    cache
        Results by prefix of the recipe; read and filled. It is emptied where it belongs to
        other signals, so one may be kept per window or per exam.

    Raises
    ------
    ProcessingError
        If a step cannot be done on these data.
    Cancelled
        If the context was cancelled.
    """
    cache = {} if cache is None else cache
    if not _same(cache.get(()), signals):
        cache.clear()
        cache[()] = signals
    start = next(n for n in range(len(steps), -1, -1) if steps[:n] in cache)
    current = cache[steps[:start]]
    for n in range(start, len(steps)):
        context.tick(n / len(steps), steps[n].in_words())
        current = steps[n](current, context)
        _keep(cache, steps[: n + 1], current)
    return current


def _same(kept: Signals | None, signals: Signals) -> bool:
    """Return whether two ``Signals`` hold the very same datasets."""
    return (
        kept is not None
        and kept.metabolite is signals.metabolite
        and kept.water is signals.water
        and kept.eddy is signals.eddy
    )


def _keep(cache: Cache, key: tuple[AnyStep, ...], value: Signals) -> None:
    """Store a result; the oldest but the source makes room."""
    cache[key] = value
    while len(cache) > KEPT:
        del cache[next(known for known in cache if known)]

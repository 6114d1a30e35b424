"""Intervals and limits of a network, set on spectra that it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.analysis.learning.spectra import SpectrumSource
from mrsviewer.analysis.learning.train import points_of, to_inputs
from mrsviewer.analysis.learning.trials import trials_of
from mrsviewer.fitting.learned import LearnedOptions, answer_for
from mrsviewer.fitting.learned_card import Limits
from mrsviewer.fitting.learned_grid import align
from mrsviewer.fitting.learned_network import LearnedNetwork
from mrsviewer.fitting.learned_values import relative_size
from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.fitting.learned_card import Card
    from mrsviewer.jobs.context import JobContext

    Real = NDArray[np.float64]

BATCHES, BATCH = 24, 256
DRAWN = 800
"""Spectra whose curves are drawn, for the limit of the misfit."""

GROUPS, USED_GROUPS = 5, 4
"""Of spectra by how well they are known, the better ones counting."""

LEAST_FACTOR = 0.2

CONFIDENCE, NORMAL = 0.95, 1.96
USUAL_MISFIT, USUAL_DISTANCE, USUAL_STRENGTH = 0.93, 0.96, 0.995
"""Share of the training's own kind that each limit lets pass. The training reaches as far as lipid
and water that hide the metabolites: what is refused of it are those."""

SEED = 7700
"""Apart from those of trainings and examinations."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a network said of fresh spectra: shapes (n, k) and (n,).

    ``gain`` is what amounts, estimates and standard deviations are per.
    """

    truth: Real
    found: Real
    sd: Real
    gain: Real
    distance: Real
    strength: Real


def calibrated(card: Card, path: Path, context: JobContext) -> Card:
    """Return the card with intervals widened to hold the truth in 95 %, and with limits.

    Parameters
    ----------
    card, path
        Of the network at ``path`` (.onnx), whose card lies beside it.
    context
        Progress and cancel.
    """
    seen = _seen(card, path, context.part(0.0, 0.4))
    off = np.abs(seen.found - seen.truth) / seen.sd
    widen = np.quantile(off, CONFIDENCE, axis=0) / NORMAL
    limits = Limits(
        distance=round(float(np.quantile(seen.distance, USUAL_DISTANCE)), 3),
        misfit=round(_misfit_limit(card, path, context.part(0.4, 1.0)), 3),
        strength=round(float(np.quantile(seen.strength, 1.0 - USUAL_STRENGTH)), 2),
    )
    return msgspec.structs.replace(
        card, widen=_rounded(widen), before=_rounded(_before(card, seen, widen)), limits=limits
    )


def _rounded(values: Real) -> tuple[float, ...]:
    return tuple(round(float(v), 5) for v in values)


def _seen(card: Card, path: Path, context: JobContext) -> Seen:
    net = LearnedNetwork(path.read_bytes(), card)
    protocol, grid = card.protocol, card.grid
    source = SpectrumSource(protocol, points_of(grid, protocol), SEED)
    rng = np.random.default_rng(SEED)
    parts = []
    for number in range(BATCHES):
        context.tick(number / BATCHES, "calibrating intervals")
        batch = source.draw(BATCH)
        inputs = to_inputs(batch, grid, rng, source.ranges.delay_s)
        said = net.predict(inputs.spectra, inputs.hints)
        aligned = align(batch.fids, batch.sampling, grid)
        parts.append(
            (
                inputs.amounts,
                said.amounts,
                np.sqrt(np.diagonal(said.covariance, axis1=1, axis2=2)),
                aligned.gain,
                said.distance,
                aligned.strength(batch.sample_sd),
            )
        )
    return Seen(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _before(card: Card, seen: Seen, widen: Real) -> Real:
    """Return the spread before the data with which shares of data are slopes, shape (k,).

    Spectra are grouped by how well all metabolites are known, so that the groups do not differ in
    amounts; the slope of each group is that of absolute amounts.
    """
    sd = np.array(card.sd)
    size = relative_size(seen.found, card)[:, None]
    after = (widen * seen.sd / (sd * size)) ** 2
    truth, found = seen.truth * seen.gain[:, None], seen.found * seen.gain[:, None]
    groups = np.array_split(np.argsort(np.log(after).mean(axis=1)), GROUPS)[:USED_GROUPS]
    return np.array(
        [
            sd[k] * np.sqrt(_factor([(after[g, k], truth[g, k], found[g, k]) for g in groups]))
            for k in range(len(sd))
        ]
    )


def _factor(groups: Iterable[tuple[Real, Real, Real]]) -> float:
    """Return the factor on the variance before the data, by least squares over the groups."""
    unknown, told = [], []
    for after, truth, found in groups:
        centred = truth - truth.mean()
        unknown.append(1.0 - float(centred @ found) / float(centred @ centred))
        told.append(float(after.mean()))
    return max(float(np.dot(unknown, told) / np.dot(unknown, unknown)), LEAST_FACTOR)


def _misfit_limit(card: Card, path: Path, context: JobContext) -> float:
    options = LearnedOptions(network=str(path.with_suffix(".json")), strict=False)
    found = []
    for number, trial in enumerate(trials_of(card.protocol, DRAWN, SEED + 1)):
        context.tick(number / DRAWN, "calibrating limits")
        try:
            found.append(answer_for(trial.problem, options, context.quiet()).drawing.misfit)
        except MrsError:
            continue
    return float(np.quantile(found, USUAL_MISFIT))

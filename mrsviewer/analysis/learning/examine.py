"""How good a network is: error, slope, bias, coverage and refusal, against linear combination.

The held-out spectra are of the training's own kind, wide and independent amounts included. That
flatters the network, which knows their range, and is unfair to an engine that expects brains;
``mrsviewer benchmark`` has spectra that neither was made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.benchmark.outcome import estimates
from mrsviewer.analysis.learning.strange import KINDS, strange_trials
from mrsviewer.analysis.learning.trials import trials_of
from mrsviewer.fitting.engine import load_engine
from mrsviewer.fitting.learned import LearnedEngine, LearnedOptions, answer_for
from mrsviewer.fitting.learned_card import BandScore, Evaluation, Score, StrangeScore
from mrsviewer.fitting.learned_values import share_of
from mrsviewer.model.failure import MrsError
from mrsviewer.quantification.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.outcome import Estimates
    from mrsviewer.analysis.learning.strange import Strange
    from mrsviewer.analysis.learning.trials import LearningTrial
    from mrsviewer.fitting.engine import FitEngine
    from mrsviewer.fitting.learned_card import Card
    from mrsviewer.jobs.context import JobContext

BANDS = ((5.0, 15.0), (15.0, 40.0), (40.0, 100.0))
"""Of the signal-to-noise ratio."""

SHOWN_SUMS = ("tNAA", "tCr", "tCho", "Glx")
FEWEST = 3
"""Spectra of a band below which nothing is said of it."""

REFERENCE = "lcm"
SEED = 9900
"""Apart from those of trainings and calibrations."""

WATCHED = ("tNAA", "tCr", "tCho", "Glu", "Ins", "Lac")
WRONG_PERCENT, SMALL = 25.0, 0.2
"""An answer is wrong if one of these is off by more than this and by three of its SDs; what is
smaller than a share of the largest counts as that share."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many spectra: held out, and of each strange kind."""

    held_out: int = 450
    strange: int = 24


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One spectrum, what was found by the network and by the reference, None where refused."""

    trial: LearningTrial
    truth: Mapping[str, float]
    learned: Estimates | None
    reference: Estimates | None
    share: Mapping[str, float]


def examine(card: Card, options: LearnedOptions, extent: Extent, context: JobContext) -> Evaluation:
    """Return the evaluation for the card.

    Parameters
    ----------
    card, options
        Network, and the options of the engine that name it.
    extent, context
        How many spectra; progress and cancel.
    """
    pairs = []
    trials = trials_of(card.protocol, extent.held_out, SEED)
    for number, trial in enumerate(trials):
        context.tick(0.6 * number / extent.held_out, "examining held-out spectra")
        pairs.append(_pair(trial, card, options, context))
    strange = []
    for number, kind in enumerate(KINDS):
        context.tick(0.6 + 0.4 * number / len(KINDS), kind.name)
        spectra = strange_trials(kind, card.protocol, extent.strange, SEED)
        strange.append(_refusals(kind, spectra, options, context))
    return Evaluation(
        held_out=extent.held_out,
        refused_percent=round(100 * float(np.mean([p.learned is None for p in pairs])), 1),
        bands=tuple(row for band in BANDS for row in _rows(pairs, band, card)),
        strange=tuple(strange),
    )


def _pair(trial: LearningTrial, card: Card, options: LearnedOptions, context: JobContext) -> Pair:
    learned = LearnedEngine()
    every = LearnedOptions(network=options.network, report_weak=True)
    share: dict[str, float] = {}
    try:
        answer = answer_for(trial.problem, every, context.quiet())
        covariance = answer.values.covariance
        for name, weights in _selections(card.metabolites).items():
            share[name] = share_of(weights, covariance, answer.values.before)
    except MrsError:
        pass
    return Pair(
        trial,
        _truth(trial),
        _found(learned, trial, every, context),
        _found(load_engine(REFERENCE), trial, None, context),
        share,
    )


def _selections(names: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    single = {name: (np.array(names) == name).astype(float) for name in names}
    return {**{s: np.isin(names, SUMS[s]).astype(float) for s in SHOWN_SUMS}, **single}


def _truth(trial: LearningTrial) -> dict[str, float]:
    sums = {s: sum(trial.truth.get(name, 0.0) for name in SUMS[s]) for s in SHOWN_SUMS}
    return {**sums, **trial.truth}


def _found(
    engine: FitEngine, trial: LearningTrial, options: LearnedOptions | None, context: JobContext
) -> Estimates | None:
    try:
        fit = engine.fit(trial.problem, options or engine.options(), context.quiet())
    except MrsError:
        return None
    return estimates(fit)


def _rows(pairs: Iterable[Pair], band: tuple[float, float], card: Card) -> Iterator[BandScore]:
    """Yield one row per metabolite or sum, over spectra that both engines answered."""
    both = [
        (p, p.learned, p.reference)
        for p in pairs
        if band[0] <= p.trial.snr < band[1] and p.learned is not None and p.reference is not None
    ]
    if len(both) < FEWEST:
        return
    for name in _selections(card.metabolites):
        truth = np.array([p.truth[name] for p, _, _ in both])
        yield BandScore(
            snr=band,
            name=name,
            spectra=len(both),
            share_of_data=round(float(np.mean([p.share[name] for p, _, _ in both])), 2),
            learned=_score(name, truth, [own for _, own, _ in both]),
            lcm=_score(name, truth, [other for _, _, other in both]),
        )


def _score(name: str, truth: NDArray[np.float64], found: list[Estimates]) -> Score:
    values = np.array([one.values[name] for one in found])
    sd = np.array([one.sd[name] for one in found])
    error, mean = values - truth, float(truth.mean())
    centred = truth - mean
    return Score(
        rms_percent=round(100 * float(np.sqrt(np.mean(error**2))) / mean, 1),
        bias_percent=round(100 * float(error.mean()) / mean, 1),
        slope=round(float(centred @ values / (centred @ centred)), 2),
        coverage_percent=round(100 * float(np.mean(np.abs(error) <= 1.96 * sd)), 1),
    )


def _refusals(
    kind: Strange, trials: Iterable[LearningTrial], options: LearnedOptions, context: JobContext
) -> StrangeScore:
    """Return how often a kind was refused, and how often the answer was wrong unannounced."""
    refused, wrong, count, reasons = 0, 0, 0, set()
    engine = LearnedEngine()
    for trial in trials:
        count += 1
        try:
            found = estimates(engine.fit(trial.problem, options, context.quiet()))
        except MrsError as error:
            refused += 1
            reasons.add(error.failure.title)
            continue
        wrong += _is_wrong(found, _truth(trial))
    return StrangeScore(
        kind=kind.name,
        to_be_answered=not kind.wrong,
        spectra=count,
        refused_percent=round(100 * refused / count, 1),
        wrong_unannounced_percent=round(100 * wrong / count, 1),
        reasons=tuple(sorted(reasons)),
    )


def _is_wrong(found: Estimates, truth: Mapping[str, float]) -> bool:
    least = SMALL * max(truth[name] for name in WATCHED)
    for name in WATCHED:
        if name not in found.values:
            continue
        off = abs(found.values[name] - truth[name])
        if off > max(3.0 * found.sd[name], 0.01 * WRONG_PERCENT * max(truth[name], least)):
            return True
    return False

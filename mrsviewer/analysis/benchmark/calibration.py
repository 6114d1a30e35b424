"""How often intervals hold the truth, by metabolite and SNR: of bounds and of the bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from mrsviewer.analysis.benchmark.outcome import fitted
from mrsviewer.analysis.benchmark.run import settings_of
from mrsviewer.analysis.benchmark.scores import WITHIN
from mrsviewer.analysis.benchmark.trial import make_trial
from mrsviewer.fitting.bootstrap import Fitted, bootstrap
from mrsviewer.model.failure import FitError
from mrsviewer.quantification.sums import spread, sums_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.cases import Case
    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.analysis.benchmark.run import Extent
    from mrsviewer.analysis.benchmark.trial import Trial
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.fit import FitResult

JUDGED = ("tNAA", "tCr", "tCho", "Ins", "Glu", "Glx", "GSH", "GABA")
BANDS = ((0.0, 20.0), (20.0, 50.0), (50.0, float("inf")))
"""Of the peak SNR."""

LEVEL = 0.95
Method = Literal["bounds", "bootstrap"]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """One engine's intervals of one metabolite in one case and SNR band.

    Attributes
    ----------
    engine, case, method, name
        Whose intervals, where, by which method, of what.
    low_snr, high_snr
        Band of the peak SNR; the upper end is None where there is none.
    spectra
        How many there were.
    coverage
        How often a 95 % interval held the truth.
    width_percent
        Mean full width of the intervals over the mean truth.
    """

    engine: str
    case: str
    method: Method
    name: str
    low_snr: float
    high_snr: float | None
    spectra: int
    coverage: float
    width_percent: float


@dataclass(frozen=True, slots=True)
class _Interval:
    method: Method
    name: str
    peak_snr: float
    truth: float
    low: float
    high: float


def calibrate(
    entrants: Sequence[Entrant],
    cases: Sequence[Case],
    extent: Extent,
    context: JobContext,
    basis: BasisSet | None = None,
    draws: int = 0,
) -> tuple[Calibration, ...]:
    """Return how often the intervals of all entrants hold the truth.

    Parameters
    ----------
    entrants, cases, extent, context, basis
        As for the scores; spectra that an engine refuses are left out.
    draws
        Of the bootstrap for each spectrum; without any it is left out.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    rows: list[Calibration] = []
    for number, (case, setting) in enumerate(settings_of(cases, context, basis)):
        for place, entrant in enumerate(entrants):
            done = (number + place / len(entrants)) / len(cases)
            context.tick(done, f"{entrant.label}: intervals in {case.name}")
            quiet = context.quiet()
            found: list[_Interval] = []
            for index in range(extent.spectra):
                key = (extent.seed, extent.half, index)
                trial = make_trial(case, setting, key, quiet)
                found += _intervals(trial, entrant, quiet, draws)
            rows += _rows(found, entrant.label, case.name)
    return tuple(rows)


def _intervals(
    trial: Trial, entrant: Entrant, context: JobContext, draws: int
) -> Iterator[_Interval]:
    fit, _ = fitted(trial.noisy, entrant, context)
    if fit is None:
        return
    weights = _weights(fit)
    for name, row in weights.items():
        middle = float(row @ fit.amplitudes)
        half = WITHIN * spread(row, fit.covariance)
        yield _interval("bounds", name, trial, (middle - half, middle + half))
    if draws:
        yield from _drawn(
            Fitted(entrant.engine, trial.noisy, entrant.options, fit), trial, draws, context
        )


def _drawn(one: Fitted, trial: Trial, draws: int, context: JobContext) -> Iterator[_Interval]:
    try:
        found = bootstrap(one, context, draws=draws)
    except FitError:
        return
    for name, row in _weights(one.result).items():
        low, high = found.interval(LEVEL, row)[:, 0]
        yield _interval("bootstrap", name, trial, (float(low), float(high)))


def _interval(method: Method, name: str, trial: Trial, ends: tuple[float, float]) -> _Interval:
    low, high = (end / trial.gain for end in ends)
    return _Interval(method, name, trial.peak_snr, trial.truth[name], low, high)


def _weights(fit: FitResult) -> Mapping[str, NDArray[np.float64]]:
    single = dict(zip(fit.names, np.eye(len(fit.names)), strict=True))
    every = {**single, **{one.name: one.weights for one in sums_of(fit.names)}}
    return {name: every[name] for name in JUDGED if name in every}


def _rows(found: list[_Interval], engine: str, case: str) -> Iterator[Calibration]:
    for method in dict.fromkeys(one.method for one in found):
        for low, high in BANDS:
            for name in JUDGED:
                chosen = [
                    one
                    for one in found
                    if (one.method, one.name) == (method, name) and low <= one.peak_snr < high
                ]
                if not chosen:
                    continue
                truth = float(np.mean([one.truth for one in chosen]))
                width = float(np.mean([one.high - one.low for one in chosen]))
                yield Calibration(
                    engine=engine,
                    case=case,
                    method=method,
                    name=name,
                    low_snr=low,
                    high_snr=high if np.isfinite(high) else None,
                    spectra=len(chosen),
                    coverage=float(np.mean([o.low <= o.truth <= o.high for o in chosen])),
                    width_percent=100 * width / truth if truth > 0 else float("nan"),
                )

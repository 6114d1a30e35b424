"""How quantities of an analysis scatter over refits of simulated repetitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.analysis.problem import problem_of
from mrsviewer.fitting.bootstrap import DRAWS, SEED, Fitted, bootstrap
from mrsviewer.fitting.engine import load_engine
from mrsviewer.model.failure import FitError
from mrsviewer.quantification.sums import (
    Selection,
    ratio_spread,
    reference_of,
    spread,
    sums_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.analysis.result import Analysis
    from mrsviewer.fitting.bootstrap import Bootstrap
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult


@dataclass(frozen=True, slots=True)
class Scatter:
    """One value of the fit and what the refits make of it.

    Attributes
    ----------
    value
        As fitted.
    mean, sd, low, high
        Of the refits: mean, standard deviation, 2.5 and 97.5 percentiles. Not finite for ratios
        where refits found nothing to divide by.
    bound
        Cramer-Rao standard deviation of the fit, for comparison.
    drawn
        Of each refit, shape (refits,).
    """

    value: float
    mean: float
    sd: float
    low: float
    high: float
    bound: float
    drawn: NDArray[np.float64] = field(
        default_factory=lambda: np.zeros(0), compare=False, repr=False
    )

    @property
    def sd_percent(self) -> float | None:
        """Return the standard deviation in percent of the fitted value; None where that is 0."""
        return 100.0 * self.sd / abs(self.value) if self.value else None


@dataclass(frozen=True, slots=True)
class Repeated:
    """One line: an amplitude, and its ratio to the reference where there is one."""

    name: str
    amplitude: Scatter
    ratio: Scatter | None


@dataclass(frozen=True, slots=True)
class Repetitions:
    """All quantities of one analysis over the refits.

    ``draws`` were made from ``seed``, of which the engine ``refused`` some; ``reference`` is what
    ratios are to, None without ratios. ``rows`` are those of the table of concentrations.
    ``noise_only`` says that nothing but noise was drawn, so that the scatter is too small.
    """

    rows: tuple[Repeated, ...]
    draws: int
    refused: int
    seed: int
    reference: str | None
    noise_only: bool


def repeat(
    analysis: Analysis, context: JobContext, *, draws: int = DRAWS, seed: int = SEED
) -> Repetitions:
    """Return the scatter of an analysis's quantities: same engine, options, basis set and data.

    Ratios are taken draw by draw, so that they count what numerator and creatine have in common.

    Raises
    ------
    FitError
        If there is no fit, or most draws cannot be fitted.
    Cancelled
        If the job was cancelled.
    """
    fit, signals, basis = analysis.fit, analysis.signals, analysis.basis
    if fit is None or signals is None or basis is None or analysis.quantification is None:
        why = f": {analysis.failures[0].title}" if analysis.failures else ""
        raise FitError(
            "No bootstrap",
            f"There is no fit to repeat{why}.",
            "Mend what kept it from being made.",
        )
    engine = load_engine(analysis.recipe.fit.engine)
    options = msgspec.convert(analysis.recipe.fit.options, engine.options)
    problem = problem_of(analysis.exam, signals, basis)
    found = bootstrap(Fitted(engine, problem, options, fit), context, draws=draws, seed=seed)
    reference = analysis.quantification.reference
    nucleus = signals.metabolite.acquisition.nucleus
    bottom = None if reference is None else reference_of(fit.names, nucleus)
    return Repetitions(
        rows=tuple(
            Repeated(
                one.name,
                _amplitude(one, fit, found),
                None if bottom is None else _ratio(one, bottom, fit, found),
            )
            for one in _selections(fit, nucleus)
        ),
        draws=draws,
        refused=found.refused,
        seed=seed,
        reference=reference,
        noise_only=found.noise_only,
    )


def _selections(fit: FitResult, nucleus: str) -> tuple[Selection, ...]:
    """Return the components, then the sums: the rows of the table of concentrations."""
    single = zip(fit.names, np.eye(len(fit.names)), strict=True)
    return (*(Selection(name, row) for name, row in single), *sums_of(fit.names, nucleus))


def _amplitude(one: Selection, fit: FitResult, found: Bootstrap) -> Scatter:
    value = float(one.weights @ fit.amplitudes)
    return _scatter(value, found.amplitudes @ one.weights, spread(one.weights, fit.covariance))


def _ratio(one: Selection, bottom: Selection, fit: FitResult, found: Bootstrap) -> Scatter:
    if one.name == bottom.name:
        return _scatter(1.0, np.ones(len(found.amplitudes)), 0.0)
    top, total = found.amplitudes @ one.weights, found.amplitudes @ bottom.weights
    drawn = np.divide(top, total, out=np.full(top.shape, np.inf), where=total > 0)
    value = float(one.weights @ fit.amplitudes) / float(bottom.weights @ fit.amplitudes)
    bound = ratio_spread(one.weights, bottom.weights, fit.amplitudes, fit.covariance)
    return _scatter(value, drawn, bound)


def _scatter(value: float, drawn: NDArray[np.float64], bound: float) -> Scatter:
    with np.errstate(invalid="ignore"):
        low, high = np.percentile(drawn, (2.5, 97.5))
        mean, sd = float(np.mean(drawn)), float(np.std(drawn, ddof=1))
    return Scatter(value, mean, sd, float(low), float(high), bound, drawn)

"""Where fit engines agree on the same exam, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.cache import StageCache
from mrsviewer.quantification.sums import (
    PROTON,
    SUMS,
    Selection,
    ratio_spread,
    reference_of,
    spread,
    sums_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from mrsviewer.analysis.recipe import FitSettings, Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam
    from mrsviewer.model.failure import Failure
    from mrsviewer.model.fit import FitResult

WITHIN = 1.959964
"""Half width of a 95 % interval in standard deviations."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one engine says of one metabolite: value and standard deviation."""

    value: float
    sd: float

    @property
    def interval(self) -> tuple[float, float]:
        """Return the ends of the 95 % interval."""
        return self.value - WITHIN * self.sd, self.value + WITHIN * self.sd


@dataclass(frozen=True, slots=True)
class MetaboliteAgreement:
    """What the engines say of one metabolite or sum.

    Attributes
    ----------
    name
        What.
    opinions
        One per engine, in their order; None where it says nothing.
    mean, spread
        Over the engines; the spread is the standard deviation between them, None with fewer
        than two opinions.
    disagreeing
        Pairs of engines (by place) that differ by more than their 95 % bounds combined. Both
        bounds hold the noise of the same data, so that a pair named here differs in more than
        noise.
    """

    name: str
    opinions: tuple[Opinion | None, ...]
    mean: float | None
    spread: float | None
    disagreeing: tuple[tuple[int, int], ...]

    @property
    def spread_percent(self) -> float | None:
        """Return the spread over the mean in percent, None where there is neither."""
        if self.spread is None or self.mean is None or self.mean <= 0:
            return None
        return 100.0 * self.spread / self.mean


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """A set of engines compared.

    Attributes
    ----------
    engines
        Labels, in the order of all that follows.
    unit
        "/ tCr", in phosphorus spectra "/ PCr", or the unit of the amplitudes.
    metabolites
        Single ones first, then sums.
    concordance
        Shape (engines, engines): Lin's concordance over the single metabolites that both
        report; nan where there are fewer than three.
    failures
        By label: why an engine has no opinion at all.
    """

    engines: tuple[str, ...]
    unit: str
    metabolites: tuple[MetaboliteAgreement, ...]
    concordance: NDArray[np.float64]
    failures: Mapping[str, tuple[Failure, ...]]


def compare_engines(
    exam: Exam,
    recipe: Recipe,
    settings: Mapping[str, FitSettings],
    context: JobContext,
    cache: StageCache | None = None,
) -> dict[str, Analysis]:
    """Return one analysis per fit setting; all share exam, steps and quantification.

    Parameters
    ----------
    exam, recipe
        What is fitted, and all decisions but the fit.
    settings
        By label: which engine fits, with which options. Processing is done once.
    context
        Told of each engine by its label, before it begins and with what it does.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    shared = cache or StageCache()
    analyses: dict[str, Analysis] = {}
    for place, (label, fit) in enumerate(settings.items()):
        context.tick(place / len(settings), label)
        part = context.part(place / len(settings), (place + 1) / len(settings))
        part = replace(part, report=partial(_of_engine, label, part.report))
        one = msgspec.structs.replace(recipe, fit=fit)
        analyses[label] = analyse(exam, one, part, shared)
    return analyses


def agreement_of(analyses: Mapping[str, Analysis]) -> Agreement:
    """Return the agreement of analyses of the same exam; those without a fit are failures."""
    fits = {label: one.fit for label, one in analyses.items() if one.fit is not None}
    failed = {label: one.failures for label, one in analyses.items() if one.fit is None}
    nuclei = [
        one.signals.metabolite.acquisition.nucleus for one in analyses.values() if one.signals
    ]
    return agreement(fits, failed, next(iter(nuclei), PROTON))


def agreement(
    fits: Mapping[str, FitResult],
    failures: Mapping[str, tuple[Failure, ...]] | None = None,
    nucleus: str = PROTON,
) -> Agreement:
    """Return the agreement of fits of the same data.

    Ratios to tCr (phosphorus: PCr) are compared where every engine found it, as they need no
    common unit. Where one did not, amplitudes are compared if their unit is the same, else the
    ratios of those that did. An engine that cannot be compared so has no opinions.
    """
    if not fits:
        return Agreement((), "", (), np.eye(0), failures or {})
    labels = tuple(fits)
    units = {fit.amplitude_unit for fit in fits.values()}
    found = {label: _reference(fit, nucleus) for label, fit in fits.items()}
    creatine = [label for label, reference in found.items() if reference is not None]
    ratios = len(creatine) == len(fits) or (len(units) > 1 and bool(creatine))
    unit = next(iter(fits.values())).amplitude_unit
    unit = f"/ {reference_of((), nucleus).name}" if ratios else unit
    opinions = {
        label: _opinions(fit, found[label] if ratios else None, nucleus)
        for label, fit in fits.items()
        if (label in creatine if ratios else fit.amplitude_unit == unit)
    }
    names = list(dict.fromkeys(name for said in opinions.values() for name in said))
    names.sort(key=lambda name: name in SUMS)
    rows = tuple(
        _compare(name, [opinions.get(label, {}).get(name) for label in labels]) for name in names
    )
    return Agreement(
        engines=labels,
        unit=unit,
        metabolites=rows,
        concordance=_concordances(len(labels), rows),
        failures=failures or {},
    )


def concordance(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Lin's concordance correlation coefficient of two series; 1 where they are equal.

    Lin LI. Biometrics 1989;45:255 (doi 10.2307/2532051): twice the covariance over the sum of the
    variances and the squared difference of the means. Nan with fewer than three pairs.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if x.size < 3:
        return float("nan")
    apart = float(x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    shared = float(np.mean((x - x.mean()) * (y - y.mean())))
    return 2.0 * shared / apart if apart > 0 else 1.0


def _of_engine(
    label: str, report: Callable[[float, str], None], fraction: float, message: str
) -> None:
    """Report what an engine does, with its label."""
    report(fraction, f"{label}: {message}" if message else label)


def _reference(fit: FitResult, nucleus: str) -> Selection | None:
    """Return what ratios are to, None where none of it was found."""
    reference = reference_of(fit.names, nucleus)
    return reference if float(reference.weights @ fit.amplitudes) > 0 else None


def _selections(fit: FitResult, nucleus: str) -> dict[str, NDArray[np.float64]]:
    """Return the weights of metabolites and sums; macromolecules and lipids are left out."""
    single = {
        component.name: row
        for component, row in zip(fit.components, np.eye(len(fit.components)), strict=True)
        if component.kind == "metabolite"
    }
    return {**single, **{one.name: one.weights for one in sums_of(fit.names, nucleus)}}


def _opinions(fit: FitResult, reference: Selection | None, nucleus: str) -> dict[str, Opinion]:
    return {
        name: _ratio(weights, reference, fit) if reference else _amplitude(weights, fit)
        for name, weights in _selections(fit, nucleus).items()
        if reference is None or name != reference.name
    }


def _amplitude(weights: NDArray[np.float64], fit: FitResult) -> Opinion:
    return Opinion(float(weights @ fit.amplitudes), spread(weights, fit.covariance))


def _ratio(weights: NDArray[np.float64], reference: Selection, fit: FitResult) -> Opinion:
    bottom = reference.weights
    return Opinion(
        float(weights @ fit.amplitudes) / float(bottom @ fit.amplitudes),
        ratio_spread(weights, bottom, fit.amplitudes, fit.covariance),
    )


def _compare(name: str, opinions: list[Opinion | None]) -> MetaboliteAgreement:
    values = [one.value for one in opinions if one is not None]
    pairs = tuple(
        (i, j)
        for i, left in enumerate(opinions)
        for j, right in enumerate(opinions)
        if i < j and left is not None and right is not None and _differ(left, right)
    )
    return MetaboliteAgreement(
        name=name,
        opinions=tuple(opinions),
        mean=float(np.mean(values)) if values else None,
        spread=float(np.std(values, ddof=1)) if len(values) > 1 else None,
        disagreeing=pairs,
    )


def _differ(left: Opinion, right: Opinion) -> bool:
    return abs(left.value - right.value) > WITHIN * float(np.hypot(left.sd, right.sd))


def _concordances(count: int, rows: tuple[MetaboliteAgreement, ...]) -> NDArray[np.float64]:
    table = np.eye(count)
    single = [row for row in rows if row.name not in SUMS]
    for i in range(count):
        for j in range(i):
            pairs = [
                (left.value, right.value)
                for left, right in ((row.opinions[i], row.opinions[j]) for row in single)
                if left is not None and right is not None
            ]
            first, second = zip(*pairs, strict=True) if pairs else ((), ())
            table[i, j] = table[j, i] = concordance(first, second)
    return table

"""From outcomes to scores, per metabolite and per case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.quantification.sums import SUMS, TOTAL_CREATINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.outcome import Outcome

Parts = tuple[float, float, float, float] | tuple[None, None, None, None]
"""Error from data, noise, model and mismatch."""

WELL_DETERMINED = ("tNAA", "tCr", "tCho", "Glu", "Ins")
"""What a short echo time at 3 T determines well; their coverage is the one that is judged."""

WITHIN = 1.959964
"""Half width of a 95 % interval in standard deviations."""


LEAST_REPORTED = 0.5
"""Share of the fits that must report a metabolite for it to be scored, over those that do."""

CREATINE_MM = 8.0
"""Total creatine that ratios are multiplied with, so that their errors read as amounts."""


class MetaboliteScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one metabolite or sum was found.

    Attributes
    ----------
    name, true_mean
        What, and its mean true amount in mM.
    bias_percent, rms_percent
        Mean and root mean square error of the scaled amounts, over ``true_mean``.
    relative_rms_percent
        Root mean square of the errors relative to each spectrum's own truth.
    sd_percent
        Root mean square of the standard deviations that the engine states, over ``true_mean``.
    ratio_mae_mm, ratio_bias_mm
        Mean absolute and mean error of the ratio to tCr, times 8 mM.
    coverage
        How often the 95 % interval of the scaled amount holds the truth.
    slope
        Of estimate on truth over the spectra; below 1 where estimates shrink to a mean.
    data, noise, model, mismatch
        Where the mean squared error comes from, in mM squared; None where not examined. ``data``:
        what the data support, the variance of whoever knows all but the amounts. ``noise``: what
        noise adds to that and to the error without noise. ``model``: what is wrong without noise
        and without disturbance, by the engine's own assumptions. ``mismatch``: what disturbance
        adds to it without noise. Expectations may do better than the data alone; then ``data`` is
        what is left of it, and ``noise`` nothing.
    """

    name: str
    true_mean: float
    bias_percent: float
    rms_percent: float
    relative_rms_percent: float
    sd_percent: float
    ratio_mae_mm: float
    ratio_bias_mm: float
    coverage: float
    slope: float | None
    data: float | None
    noise: float | None
    model: float | None
    mismatch: float | None


class CaseScore(msgspec.Struct, frozen=True, kw_only=True):
    """One engine in one case.

    Attributes
    ----------
    engine, version, case, family
        Who and where.
    spectra, refused, doubtful
        How many spectra; how many gave no numbers; how many the engine itself mistrusts.
    reasons
        Of the refusals, each once.
    ratio_mae_mm
        Mean over the single metabolites of ``MetaboliteScore.ratio_mae_mm``.
    coverage
        Mean over the well-determined ones.
    psnr_db, ssim
        Medians over the spectra.
    median_ms, worst_ms
        CPU time per fit.
    data, noise, model, mismatch
        Shares of the squared error that come from each, summed over the single metabolites, each
        relative to its mean amount; together 1, None where not examined.
    metabolites
        One score each, over the fits that report it; those that most fits do not are absent.
    """

    engine: str
    version: str
    case: str
    family: str
    spectra: int
    refused: int
    doubtful: int
    reasons: tuple[str, ...]
    ratio_mae_mm: float | None
    coverage: float | None
    psnr_db: float | None
    ssim: float | None
    median_ms: float
    worst_ms: float
    data: float | None
    noise: float | None
    model: float | None
    mismatch: float | None
    metabolites: tuple[MetaboliteScore, ...]

    @property
    def reported(self) -> int:
        """Return how many single metabolites the engine reports."""
        return sum(one.name not in SUMS for one in self.metabolites)

    def of(self, name: str) -> MetaboliteScore | None:
        """Return the score of a metabolite or sum, None where the engine does not report it."""
        return next((score for score in self.metabolites if score.name == name), None)


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """Who is scored where."""

    engine: str
    version: str
    case: str
    family: str


def score(contest: Contest, outcomes: Sequence[Outcome]) -> CaseScore:
    """Return the score of all spectra of a case."""
    good = [o for o in outcomes if o.found is not None]
    reporting = {
        name: [o for o in good if o.found is not None and name in o.found.values]
        for name in (good[0].truth if good else ())
    }
    metabolites = tuple(
        _metabolite(name, chosen)
        for name, chosen in reporting.items()
        if chosen and len(chosen) >= LEAST_REPORTED * len(good)
    )
    single = [m for m in metabolites if m.name not in SUMS]
    well = [m.coverage for m in metabolites if m.name in WELL_DETERMINED]
    times = 1e3 * np.array([o.seconds for o in outcomes])
    parts = _shares(single)
    return CaseScore(
        engine=contest.engine,
        version=contest.version,
        case=contest.case,
        family=contest.family,
        spectra=len(outcomes),
        refused=len(outcomes) - len(good),
        doubtful=sum(o.doubtful for o in outcomes),
        reasons=tuple(sorted({o.refusal for o in outcomes if o.refusal is not None})),
        ratio_mae_mm=_mean([m.ratio_mae_mm for m in single]),
        coverage=_mean(well),
        psnr_db=_median([o.psnr_db for o in good]),
        ssim=_median([o.ssim for o in good]),
        median_ms=float(np.median(times)),
        worst_ms=float(times.max()),
        data=parts[0],
        noise=parts[1],
        model=parts[2],
        mismatch=parts[3],
        metabolites=metabolites,
    )


def _metabolite(name: str, outcomes: list[Outcome]) -> MetaboliteScore:
    truth = np.array([o.truth[name] for o in outcomes])
    found = np.array([o.found.values[name] for o in outcomes if o.found is not None])
    sd = np.array([o.found.sd[name] for o in outcomes if o.found is not None])
    error, mean = found - truth, float(truth.mean())
    per_cent = 100.0 / mean if mean > 0 else float("nan")
    relative = error[truth > 0] / truth[truth > 0]
    ratio_error = _ratio_errors(name, outcomes)
    parts = _parts(name, error, outcomes)
    return MetaboliteScore(
        name=name,
        true_mean=mean,
        bias_percent=per_cent * float(error.mean()),
        rms_percent=per_cent * _rms(error),
        relative_rms_percent=100 * _rms(relative) if relative.size else float("nan"),
        sd_percent=per_cent * _rms(sd),
        ratio_mae_mm=float(np.abs(ratio_error).mean()),
        ratio_bias_mm=float(ratio_error.mean()),
        coverage=float(np.mean(np.abs(error) <= WITHIN * sd)),
        slope=_slope(truth, found),
        data=parts[0],
        noise=parts[1],
        model=parts[2],
        mismatch=parts[3],
    )


def _ratio_errors(name: str, outcomes: list[Outcome]) -> NDArray[np.float64]:
    """Return errors of the ratio to tCr, in mM; without tCr the ratio counts as 0."""
    errors = []
    for one in outcomes:
        found = one.found.values if one.found is not None else {}
        creatine = found.get(TOTAL_CREATINE, 0.0)
        ratio = found[name] / creatine if creatine > 0 else 0.0
        errors.append(CREATINE_MM * (ratio - one.truth[name] / one.truth[TOTAL_CREATINE]))
    return np.array(errors)


def _parts(name: str, error: NDArray[np.float64], outcomes: list[Outcome]) -> Parts:
    """Return the mean squared error from data, noise, model and mismatch.

    Over the spectra that were fitted all three ways; nothing if those are fewer than half.
    """
    known = [i for i, o in enumerate(outcomes) if name in o.clean and name in o.ideal]
    if not known or len(known) < 0.5 * len(outcomes):
        return (None,) * 4
    chosen = [outcomes[i] for i in known]
    clean = float(np.mean([(o.clean[name] - o.truth[name]) ** 2 for o in chosen]))
    model = float(np.mean([(o.ideal[name] - o.truth[name]) ** 2 for o in chosen]))
    floor = float(np.mean([o.floor.get(name, 0.0) for o in chosen]))
    by_noise = max(float(np.mean(error[known] ** 2)) - clean, 0.0)
    data = min(floor, by_noise)
    return data, by_noise - data, model, max(clean - model, 0.0)


def _shares(single: list[MetaboliteScore]) -> Parts:
    sums = np.zeros(4)
    for one in single:
        parts = (one.data, one.noise, one.model, one.mismatch)
        if any(part is None for part in parts):
            return (None,) * 4
        if one.true_mean > 0:
            sums += np.array(parts, np.float64) / one.true_mean**2
    total = float(sums.sum())
    if total <= 0:
        return (None,) * 4
    data, noise, model, mismatch = (float(v) for v in sums / total)
    return data, noise, model, mismatch


def _slope(truth: NDArray[np.float64], found: NDArray[np.float64]) -> float | None:
    centred = truth - truth.mean()
    spread = float(centred @ centred)
    if truth.size < 3 or spread <= 1e-12 * max(float(truth @ truth), 1e-300):
        return None
    return float(centred @ found) / spread


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None

"""What one engine made of one spectrum."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.benchmark.likeness import psnr_db, ssim
from mrsviewer.model.failure import MrsError
from mrsviewer.model.fit import CONVERGED
from mrsviewer.quantification.sums import spread, sums_of
from mrsviewer.simulation.measurement import WINDOW_PPM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.analysis.benchmark.trial import Trial
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult


@dataclass(frozen=True, slots=True)
class Estimates:
    """Amplitudes by name, and their standard deviations; sums included."""

    values: Mapping[str, float]
    sd: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the fit of the noisy spectrum, and what the fits without noise gave.

    Attributes
    ----------
    truth
        What should have come out.
    found
        What did, gain taken off; None where the engine refused or failed.
    refusal
        Why it did; None where it gave numbers.
    doubtful
        Whether the engine itself said anything against the fit.
    seconds
        CPU time of the process.
    psnr_db, ssim
        Likeness of the recovered metabolite spectrum; None where not fitted, or where processing
        changed the phase.
    clean, ideal
        Amplitudes from the noise-free spectrum, as measured and undisturbed; empty where not
        fitted.
    floor
        Least variance of each amount, as in the trial.
    """

    truth: Mapping[str, float]
    found: Estimates | None
    refusal: str | None
    doubtful: bool
    seconds: float
    psnr_db: float | None
    ssim: float | None
    clean: Mapping[str, float]
    ideal: Mapping[str, float]
    floor: Mapping[str, float]


def fit_trial(
    trial: Trial, entrant: Entrant, context: JobContext, *, shares: bool = True
) -> Outcome:
    """Return the outcome of one trial; without ``shares`` the noise-free fits are left out."""
    began = time.process_time()
    fit, refusal = fitted(trial.noisy, entrant, context)
    seconds = time.process_time() - began
    clean: Mapping[str, float] = {}
    ideal: Mapping[str, float] = {}
    if shares and fit is not None:
        clean = _values(trial.clean, trial.gain, entrant, context)
        ideal = _values(trial.ideal, trial.gain, entrant, context)
    psnr, likeness = _likeness(fit, trial) if fit is not None else (None, None)
    return Outcome(
        truth=trial.truth,
        found=None if fit is None else estimates(fit, trial.gain),
        refusal=refusal,
        doubtful=fit is not None and _doubted(fit),
        seconds=seconds,
        psnr_db=psnr,
        ssim=likeness,
        clean=clean,
        ideal=ideal,
        floor=trial.floor,
    )


def _doubted(fit: FitResult) -> bool:
    return not fit.converged or fit.message not in {"", CONVERGED}


def estimates(fit: FitResult, gain: float = 1.0) -> Estimates:
    """Return amplitudes of a fit and of the sums that it allows, in units of the basis."""
    values = dict(zip(fit.names, fit.amplitudes / gain, strict=True))
    sd = dict(zip(fit.names, np.sqrt(np.diagonal(fit.covariance)) / gain, strict=True))
    for one in sums_of(fit.names):
        values[one.name] = one.weights @ fit.amplitudes / gain
        sd[one.name] = spread(one.weights, fit.covariance) / gain
    return Estimates(
        {name: float(v) for name, v in values.items()}, {name: float(v) for name, v in sd.items()}
    )


def fitted(
    problem: FitProblem, entrant: Entrant, context: JobContext
) -> tuple[FitResult | None, str | None]:
    """Return the result, or why there is none.

    An engine that breaks counts as one that failed: the others are still to be compared.
    """
    try:
        return entrant.engine.fit(problem, entrant.options, context), None
    except MrsError as error:
        return None, error.failure.one_line()
    except (ArithmeticError, ValueError, np.linalg.LinAlgError) as error:
        return None, f"broke: {type(error).__name__}: {error}"


def _values(
    problem: FitProblem, gain: float, entrant: Entrant, context: JobContext
) -> Mapping[str, float]:
    fit, _ = fitted(problem, entrant, context)
    return {} if fit is None else estimates(fit, gain).values


def _likeness(fit: FitResult, trial: Trial) -> tuple[float, float] | tuple[None, None]:
    """Return PSNR and SSIM of the sum of the metabolites' curves against the true one.

    Both are taken out of the data's true zero-order phase and compared as real spectra at the
    bins of the data's own transform between 0.2 and 4.2 ppm.
    """
    if trial.phase_rad is None:
        return None, None
    rows = [c.kind == "metabolite" for c in fit.components]
    inside = (fit.ppm > WINDOW_PPM[0]) & (fit.ppm < WINDOW_PPM[1])
    found = (fit.curves[rows].sum(axis=0) * np.exp(-1j * trial.phase_rad)).real[inside]
    truth = trial.target[_bins(fit.ppm[inside], trial)]
    return psnr_db(found, truth), ssim(found, truth)


def _bins(ppm: NDArray[np.float64], trial: Trial) -> NDArray[np.intp]:
    data = trial.noisy.data
    acquisition = data.acquisition
    freq_hz = (ppm - data.centre_ppm) * acquisition.hz_per_ppm
    bins = np.rint(freq_hz * data.points * acquisition.dwell_s).astype(np.intp)
    return np.asarray(bins % data.points)

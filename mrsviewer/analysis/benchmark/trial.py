"""One spectrum of a case, ready to be fitted three ways, with its truth."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.analysis.benchmark import plans
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.dataset import Dataset
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps
from mrsviewer.quantification.sums import spread, sums_of
from mrsviewer.simulation.measurement import least_covariance, simulate, water_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.cases import Case
    from mrsviewer.analysis.benchmark.setting import Setting
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.simulation.measurement import Plan

Half = Literal["tune", "report"]
HALVES: tuple[Half, ...] = ("tune", "report")

WATER_HZ = 3.0
"""How much broader the water reference is than creatine; how much water there is does not matter
here."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A spectrum and the truth about it.

    Attributes
    ----------
    noisy
        What an engine gets: the spectrum as measured; it finds the noise itself.
    clean
        The same without noise, the noise it would have had being told.
    ideal
        The same content without noise and without any disturbance: all that separates this fit
        from the truth is what the data support at that noise, and what the engine assumes.
    truth
        Amplitudes of metabolites and of their sums.
    gain
        Receiver gain that estimates are divided by.
    target
        Shape (points,): spectrum of the metabolites alone in absorption, noise-free, as
        ``fft`` orders it.
    phase_rad
        Zero-order phase of the data; None where processing changed it to what nobody knows.
    peak_snr
        Highest metabolite peak over the noise.
    floor
        Least variance of metabolites and sums: that of whoever knows all but the amounts.
    """

    noisy: FitProblem
    clean: FitProblem
    ideal: FitProblem
    truth: Mapping[str, float]
    gain: float
    target: NDArray[np.float64]
    phase_rad: float | None
    peak_snr: float
    floor: Mapping[str, float]


def make_trial(
    case: Case, setting: Setting, key: tuple[int, Half, int], context: JobContext
) -> Trial:
    """Return a spectrum of a case; it does not depend on how many others are made.

    Parameters
    ----------
    case, setting
        What is measured, and how.
    key
        Seed, half, and number of the spectrum.
    context
        Of the processing, where the case has any.

    Raises
    ------
    MrsError
        If the spectrum cannot be processed.
    """
    seed, half, index = key
    rng = np.random.default_rng([seed, zlib.crc32(case.name.encode()), HALVES.index(half), index])
    plan = case.plan(setting, rng)
    measured = simulate(setting.source, plan, rng)
    perfect_plan = plans.ideal(setting, plan)
    perfect = simulate(setting.basis, perfect_plan, rng)

    def problem(
        fid: NDArray[np.complex128], noise_sd: float | None, of: Plan = plan, *, raw: bool = True
    ) -> FitProblem:
        data = Dataset(fid, setting.acquisition, setting.basis.centre_ppm)
        signals = Signals(data, _water(data, setting, of) if case.water else None)
        if not raw:
            signals = run(signals, default_steps(), context)
        return FitProblem(signals.metabolite, setting.basis, noise_sd, signals.water)

    raw = not case.processed
    return Trial(
        noisy=problem(measured.noisy, None, raw=raw),
        clean=problem(measured.clean, measured.noise_sd, raw=raw),
        ideal=problem(perfect.clean, measured.noise_sd, perfect_plan),
        truth=_truth(plan.amounts, setting),
        gain=plan.gain,
        target=np.fft.fft(measured.metabolites).real,
        phase_rad=measured.phase_rad if raw else None,
        peak_snr=measured.peak_snr,
        floor=_floor(setting, plan, measured.noise_sd),
    )


def _water(data: Dataset, setting: Setting, plan: Plan) -> Dataset:
    """Return the water reference of the same voxel."""
    size = 100.0 * float(np.abs(data.fid).max()) / plan.gain
    fid = water_reference(setting.source, plan, size, WATER_HZ)
    acquisition = replace(data.acquisition, water_suppressed=False)
    return Dataset(fid, acquisition, data.centre_ppm)


def _truth(amounts: Mapping[str, float], setting: Setting) -> dict[str, float]:
    """Return the amplitude of every metabolite of the basis, and of the sums; 0 where none."""
    components = setting.basis.components
    names = tuple(c.name for c in components if c.kind == "metabolite")
    single = {name: amounts.get(name, 0.0) for name in names}
    values = np.array(list(single.values()))
    return {**single, **{s.name: float(s.weights @ values) for s in sums_of(names)}}


def _floor(setting: Setting, plan: Plan, noise_sd: float) -> dict[str, float]:
    names, covariance = least_covariance(setting.source, plan, noise_sd)
    single = dict(zip(names, np.diagonal(covariance).tolist(), strict=True))
    return {**single, **{s.name: spread(s.weights, covariance) ** 2 for s in sums_of(names)}}

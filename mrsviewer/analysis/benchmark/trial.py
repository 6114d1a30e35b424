"""One spectrum of a case, ready to be fitted three ways, with its truth."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.analysis.benchmark import plans
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.dataset import Dataset
from mrsviewer.quantification.sums import sums_of
from mrsviewer.simulation.measurement import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.cases import Case
    from mrsviewer.analysis.benchmark.setting import Setting

Half = Literal["tune", "report"]
HALVES: tuple[Half, ...] = ("tune", "report")


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
        Zero-order phase of the data.
    peak_snr
        Highest metabolite peak over the noise.
    """

    noisy: FitProblem
    clean: FitProblem
    ideal: FitProblem
    truth: Mapping[str, float]
    gain: float
    target: NDArray[np.float64]
    phase_rad: float
    peak_snr: float


def make_trial(case: Case, setting: Setting, seed: int, half: Half, index: int) -> Trial:
    """Return spectrum ``index`` of a case; it does not depend on how many others are made."""
    key = [seed, zlib.crc32(case.name.encode()), HALVES.index(half), index]
    rng = np.random.default_rng(key)
    plan = case.plan(setting, rng)
    measured = simulate(setting.basis, plan, rng)
    ideal = simulate(setting.basis, plans.ideal(setting, plan), rng)

    def problem(fid: NDArray[np.complex128], noise_sd: float | None) -> FitProblem:
        data = Dataset(fid, setting.acquisition, setting.basis.centre_ppm)
        return FitProblem(data, setting.basis, noise_sd)

    return Trial(
        noisy=problem(measured.noisy, None),
        clean=problem(measured.clean, measured.noise_sd),
        ideal=problem(ideal.clean, measured.noise_sd),
        truth=_truth(plan.amounts, setting),
        gain=plan.gain,
        target=np.fft.fft(measured.metabolites).real,
        phase_rad=measured.phase_rad,
        peak_snr=measured.peak_snr,
    )


def _truth(amounts: Mapping[str, float], setting: Setting) -> dict[str, float]:
    """Return the amplitude of every metabolite of the basis, and of the sums; 0 where none."""
    components = setting.basis.components
    names = tuple(c.name for c in components if c.kind == "metabolite")
    single = {name: amounts.get(name, 0.0) for name in names}
    values = np.array(list(single.values()))
    return {**single, **{s.name: float(s.weights @ values) for s in sums_of(names)}}

"""Free damped lines by singular value decomposition, named after known peaks.

No starting values and no model beyond damped sinusoids (Barkhuijsen 1987, J Magn Reson 73:553;
see :mod:`mrsviewer.dsp.hlsvd`): a quick, unprejudiced look at spectra of few, well separated
lines. Lines are not tied to one another, so overlapping multiplets come out split at random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.amares import prior_knowledge
from mrsviewer.fitting.amares_options import AmaresOptions
from mrsviewer.fitting.free_lines import FreeLines, assign, common_shift, line_covariance
from mrsviewer.fitting.hsvd_options import HsvdOptions
from mrsviewer.fitting.presets import doubt
from mrsviewer.fitting.prior_knowledge import groups, tied
from mrsviewer.fitting.time_data import TimeData, time_data
from mrsviewer.fitting.time_result import (
    TimeOutcome,
    dropped_df,
    dropped_part,
    no_signal,
    to_result,
)
from mrsviewer.fitting.window import make_window
from mrsviewer.model.basis import Component
from mrsviewer.model.fit import SIGNAL_UNIT, Lineshape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.prior_knowledge import PriorKnowledge
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["HsvdEngine", "HsvdOptions"]

MARGIN_PPM = 0.4
BROADER = 2.0
"""A line up to this many times as broad as the nearest known peak is not baseline."""

SIGNIFICANT = 5.0
"""A line is told from noise if its amplitude is this many standard deviations."""

SIGNAL = 6.0
"""The same for the strongest named line, which has been chosen among many."""


class HsvdEngine:
    """State-space decomposition as a quantifier."""

    name = "hsvd"
    version = "1"
    uses_basis = False
    options: type[msgspec.Struct] = HsvdOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Decompose one spectrum; its basis set is not used.

        Amplitudes are those of the signal at time zero in units of the data, divided by the
        number of nuclei where the list of peaks tells it. Lines that belong to no known peak
        and stand out of the noise are components named by their place.

        Raises
        ------
        FitError
            If the data cannot be decomposed, or no known peak is found.
        """
        chosen = msgspec.convert(options, HsvdOptions, from_attributes=True)
        context.tick(0.0, "decomposing")
        peaks = AmaresOptions(
            preset=chosen.preset, prior_knowledge_path=chosen.prior_knowledge_path
        )
        prior = prior_knowledge(peaks, problem.data.acquisition)
        decomposition = _decompose(problem, prior, chosen)
        context.tick(0.6, "naming lines")
        outcome = _Naming(prior, chosen, decomposition).outcome()
        if said := doubt(prior, problem.data.acquisition):
            outcome = replace(outcome, doubts=(said, *outcome.doubts))
        return to_result(outcome, self.name, self.version)


@dataclass(frozen=True, slots=True, eq=False)
class _Decomposition:
    """The data in the window, the lines and which are no baseline, the peaks, their shift."""

    data: TimeData
    lines: FreeLines
    narrow: NDArray[np.bool_]
    peaks_ppm: NDArray[np.float64]
    shift_ppm: float


def _decompose(problem: FitProblem, prior: PriorKnowledge, options: HsvdOptions) -> _Decomposition:
    from mrsviewer.dsp.hlsvd import decompose  # noqa: PLC0415 - imports scipy.sparse

    peaks = prior.shifts_ppm(problem.data.acquisition.hz_per_ppm)
    window = options.window_ppm or (
        float(peaks.max()) + MARGIN_PPM,
        float(peaks.min()) - MARGIN_PPM,
    )
    data = time_data(problem, window, dropped=options.first_points_dropped)
    count = min(options.lines, (data.axis.points - options.first_points_dropped) // 4)
    found = decompose(data.fid[options.first_points_dropped :], data.axis.dwell_s, count)
    begin = options.begin_time_s / data.axis.dwell_s
    lines = FreeLines.of(found, data.axis, options.first_points_dropped, begin)
    widths = tied(prior, "linewidth", data.axis.hz_per_ppm).values()
    widest = np.maximum(options.max_width_ppm * data.axis.hz_per_ppm, BROADER * widths)
    narrow = lines.fwhm_hz < widest[np.argmin(np.abs(lines.ppm[:, None] - peaks), axis=1)]
    shift = common_shift(lines.take(narrow), peaks, options.max_shift_ppm)
    moved = make_window(data.axis, window, shift_ppm=shift)
    data = replace(data, comparison=replace(data.comparison, window=moved))
    return _Decomposition(data, lines, narrow, peaks + shift, shift)


class _Naming:
    """From lines to components."""

    def __init__(
        self, prior: PriorKnowledge, options: HsvdOptions, decomposition: _Decomposition
    ) -> None:
        self.prior, self.found, self.data = prior, decomposition, decomposition.data
        self.groups = groups(prior)
        window = self.data.comparison.window
        lines = decomposition.lines
        inside = (lines.ppm > window.ppm[0]) & (lines.ppm < window.ppm[-1])
        self.narrow = inside & decomposition.narrow
        self.broad = inside & ~self.narrow
        self.peak = np.where(
            self.narrow, assign(lines, decomposition.peaks_ppm, options.tolerance_ppm), -1
        )
        self.phase = self._phase()
        kept = self.data.comparison.kept
        self.covariance = line_covariance(lines, self.phase, kept, self.data.noise_variance)
        self.in_phase = (lines.amplitudes * np.exp(-1j * self.phase)).real
        self.sd = np.sqrt(np.diagonal(self.covariance))

    def _phase(self) -> float:
        """Return the common phase of the named lines, by their heights."""
        lines = self.found.lines
        named = lines.take(self.peak >= 0)
        if not named.ppm.size:
            raise no_signal()
        return float(np.angle(np.sum(named.amplitudes / (named.fwhm_hz + 1.0))))

    def outcome(self) -> TimeOutcome:
        """Return components, curves and bounds.

        Raises
        ------
        FitError
            If no named line stands out of the noise.
        """
        data, shift = self.data, self.found.shift_ppm
        members, names = self._members()
        covariance, amplitudes = self._covariance(members), members @ self.in_phase
        # Of components, not of lines: one strong line often comes out as two that are not told
        # apart but whose sum is well known.
        known = np.abs(amplitudes) >= SIGNAL * np.sqrt(np.diagonal(covariance))
        if not known[: len(self.groups)].any():
            raise no_signal()
        per = self._nuclei(len(names))
        signals = self.found.lines.signals(data.axis.points)
        model = members @ signals
        background = np.where(self.narrow, 0.0, 1.0) @ signals
        return TimeOutcome(
            data=data,
            components=tuple(
                Component(name, "metabolite" if row < len(self.groups) else "line")
                for row, name in enumerate(names)
            ),
            signals=model,
            background=background + dropped_part(data, data.fid - model.sum(axis=0) - background),
            amplitudes=amplitudes / per,
            covariance=covariance / np.outer(per, per),
            lineshapes=tuple(self._lineshape(row, members[row]) for row in range(len(names))),
            zero_phase_rad=self.phase,
            delay_s=self.found.lines.begin * data.axis.dwell_s,
            shift_ppm=shift,
            baseline_df=dropped_df(data) + 2.0 * float(np.count_nonzero(self.broad)),
            converged=True,
            iterations=1,
            doubts=self._doubts(members, names),
            amplitude_unit=SIGNAL_UNIT,
        )

    def _members(self) -> tuple[NDArray[np.float64], list[str]]:
        """Return which lines make up each component, shape (components, lines), and names."""
        lines = self.found.lines
        stands_out = np.abs(lines.amplitudes) >= SIGNIFICANT * self.sd
        extra = np.flatnonzero(self.narrow & (self.peak < 0) & stands_out)
        rows = [np.isin(self.peak, group.peaks).astype(float) for group in self.groups]
        rows += list(np.eye(lines.ppm.size)[extra])
        names = [group.name for group in self.groups]
        names += [f"{lines.ppm[k] - self.found.shift_ppm:.2f} ppm" for k in extra]
        return np.array(rows), _distinct(names)

    def _nuclei(self, count: int) -> NDArray[np.float64]:
        per = np.ones(count)
        if self.prior.nuclei is not None:
            per[: len(self.groups)] = [self.prior.nuclei[g.peaks[0]] for g in self.groups]
        return per

    def _covariance(self, members: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the covariance of the components.

        A peak that no line was found for has the bound of a line of its expected width alone.
        """
        covariance = members @ self.covariance @ members.T
        axis = self.data.axis
        for row in np.flatnonzero(~members.any(axis=1)):
            rate = np.pi * self._expected_width(int(row)) * axis.dwell_s
            energy = float(np.sum(np.exp(-2.0 * rate * np.arange(axis.points))))
            covariance[row, row] = self.data.noise_variance / energy
        return np.asarray(covariance)

    def _expected_width(self, row: int) -> float:
        return float(tied(self.prior, "linewidth", 1.0).values()[self.groups[row].peaks[0]])

    def _lineshape(self, row: int, member: NDArray[np.float64]) -> Lineshape:
        """Return place and width of a component's strongest line."""
        found = self.found
        if not member.any():
            return Lineshape(found.shift_ppm, self._expected_width(row), 0.0)
        best = int(np.argmax(member * np.abs(found.lines.amplitudes)))
        peak = int(self.peak[best])
        away = found.lines.ppm[best] - found.peaks_ppm[peak] if peak >= 0 else 0.0
        return Lineshape(float(found.shift_ppm + away), float(found.lines.fwhm_hz[best]), 0.0)

    def _doubts(self, members: NDArray[np.float64], names: list[str]) -> tuple[str, ...]:
        known = len(self.groups)
        missing = [n for n, row in zip(names, members[:known], strict=False) if not row.any()]
        doubts = []
        if missing:
            doubts.append(f"No line was found for {', '.join(missing)}.")
        if names[known:]:
            doubts.append(f"Lines of no known peak: {', '.join(names[known:])}.")
        return tuple(doubts)


def _distinct(names: list[str]) -> list[str]:
    """Return names with those that occur again numbered."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found

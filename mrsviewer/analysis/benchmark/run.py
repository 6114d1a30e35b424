"""Running engines on cases."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import scipy

from mrsviewer import __version__
from mrsviewer.analysis.benchmark.machine import machine
from mrsviewer.analysis.benchmark.outcome import fit_trial
from mrsviewer.analysis.benchmark.peers import GROUPS
from mrsviewer.analysis.benchmark.scores import CaseScore, Contest, score
from mrsviewer.analysis.benchmark.setting import Protocol, Setting, make_setting
from mrsviewer.analysis.benchmark.trial import Half, make_trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrsviewer.analysis.benchmark.cases import Case
    from mrsviewer.analysis.benchmark.entrant import Entrant
    from mrsviewer.analysis.benchmark.outcome import Outcome
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet

SPECTRA, SEED = 20, 20250


class Leaderboard(msgspec.Struct, frozen=True, kw_only=True):
    """All scores, with everything that is needed to get them again.

    Attributes
    ----------
    program, python, numpy, scipy, machine
        Versions, and what it ran on.
    basis
        Where the basis set of the cases with measured macromolecules comes from.
    seed, half, spectra
        Which random numbers, and how many spectra per case.
    absent
        Installed engines that did not load, and why.
    scores
        One per engine and case.
    """

    program: str = __version__
    python: str = platform.python_version()
    numpy: str = np.__version__
    scipy: str = scipy.__version__
    machine: str = machine()
    basis: str = "simulated"
    seed: int
    half: Half
    spectra: int
    absent: tuple[str, ...] = ()
    scores: tuple[CaseScore, ...]

    def ranking(self) -> tuple[tuple[str, float | None], ...]:
        """Return the engines by mean absolute error of the ratios over all cases, best first.

        An engine that refused every spectrum of a case has no figure, and comes last.
        """
        engines = dict.fromkeys(one.engine for one in self.scores)
        ranked: list[tuple[str, float | None]] = []
        for engine in engines:
            errors = [s.ratio_mae_mm for s in self.scores if s.engine == engine]
            known = [e for e in errors if e is not None]
            ranked.append((engine, float(np.mean(known)) if len(known) == len(errors) else None))
        return tuple(sorted(ranked, key=lambda r: (r[1] is None, r[1] or 0.0)))

    def group_error(self, engine: str, group: str) -> float | None:
        """Return the mean ``ratio_mae_mm`` over a group of challenge sets; None if one is missing.

        Each case counts as often as there are sets that it stands for.
        """
        sets = GROUPS[group]
        found = {s.case: s.ratio_mae_mm for s in self.scores if s.engine == engine}
        errors = [found.get(case) for case in sets]
        known = [error for error in errors if error is not None]
        if len(known) < len(sets):
            return None
        return float(np.average(known, weights=list(sets.values())))


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """How much to run.

    Attributes
    ----------
    spectra, seed, half
        Spectra per case; first random seed; which half of the spectra. Options are tuned on one
        half, figures are reported from the other.
    shares
        Whether to fit without noise as well, to say where the error comes from; three times the
        time.
    """

    spectra: int = SPECTRA
    seed: int = SEED
    half: Half = "report"
    shares: bool = True


def run_benchmark(
    entrants: Sequence[Entrant],
    cases: Sequence[Case],
    extent: Extent,
    context: JobContext,
    absent: tuple[str, ...] = (),
    basis: BasisSet | None = None,
) -> Leaderboard:
    """Return the scores of all entrants in all cases.

    ``basis`` replaces the simulated set where a case has measured macromolecules. Every entrant
    gets the same spectra. The first fit of an entrant in a case is done twice, and only the second
    counts for the time: tables that an engine makes once are not part of a fit.

    Raises
    ------
    Cancelled
        If the job was cancelled.
    """
    scores: list[CaseScore] = []
    for number, (case, setting) in enumerate(settings_of(cases, context, basis)):
        for place, entrant in enumerate(entrants):
            done = (number + place / len(entrants)) / len(cases)
            context.tick(done, f"{entrant.label}: {case.name}")
            quiet = context.quiet()
            scores.append(_run_case(entrant, case, setting, extent, quiet))
    return Leaderboard(
        seed=extent.seed,
        half=extent.half,
        spectra=extent.spectra,
        absent=absent,
        scores=tuple(scores),
        basis="simulated" if basis is None else basis.source,
    )


def settings_of(
    cases: Sequence[Case], context: JobContext, basis: BasisSet | None
) -> Iterator[tuple[Case, Setting]]:
    """Yield each case with its setting; each setting is made once.

    ``basis`` replaces the simulated set where there are measured macromolecules.
    """
    settings: dict[Protocol, Setting] = {}
    for case in cases:
        if case.protocol not in settings:
            given = basis if case.protocol.macromolecules != "parametrised" else None
            settings[case.protocol] = make_setting(case.protocol, context, given)
        yield case, settings[case.protocol]


def _run_case(
    entrant: Entrant, case: Case, setting: Setting, extent: Extent, context: JobContext
) -> CaseScore:
    trials = (
        make_trial(case, setting, (extent.seed, extent.half, index), context)
        for index in range(extent.spectra)
    )
    outcomes: list[Outcome] = []
    for trial in trials:
        if not outcomes:
            fit_trial(trial, entrant, context, shares=False)
        outcomes.append(fit_trial(trial, entrant, context, shares=extent.shares))
    contest = Contest(
        engine=entrant.label,
        version=entrant.engine.version,
        case=case.name,
        family=case.family,
    )
    return score(contest, outcomes)

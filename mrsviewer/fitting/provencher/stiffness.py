"""How stiff the baseline, and how even the line shape: as much as the data accept.

A flexible fit is the reference. From there the baseline is stiffened until Fisher's F test would
reject the growth of the residual with a probability of 2 to 8 %: far from rejecting it, so that
little of the misfit counts as baseline. A line shape that then has more than one maximum and two
inflections is made more even, at the same stiffness, until it has not or the test would reject it
with 20 to 50 %; the baseline is let go again as far as the test wants, and the more even line is
kept if it still has no more turns than the first. These are LCModel's steps, with its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import fdtr, fdtri

from mrsviewer.fitting.provencher.expected import PHASES
from mrsviewer.fitting.provencher.kernel import turns
from mrsviewer.fitting.provencher.problem import evaluate
from mrsviewer.fitting.provencher.search import Found, search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mrsviewer.fitting.provencher.lines import FreeLines
    from mrsviewer.fitting.provencher.problem import Problem, State

LEAST_STIFF, MOST_STIFF, FIRST_STIFF = 0.0017, 0.84, 0.0025
"""Stiffness of a baseline whose knots are no less than 0.075 ppm apart; it grows as the cube of
that distance. LCModel's ALPBMN, ALPBMX and ALPBST."""

KNOTS_PPM = 0.075

LEAST_EVEN, MOST_EVEN, FIRST_EVEN = 0.1, 2000.0, 10.0
"""The same of the line shape; ALPSMN, ALPSMX and ALPSST."""

ACCEPTED = (0.02, 0.08)
"""Probability to reject a fit that is taken; PRMNMX."""

DOUBTFUL = 0.2
"""The same from which a line shape is not made more even."""

ONE_MAXIMUM = (1, 2)
"""Extrema and inflections of such a line shape."""

DOUBLED, TRIES = 2.0, 12
NEARER = (0.15, 0.85)
"""Least and largest step between two stiffnesses, as a share of what lies between them."""

SETTLED, NEARLY = 4, 0.98


class Accepted(NamedTuple):
    """A fit, its problem, and how stiff and even that is."""

    problem: Problem[FreeLines]
    found: Found
    stiff: float
    even: float

    @property
    def state(self) -> State:
        """Return the state of the fit."""
        return self.found.state

    @property
    def degrees(self) -> int:
        """Return how many parameters it has; LCModel counts all, however well they are held."""
        free = self.problem.expected.free
        return int(np.count_nonzero(self.state.active) + np.count_nonzero(free))

    @property
    def left(self) -> float:
        """Return how many samples are more than the parameters; a tenth of them at least."""
        return max(self.problem.samples - self.degrees, 0.1 * self.problem.samples)


class Stiffness(NamedTuple):
    """Least and largest stiffness of the baseline, and the first that is tried."""

    least: float
    most: float
    first: float


def limits_of(knots_ppm: float) -> Stiffness:
    """Return the stiffness for a least distance of knots."""
    scale = (knots_ppm / KNOTS_PPM) ** 3
    return Stiffness(scale * LEAST_STIFF, scale * MOST_STIFF, scale * FIRST_STIFF)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Chooses stiffness and evenness for one spectrum.

    Attributes
    ----------
    size
        Root mean square of the data: makes the numbers above independent of their unit.
    floor
        Least variance that is believed.
    limits
        Of the stiffness.
    step_ppm
        Distance of knots.
    natural_bins
        FWHM of the basis set's lines, in steps between weights of the line shape.
    most, tick
        As in :func:`mrsviewer.fitting.provencher.search.search`.
    """

    size: float
    floor: float
    limits: Stiffness
    step_ppm: float
    natural_bins: float
    most: int
    tick: Callable[[], None]

    def solved(
        self, problem: Problem[FreeLines], p: NDArray[np.float64], stiff: float, even: float
    ) -> Accepted:
        """Return the fit of this stiffness and evenness, begun at ``p``."""
        rows, wanted = problem.lines.support.bends()
        stiffness = 6.0 * stiff**2 / (self.size**2 * self.step_ppm**3)
        smooth = replace(problem, stiffness=stiffness, bends=(even * rows, even * wanted))
        found = search(smooth, evaluate(smooth, p), self.most, self.tick)
        return Accepted(smooth, found, stiff, even)

    def first(self, problem: Problem[FreeLines]) -> Accepted:
        """Return a fit begun from nothing, and with it the variance in which all is counted.

        The variance is the least residual on the way there, per sample that is left.
        """
        loose = Found(evaluate(problem, problem.expected.start), converged=True, steps=0)
        fit = Accepted(problem, loose, self.limits.first, FIRST_EVEN)
        variance = self._variance(fit)
        for _ in range(SETTLED):
            known = replace(problem, variance=variance)
            fit = self.solved(known, fit.state.p, fit.stiff, FIRST_EVEN)
            if self._variance(fit) > NEARLY * variance:
                break
            variance = self._variance(fit)
        return fit

    def reference(self, problem: Problem[FreeLines], p: NDArray[np.float64]) -> Accepted:
        """Return the fit with the most flexible baseline and line shape."""
        return self.solved(problem, p, self.limits.least, LEAST_EVEN)

    def stiffest(self, reference: Accepted, near: Accepted) -> Accepted:
        """Return the fit with the stiffest baseline that is accepted, begun at another's."""
        tried = self.solved(reference.problem, near.state.p, near.stiff, near.even)
        below = above = None
        for _ in range(TRIES):
            probability = rejection(reference, tried)
            if probability < ACCEPTED[0]:
                below = tried
            elif probability > ACCEPTED[1]:
                above = tried
            else:
                return tried
            stiff = self._next(reference, below, above)
            if stiff is None:
                return tried
            tried = self.solved(reference.problem, tried.state.p, stiff, near.even)
        return below or tried

    def accepted(self, reference: Accepted, near: Accepted) -> Accepted:
        """Return the fit with the stiffest baseline and a line shape with as few turns as may be.

        Begun at another's, which also says where to begin with the stiffness.
        """
        first = self.stiffest(reference, near._replace(even=LEAST_EVEN))
        before = self._turns(first)
        if before == ONE_MAXIMUM:
            return first
        last = self._evened(reference, first)
        if rejection(reference, last) > ACCEPTED[1]:
            last = self._let_go(reference, last)
        return last if sum(self._turns(last)) <= sum(before) else first

    def _next(
        self, reference: Accepted, below: Accepted | None, above: Accepted | None
    ) -> float | None:
        """Return a stiffness between one that is too small and one that is too large.

        None where the limits leave no other.
        """
        if above is None:
            assert below is not None
            more = min(DOUBLED * below.stiff, self.limits.most)
            return more if more > below.stiff else None
        if below is None:
            less = max(above.stiff / DOUBLED, self.limits.least)
            return less if less < above.stiff else None
        return _between(reference, below, above)

    def _evened(self, reference: Accepted, fit: Accepted) -> Accepted:
        """Return the fit with a line shape as even as it need and may be, equally stiff."""
        while fit.even < MOST_EVEN:
            even = min(DOUBLED * fit.even, MOST_EVEN)
            fit = self.solved(reference.problem, fit.state.p, fit.stiff, even)
            if self._turns(fit) == ONE_MAXIMUM or rejection(reference, fit) > DOUBTFUL:
                break
        return fit

    def _let_go(self, reference: Accepted, fit: Accepted) -> Accepted:
        """Return the fit with its baseline less stiff, so that it is accepted.

        A line shape that has one maximum is let go with it, half as far.
        """
        if self._turns(fit) != ONE_MAXIMUM:
            return self.stiffest(reference, fit)
        least = self.limits.least
        while rejection(reference, fit) > ACCEPTED[1] and fit.stiff > least:
            stiff, even = max(fit.stiff / DOUBLED**0.5, least), fit.even / DOUBLED**0.5
            fit = self.solved(reference.problem, fit.state.p, stiff, even)
        return fit

    def _variance(self, fit: Accepted) -> float:
        return max(fit.state.energy * fit.problem.variance / fit.left, self.floor)

    def _turns(self, fit: Accepted) -> tuple[int, int]:
        """Return the extrema and inflections of the line shape, no fewer than one and two."""
        lines = fit.problem.lines
        weights = lines.support.whole(fit.state.p[PHASES : PHASES + lines.weights])
        extrema, inflections = turns(weights, self.natural_bins)
        return max(extrema, ONE_MAXIMUM[0]), max(inflections, ONE_MAXIMUM[1])


def rejection(reference: Accepted, fit: Accepted) -> float:
    """Return the probability with which Fisher's test rejects a fit against the reference."""
    count, left = reference.degrees, reference.left
    growth = fit.state.energy / max(reference.state.energy, 1e-300) - 1.0
    return float(fdtr(count, left, max(growth, 0.0) * left / count))


def _between(reference: Accepted, below: Accepted, above: Accepted) -> float:
    """Return a stiffness at which the residual may be in the middle of what is accepted."""
    count, left = reference.degrees, reference.left
    growth = np.mean([fdtri(count, left, probability) for probability in ACCEPTED]) * count / left
    aim = reference.state.energy * (1.0 + float(growth)) - below.state.energy
    between = max(above.state.energy - below.state.energy, 1e-300)
    share = float(np.clip(aim / between, *NEARER))
    return float(below.stiff * (above.stiff / below.stiff) ** share)

"""What is known of peaks beforehand: values, limits and relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Quality = Literal["amplitude", "chemicalshift", "linewidth", "phase", "g"]
QUALITIES: tuple[Quality, ...] = ("amplitude", "chemicalshift", "linewidth", "phase", "g")

LONGEST_CHAIN = 16


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of one quality of one peak.

    Attributes
    ----------
    value
        Where the search starts; the value itself where it is fixed.
    low, high
        Limits; infinite where there is none.
    fixed
        Whether it is not fitted.
    tied_to
        Name of the peak whose quality it follows as ``factor * other + offset``, or None.
    factor, offset, offset_hz
        That relation; the offset in the unit of the quality, or for a chemical shift in Hz.
    """

    value: float = 0.0
    low: float = -np.inf
    high: float = np.inf
    fixed: bool = False
    tied_to: str | None = None
    factor: float = 1.0
    offset: float = 0.0
    offset_hz: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PriorKnowledge:
    """A list of peaks with the rules for each.

    Attributes
    ----------
    names
        Of the peaks.
    rules
        For each quality one rule per peak: amplitude in units of the data, chemical shift in
        ppm, line width (FWHM) in Hz, phase in degrees, and g, from 0 (Lorentz) to 1 (Gauss).
    nuclei
        How many nuclei give each peak's signal at concentration 1; None where no one said.
    source
        File or preset.
    """

    names: tuple[str, ...]
    rules: Mapping[Quality, tuple[Rule, ...]]
    nuclei: tuple[float, ...] | None = None
    source: str = ""

    def shifts_ppm(self, hz_per_ppm: float) -> NDArray[np.float64]:
        """Return where the peaks are expected, shape (peaks,)."""
        return tied(self, "chemicalshift", hz_per_ppm).values()


@dataclass(frozen=True, slots=True, eq=False)
class Tied:
    """One quality of all peaks as made up by its free values: ``shares @ free + constant``.

    Attributes
    ----------
    shares, constant
        Shapes (peaks, free) and (peaks,).
    start, low, high
        Of the free values, shape (free,).
    """

    shares: NDArray[np.float64]
    constant: NDArray[np.float64]
    start: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def values(self, free: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the quality of each peak; at the start where no free values are given."""
        return np.asarray(self.shares @ (self.start if free is None else free) + self.constant)


def tied(prior: PriorKnowledge, quality: Quality, hz_per_ppm: float) -> Tied:
    """Return the relations of one quality with all chains of ties resolved.

    Raises
    ------
    FitError
        If a peak is tied to one that is not there, or in a circle.
    """
    rules = prior.rules[quality]
    roots = [_root(prior, quality, index, hz_per_ppm) for index in range(len(rules))]
    free = [i for i, rule in enumerate(rules) if rule.tied_to is None and not rule.fixed]
    shares = np.zeros((len(rules), len(free)))
    constant = np.zeros(len(rules))
    for index, (root, factor, offset) in enumerate(roots):
        constant[index] = offset
        if root in free:
            shares[index, free.index(root)] = factor
        else:
            constant[index] += factor * rules[root].value
    low, high = np.array([rules[i].low for i in free]), np.array([rules[i].high for i in free])
    start = np.clip(np.array([rules[i].value for i in free]), low, high)
    return Tied(shares, constant, start, low, high)


def _root(
    prior: PriorKnowledge, quality: Quality, index: int, hz_per_ppm: float
) -> tuple[int, float, float]:
    """Return the peak that ``index`` follows in the end, and its factor and offset."""
    factor, offset = 1.0, 0.0
    for _ in range(LONGEST_CHAIN):
        rule = prior.rules[quality][index]
        if rule.tied_to is None:
            return index, factor, offset
        offset += factor * (rule.offset + rule.offset_hz / hz_per_ppm)
        factor *= rule.factor
        if rule.tied_to not in prior.names:
            raise _fault(prior, f"No peak {rule.tied_to}, which {prior.names[index]} refers to.")
        index = prior.names.index(rule.tied_to)
    raise _fault(prior, f"The {quality} of {prior.names[index]} refers to itself in a circle.")


def _fault(prior: PriorKnowledge, cause: str) -> FitError:
    return FitError(f"Prior knowledge {prior.source}", cause, "Correct the relation.")


@dataclass(frozen=True, slots=True)
class Group:
    """Peaks that make up one component: its name and which peaks, the leading one first."""

    name: str
    peaks: tuple[int, ...]


def groups(prior: PriorKnowledge) -> tuple[Group, ...]:
    """Return the components that peaks make up.

    A peak belongs to another's component if its amplitude is tied to it and its name begins with
    the other's: BATP2, tied to BATP. Names alone decide nothing: Cr and Cr2 with amplitudes of
    their own remain two.
    """
    members: dict[int, list[int]] = {}
    for index, name in enumerate(prior.names):
        rule = prior.rules["amplitude"][index]
        owner = index
        if rule.tied_to in prior.names and name.startswith(rule.tied_to or name):
            owner = prior.names.index(rule.tied_to or name)
        members.setdefault(owner, [])
        members[owner].append(index)
    return tuple(
        Group(prior.names[owner], tuple(sorted(peaks, key=lambda p: p != owner)))
        for owner, peaks in sorted(members.items())
    )

"""Soft expectations of concentration ratios.

Broad signals - baseline, macromolecules, lipids - can stand in for one another, and which of them
wins decides over the metabolites above them. Macromolecules come in proportions that vary little
between brains (Birch 2017, doi 10.1002/mrm.26083); holding them together loosely leaves the
baseline what is smooth. Lipids are expected as by LCModel (Provencher, LCModel manual, section
11.8).

Weak metabolites overlap and trade against each other and against the strong ones; LCModel expects
five of them to stay near the norm. Here eleven are, with a spread of about half the norm or more:
amounts of healthy brain (de Graaf, In Vivo NMR Spectroscopy, 2019, table 2.1; Govindaraju 2000, doi
10.1002/1099-1492(200005)13:3<129::AID-NBM619>3.0.CO;2-V) over the sum tCr + tNAA + 3 tCho, and the
shares of PCr in tCr, of PCh in tCho and of NAAG in tNAA. Glu, Ins and Lac are never held. Gly lies
under Ins and is high in tumours, so it has more room than its amounts in healthy brain would give
it: held as the others, it made Ins read a fifth too high there.

Each expectation is one quadratic penalty ``((numerator - ratio * denominator) / (spread *
size))^2``, in which the size of the denominator is that of a preliminary fit. For weak metabolites
it has heavy tails: an expectation that a preliminary fit contradicts by many spreads is given
little weight, so disease is not pulled to the norm where the data show it. A deviation that noise
explains contradicts nothing: what the data do not know to within the spread is not let go, since
it would then be noise (errors of GABA fell by a quarter). What disease often changes - alanine,
glutamine, glycine, phosphoethanolamine and taurine in tumours, glutamine in liver failure, glucose
in diabetes, scyllo-inositol - is let go sooner than the rest, whose deviations are the baseline's
as a rule. That is a trade: GABA raised three times by a drug reads a few percent lower for it.
For macromolecules there are no heavy tails: one that leaves the others far behind is a metabolite's
peak taken for it.

``lcmodel`` is LCModel's own choice (manual, sections 11.7 and 11.8), all without heavy tails, to
compare with its results.

The bounds of the amplitudes (:mod:`mrsviewer.fitting.uncertainty`) count those of macromolecules
and lipids as information, those of metabolites not; how far these moved each amplitude is in the
result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import Component

RatioPriors = Literal["none", "macromolecules", "all", "lcmodel"]

LEAST_SHARE = 0.02
"""A denominator counts as at least this share of the sum of all amplitudes."""

TAILS, RAISED_TAILS = 16.0, 4.0
"""Squared deviation, in spreads, at which an expectation has lost half its weight, where the data
know the ratio exactly; more by their variance where they do not. The second: of what disease
raises."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A ratio of sums of amplitudes, its mean and its standard deviation.

    What stands ``beside`` the denominator only adds to its size, in which deviations count.
    ``tails`` is the squared deviation at which half its weight is lost.
    """

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    mean: float
    spread: float
    weights: tuple[float, ...] = ()
    beside: tuple[str, ...] = ()
    tails: float = np.inf


_MM09 = ("MM09",)
_LIP13 = ("Lip13a", "Lip13b")
_MEASURED = ("Mac",)
_BESIDE_MEASURED = ("MM12", "MM14", "MM17", "MM20", "MM37")
"""Lines that may stand beside a measured spectrum, for what differs between brains."""

_PROPORTION = 0.3
"""Relative spread of the proportions of macromolecules, which are drawn in proportion."""

MACROMOLECULES = (
    *(
        Expectation((name,), _MM09, 1.0, _PROPORTION)
        for name in ("MM12", "MM14", "MM17", "MM20", "MM23", "MM26", "MM30", "MM32", "MM37", "MM40")
    ),
    *(Expectation((name,), _MEASURED, 0.0, _PROPORTION) for name in _BESIDE_MEASURED),
    Expectation(("Lip09",), _LIP13, 0.267, 0.1),
    Expectation(("Lip20",), _LIP13, 0.15, 0.07),
)
_BIG3 = ("Cr", "PCr", "NAA", "NAAG", "Cho", "GPC", "PCh")
_BIG3_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0)
_WEAK = {
    "Ala": (0.02, 0.03), "Asc": (0.04, 0.04), "Asp": (0.06, 0.04), "GABA": (0.055, 0.025),
    "Glc": (0.04, 0.04), "Gln": (0.11, 0.06), "Gly": (0.02, 0.05), "GSH": (0.06, 0.025),
    "PE": (0.06, 0.04), "sIns": (0.013, 0.01), "Tau": (0.05, 0.04),
}  # fmt: skip
_RAISED = ("Ala", "Glc", "Gln", "Gly", "PE", "sIns", "Tau")
_PARTNERS = (
    (("PCr",), ("Cr", "PCr"), 0.45, 0.15),
    (("PCh",), ("GPC", "PCh"), 0.37, 0.15),
    (("NAAG",), ("NAA", "NAAG"), 0.11, 0.08),
)
METABOLITES = (
    *(
        Expectation(
            (name,),
            _BIG3,
            *known,
            _BIG3_WEIGHTS,
            tails=RAISED_TAILS if name in _RAISED else TAILS,
        )
        for name, known in _WEAK.items()
    ),
    *(Expectation(*partner, tails=TAILS) for partner in _PARTNERS),
)

_MM12, _LIP09 = ("MM12",), ("Lip09",)
LCMODEL_BROAD = (
    Expectation(("MM20",), _MM09, 1.5, 0.375, beside=_LIP09),
    Expectation(_MM12, _MM09, 0.3, 0.1, beside=_LIP09),
    Expectation(("MM14",), _MM09, 0.75, 0.45, beside=_LIP09),
    Expectation(("MM17",), _MM09, 0.375, 0.3, beside=_LIP09),
    Expectation(_LIP09, _LIP13, 0.267, 0.1, beside=_MM12),
    Expectation(("Lip20",), _LIP13, 0.15, 0.07, beside=_MM12),
)
LCMODEL_METABOLITES = (
    *(
        Expectation((name,), _BIG3, *known, _BIG3_WEIGHTS)
        for name, known in (
            ("Asp", (0.05, 0.05)), ("GABA", (0.03, 0.03)), ("Glc", (0.03, 0.03)),
            ("sIns", (0.01, 0.01)), ("Tau", (0.05, 0.05)),
        )
    ),
    Expectation(("GSH",), ("Gln", "GSH"), 0.286, 0.126),
    Expectation(("-CrCH2",), ("Cr", "PCr"), 0.1, 0.25),
)  # fmt: skip


class _Held(NamedTuple):
    """What is held of macromolecules and lipids, and what of metabolites."""

    broad: tuple[Expectation, ...] = ()
    weak: tuple[Expectation, ...] = ()


_HELD: dict[RatioPriors, _Held] = {
    "none": _Held(),
    "macromolecules": _Held(MACROMOLECULES),
    "all": _Held(MACROMOLECULES, METABOLITES),
    "lcmodel": _Held(LCMODEL_BROAD, LCMODEL_METABOLITES),
}


def broad_penalty(
    components: tuple[Component, ...], amplitudes: NDArray[np.float64], choice: RatioPriors
) -> NDArray[np.float64]:
    """Return the matrix R of the penalty ``a' R a`` on macromolecules and lipids, shape (k, k).

    Parameters
    ----------
    components
        What the amplitudes belong to. An expectation about absent ones is passed over.
    amplitudes
        Of a preliminary fit, shape (k,).
    choice
        Which expectations to hold.
    """
    rows, _ = _rows(_HELD[choice].broad, components, amplitudes)
    return np.asarray(rows.T @ rows)


def weak_penalty(
    components: tuple[Component, ...],
    amplitudes: NDArray[np.float64],
    choice: RatioPriors,
    covariance: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the same for weak metabolites, which are held near the norm.

    Parameters
    ----------
    components, amplitudes, choice
        As for :func:`broad_penalty`.
    covariance
        Shape (k, k): of the amplitudes as the data know them; None: exactly.
    """
    rows, tails = _rows(_HELD[choice].weak, components, amplitudes)
    unknown = 0.0 if covariance is None else np.sum((rows @ covariance) * rows, axis=1)
    weights = 1.0 / (1.0 + (rows @ amplitudes) ** 2 / (tails + unknown))
    return np.asarray((rows * weights[:, None]).T @ rows)


def _rows(
    expectations: tuple[Expectation, ...],
    components: tuple[Component, ...],
    amplitudes: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what gives the deviations in spreads from amplitudes, and the tails of each.

    Shapes (expectations, k) and (expectations,).
    """
    table = _table(expectations, tuple(component.name for component in components))
    least = LEAST_SHARE * float(np.abs(amplitudes).sum())
    size = np.maximum(table.sizes @ amplitudes, least)
    known = size > 0
    rows = table.deviations[known] / (table.spreads * size)[known, None]
    return np.asarray(rows), table.tails[known]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Expectations about components that are there.

    Attributes
    ----------
    sizes, deviations
        Shape (expectations, components): weights of the size of the denominator, and of the
        numerator less what is expected of it.
    spreads, tails
        Shape (expectations,).
    """

    sizes: NDArray[np.float64]
    deviations: NDArray[np.float64]
    spreads: NDArray[np.float64]
    tails: NDArray[np.float64]


@lru_cache(maxsize=32)
def _table(expectations: tuple[Expectation, ...], names: tuple[str, ...]) -> _Table:
    there = set(names)
    usable = [
        e
        for e in expectations
        if there.intersection(e.numerator) and there.intersection((*e.denominator, *e.beside))
    ]
    top = np.array([[float(n in e.numerator) for n in names] for e in usable])
    bottom = np.array([[_weight(e, name) for name in names] for e in usable])
    beside = np.array([[float(n in e.beside) for n in names] for e in usable])
    shape = (len(usable), len(names))
    top, bottom, beside = top.reshape(shape), bottom.reshape(shape), beside.reshape(shape)
    numbers = np.array([(e.mean, e.spread, e.tails) for e in usable])
    means, spreads, tails = numbers.reshape(-1, 3).T
    return _Table(bottom + beside, top - means[:, None] * bottom, spreads, tails)


def _weight(expected: Expectation, name: str) -> float:
    """Return the weight of a component in the denominator, 0 where it is not part of it."""
    if name not in expected.denominator:
        return 0.0
    return expected.weights[expected.denominator.index(name)] if expected.weights else 1.0

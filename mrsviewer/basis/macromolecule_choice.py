"""Which macromolecules a basis set is to have: parametrised, measured, or both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.basis.macromolecules import (
    LCMODEL_SIGNALS,
    measured_macromolecules,
    with_macromolecules,
)
from mrsviewer.model.basis_content import content_digest
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet

MacromoleculeChoice = Literal["auto", "set", "parametrised", "measured", "both", "lcmodel"]
"""``auto``: what the set has, parametrised where it has none. ``set``: exactly what the set has.
``parametrised``: a group of lines each free, measured ones left out. ``measured``: one measured
spectrum, parametrised lipids. ``both``: the measured one, and a few parametrised lines that take up
what differs. ``lcmodel``: what LCModel simulates, to compare with its results."""

DIFFERING = ("MM12", "MM14", "MM17", "MM20", "MM37")
"""Lines beside a measured spectrum: where brains and lipids under the lines differ most. Not MM09,
by which the measured spectrum is scaled and other lines would be held."""


def with_choice(basis: BasisSet, choice: MacromoleculeChoice) -> BasisSet:
    """Return the set with the macromolecules and lipids that are asked for.

    Raises
    ------
    BasisError
        If measured macromolecules are asked for and the set has none.
    """
    if choice == "set":
        return basis
    if choice == "auto":
        return with_macromolecules(basis)
    measured = measured_macromolecules(basis)
    if choice == "parametrised":
        return with_macromolecules(_without(basis, measured))
    if choice == "lcmodel":
        return with_macromolecules(_metabolites(basis), cr_ch2=True, signals=LCMODEL_SIGNALS)
    if not measured:
        raise BasisError(
            "No measured macromolecules",
            f"The basis set ({basis.source.partition(';')[0]}) has none.",
            "Give a metabolite-nulled scan, or choose parametrised macromolecules.",
        )
    if choice == "both":
        alone = with_macromolecules(_without(basis, measured))
        left_out = tuple(
            c.name
            for c in alone.components
            if c.kind == "macromolecule" and c.name not in (*DIFFERING, *basis.names)
        )
        return _joined(_without(alone, left_out), basis, measured)
    lines = tuple(
        c.name for c in basis.components if c.kind == "macromolecule" and c.name not in measured
    )
    return with_macromolecules(_without(basis, lines))


def _metabolites(basis: BasisSet) -> BasisSet:
    """Return the set without what is broad in it, measured or parametrised."""
    measured = measured_macromolecules(basis)
    broad = tuple(c.name for c in basis.components if c.kind != "metabolite")
    return _without(basis, tuple(dict.fromkeys((*broad, *measured))))


def _without(basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
    """Return the set without components; an empty choice leaves it as it is."""
    if not names:
        return basis
    kept = basis.take(tuple(name for name in basis.names if name not in names))
    return replace(kept, source=f"{basis.source}; without {', '.join(names)}")


def _joined(basis: BasisSet, other: BasisSet, names: tuple[str, ...]) -> BasisSet:
    """Return the set with components of the set from which it was made."""
    back = other.take(names)
    changed = replace(
        basis,
        fids=np.concatenate([basis.fids, back.fids]),
        components=(*basis.components, *back.components),
        source=f"{basis.source}; with {', '.join(names)} again",
    )
    return replace(changed, digest=content_digest(changed))

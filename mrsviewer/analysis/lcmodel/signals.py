"""Which signals LCModel fits: those of the basis set, and those that it simulates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer import formats
from mrsviewer.analysis.lcmodel.window import left_out_by_window
from mrsviewer.basis.macromolecule_choice import with_choice
from mrsviewer.basis.matching import normalise
from mrsviewer.model.failure import MrsError
from mrsviewer.model.names import canonical_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
    from mrsviewer.formats.lcmodel_case import LcmodelCase
    from mrsviewer.model.basis import BasisSet

SIMULATED = (
    "Lip13a", "Lip13b", "Lip13c", "Lip13d", "Lip09", "MM09", "Lip20", "MM20", "MM12", "MM14",
    "MM17", "-CrCH2", "Gua", "Glyc",
)  # fmt: skip
"""LCModel's list of simulated signals, of which NSIMUL counts how many are used."""


def basis_of(case: LcmodelCase) -> BasisSet | None:
    """Return the basis set; None where it is missing or cannot be read, as the fit will say."""
    if case.basis is None:
        return None
    try:
        return normalise(formats.read_basis(case.basis))
    except MrsError:
        return None


def with_macromolecules(basis: BasisSet, choice: MacromoleculeChoice) -> BasisSet:
    """Return the set as it will be fitted, or as it is where a scan is yet to complete it."""
    try:
        return with_choice(basis, choice)
    except MrsError:
        return basis


def left_out(
    case: LcmodelCase, own: BasisSet, names: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of ``names`` LCModel leaves out, by its lists and by the window.

    Parameters
    ----------
    case
        The control file.
    own
        Its basis set, without what is simulated.
    names
        What would be fitted here.
    """
    lists = _canonical((*case.omitted, *case.not_fitted))
    lists |= _canonical(SIMULATED[case.simulated :]) - set(own.names)
    lists |= {"Gua"} if "GSH" in own.names else set()
    kept = _canonical(case.kept) | lists
    seen = left_out_by_window(names, case.window_ppm, case.gaps_ppm, own.echo_time_s)
    return (
        tuple(name for name in names if name in lists),
        tuple(name for name in seen if name not in kept),
    )


def _canonical(names: Sequence[str]) -> set[str]:
    return {canonical_name(name) for name in names}

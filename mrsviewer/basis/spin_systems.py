"""Shifts and couplings of brain metabolites, from ``resources/basis/spin_systems.json``.

The table holds published values only, with the publication beside each spin group.
"""

from __future__ import annotations

from functools import cache

import msgspec

from mrsviewer.model.failure import BasisError
from mrsviewer.resources import resource

DEFAULT_METABOLITES = (
    "Ala", "Asc", "Asp", "Cr", "GABA", "Glc", "Gln", "Glu", "Gly", "GPC",
    "GSH", "Ins", "Lac", "NAA", "NAAG", "PCh", "PCr", "PE", "sIns", "Tau",
)  # fmt: skip
"""What a basis set for the brain holds unless something else is asked for."""


class Heteronucleus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A nucleus that proton pulses do not flip; couplings are (proton, Hz)."""

    nucleus: str
    couplings_hz: tuple[tuple[int, float], ...]


class SpinGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Protons that couple to one another, and to nothing outside the group.

    Attributes
    ----------
    part, source
        Which part of the molecule, and the key of the publication.
    shifts_ppm
        One per proton.
    couplings_hz
        (proton, proton, Hz); pairs that are not named do not couple.
    protons
        For a group of one shift: how many equivalent protons it stands for.
    weight
        Fraction of the molecules that have this group (anomers of glucose).
    heteronuclei
        31P and 14N that split the lines.
    """

    part: str
    source: str
    shifts_ppm: tuple[float, ...]
    couplings_hz: tuple[tuple[int, int, float], ...] = ()
    protons: int = 1
    weight: float = 1.0
    heteronuclei: tuple[Heteronucleus, ...] = ()


class SpinSystem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One metabolite.

    Attributes
    ----------
    name, title
        In the field's terms, and in full.
    checked
        What the values were compared with: a key of :func:`checks`.
    groups
        Its independent spin groups.
    note
        Where published tables disagree: which was taken and why.
    """

    name: str
    title: str
    checked: str
    groups: tuple[SpinGroup, ...]
    note: str = ""

    @property
    def protons(self) -> float:
        """Return the number of protons that give signal."""
        return sum(g.weight * g.protons * len(g.shifts_ppm) for g in self.groups)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: str
    references: dict[str, str]
    checks: dict[str, str]
    metabolites: tuple[SpinSystem, ...]


@cache
def _table() -> _Table:
    text = resource("basis", "spin_systems.json").read_bytes()
    return msgspec.json.decode(text, type=_Table)


def metabolite_names() -> tuple[str, ...]:
    """Return the names of all metabolites that can be simulated."""
    return tuple(system.name for system in _table().metabolites)


def references() -> dict[str, str]:
    """Return the publications behind the table, by the key used in ``SpinGroup.source``."""
    return dict(_table().references)


def checks() -> dict[str, str]:
    """Return what the keys in ``SpinSystem.checked`` mean."""
    return dict(_table().checks)


def spin_system(name: str) -> SpinSystem:
    """Return the metabolite called ``name``.

    Raises
    ------
    BasisError
        If the table does not have it.
    """
    for system in _table().metabolites:
        if system.name == name:
            return system
    raise BasisError(
        f"Unknown metabolite {name}",
        "The table of spin systems does not have it.",
        f"Choose from: {', '.join(metabolite_names())}.",
    )

"""Changes to a basis set: each returns a new set whose source tells of it and whose digest differs.

Nothing is changed in place; undo is to go back to the set before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.grid_change import moved, on_grid_of
from mrsviewer.basis.normalisation import normalise
from mrsviewer.dsp.conventions import time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay
from mrsviewer.model.basis import BasisSet, Component, ComponentKind
from mrsviewer.model.basis_content import content_digest
from mrsviewer.model.failure import BasisError
from mrsviewer.model.names import canonical_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

EDITED = "edited: "
LARGEST_SHIFT_PPM = 1.0

SHIFT_SD_PPM = 0.01
"""Prior spread of the shift of lines that a person adds, as of most macromolecules."""

_REMEDY = "Choose another name, or rename or remove that component first."


@dataclass(frozen=True, slots=True)
class BroadLine:
    """A Gaussian line: where, how wide (FWHM) and how many protons."""

    shift_ppm: float
    width_ppm: float
    protons: float


def without(basis: BasisSet, names: Sequence[str]) -> BasisSet:
    """Return the set without the components named.

    Raises
    ------
    BasisError
        If one is not there, or nothing would be left.
    """
    gone = [_row(basis, name) for name in names]
    kept = [row for row in range(len(basis.components)) if row not in gone]
    if not kept:
        raise BasisError(
            "Basis set not changed", "Nothing would be left in it.", "Keep one component at least."
        )
    components = tuple(basis.components[row] for row in kept)
    return _edited(basis, basis.fids[kept], components, f"{', '.join(names)} removed")


def with_signal(
    basis: BasisSet, component: Component, fid: NDArray[np.complex128], note: str
) -> BasisSet:
    """Return the set with one more component.

    Parameters
    ----------
    basis
        The set.
    component
        What it is; its name is put in the field's terms.
    fid
        On the set's grid and in its scale, shape (points,).
    note
        Where it comes from, for the source: "MM from scan.SDAT".

    Raises
    ------
    BasisError
        If the name is there already, or the signal is not one of the set's grid.
    """
    named = replace(component, name=_new_name(basis, component.name))
    if fid.shape != basis.fids.shape[1:] or not np.isfinite(fid).all() or not fid.any():
        raise BasisError(
            "Component not added",
            f"The signal of {named.name} is empty, not finite or of another length than the set.",
            "Choose another signal.",
        )
    fids = np.concatenate([basis.fids, fid[None]])
    return _edited(basis, fids, (*basis.components, named), f"{named.name} added ({note})")


def taken_from(basis: BasisSet, other: BasisSet, names: Sequence[str]) -> BasisSet:
    """Return the set with components of another one, resampled and in this set's scale.

    Raises
    ------
    BasisError
        If the fields differ, a name is there already, or the scale of one set is unknown.
    """
    one, two = normalise(basis), normalise(other)
    if one.proton_unit is None or two.proton_unit is None:
        which = (one if one.proton_unit is None else two).source
        raise BasisError(
            "Components not added",
            f"How large one proton is in {which} is not known.",
            "Both sets need a creatine or NAA signal.",
        )
    chosen = two.take(tuple(names))
    components = tuple(replace(c, name=_new_name(one, c.name)) for c in chosen.components)
    fids = on_grid_of(chosen, one) * (one.proton_unit / two.proton_unit)
    return _edited(
        one,
        np.concatenate([one.fids, fids]),
        (*one.components, *components),
        f"{', '.join(c.name for c in components)} added (from {other.source})",
    )


def with_lines(
    basis: BasisSet, name: str, kind: ComponentKind, lines: Sequence[BroadLine]
) -> BasisSet:
    """Return the set with one more component made of Gaussian lines.

    Raises
    ------
    BasisError
        If the set's scale is unknown, the name is there already or no line is given.
    """
    basis = normalise(basis)
    if basis.proton_unit is None or not lines:
        cause = "No line is given." if not lines else "How large one proton is is not known."
        raise BasisError(f"{name} not added", cause, "Give lines; the set needs creatine or NAA.")
    fid = broad_lines(lines, basis)
    broad = kind != "metabolite"
    width = lines[0].width_ppm if broad else None
    component = Component(name, kind, SHIFT_SD_PPM if broad else None, width)
    said = ", ".join(
        f"{x.protons:g} H at {x.shift_ppm:g} ppm, FWHM {x.width_ppm:g} ppm" for x in lines
    )
    return with_signal(basis, component, basis.proton_unit * fid, f"lines: {said}")


def broad_lines(lines: Sequence[BroadLine], grid: BasisSet) -> NDArray[np.complex128]:
    """Return the sum of Gaussian lines on the grid of a set, 1 per proton, shape (points,)."""
    per_ppm = grid.frequency_hz * 1e-6
    time = time_axis(grid.fids.shape[1], grid.dwell_s)
    fid = np.zeros(time.size, np.complex128)
    for line in lines:
        turn = np.exp(2j * np.pi * (line.shift_ppm - grid.centre_ppm) * per_ppm * time)
        fid += line.protons * gaussian_decay(time, line.width_ppm * per_ppm) * turn
    return fid


def renamed(basis: BasisSet, old: str, new: str) -> BasisSet:
    """Return the set with another name for a component, in the field's terms.

    Raises
    ------
    BasisError
        If the old name is not there or the new one is.
    """
    name = canonical_name(new)
    if name == old:
        return basis
    component = replace(basis.components[_row(basis, old)], name=_new_name(basis, new))
    return _with_component(basis, old, component, f"{old} renamed to {name}")


def with_kind(basis: BasisSet, name: str, kind: ComponentKind) -> BasisSet:
    """Return the set with a component counted among another kind."""
    component = basis.components[_row(basis, name)]
    if component.kind == kind:
        return basis
    return _with_component(basis, name, replace(component, kind=kind), f"{name} made a {kind}")


def scaled(basis: BasisSet, name: str, factor: float) -> BasisSet:
    """Return the set with a component's signal multiplied by ``factor``.

    Raises
    ------
    BasisError
        If it is not there, or the factor is zero or not finite.
    """
    if not np.isfinite(factor) or factor == 0:
        raise BasisError(
            f"{name} not scaled", f"The factor {factor:g} leaves no signal.", "Give another one."
        )
    return _with_row(basis, name, lambda fid: factor * fid, f"{name} times {factor:g}")


def shifted(basis: BasisSet, name: str, by_ppm: float) -> BasisSet:
    """Return the set with a component moved by ``by_ppm`` to higher shift.

    Raises
    ------
    BasisError
        If it is not there, or the shift is larger than 1 ppm.
    """
    if not abs(by_ppm) <= LARGEST_SHIFT_PPM:
        raise BasisError(
            f"{name} not moved",
            f"{by_ppm:g} ppm is more than {LARGEST_SHIFT_PPM:g} ppm.",
            "Give a smaller shift.",
        )
    by_hz = by_ppm * basis.frequency_hz * 1e-6
    return _with_row(
        basis, name, lambda fid: moved(fid, basis.dwell_s, by_hz), f"{name} moved {by_ppm:+g} ppm"
    )


def _row(basis: BasisSet, name: str) -> int:
    try:
        return basis.names.index(name)
    except ValueError:
        raise BasisError(
            "Basis set not changed",
            f"It has no component called {name}.",
            f"Choose from: {', '.join(basis.names)}.",
        ) from None


def _new_name(basis: BasisSet, raw: str) -> str:
    name = canonical_name(raw)
    if not name:
        raise BasisError("Basis set not changed", "A component needs a name.", "Give one.")
    if name in basis.names:
        raise BasisError("Basis set not changed", f"It already has {name}.", _REMEDY)
    return name


def _with_component(basis: BasisSet, name: str, component: Component, note: str) -> BasisSet:
    row = _row(basis, name)
    components = (*basis.components[:row], component, *basis.components[row + 1 :])
    return _edited(basis, basis.fids, components, note)


def _with_row(
    basis: BasisSet,
    name: str,
    change: Callable[[NDArray[np.complex128]], NDArray[np.complex128]],
    note: str,
) -> BasisSet:
    row = _row(basis, name)
    known = normalise(basis)
    fids = np.array(basis.fids)
    fids[row] = change(fids[row])
    return _edited(known, fids, basis.components, note)


def _edited(
    basis: BasisSet, fids: NDArray[np.complex128], components: tuple[Component, ...], note: str
) -> BasisSet:
    joint = "; " if EDITED in basis.source else f"; {EDITED}"
    changed = replace(
        basis, fids=fids, components=components, source=f"{basis.source}{joint}{note}"
    )
    return replace(changed, digest=content_digest(changed))

"""The fit engines on this computer: which can run, and what each would fit a case with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.fitting.engine import (
    engine_names,
    load_engine,
    runs_program,
    uses_basis,
    why_unavailable,
)
from mrsviewer.model.failure import FitError, MrsError
from mrsviewer.quantification.sums import PROTON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrsviewer.analysis.recipe import FitSettings


@dataclass(frozen=True, slots=True)
class EngineHere:
    """An installed engine.

    Attributes
    ----------
    name
        As it is registered.
    uses_basis
        Whether it explains the data by a basis set, not by peaks of its own.
    runs_program
        Whether it hands the data to a program of the user's.
    reason
        Why it cannot run here; None where it can.
    """

    name: str
    uses_basis: bool = True
    runs_program: bool = False
    reason: str | None = None


def engines_here() -> tuple[EngineHere, ...]:
    """Return all installed engines; one that cannot be loaded stands with the reason."""
    return tuple(engine_here(name) for name in engine_names())


def engine_here(name: str) -> EngineHere:
    """Return what is known of one engine before it fits anything."""
    try:
        engine = load_engine(name)
    except MrsError as error:
        return EngineHere(name, reason=error.failure.one_line())
    except (ImportError, AttributeError) as error:
        return EngineHere(name, reason=f"It cannot be loaded: {error}.")
    return EngineHere(name, uses_basis(engine), runs_program(engine), why_unavailable(engine))


def usual_engines(
    engines: Iterable[EngineHere], fit: FitSettings, nucleus: str | None
) -> tuple[str, ...]:
    """Return the engines to compare unless a person chooses others: all that suit the data.

    Those with a basis set for protons, or where there is a basis set for another nucleus; else
    those with peaks of their own. The engine of the recipe is always one of them.
    """
    with_basis = nucleus in {None, PROTON} or fit.basis_path is not None
    return tuple(
        one.name
        for one in engines
        if one.reason is None and (one.uses_basis == with_basis or one.name == fit.engine)
    )


def settings_of_each(fit: FitSettings, names: Iterable[str]) -> dict[str, FitSettings]:
    """Return what each engine fits with: basis set and macromolecules of the case.

    Options of the recipe are those of its own engine; the others have their defaults.
    """
    return {
        name: msgspec.structs.replace(
            fit, engine=name, options=fit.options if name == fit.engine else {}, enabled=True
        )
        for name in names
    }


def refuse_program(name: str, remedy: str) -> None:
    """Do nothing if an engine can be asked again and again, for a bootstrap.

    Raises
    ------
    FitError
        If it hands the data to another program, with this remedy; or if it is not there.
    """
    if runs_program(load_engine(name)):
        raise FitError(
            f"No bootstrap with engine {name}",
            "It starts another program for every spectrum.",
            remedy,
        )

"""An engine with its options, as it enters the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.fitting.engine import engine_names, load_engine, uses_basis, why_unavailable
from mrsviewer.model.failure import FitError, MrsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrsviewer.fitting.engine import FitEngine


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """An engine and the options it runs with.

    Attributes
    ----------
    label
        How it is called in tables: the engine's name, and options that differ from the default.
    engine, options
        What fits, and how.
    """

    label: str
    engine: FitEngine
    options: msgspec.Struct


def enter(word: str) -> Entrant:
    """Return the entrant that a word names: ``lcm``, or ``lcm={"shift_sd_ppm": 0.002}``.

    Raises
    ------
    FitError
        If there is no such engine, or it has no such options.
    """
    name, _, text = word.partition("=")
    engine = load_engine(name)
    try:
        options = msgspec.json.decode(text or "{}", type=engine.options)
    except msgspec.DecodeError as error:
        raise FitError(
            f"Options of engine {name}", f"{error}.", 'Write them as JSON: lcm={"option": 1}.'
        ) from error
    return Entrant(word, engine, options)


def enter_all(
    words: Iterable[str], *, peaks: bool = False
) -> tuple[tuple[Entrant, ...], tuple[str, ...]]:
    """Return the entrants, all installed engines if none is named, and why others are missing.

    An engine that is named must load; one that is merely installed may lack a package or a
    program of its own, or know nothing of the basis set that the spectra are made of, and is then
    left out with the reason. With ``peaks`` engines that fit peaks of their own enter as well.
    """
    named = tuple(words)
    if named:
        return tuple(enter(word) for word in named), ()
    entrants: list[Entrant] = []
    absent: list[str] = []
    for name in engine_names():
        try:
            entrant = enter(name)
            reason = _why_out(entrant.engine, peaks=peaks)
            if reason is None:
                entrants.append(entrant)
            else:
                absent.append(f"{name}: {reason}")
        except MrsError as error:
            absent.append(f"{name}: {error.failure.one_line()}")
        except ImportError as error:
            absent.append(f"{name}: {error}")
    return tuple(entrants), tuple(absent)


def _why_out(engine: FitEngine, *, peaks: bool) -> str | None:
    if not peaks and not uses_basis(engine):
        return "it fits peaks of its own, not the signals of a basis set"
    return why_unavailable(engine)

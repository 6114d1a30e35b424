"""An engine with its options, as it enters the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.fitting.engine import engine_names, load_engine
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


def enter_all(words: Iterable[str]) -> tuple[tuple[Entrant, ...], tuple[str, ...]]:
    """Return the entrants, all installed engines if none is named, and why others are missing.

    An engine that is named must load; one that is merely installed may lack a package of its
    own, and is then left out with the reason.
    """
    named = tuple(words)
    if named:
        return tuple(enter(word) for word in named), ()
    entrants: list[Entrant] = []
    absent: list[str] = []
    for name in engine_names():
        try:
            entrants.append(enter(name))
        except MrsError as error:
            absent.append(f"{name}: {error.failure.one_line()}")
        except ImportError as error:
            absent.append(f"{name}: {error}")
    return tuple(entrants), tuple(absent)

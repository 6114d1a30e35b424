"""What a fit engine is, and how engines are found."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    import msgspec

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.fit import FitResult

GROUP = "mrsviewer.fit_engines"
DEFAULT_ENGINE = "lcm"


@dataclass(frozen=True, slots=True, eq=False)
class FitProblem:
    """One spectrum and the signals to explain it with.

    Attributes
    ----------
    data
        One processed FID: ``data.dims == ()``.
    basis
        On any time grid; the engine resamples it to the data's.
    noise_sd
        Of the real part of the spectrum, if known beforehand (from the transients); else the
        engine measures it in a signal-free region.
    water
        The processed water reference: its line, and for programs that scale by it themselves.
    shim_of_water
        Whether the water went through the same shim: not where it is that of a whole grid.
    """

    data: Dataset
    basis: BasisSet
    noise_sd: float | None = None
    water: Dataset | None = None
    shim_of_water: bool = True


@runtime_checkable
class FitEngine(Protocol):
    """Anything that explains a spectrum by basis signals.

    ``options`` is a frozen msgspec struct type: validation, JSON and the form in the window are
    made from its annotations. ``fit`` ticks its context at least every 200 ms, is deterministic,
    and raises :class:`mrsviewer.model.failure.FitError` where it has no answer.

    An engine may also state traits: :func:`uses_basis`, :func:`runs_program` and
    :func:`why_unavailable` tell what counts where it does not.
    """

    name: str
    version: str
    options: type[msgspec.Struct]

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum."""
        ...


def uses_basis(engine: FitEngine) -> bool:
    """Return whether an engine explains data by the basis set; without it, by peaks of its own.

    The trait ``uses_basis: bool`` of the engine, true where it has none. What an engine that
    does not use a basis set returns has amplitudes of signals in the units of the data.
    """
    return bool(getattr(engine, "uses_basis", True))


def runs_program(engine: FitEngine) -> bool:
    """Return whether an engine only hands data to a program of the user's and reads its results.

    The trait ``runs_program: bool`` of the engine, false where it has none. How good such a fit
    is, is not this program's doing.
    """
    return bool(getattr(engine, "runs_program", False))


def why_unavailable(engine: FitEngine) -> str | None:
    """Return why an engine cannot run on this computer, or None if it can.

    The trait ``unavailable: str | None`` of the engine, None where it has none: an engine that
    runs a program of the user's says here that there is none.
    """
    reason: str | None = getattr(engine, "unavailable", None)
    return reason


def engine_names() -> tuple[str, ...]:
    """Return the names of all installed engines; imports none of them."""
    return tuple(sorted(entry.name for entry in entry_points(group=GROUP)))


def load_engine(name: str) -> FitEngine:
    """Import and return the engine called ``name``.

    Raises
    ------
    FitError
        If there is no such engine.
    """
    for entry in entry_points(group=GROUP, name=name):
        engine: FitEngine = entry.load()()
        return engine
    known = ", ".join(engine_names()) or "none"
    raise FitError(
        f"Unknown fit engine {name}",
        "No engine of that name is installed.",
        f"Choose from: {known}.",
    )

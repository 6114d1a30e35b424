"""The recipe: everything a person decided about a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from mrsviewer.fitting.engine import DEFAULT_ENGINE
from mrsviewer.model.acquisition import Localisation
from mrsviewer.processing.steps import AnyStep, Phase, default_steps
from mrsviewer.quantification.options import QuantificationOptions

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Acquisition

_Seconds = Annotated[float, msgspec.Meta(gt=0, le=60)] | None


class FitSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which engine fits, with which options, on which basis.

    ``options`` holds only what differs from the engine's defaults.
    """

    engine: Annotated[str, msgspec.Meta(description="Fit engine")] = DEFAULT_ENGINE
    options: dict[str, Any] = {}
    basis_path: Annotated[
        str | None, msgspec.Meta(description="Basis set; empty: simulate one that matches")
    ] = None
    enabled: bool = True


class EnteredByHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acquisition values that the file lacks or has wrong, as a person entered them."""

    echo_time_s: _Seconds = None
    te1_s: _Seconds = None
    repetition_time_s: _Seconds = None
    mixing_time_s: _Seconds = None
    localisation: Localisation | None = None

    def applied_to(self, acquisition: Acquisition) -> Acquisition:
        """Return ``acquisition`` with the entered values in place of the file's."""
        entered = {
            name: value for name, value in msgspec.structs.asdict(self).items() if value is not None
        }
        return replace(acquisition, **entered)

    def in_words(self) -> str:
        """Return what was entered, for step list and report; empty if nothing was."""
        said = (
            ("TE", self.echo_time_s),
            ("TE1", self.te1_s),
            ("TR", self.repetition_time_s),
            ("TM", self.mixing_time_s),
        )
        words = [f"{name} {value * 1e3:g} ms" for name, value in said if value is not None]
        if self.localisation is not None:
            words.append(f"sequence {self.localisation.upper()}")
        return ", ".join(words)


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Processing steps, fit and quantification options. JSON on disk, a value in memory."""

    version: int = 1
    entered: EnteredByHand = EnteredByHand()
    steps: tuple[AnyStep, ...] = default_steps()
    fit: FitSettings = FitSettings()
    quantification: QuantificationOptions = QuantificationOptions()

    @property
    def manual_phase(self) -> Phase:
        """Return the phase set by hand; a zero phase if there is none."""
        return next((s for s in self.steps if isinstance(s, Phase)), Phase())

    def with_manual_phase(self, phase: Phase) -> Recipe:
        """Return the recipe with the phase set by hand replaced; zero removes it."""
        others = tuple(step for step in self.steps if not isinstance(step, Phase))
        steps = others if phase.is_zero else (*others, phase)
        return msgspec.structs.replace(self, steps=steps)

"""The recipe: everything a person decided about a case."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from mrsviewer.fitting.engine import DEFAULT_ENGINE
from mrsviewer.processing.steps import AnyStep, Phase, default_steps
from mrsviewer.quantification.options import QuantificationOptions


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


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Processing steps, fit and quantification options. JSON on disk, a value in memory."""

    version: int = 1
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

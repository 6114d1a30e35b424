"""The changes to a basis set that a person can ask for: each a form and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

import msgspec

from mrsviewer.basis import editing
from mrsviewer.basis.macromolecule_choice import MacromoleculeChoice
from mrsviewer.model.basis import ComponentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.model.basis import BasisSet

Line = tuple[float, float, float]


class Edit(Protocol):
    """A change: a struct of values that a person gives."""

    def in_words(self) -> str:
        """Return what the form is for."""

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed; ``names`` are the components chosen. Raises BasisError."""


class Rename(msgspec.Struct, frozen=True):
    """Another name."""

    name: Annotated[str, msgspec.Meta(description="New name; put in the field's terms")] = ""

    def in_words(self) -> str:
        """Return what the form is for."""
        return (
            "Give the component another name. Names of the field (PCho, mI) become its usual ones."
        )

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed."""
        return editing.renamed(basis, names[0], self.name)


class Scale(msgspec.Struct, frozen=True):
    """Another size."""

    factor: Annotated[float, msgspec.Meta(description="What the signal is multiplied by")] = 1.0

    def in_words(self) -> str:
        """Return what the form is for."""
        return "Multiply the signals chosen. Concentrations of these change inversely."

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed."""
        for name in names:
            basis = editing.scaled(basis, name, self.factor)
        return basis


class Shift(msgspec.Struct, frozen=True):
    """Another place."""

    by_ppm: Annotated[
        float, msgspec.Meta(ge=-1, le=1, description="To higher shift; negative: to lower")
    ] = 0.0

    def in_words(self) -> str:
        """Return what the form is for."""
        return "Move the signals chosen along the axis."

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed."""
        for name in names:
            basis = editing.shifted(basis, name, self.by_ppm)
        return basis


class Kind(msgspec.Struct, frozen=True):
    """Another kind."""

    kind: ComponentKind = "metabolite"

    def in_words(self) -> str:
        """Return what the form is for."""
        return "Count the components chosen among metabolites, macromolecules or lipids."

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed."""
        for name in names:
            basis = editing.with_kind(basis, name, self.kind)
        return basis


class Macromolecules(msgspec.Struct, frozen=True):
    """Which macromolecules the exam is fitted with."""

    choice: Annotated[
        MacromoleculeChoice,
        msgspec.Meta(
            title="Macromolecules",
            description="auto: those of the set, else parametrised; set: just what the set has; "
            "lcmodel: the signals that LCModel simulates",
        ),
    ] = "auto"
    scan: Annotated[
        str | None,
        msgspec.Meta(
            title="Metabolite-nulled scan",
            description="Scan that gives measured ones",
            extra_json_schema={
                "empty": "none",
                "file": "Which metabolite-nulled scan?",
                "only": {"choice": ["auto", "measured", "both"]},
            },
        ),
    ] = None
    complete: Annotated[
        bool,
        msgspec.Meta(
            title="Missing metabolites",
            description="Simulate what a set from a file lacks of every brain's metabolites "
            "(GSH, PE, ...)",
            extra_json_schema={"only": {"choice": ["auto", "parametrised", "measured", "both"]}},
        ),
    ] = True

    def in_words(self) -> str:
        """Return what the form is for."""
        return (
            "Fit the open exam with parametrised macromolecules, with measured ones (of the set, "
            "or of a metabolite-nulled scan), or with both; and with the metabolites that its "
            "set lacks."
        )


class AddLines(msgspec.Struct, frozen=True):
    """A component of Gaussian lines."""

    name: Annotated[str, msgspec.Meta(min_length=1, description="Its name")] = "MM18"
    kind: ComponentKind = "macromolecule"
    lines: Annotated[
        tuple[Line, ...],
        msgspec.Meta(
            min_length=1,
            description="Shift (ppm), FWHM (ppm), protons of each: 1.28, 0.15, 2; 0.9, 0.14, 3",
        ),
    ] = ((1.8, 0.1, 1.0),)

    def in_words(self) -> str:
        """Return what the form is for."""
        return "Add a component made of Gaussian lines: shift, full width and protons of each."

    def applied(self, basis: BasisSet, names: tuple[str, ...]) -> BasisSet:
        """Return the set changed."""
        del names
        lines = [editing.BroadLine(*line) for line in self.lines]
        return editing.with_lines(basis, self.name, self.kind, lines)


def choice_of(names: Sequence[str], words: str) -> msgspec.Struct:
    """Return a form with one choice among ``names``, its words for the head of the dialog."""
    options: Any = Literal[tuple(names)]
    made = msgspec.defstruct(
        "Choice",
        [("component", options, names[0])],
        frozen=True,
        namespace={"in_words": lambda _self: words},
    )
    return made()

"""A basis set: the signal of one millimole of each metabolite."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Editing, Localisation
    from mrsviewer.model.dataset import Dataset

ComponentKind = Literal["metabolite", "macromolecule", "lipid"]
"""What a signal of a basis set can be."""

SignalKind = Literal["metabolite", "macromolecule", "lipid", "line"]
"""The same of a fitted signal; a ``line`` stands at a place where nothing is known."""


@dataclass(frozen=True, slots=True)
class Component:
    """One basis signal: its name in the field's terms (NAA, GPC, MM09), and what kind it is.

    Attributes
    ----------
    name, kind
        As said.
    shift_sd_ppm, width_ppm
        For parametrised macromolecules and lipids: prior standard deviation of the shift, and
        expected total FWHM at which its Gaussians were drawn. None for metabolites.
    """

    name: str
    kind: SignalKind = "metabolite"
    shift_sd_ppm: float | None = None
    width_ppm: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BasisSet:
    """Noise-free signals in the sign convention of :mod:`mrsviewer.dsp.conventions`.

    Attributes
    ----------
    fids
        Shape (components, points), complex128; made read-only. Phase such that the spectrum's
        real part is in absorption.
    components
        What each row is.
    dwell_s, frequency_hz, centre_ppm
        Time and frequency axes.
    proton_unit
        ``abs(fid[0])`` that one proton at concentration 1 has in this set; a methyl group of
        concentration 1 therefore starts at ``3 * proton_unit``. None where it is unknown.
    echo_time_s, te1_s, localisation
        For which sequence it was made; None where the file does not say.
    editing
        For which spectrum of an edited sequence; None where it is not edited or not said.
    line_ppm
        FWHM of its lines, if the file says; None otherwise.
    source
        "simulated: PRESS TE 30 ms (TE1 15 ms), ..." or the file's name.
    digest
        Content hash, for caches and reports.
    """

    fids: NDArray[np.complex128]
    components: tuple[Component, ...]
    dwell_s: float
    frequency_hz: float
    centre_ppm: float
    source: str
    digest: str
    proton_unit: float | None = None
    echo_time_s: float | None = None
    te1_s: float | None = None
    localisation: Localisation | None = None
    editing: Editing | None = None
    line_ppm: float | None = None

    def __post_init__(self) -> None:
        self.fids.setflags(write=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the components."""
        return tuple(component.name for component in self.components)

    def take(self, keep: tuple[str, ...]) -> BasisSet:
        """Return the set with only the components named, in this set's order."""
        rows = [i for i, name in enumerate(self.names) if name in keep]
        return replace(
            self,
            fids=self.fids[rows],
            components=tuple(self.components[i] for i in rows),
            digest=f"{self.digest}/{','.join(self.names[i] for i in rows)}",
        )


def no_signals(data: Dataset) -> BasisSet:
    """Return an empty set on the axes of ``data``, for engines that use none."""
    return BasisSet(
        np.zeros((0, data.points), np.complex128),
        (),
        data.acquisition.dwell_s,
        data.acquisition.frequency_hz,
        data.centre_ppm,
        source="none: peaks of the engine's own",
        digest="none",
    )

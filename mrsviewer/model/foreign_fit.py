"""The outcome of a fit by another program, as far as its files tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ForeignQuantity:
    """One line of a table of concentrations.

    Attributes
    ----------
    name
        As the program writes it: "NAA", "NAA+NAAG", "TNAA".
    amount
        In the program's own unit.
    sd_percent
        Its estimate of the standard deviation relative to the value. LCModel writes 999 for
        "nothing found", TARQUIN infinity; None where there is no such column.
    ratio
        Relative to :attr:`ForeignFit.ratio_to`; None where there is none.
    """

    name: str
    amount: float
    sd_percent: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ForeignCurve:
    """One fitted component.

    Attributes
    ----------
    name
        As the program writes it.
    values
        Shape (n,), real; without the baseline. Made read-only.
    """

    name: str
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class ForeignCurves:
    """Spectra of a fit, real parts in the phase in which the program shows them.

    Attributes
    ----------
    ppm
        Shape (n,), descending; it may have gaps.
    data, fit, baseline
        Shape (n,). The fit includes the baseline.
    components
        In the order of the file; those of amount 0 are missing.
    """

    ppm: NDArray[np.float64]
    data: NDArray[np.float64]
    fit: NDArray[np.float64]
    baseline: NDArray[np.float64]
    components: tuple[ForeignCurve, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.ppm, self.data, self.fit, self.baseline):
            array.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class ForeignFit:
    """What the result files of LCModel or TARQUIN hold; what a file does not say is None.

    Attributes
    ----------
    program, version
        "LCModel", "6.3-1R".
    path, digest
        The file, and the SHA-256 of its content.
    title
        What the program was told to call it.
    curves
        Spectra, where the file holds them.
    quantities
        Table of concentrations.
    ratio_to
        What the ratios are relative to: "Cr+PCr".
    voxel
        Row, column and slice from 1, for spectroscopic imaging.
    fwhm_ppm, signal_to_noise, shift_ppm
        The program's own line width, S/N and shift of the data.
    zero_phase_deg, first_phase_deg_per_ppm
        Phase it applied to the data.
    settings
        Control parameters that the file repeats, in capitals.
    messages
        What the program warned of.
    """

    program: str
    path: Path
    digest: str
    version: str | None = None
    title: str | None = None
    curves: ForeignCurves | None = None
    quantities: tuple[ForeignQuantity, ...] = ()
    ratio_to: str | None = None
    voxel: tuple[int, int, int] | None = None
    fwhm_ppm: float | None = None
    signal_to_noise: float | None = None
    shift_ppm: float | None = None
    zero_phase_deg: float | None = None
    first_phase_deg_per_ppm: float | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    messages: tuple[str, ...] = ()

    def get(self, name: str) -> ForeignQuantity | None:
        """Return the quantity called ``name``, or None."""
        return next((q for q in self.quantities if q.name == name), None)

"""Concentrations and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QuantityKind = Literal["metabolite", "sum", "macromolecule", "lipid", "line"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One line of the table of concentrations.

    Attributes
    ----------
    name, kind
        "tNAA", "sum".
    amplitude
        Fitted amplitude in units of the basis set.
    concentration, unit
        Scaled value; ``concentration`` is None where it cannot be known (no water reference).
    crlb
        Cramer-Rao lower bound of the standard deviation, in the same unit as the value shown
        (concentration, or amplitude where there is no concentration).
    crlb_percent
        The same relative to the value; None where the value is 0.
    ratio_to_tcr, ratio_sd
        Concentration ratio to tCr (or what the table refers to) and its bound with the covariance
        of both; None without it, and for a line of no known metabolite.
    detected
        False where the value is not distinguishable from nothing (less than 2 CRLB). A negative
        value is that of a line that stands upside down.
    """

    name: str
    kind: QuantityKind
    amplitude: float
    concentration: float | None
    unit: str
    crlb: float
    crlb_percent: float | None
    ratio_to_tcr: float | None
    ratio_sd: float | None
    detected: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that entered a concentration, by name, with its unit and source."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Quantification:
    """All concentrations of one fit, how they were scaled and with which constants.

    ``reference`` is what ratios are to: "tCr", in phosphorus spectra "PCr"; None where it was not
    found, so that there are no ratios.
    """

    quantities: tuple[Quantity, ...]
    method: str
    unit: str
    constants: tuple[Constant, ...]
    notes: tuple[str, ...] = ()
    reference: str | None = "tCr"

    def get(self, name: str) -> Quantity | None:
        """Return the quantity called ``name``, or None."""
        return next((q for q in self.quantities if q.name == name), None)

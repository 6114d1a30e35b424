"""The lines of the table of concentrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.quantities import Quantity
from mrsviewer.quantification.sums import (
    PROTON,
    Selection,
    ratio_spread,
    reference_of,
    spread,
    sums_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.quantities import QuantityKind

AMPLITUDE_UNIT = "a.u."
DETECTED = 2.0
"""A value below this many Cramer-Rao bounds is not told from nothing."""


def quantities(
    fit: FitResult, factors: NDArray[np.float64], unit: str, nucleus: str = PROTON
) -> tuple[Quantity, ...]:
    """Return one line per component, then the sums.

    Parameters
    ----------
    fit
        Amplitudes and their covariance.
    factors
        Shape (k,): concentration per amplitude; NaN where there is none.
    unit
        Of the concentrations.
    nucleus
        Of the data; sums are those of proton spectra.
    """
    count = len(fit.components)
    table = _Table(fit, factors, unit, reference_of(fit.names, nucleus))
    singles = [
        table.line(Selection(component.name, row), component.kind)
        for component, row in zip(fit.components, np.eye(count), strict=True)
    ]
    sums = [table.line(selection, "sum") for selection in sums_of(fit.names, nucleus)]
    return (*singles, *sums)


def found_reference(fit: FitResult, nucleus: str) -> str | None:
    """Return the name of what ratios are to; None where none of it was found."""
    reference = reference_of(fit.names, nucleus)
    return reference.name if float(reference.weights @ fit.amplitudes) > 0 else None


class _Table:
    """Makes the lines of one table."""

    def __init__(
        self, fit: FitResult, factors: NDArray[np.float64], unit: str, reference: Selection
    ) -> None:
        self.fit, self.factors, self.unit, self.reference = fit, factors, unit, reference

    def line(self, selection: Selection, kind: QuantityKind) -> Quantity:
        """Return one component or sum."""
        fit, weights = self.fit, selection.weights
        amplitude = float(weights @ fit.amplitudes)
        factors = np.where(weights > 0, self.factors, 0.0) * weights
        absolute = bool(np.isfinite(factors).all() and factors.any())
        used = factors if absolute else weights
        value = float(used @ fit.amplitudes)
        crlb = spread(used, fit.covariance)
        ratio, ratio_sd = (None, None) if kind == "line" else self._ratio(selection)
        return Quantity(
            name=selection.name,
            kind=kind,
            amplitude=amplitude,
            concentration=value if absolute else None,
            unit=self.unit if absolute else AMPLITUDE_UNIT,
            crlb=crlb,
            crlb_percent=100 * crlb / abs(value) if value else None,
            ratio_to_tcr=ratio,
            ratio_sd=ratio_sd,
            detected=value != 0 and abs(value) >= DETECTED * crlb,
        )

    def _ratio(self, selection: Selection) -> tuple[float | None, float | None]:
        fit, reference = self.fit, self.reference
        total = float(reference.weights @ fit.amplitudes)
        if total <= 0:
            return None, None
        ratio = float(selection.weights @ fit.amplitudes) / total
        if selection.name == reference.name:
            return ratio, 0.0
        bound = ratio_spread(selection.weights, reference.weights, fit.amplitudes, fit.covariance)
        return ratio, bound

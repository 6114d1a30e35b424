"""The outcome of a fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mrsviewer.model.basis import Component

BASIS_UNIT = "basis"
"""Amplitudes relative to the signals of the basis set."""

SIGNAL_UNIT = "signal at time zero"
"""Amplitudes of signals in the units of the data, per nucleus where its number is known."""

CONCENTRATION_UNIT = "mM"
"""Concentrations as the program that fitted has scaled them, by a water reference."""


CONVERGED = "The fit converged."
"""What a fit says of which nothing is to be doubted."""


@dataclass(frozen=True, slots=True)
class Lineshape:
    """What the engine found for one component besides its amplitude."""

    shift_ppm: float
    lorentzian_hz: float
    gaussian_hz: float


@dataclass(frozen=True, slots=True, eq=False)
class FitResult:
    """Fitted spectra and amplitudes. Curves are in the frame of the data that was fitted.

    All curves are complex, on ``ppm`` (descending), with the phase of the *data*: the residual
    is ``data - fit``, and ``fit == baseline + components.sum(axis=0)``. To look at them in
    absorption, multiply every one by ``exp(-1j * (zero_phase_rad + 2 pi * first_phase_s *
    (f - pivot)))``, which :func:`mrsviewer.dsp.phase.phase_factor` gives.

    Attributes
    ----------
    engine, engine_version
        Who fitted.
    ppm
        Shape (n,), the fit window.
    data, fit, baseline
        Shape (n,), complex128.
    curves
        Shape (k, n): each component at its fitted amplitude.
    components
        What the k rows are.
    amplitudes
        Shape (k,), in ``amplitude_unit``.
    covariance
        Shape (k, k): Cramer-Rao covariance of the amplitudes, baseline and all nuisance
        parameters included, scaled by ``noise_sd``.
    lineshapes
        One per component.
    zero_phase_rad, first_phase_s
        Phase the engine found on top of the data's own, about ``pivot_ppm``.
    shift_ppm
        Common shift of data against basis.
    noise_sd
        Standard deviation of real (and of imaginary) part of the spectrum, from noise alone.
    residual_sd
        Standard deviation of the real part of the residual in the window.
    effective_baseline_df
        Effective degrees of freedom the baseline took.
    converged, message, iterations
        How the optimiser ended.
    amplitude_unit
        One of the constants above, or another program's own unit in words. Only amplitudes in
        units of the basis set (1 = the basis signal itself) can be scaled by a water reference.
    prior_pull
        Shape (k,): how far soft expectations of amplitudes moved each of them, in the same unit;
        None where the engine has no such expectations.
    solution
        The engine's own parameters, from which it can start again; None if it keeps none.
    """

    engine: str
    engine_version: str
    ppm: NDArray[np.float64]
    data: NDArray[np.complex128]
    fit: NDArray[np.complex128]
    baseline: NDArray[np.complex128]
    curves: NDArray[np.complex128]
    components: tuple[Component, ...]
    amplitudes: NDArray[np.float64]
    covariance: NDArray[np.float64]
    lineshapes: tuple[Lineshape, ...]
    zero_phase_rad: float
    first_phase_s: float
    pivot_ppm: float
    shift_ppm: float
    noise_sd: float
    residual_sd: float
    effective_baseline_df: float
    converged: bool
    message: str
    iterations: int
    amplitude_unit: str = BASIS_UNIT
    prior_pull: NDArray[np.float64] | None = None
    solution: NDArray[np.float64] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the components."""
        return tuple(component.name for component in self.components)

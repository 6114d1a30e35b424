"""From the result files of another program to a fit result on the data that were given to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.noise import noise_sd
from mrsviewer.model.basis import Component
from mrsviewer.model.failure import FitError
from mrsviewer.model.fit import FitResult, Lineshape
from mrsviewer.model.names import canonical_name, component_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.foreign_fit import ForeignCurves, ForeignFit, ForeignQuantity

FIRST_PHASES = np.deg2rad(np.arange(-60.0, 60.5, 2.0))
"""First-order phases tried, in rad per ppm."""

REFINEMENTS = 4
MISFIT = 0.05
"""Share of the energy by which a program's data may differ from those that it was given."""

NOTHING_FOUND = 900.0
"""A standard deviation in percent from which on a program means that it found nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose result it is.

    Attributes
    ----------
    engine, version
        The engine that ran the program.
    sums
        Members of the program's quantities that are sums of others, by name.
    unit
        Of its amplitudes; None for the program's own.
    """

    engine: str
    version: str
    sums: Mapping[str, tuple[str, ...]]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """How a program's real spectra lie in the frame of the data.

    Attributes
    ----------
    scale
        Data units per unit of the program's.
    zero_rad, first_rad_per_ppm, pivot_ppm
        Phase of the data against the program's.
    shift_ppm
        How far the data lie above the program's axis.
    misfit
        Share of the program's data that the frame does not explain.
    """

    scale: float
    zero_rad: float
    first_rad_per_ppm: float
    pivot_ppm: float
    shift_ppm: float
    misfit: float

    def turn(self, ppm: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the phase factor of the data at shifts of the program's axis."""
        away = ppm - self.pivot_ppm
        return np.asarray(np.exp(1j * (self.zero_rad + self.first_rad_per_ppm * away)))


def spectrum_at(data: Dataset, ppm: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the spectrum of one FID at any chemical shifts, shape of ``ppm``."""
    offset = (ppm - data.centre_ppm) * data.acquisition.hz_per_ppm * data.acquisition.dwell_s
    found = np.empty(ppm.size, np.complex128)
    index = np.arange(data.points)
    for start in range(0, ppm.size, 256):
        part = slice(start, start + 256)
        found[part] = np.exp(-2j * np.pi * offset[part, None] * index) @ data.fid
    return found


def find_frame(data: Dataset, curves: ForeignCurves, shifts_ppm: tuple[float, ...]) -> Frame:
    """Return the frame in which the program's spectrum of the data is that of the data.

    Parameters
    ----------
    data
        One FID, as it was given to the program.
    curves
        What the program says of it.
    shifts_ppm
        Shifts of the data that come into question.
    """
    frames = [_frame(spectrum_at(data, curves.ppm + s), curves, s) for s in shifts_ppm]
    return min(frames, key=lambda frame: frame.misfit)


def _frame(spectrum: NDArray[np.complex128], curves: ForeignCurves, shift_ppm: float) -> Frame:
    pivot = float(curves.ppm.mean())
    away, wanted = curves.ppm - pivot, curves.data
    energy = float(wanted @ wanted) or 1.0

    def matched(first: float) -> tuple[float, float, float]:
        turned = spectrum * np.exp(-1j * first * away)
        design = np.stack([turned.real, turned.imag], axis=1)
        weights = np.linalg.lstsq(design, wanted, rcond=None)[0]
        left = wanted - design @ weights
        return float(left @ left) / energy, float(weights[0]), float(weights[1])

    first = float(min(FIRST_PHASES, key=lambda trial: matched(trial)[0]))
    step = float(FIRST_PHASES[1] - FIRST_PHASES[0])
    for _ in range(REFINEMENTS):
        trials = first + step * np.linspace(-1, 1, 9)
        first = float(min(trials, key=lambda trial: matched(trial)[0]))
        step /= 4
    misfit, real, imag = matched(first)
    size = float(np.hypot(real, imag)) or 1.0
    return Frame(1 / size, float(np.arctan2(imag, real)), first, pivot, shift_ppm, misfit)


def to_result(
    data: Dataset, fit: ForeignFit, shifts_ppm: tuple[float, ...], origin: Origin
) -> FitResult:
    """Return the result of another program in the frame of the data.

    The imaginary parts of its curves are zero in its own phase, since it gives none; data are
    those that it was given. Bounds are its own; what it says of sums gives their covariances.

    Parameters
    ----------
    data
        One FID, as it was given to the program.
    fit
        What its files hold.
    shifts_ppm
        Shifts of the data against the program's axis that come into question.
    origin
        Whose result it is.

    Raises
    ------
    FitError
        If there are no spectra or no quantities in its files.
    """
    curves, singles = _content(fit, origin.sums)
    frame = find_frame(data, curves, shifts_ppm)
    turn = frame.scale * frame.turn(curves.ppm)
    rows = _rows(curves, singles)
    ppm = curves.ppm + frame.shift_ppm
    acquisition = data.acquisition
    width = (fit.fwhm_ppm or 0.0) * acquisition.hz_per_ppm
    left = (curves.data - curves.fit) * frame.scale
    return FitResult(
        engine=origin.engine,
        engine_version=f"{origin.version} ({fit.program} {fit.version or 'of unknown version'})",
        ppm=ppm,
        data=spectrum_at(data, ppm),
        fit=curves.fit * turn,
        # What the files show of the fit but of no component is in the baseline.
        baseline=(curves.fit - rows.sum(axis=0)) * turn,
        curves=rows * turn,
        components=tuple(_component(q.name) for q in singles),
        amplitudes=np.array([q.amount for q in singles]),
        covariance=_covariance(fit, singles, origin.sums),
        lineshapes=(Lineshape(frame.shift_ppm, 0.0, width),) * len(singles),
        zero_phase_rad=frame.zero_rad,
        first_phase_s=frame.first_rad_per_ppm / (2 * np.pi * acquisition.hz_per_ppm),
        pivot_ppm=frame.pivot_ppm + frame.shift_ppm,
        shift_ppm=frame.shift_ppm,
        noise_sd=_noise(data),
        residual_sd=float(np.sqrt(np.mean(left**2))),
        effective_baseline_df=0.0,
        converged=True,
        message=_message(fit, frame),
        iterations=1,
        amplitude_unit=origin.unit or f"{fit.program}'s own unit",
    )


def _content(
    fit: ForeignFit, sums: Mapping[str, tuple[str, ...]]
) -> tuple[ForeignCurves, tuple[ForeignQuantity, ...]]:
    """Return the spectra, and the quantities that are no sums; raise FitError without either."""
    singles = tuple(quantity for quantity in fit.quantities if quantity.name not in sums)
    if fit.curves is None or not singles:
        raise FitError(
            f"{fit.program} gave no result",
            f"Its files hold no {'spectra' if fit.curves is None else 'concentrations'}.",
            "Run it by hand on these data to see what it says.",
        )
    return fit.curves, singles


def _rows(curves: ForeignCurves, singles: tuple[ForeignQuantity, ...]) -> NDArray[np.float64]:
    """Return the curve of each quantity; the files leave out those of amount 0."""
    drawn = {curve.name: curve.values for curve in curves.components}
    nothing = np.zeros_like(curves.ppm)
    return np.array([drawn.get(quantity.name, nothing) for quantity in singles])


def _noise(data: Dataset) -> float:
    acquisition = data.acquisition
    hz_per_ppm = acquisition.hz_per_ppm
    return noise_sd(data.fid, acquisition.dwell_s, hz_per_ppm, data.centre_ppm)


def _message(fit: ForeignFit, frame: Frame) -> str:
    said = list(fit.messages)
    if frame.misfit > MISFIT:
        said.append(
            f"The spectrum that {fit.program} shows differs from the data by "
            f"{100 * frame.misfit:.0f} % of its energy, so its curves are placed roughly."
        )
    return " ".join(said) or f"{fit.program} ended as usual."


def _component(raw: str) -> Component:
    name = canonical_name(raw)
    return Component(name, component_kind(name))


def _covariance(
    fit: ForeignFit, singles: tuple[ForeignQuantity, ...], sums: Mapping[str, tuple[str, ...]]
) -> NDArray[np.float64]:
    """Return the covariance that standard deviations of quantities and of their sums imply.

    What was not found has no bound; it gets the largest of the others.
    """
    deviations = np.array([_deviation(q) for q in singles])
    known = deviations[np.isfinite(deviations)]
    deviations[~np.isfinite(deviations)] = known.max(initial=0.0)
    covariance = np.diag(deviations**2)
    names = [q.name for q in singles]
    for name, members in sums.items():
        total = fit.get(name)
        pair = [names.index(member) for member in members if member in names]
        if total is None or len(pair) != 2 or len(members) != 2:
            continue
        spread = _deviation(total)
        if np.isfinite(spread):
            first, second = pair
            most = deviations[first] * deviations[second]
            shared = 0.5 * (spread**2 - deviations[first] ** 2 - deviations[second] ** 2)
            covariance[first, second] = covariance[second, first] = np.clip(shared, -most, most)
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def _deviation(quantity: ForeignQuantity) -> float:
    """Return the standard deviation of a quantity; not finite where there is none."""
    percent = quantity.sd_percent
    if percent is None or percent >= NOTHING_FOUND or quantity.amount == 0:
        return float("nan")
    return abs(quantity.amount) * percent / 100

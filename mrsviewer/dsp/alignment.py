"""Frequency and phase of transients against one another, and which of them are unlike the rest.

Spectral registration in the time domain on a part of the spectrum (Near 2015, MRM 73:44). For one
transient ``y`` and target ``r`` the model is ``y = a exp(i(2 pi f t + phi)) r`` with free ``a``
and ``phi``. Both are linear unknowns in disguise, so they drop out (variable projection): the
best ``f`` maximises ``|c(f)|``, ``c(f) = sum(conj(r) y exp(-2 pi i f t))``, which a zero-filled
FFT of ``conj(r) y`` shows at all shifts at once, and Newton steps with analytic derivatives
refine; ``phi`` is the angle of ``c`` there. The target is the mean of the *other* transients:
a mean that holds the transient itself would pull its shift to zero when noise is strong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import ppm_axis, time_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

TAPER_PPM = 0.1
"""Width of the cosine flanks of the part of the spectrum that is compared."""

SIGNAL_S = 0.25
"""Longest part of a FID compared; singlets in the brain have decayed by then."""

TRUSTED = 5.0
"""A shift counts where its peak stands this many noise SDs high; others follow their neighbours."""

HARMLESS = 0.1
"""Difference from the median, as a share of it, that does not make a transient unlike."""

NEWTON_STEPS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """What was found for each transient.

    Attributes
    ----------
    shift_hz, phase_rad
        Shape (transients,): by how much each transient is above the common frequency and phase;
        mean shift and (circular) mean phase are zero, so the average keeps its axis.
    likeness
        Shape (transients,): normalised correlation with the mean of the others, 0 to 1.
    trusted
        Shape (transients,): False where noise hid the shift and the neighbours' was taken.
    """

    shift_hz: NDArray[np.float64]
    phase_rad: NDArray[np.float64]
    likeness: NDArray[np.float64]
    trusted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Part of the spectra of transients, back in the time domain on a coarser grid.

    Attributes
    ----------
    fids
        Shape (transients, samples).
    dwell_s
        Their sampling interval.
    noise
        SD of real and imaginary part of one sample.
    """

    fids: NDArray[np.complex128]
    dwell_s: float
    noise: float


def take_band(
    fids: NDArray[np.complex128],
    dwell_s: float,
    hz_per_ppm: float,
    centre_ppm: float,
    range_ppm: tuple[float, float],
) -> Band:
    """Return what transients, shape (transients, points), hold between two chemical shifts.

    Only the first quarter of a second is kept (at least 32 samples).

    Raises
    ------
    ValueError
        If the range lies outside the bandwidth.
    """
    points = fids.shape[-1]
    ppm = ppm_axis(points, dwell_s, hz_per_ppm, centre_ppm)
    low, high = range_ppm
    inside = np.flatnonzero((ppm >= low) & (ppm <= high))
    if inside.size < 16:
        msg = f"fewer than 16 points between {low:g} and {high:g} ppm"
        raise ValueError(msg)
    part = fft.fftshift(fft.fft(fids, axis=-1), axes=-1)[:, inside[0] : inside[-1] + 1]
    edge = np.minimum(ppm[inside] - ppm[inside[0]], ppm[inside[-1]] - ppm[inside])
    part = part * (0.5 - 0.5 * np.cos(np.pi * np.clip(edge / TAPER_PPM, 0.0, 1.0)))
    narrow = fft.ifft(fft.ifftshift(part, axes=-1), axis=-1)
    coarse_s = dwell_s * points / inside.size
    noise = float(np.median(np.abs(narrow[:, -max(4, inside.size // 4) :]))) / np.sqrt(
        2 * np.log(2)
    )
    kept = max(32, round(SIGNAL_S / coarse_s))
    return Band(np.asarray(narrow[:, :kept]), coarse_s, noise)


def align(
    band: Band,
    max_shift_hz: float = 20.0,
    rounds: int = 3,
    tick: Callable[[float], None] = lambda _: None,
) -> Alignment:
    """Return shift and phase of each transient.

    Parameters
    ----------
    band
        From :func:`take_band`; two transients or more.
    max_shift_hz
        How far to look.
    rounds
        How often the mean of the aligned transients becomes the new target. The first target is
        the mean of all after phasing against the transient that is most like the others.
    tick
        Called with the fraction done before each round.
    """
    count = band.fids.shape[0]
    shift = np.zeros(count)
    phase = np.angle(_against_medoid(band.fids))
    trusted = np.ones(count, bool)
    like = np.zeros(count)
    for turn in range(rounds):
        tick(turn / rounds)
        aligned = _undo(band, shift, phase)
        others = (aligned.sum(axis=0) - aligned) / (count - 1)
        product = others.conj() * band.fids
        shift, value, curvature = _peak(product, band.dwell_s, max_shift_hz)
        spread = band.noise * np.sqrt(2.0) * np.linalg.norm(others, axis=1)
        trusted = (np.abs(value) > TRUSTED * spread) & (np.abs(shift) < max_shift_hz)
        trusted &= curvature < 0.0
        phase = np.angle(value)
        shift, phase = _follow_neighbours(shift, phase, trusted)
        like = np.abs(value) / np.maximum(
            np.linalg.norm(others, axis=1) * np.linalg.norm(band.fids, axis=1), 1e-300
        )
    shift = shift - shift.mean()
    phase = np.angle(np.exp(1j * (phase - np.angle(np.exp(1j * phase).mean()))))
    return Alignment(shift, phase, like, trusted)


def apply_alignment(
    fids: NDArray[np.complex128],
    dwell_s: float,
    shift_hz: NDArray[np.float64],
    phase_rad: NDArray[np.float64],
) -> NDArray[np.complex128]:
    """Return transients, shape (transients, points), with shifts and phases taken out."""
    t = time_axis(fids.shape[-1], dwell_s)
    turn = phase_rad[:, None] + 2.0 * np.pi * shift_hz[:, None] * t
    return np.asarray(fids * np.exp(-1j * turn))


def unlikeness(band: Band, alignment: Alignment) -> NDArray[np.float64]:
    """Return how far each aligned transient is from their median, in robust SDs above the rest.

    The distance is the squared norm of the difference, so noise, lost signal and a changed line
    shape all count. The scale is 1.4826 times the median absolute deviation, but not below what
    noise alone makes of a norm of that many samples, nor so small that a difference of a tenth
    of the signal would pass three SDs.
    """
    aligned = _undo(band, alignment.shift_hz, alignment.phase_rad)
    middle = np.median(aligned.real, axis=0) + 1j * np.median(aligned.imag, axis=0)
    distance = np.linalg.norm(aligned - middle, axis=1) ** 2
    typical = float(np.median(distance))
    scale = 1.4826 * float(np.median(np.abs(distance - typical)))
    harmless = HARMLESS**2 * float(np.linalg.norm(middle)) ** 2 / 3.0
    scale = max(scale, typical / np.sqrt(band.fids.shape[1]), harmless, 1e-300)
    return np.asarray((distance - typical) / scale)


def unlike(distances: NDArray[np.float64], threshold_sd: float = 3.0) -> NDArray[np.int_]:
    """Return the numbers, ascending, of the transients to leave out; never more than half.

    With fewer than four transients nobody can say which is unlike: none is returned.
    """
    if distances.size < 4:
        return np.empty(0, np.int_)
    worst = np.argsort(-distances, kind="stable")[: distances.size // 2]
    return np.sort(worst[distances[worst] > threshold_sd])


def _against_medoid(fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the correlation of each transient with the one most like all others."""
    likeness = fids @ fids.conj().T
    norms = np.maximum(np.linalg.norm(fids, axis=1), 1e-300)
    best = int(np.argmax((np.abs(likeness) / norms).sum(axis=1) / norms))
    return np.asarray(likeness[:, best])


def _undo(
    band: Band, shift: NDArray[np.float64], phase: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Return the band's transients aligned."""
    return apply_alignment(band.fids, band.dwell_s, shift, phase)


def _peak(
    product: NDArray[np.complex128], dwell_s: float, max_shift_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.complex128], NDArray[np.float64]]:
    """Return where ``|c(f)|`` is largest, ``c`` there, and the curvature of ``|c|^2``."""
    samples = product.shape[1]
    size = fft.next_fast_len(4 * samples)
    freq = fft.fftfreq(size, dwell_s)
    near = np.flatnonzero(np.abs(freq) <= max_shift_hz)
    coarse = np.abs(fft.fft(product, size, axis=1)[:, near])
    shift = freq[near[np.argmax(coarse, axis=1)]]
    t = time_axis(samples, dwell_s)
    step = 1.0 / (size * dwell_s)
    for _ in range(NEWTON_STEPS):
        value, slope, curvature = _moments(product, t, shift)
        safe = np.where(curvature < 0.0, curvature, -np.inf)
        shift = shift - np.clip(slope / safe, -step, step)
    value, _, curvature = _moments(product, t, shift)
    return shift, value, curvature


def _moments(
    product: NDArray[np.complex128], t: NDArray[np.float64], shift: NDArray[np.float64]
) -> tuple[NDArray[np.complex128], NDArray[np.float64], NDArray[np.float64]]:
    """Return ``c`` and the first and second derivative of ``|c|^2`` with respect to ``f``."""
    turned = product * np.exp(-2j * np.pi * shift[:, None] * t)
    rate = -2j * np.pi * t
    value, first, second = turned.sum(axis=1), turned @ rate, turned @ rate**2
    slope = 2.0 * (value.conj() * first).real
    curvature = 2.0 * (np.abs(first) ** 2 + (value.conj() * second).real)
    return value, slope, curvature


def _follow_neighbours(
    shift: NDArray[np.float64], phase: NDArray[np.float64], trusted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shifts and phases with those not trusted interpolated between those that are."""
    if trusted.all() or not trusted.any():
        zero = np.zeros_like(shift)
        return (shift, phase) if trusted.all() else (zero, zero)
    where = np.flatnonzero(trusted)
    order = np.arange(shift.size)
    return (
        np.interp(order, where, shift[where]),
        np.interp(order, where, np.unwrap(phase[where])),
    )

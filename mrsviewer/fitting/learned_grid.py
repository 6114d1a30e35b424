"""Spectra as the learned engine sees them: in place, in phase, of unit size, on one fixed grid.

Shift, phase and size are found by correlation with singlets of tNAA, tCr and tCho, the samples
weighted so that what decays within 20 ms counts little. Time is counted in units of 1/ppm (time
times Hz per ppm), so that spectra of slightly different field lie on one grid. Training and
fitting use the same function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Complex = NDArray[np.complexfloating]
    Real = NDArray[np.floating]

SINGLETS = ((2.01, 36.0), (3.03, 24.0), (3.21, 14.0), (3.93, 14.0))
"""ppm and relative size of what is looked for; any brain has the most of it."""

WIDTH_PPM = 0.045
"""Of the Gaussian lines that are looked for, at half height."""

BROAD_DECAY = 2.5
"""In 1/ppm (20 ms at 3 T): what decays faster counts little."""

REACH_PPM = 0.16
"""Largest shift; tCho and tCr are further apart."""

TAPER = 0.25
"""Share of the record over which it is faded out, so that narrow lines do not ring."""

UNIT = 150.0
"""What counts as 1 in the inputs, so that usual peaks are a few units high."""

LARGEST = 20.0
"""Inputs are cut at this size; spectra that reach it are unlike any that was learned."""


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fixed grid.

    Attributes
    ----------
    duration
        How much of the record is used, in 1/ppm.
    high_ppm, step_ppm, count
        The frequencies: ``high_ppm - i * step_ppm``.
    """

    duration: float
    high_ppm: float
    step_ppm: float
    count: int


@dataclass(frozen=True, slots=True)
class Sampling:
    """How FIDs are sampled: time between samples, Hz per ppm, and what lies at 0 Hz."""

    dwell_s: float
    hz_per_ppm: float
    centre_ppm: float

    @property
    def step(self) -> float:
        """Return the time between samples in 1/ppm."""
        return self.dwell_s * self.hz_per_ppm


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """FIDs in place.

    Attributes
    ----------
    inputs
        Shape (n, 2, count), float32: real and imaginary part.
    shift_ppm, phase_rad, gain
        Shape (n,): what was taken off. Data are the aligned FID times gain, turned by the phase,
        moved by the shift.
    samples
        How many samples were used.
    template
        Root of the energy of what was looked for: the match has this many times the noise of one
        sample.
    """

    inputs: NDArray[np.float32]
    shift_ppm: Real
    phase_rad: Real
    gain: Real
    samples: int
    template: float

    def noise(self, sample_sd: Real, step: float) -> Real:
        """Return the noise SD of an input that samples of noise ``sample_sd`` have, shape (n,)."""
        return np.asarray(sample_sd * step / UNIT * np.sqrt(self.samples) / self.gain)

    def strength(self, sample_sd: Real) -> Real:
        """Return how many standard deviations of noise the match is, shape (n,)."""
        return np.asarray(self.gain * self.template / np.maximum(sample_sd, 1e-300))


def align(fids: Complex, sampling: Sampling, grid: Grid) -> Aligned:
    """Return FIDs, shape (n, points), as inputs of a network.

    The first sample counts half, which is what the Fourier integral asks for.
    """
    step = sampling.step
    samples = min(fids.shape[1], round(grid.duration / step))
    fids = fids[:, :samples]
    time = step * np.arange(samples)
    product = fids * _template(time, sampling.centre_ppm).astype(fids.dtype)
    shift = _shift(product, step)
    turn = np.exp(-2j * np.pi * shift[:, None] * time).astype(fids.dtype)
    match = np.einsum("ij,ij->i", product, turn)
    gain = np.maximum(np.abs(match) / _energy(time), 1e-30)
    ready = (
        fids
        * turn
        * (match.conj() / np.abs(match) / gain * (step / UNIT))[:, None].astype(fids.dtype)
    )
    ready *= _taper(time, grid.duration).astype(ready.real.dtype)
    spectra = zoom(ready, step, sampling.centre_ppm, grid)
    spectra = np.clip(np.stack([spectra.real, spectra.imag], axis=1), -LARGEST, LARGEST)
    root = _energy(time) / float(np.linalg.norm(_template(time, 0.0)))
    return Aligned(spectra.astype(np.float32), shift, np.angle(match), gain, samples, root)


def zoom(fids: Complex, step: float, centre_ppm: float, grid: Grid) -> Complex:
    """Return Fourier transforms at the frequencies of the grid, shape (n, count).

    The chirp transform of Bluestein: it takes any spacing in frequency at the cost of three fast
    transforms.
    """
    points, count = fids.shape[-1], grid.count
    index = np.arange(max(points, count), dtype=float)
    spacing = -grid.step_ppm * step
    chirp = np.exp(1j * np.pi * spacing * index**2)
    first = np.exp(-2j * np.pi * (grid.high_ppm - centre_ppm) * step * index[:points])
    size = fft.next_fast_len(points + count - 1)
    kernel = np.zeros(size, complex)
    kernel[:count] = chirp[:count]
    kernel[size - points + 1 :] = chirp[points - 1 : 0 : -1]
    across = fft.fft(fids * (first * chirp[:points].conj()).astype(fids.dtype), size, axis=-1)
    across *= fft.fft(kernel).astype(fids.dtype)
    return np.asarray(
        fft.ifft(across, axis=-1)[..., :count] * chirp[:count].conj().astype(fids.dtype)
    )


def _weight(time: Real) -> Real:
    return np.asarray((1.0 - np.exp(-((time / BROAD_DECAY) ** 2))) * (time[1] - time[0]))


def _lines(time: Real, centre_ppm: float) -> Complex:
    decay = np.exp(-((np.pi * WIDTH_PPM * time) ** 2) / (4 * np.log(2)))
    turns = sum(size * np.exp(2j * np.pi * (ppm - centre_ppm) * time) for ppm, size in SINGLETS)
    return np.asarray(decay * turns)


def _template(time: Real, centre_ppm: float) -> Complex:
    return np.asarray(_weight(time) * _lines(time, centre_ppm).conj())


def _energy(time: Real) -> float:
    return float(_weight(time) @ np.abs(_lines(time, 0.0)) ** 2)


def _shift(product: Complex, step: float) -> Real:
    """Return the shift of each row at which the match is largest, between grid points."""
    size = fft.next_fast_len(6 * product.shape[1])
    reach = int(np.ceil(REACH_PPM * size * step))
    spectra = np.abs(fft.fft(product, size, axis=-1))
    near = np.concatenate([spectra[:, -reach:], spectra[:, : reach + 1]], axis=1)
    best = np.clip(near.argmax(axis=1), 1, near.shape[1] - 2)
    row = np.arange(len(near))
    left, top, right = near[row, best - 1], near[row, best], near[row, best + 1]
    bend = np.maximum(2 * top - left - right, 1e-30)
    within = np.clip(0.5 * (right - left) / bend, -0.5, 0.5)
    return np.asarray((best - reach + within) / (size * step), float)


def _taper(time: Real, duration: float) -> Real:
    """Return the weights of the samples: a half first one, and a soft end."""
    late = np.clip((time / duration - (1.0 - TAPER)) / TAPER, 0.0, 1.0)
    weight = np.cos(0.5 * np.pi * late) ** 2
    weight[0] = 0.5
    return np.asarray(weight)

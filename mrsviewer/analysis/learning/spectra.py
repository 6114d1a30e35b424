"""Spectra of known content in any number, drawn at random, for training and examination.

Content is wide and independent: a network that knows what brains usually hold would report
that. Signals are mixed by matrix products from a few basis sets and a library of broad signals
(:mod:`mrsviewer.analysis.learning.broad_library`); what each metabolite has of its own, in shift
and width, enters by a second-order expansion.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.analysis.learning.broad_library import draw_mix, make_library
from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.learned_grid import Sampling
from mrsviewer.model.acquisition import Acquisition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from mrsviewer.fitting.learned_card import Protocol
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import SlicePulses
    from mrsviewer.model.basis import BasisSet

    Complex = NDArray[np.complex64]
    Real = NDArray[np.floating]

DWELL_S = 5e-4
"""At the first frequency of the protocol."""

MOST: Mapping[str, float] = {
    "NAA": 20, "NAAG": 4, "Cr": 9, "PCr": 8, "GPC": 4, "PCh": 3.5, "Ins": 14, "sIns": 2, "Glu": 18,
    "Gln": 9, "GABA": 5, "GSH": 5, "Asp": 6, "Asc": 4, "Tau": 5, "Lac": 12, "Ala": 4, "Glc": 6,
    "Gly": 5, "PE": 5,
}  # fmt: skip
"""Amounts are uniform from none to this."""

MOST_OTHER = 6.0
SELDOM: Mapping[str, float] = {"Lac": 0.5, "Ala": 0.4, "Gly": 0.4, "Glc": 0.3}
"""Share of spectra in which there is a tenth of the amount at most."""


class Ranges(msgspec.Struct, frozen=True):
    """What spectra are drawn from, amounts and broad signals apart.

    Attributes
    ----------
    snr
        Highest metabolite peak over the noise's standard deviation, at 0.5 s of record.
    lorentz_hz, gauss_hz
        Common line.
    own_shift_ppm, own_width_hz
        Standard deviations per metabolite.
    shift_ppm
        Common shift; largest.
    delay_s
        First-order phase; standard deviation.
    first_sample
        Factor on the first sample.
    """

    snr: tuple[float, float] = (5.0, 100.0)
    lorentz_hz: tuple[float, float] = (1.0, 9.0)
    gauss_hz: tuple[float, float] = (0.0, 8.0)
    own_shift_ppm: float = 0.004
    own_width_hz: float = 0.7
    shift_ppm: float = 0.12
    delay_s: float = 2e-5
    first_sample: tuple[float, float] = (0.4, 1.6)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Spectra and the truth.

    Attributes
    ----------
    fids
        Shape (n, points), complex64.
    amounts
        Shape (n, k), of the metabolites.
    sample_sd
        Shape (n,): noise of the real part of one sample.
    snr
        Shape (n,): highest metabolite peak over the noise.
    sampling
        Of the FIDs.
    slice_pulses
        With which the metabolites were simulated.
    """

    fids: Complex
    amounts: Real
    sample_sd: Real
    snr: Real
    sampling: Sampling
    slice_pulses: SlicePulses


class SpectrumSource:
    """Draws spectra of a protocol; the same seed gives the same spectra in the same order."""

    def __init__(
        self,
        protocol: Protocol,
        points: int,
        seed: int,
        ranges: Ranges | None = None,
        context: JobContext | None = None,
    ) -> None:
        self.ranges = ranges or Ranges()
        self.points = points
        self._rng = np.random.default_rng([seed, 1])
        told = tuple(_acquisitions(protocol))
        self.bases = tuple(
            matching_basis(one, points, macromolecules=False, context=context) for one in told
        )
        self._pulses = tuple(one.slice_pulses or "ideal" for one in told)
        self.names = self.bases[0].names
        first = self.bases[0]
        self.sampling = Sampling(first.dwell_s, first.frequency_hz * 1e-6, first.centre_ppm)
        self.time_s = first.dwell_s * np.arange(points)
        self._expanded = [_expanded(basis, self.time_s) for basis in self.bases]
        # The library belongs to the protocol, not to the seed: other spectra, the same kinds.
        self._library = make_library(
            self.time_s, self.sampling.hz_per_ppm, first.centre_ppm, np.random.default_rng(2)
        )

    def recipe(self) -> str:
        """Return a digest of all that spectra are drawn from, programs apart."""
        whole = (self.ranges, dict(MOST), dict(SELDOM), MOST_OTHER, DWELL_S)
        digest = hashlib.sha256(msgspec.json.encode(whole))
        digest.update(self._library.signals.tobytes())
        return digest.hexdigest()

    def draw(self, count: int) -> Batch:
        """Return spectra, all of one TE1, field and kind of pulses, which are drawn too."""
        rng, ranges = self._rng, self.ranges
        which = int(rng.integers(len(self._expanded)))
        rows = self._expanded[which]
        amounts = self._amounts(count)
        metabolites = self._mixed(amounts, rows) * self._line(count)
        mix = draw_mix(self._library, count, rng)
        peak = _peak(metabolites, self.sampling)
        fids = metabolites + mix.voxel @ self._library.signals
        fids *= self._turn(count)
        fids += (mix.added * peak[:, None].astype(np.float32)) @ self._library.signals
        fids *= np.exp(1j * rng.uniform(-np.pi, np.pi, (count, 1))).astype(np.complex64)
        low, high = np.log(ranges.snr)
        snr = np.exp(rng.uniform(low, high, count))
        sd = peak / snr / np.sqrt(0.5 / self.sampling.dwell_s)
        fids[:, 0] *= rng.uniform(*ranges.first_sample, count).astype(np.float32)
        noise = rng.standard_normal((count, self.points, 2), np.float32)
        fids += sd[:, None].astype(np.float32) * noise.view(np.complex64)[..., 0]
        return Batch(fids, amounts, sd, snr, self.sampling, self._pulses[which])

    def _amounts(self, count: int) -> Real:
        most = np.array([MOST.get(name, MOST_OTHER) for name in self.names])
        seldom = np.array([SELDOM.get(name, 0.05) for name in self.names])
        amounts = most * self._rng.random((count, len(most)))
        little = self._rng.random(amounts.shape) < seldom
        return np.asarray(np.where(little, 0.1 * amounts, amounts))

    def _mixed(self, amounts: Real, rows: Complex) -> Complex:
        ranges, rng = self.ranges, self._rng
        hz = ranges.own_shift_ppm * self.sampling.hz_per_ppm * rng.standard_normal(amounts.shape)
        width = ranges.own_width_hz * rng.standard_normal(amounts.shape)
        rate = 2j * np.pi * hz - np.pi * width
        parts = (amounts, amounts * rate, 0.5 * amounts * rate**2)
        return np.asarray(np.concatenate(parts, axis=1).astype(np.complex64) @ rows)

    def _line(self, count: int) -> Complex:
        """Return the common line: Voigt, a fifth of them with a second place in the voxel."""
        ranges, rng = self.ranges, self._rng
        time = self.time_s.astype(np.float32)
        lorentz = rng.uniform(*ranges.lorentz_hz, (count, 1)).astype(np.float32)
        gauss = rng.uniform(*ranges.gauss_hz, (count, 1)).astype(np.float32)
        real = np.exp(-np.pi * lorentz * time - (np.pi * gauss * time) ** 2 / (4 * np.log(2)))
        share = rng.uniform(0, 0.35, (count, 1)) * (rng.random((count, 1)) < 0.2)
        apart = rng.uniform(-5, 5, (count, 1))
        second = np.exp((2j * np.pi * apart * time).astype(np.complex64))
        return np.asarray(real * (1.0 + share.astype(np.float32) * (second - 1.0)), np.complex64)

    def _turn(self, count: int) -> Complex:
        """Return shift and the phase that grows with frequency; the latter as a delay."""
        ranges, rng = self.ranges, self._rng
        hz = rng.uniform(-1, 1, (count, 1)) * ranges.shift_ppm * self.sampling.hz_per_ppm
        return np.exp((2j * np.pi * hz * self.time_s).astype(np.complex64))


def _acquisitions(protocol: Protocol) -> Iterator[Acquisition]:
    """Yield each TE1, field and kind of slice pulses, on a time grid that is the same in ppm."""
    every = itertools.product(
        protocol.te1_s or (None,), protocol.frequency_hz, protocol.slice_pulses
    )
    for te1_s, hz, pulses in every:
        yield Acquisition(
            nucleus="1H",
            frequency_hz=hz,
            dwell_s=DWELL_S * protocol.frequency_hz[0] / hz,
            echo_time_s=protocol.echo_time_s,
            te1_s=te1_s,
            localisation=protocol.localisation,
            slice_pulses=pulses,
        )


def _expanded(basis: BasisSet, time_s: Real) -> Complex:
    """Return signals, signals times t and times t squared, shape (3 k, points)."""
    return np.concatenate([basis.fids * time_s**n for n in range(3)]).astype(np.complex64)


def _peak(fids: Complex, sampling: Sampling) -> Real:
    """Return the highest point of the real spectra between 0.2 and 4.2 ppm, shape (n,)."""
    from scipy import fft  # noqa: PLC0415 - not for those who only read the ranges

    points = fids.shape[1]
    ppm = sampling.centre_ppm + fft.fftfreq(points, sampling.step)
    inside = (ppm > 0.2) & (ppm < 4.2)
    return np.asarray(fft.fft(fids, axis=1)[:, inside].real.max(axis=1))

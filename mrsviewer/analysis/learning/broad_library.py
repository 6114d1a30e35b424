"""Everything that is not a metabolite, as a library of signals that spectra mix.

One library is made once; a spectrum takes some of its signals with coefficients of its own. That
is a thousand times faster than to make each signal anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.simulation import birch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Complex = NDArray[np.complex64]
    Real = NDArray[np.floating]

VARIANTS = 24
"""Widths and places in which each macromolecule or lipid line is kept."""

HUMPS = 300
WATERS = 150
MM_SHIFT_PPM = 0.015
BIRCH_MHZ = 128.0

LIPIDS = ((0.89, 0.14, 3.0), (1.28, 0.15, 2.0), (1.28, 0.089, 2.0), (2.04, 0.15, 1.3),
          (2.25, 0.15, 0.7), (2.80, 0.20, 0.9))  # fmt: skip
"""ppm, width in ppm, protons: the usual lipid lines of LCModel's basis sets."""

HUMP_WIDTH_PPM = (0.3, 1.6)
HUMP_PPM = (-0.5, 4.8)
WATER_PPM = (4.4, 5.0)
WATER_WIDTH_HZ = (3.0, 30.0)


@dataclass(frozen=True, slots=True, eq=False)
class BroadLibrary:
    """The signals, shape (rows, points), and which rows are variants of what.

    Attributes
    ----------
    signals
        Macromolecules line by line, lipids line by line, humps, water; humps and water have unit
        height in the spectrum, the others their proton number at t = 0.
    """

    signals: Complex

    @property
    def rows(self) -> int:
        """Return how many signals there are."""
        return len(self.signals)


def make_library(
    time_s: Real, hz_per_ppm: float, centre_ppm: float, rng: np.random.Generator
) -> BroadLibrary:
    """Return a library on the time grid, drawn at random."""
    rows: list[Complex] = []

    def add(ppm: float, lorentz_hz: float, gauss_hz: float, size: float | None) -> None:
        envelope = np.exp(
            -np.pi * lorentz_hz * time_s - (np.pi * gauss_hz * time_s) ** 2 / (4 * np.log(2))
        )
        turn = np.exp(2j * np.pi * (ppm - centre_ppm) * hz_per_ppm * time_s)
        scale = 1.0 / envelope.sum() if size is None else size
        rows.append((scale * envelope * turn).astype(np.complex64))

    for ppm, size, width in birch.LINES:
        for _ in range(VARIANTS):
            hz = width * hz_per_ppm / BIRCH_MHZ * rng.uniform(0.75, 1.45)
            place = ppm + MM_SHIFT_PPM * rng.standard_normal()
            add(place, 0.0, hz, birch.PROTONS_AT_09 * size / birch.LINES[0][1])
    for ppm, width, protons in LIPIDS:
        for _ in range(VARIANTS):
            hz = width * hz_per_ppm * rng.uniform(0.8, 1.7)
            share = rng.uniform(0, 0.6)
            place = ppm + 0.025 * rng.standard_normal()
            add(place, share * hz, (1 - share) * hz, protons)
    for _ in range(HUMPS):
        width = float(np.exp(rng.uniform(*np.log(HUMP_WIDTH_PPM)))) * hz_per_ppm
        add(rng.uniform(*HUMP_PPM), 0.0, width, None)
    for _ in range(WATERS):
        add(rng.uniform(*WATER_PPM), rng.uniform(*WATER_WIDTH_HZ), 0.0, None)
    return BroadLibrary(np.array(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """How much of each row each spectrum takes, shape (n, rows), complex.

    ``voxel`` rows are turned and moved with the metabolites and in their unit; ``added`` ones
    (baseline, water, lipid from elsewhere) are in units of the highest metabolite peak.
    """

    voxel: Complex
    added: Complex


def draw_mix(library: BroadLibrary, count: int, rng: np.random.Generator) -> Mix:
    """Return random mixtures for ``count`` spectra."""
    lines, lipids = len(birch.LINES), len(LIPIDS)
    voxel = np.zeros((count, library.rows), np.complex64)
    added = np.zeros_like(voxel)
    index = np.arange(count)
    whole = rng.uniform(0.0, 8.0, count) * (rng.random(count) > 0.05)
    for line in range(lines):
        height = whole * np.exp(0.3 * rng.standard_normal(count))
        voxel[index, line * VARIANTS + rng.integers(0, VARIANTS, count)] = height
    _lipids(voxel, added, rng)
    first = (lines + lipids) * VARIANTS
    _humps(added, first, rng)
    _water(added, first + HUMPS, rng)
    return Mix(voxel, added)


def _lipids(voxel: Complex, added: Complex, rng: np.random.Generator) -> None:
    """Draw lipid of the voxel in half of the spectra, of odd phase in a seventh."""
    count, index = len(voxel), np.arange(len(voxel))
    size = np.exp(rng.uniform(np.log(0.1), np.log(12.0), count)) * (rng.random(count) < 0.5)
    odd = np.exp(rng.uniform(np.log(0.02), np.log(1.0), count)) * (rng.random(count) < 0.15)
    turn = np.exp(1j * rng.uniform(-np.pi, np.pi, count))
    for lipid in range(len(LIPIDS)):
        rows = (len(birch.LINES) + lipid) * VARIANTS + rng.integers(0, VARIANTS, count)
        voxel[index, rows] = size * np.exp(0.5 * rng.standard_normal(count))
        # Three protons at 20 Hz, sampled every 0.5 ms, are about 140 high.
        added[index, rows] += (
            0.007 * odd * turn * np.exp(0.4 * rng.standard_normal(count))
        ).astype(np.complex64)


def _humps(added: Complex, first: int, rng: np.random.Generator) -> None:
    """Draw up to six humps of any sign and similar phase; nothing in a tenth."""
    count, index = len(added), np.arange(len(added))
    size = rng.uniform(0.0, 0.35, count) * (rng.random(count) > 0.1)
    number = rng.integers(2, 7, count)
    for hump in range(6):
        phase = np.deg2rad(rng.uniform(-50, 50, count))
        height = size * rng.standard_normal(count) * (hump < number) * 0.6
        added[index, first + rng.integers(0, HUMPS, count)] += (height * np.exp(1j * phase)).astype(
            np.complex64
        )


def _water(added: Complex, first: int, rng: np.random.Generator) -> None:
    """Draw three lines of water in two fifths of the spectra."""
    count, index = len(added), np.arange(len(added))
    size = np.exp(rng.uniform(np.log(0.1), np.log(6.0), count)) * (rng.random(count) < 0.4)
    for _ in range(3):
        turn = np.exp(1j * rng.uniform(-np.pi, np.pi, count)) * rng.uniform(0.2, 1.0, count)
        added[index, first + rng.integers(0, WATERS, count)] += (size * turn).astype(np.complex64)

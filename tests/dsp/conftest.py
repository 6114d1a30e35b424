from dataclasses import dataclass

import numpy as np
import pytest

SINGLETS = ((2.008, 30.0), (2.042, 3.6), (3.027, 22.0), (3.211, 12.0), (3.913, 14.0), (3.56, 12.0))
MULTIPLETS = (
    (2.35, 10),
    (2.45, 6),
    (2.12, 8),
    (3.75, 12),
    (2.67, 5),
    (2.49, 5),
    (3.28, 4),
    (3.62, 6),
)
BROAD = (
    (0.91, 20),
    (1.21, 14),
    (1.43, 22),
    (1.67, 14),
    (2.05, 26),
    (2.25, 10),
    (3.0, 12),
    (3.8, 30),
)


@dataclass(frozen=True)
class Brain:
    """A simulated brain spectrum; ``clean`` has no noise and no water."""

    fid: np.ndarray
    clean: np.ndarray
    dwell_s: float
    hz_per_ppm: float
    centre_ppm: float = 4.65

    @property
    def axes(self):
        return self.dwell_s, self.hz_per_ppm, self.centre_ppm


@pytest.fixture(scope="session")
def brain():
    """Return a function that simulates a spectrum; SNR is NAA height over noise SD."""

    def simulate(
        seed=0, *, snr=50, fwhm=5.0, shift_ppm=0.0, phase=0.0, hz_per_ppm=127.7, points=2048,
        dwell_s=1 / 2000, broad=1.0, singlets=SINGLETS, baseline=0.0,
    ):  # fmt: skip
        rng = np.random.default_rng(seed)
        t = np.arange(points) * dwell_s

        def line(ppm, area, lorentz, gauss):
            turn = 2j * np.pi * (ppm + shift_ppm - 4.65) * hz_per_ppm * t
            return area * np.exp(turn - np.pi * lorentz * t - (np.pi * gauss * t) ** 2 / 2.773)

        half = 0.6 * fwhm
        clean = sum(line(p, a, half, half) for p, a in singlets)
        clean = clean + sum(line(p, a, half + 0.06 * hz_per_ppm, half) for p, a in MULTIPLETS)
        clean = clean + broad * sum(line(p, a, 2.0, 0.16 * hz_per_ppm) for p, a in BROAD)
        height = (
            max(a for _, a in singlets)
            * (np.exp(-np.pi * half * t - (np.pi * half * t) ** 2 / 2.773)).sum()
        )
        wave = line(2.6, baseline * height * dwell_s * 300, 250.0, 0.0) * np.exp(1j)
        clean = (clean + wave) * np.exp(1j * phase)
        noise = height / snr / np.sqrt(points)
        fid = clean + noise * (rng.standard_normal(points) + 1j * rng.standard_normal(points))
        return Brain(fid, clean, dwell_s, hz_per_ppm)

    return simulate

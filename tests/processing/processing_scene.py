"""Simulated signals for the tests of processing."""

import numpy as np

POINTS, DWELL_S, MHZ = 2048, 1 / 2000, 127.7
LINES = ((2.008, 30.0), (3.027, 22.0), (3.211, 12.0), (3.913, 14.0), (3.56, 12.0), (2.35, 8.0))
COILS = np.array([1.0, 0.7j, -0.5, 0.3 + 0.3j])
WATER_AREA = 20_000.0


def brain(shift_hz=0.0, phase=0.0):
    t = np.arange(POINTS) * DWELL_S
    metabolites = sum(a * np.exp(2j * np.pi * (p - 4.65) * MHZ * t) for p, a in LINES)
    decay = np.exp(-12 * t - (11 * t) ** 2)
    return metabolites * decay * np.exp(1j * (phase + 2 * np.pi * shift_hz * t))


def water(area, shift_hz=0.0, phase=0.0):
    t = np.arange(POINTS) * DWELL_S
    return area * np.exp(-20 * t + 1j * (phase + 2 * np.pi * shift_hz * t))


def noise(rng, *shape, sd=1.0):
    return sd * (rng.standard_normal((*shape, POINTS)) + 1j * rng.standard_normal((*shape, POINTS)))

"""Departures of the common line from a Voigt line.

Shim and eddy currents give all metabolites the same line, which need be neither symmetric nor
Voigt. The common decay is multiplied by ``exp(c(t))`` with a smooth complex c: its real part bends
the decay, its imaginary part makes the line asymmetric. c is a short cosine series in

    u = t / (t + 150 ms),

so it is finest at the beginning, where the signal is, and levels off where noise is all there is.
It vanishes at the excitation together with its slope: it changes neither the amplitude nor the
shift of a line, so quantities stay what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERMS = 4
HALF_S = 0.15
SPREAD = (0.2, 0.6)
"""Prior SD of the first coefficient, real and imaginary; those of the j-th are j times smaller.
Eddy currents turn the phase more than shim bends the decay."""


def shape_functions(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``cos(j pi u) - 1``, shape (TERMS, times); 0 before the excitation."""
    times = np.maximum(times_s, 0.0)
    u = times / (times + HALF_S)
    return np.asarray(np.cos(np.pi * np.arange(1, TERMS + 1)[:, None] * u) - 1.0)


def shape_spread() -> NDArray[np.float64]:
    """Return the prior SDs of real, then imaginary coefficients, shape (2 TERMS,)."""
    return np.concatenate([spread / np.arange(1, TERMS + 1) for spread in SPREAD])

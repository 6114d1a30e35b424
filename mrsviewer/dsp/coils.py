"""Weights that combine the elements of a receive coil.

Whitened singular value decomposition (Rodgers & Robson, MRM 63:881, 2010): noise is decorrelated
with its covariance, the best rank-1 description of the whitened signals gives the sensitivities,
and both together the weights of maximal signal-to-noise ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class CoilWeights:
    """Weights and how far they can be trusted.

    Attributes
    ----------
    weights
        Shape (coils,), complex; the combined signal is ``weights @ fids``. Unit norm: the sum of
        squared magnitudes is 1. The largest weight is real and positive, so the combined signal
        keeps the phase of that coil.
    likeness
        Share of the energy of the whitened signals that one common signal explains, 0 to 1.
    whitened
        Whether a noise covariance was used.
    """

    weights: NDArray[np.complex128]
    likeness: float
    whitened: bool


def coil_weights(
    signals: NDArray[np.complex128], covariance: NDArray[np.complex128] | None = None
) -> CoilWeights:
    """Return the weights for coils that all saw one signal.

    Parameters
    ----------
    signals
        Shape (coils, points): averaged water reference, or the data themselves.
    covariance
        Noise covariance, shape (coils, coils); None for equal, independent noise.

    Raises
    ------
    ValueError
        If there is no signal at all.
    """
    signals = np.asarray(signals, np.complex128)
    whitener = np.eye(signals.shape[0]) if covariance is None else _whitener(covariance)
    white = whitener @ signals
    energies, vectors = np.linalg.eigh(white @ white.conj().T)
    if not energies[-1] > 0.0:
        msg = "no signal in any coil"
        raise ValueError(msg)
    weights = vectors[:, -1].conj() @ whitener
    weights = weights / np.linalg.norm(weights)
    largest = weights[np.argmax(np.abs(weights))]
    weights = weights * np.exp(-1j * np.angle(largest))
    return CoilWeights(weights, float(energies[-1] / energies.sum()), covariance is not None)


def combine(
    fids: NDArray[np.complex128], weights: NDArray[np.complex128], axis: int
) -> NDArray[np.complex128]:
    """Return the weighted sum over the coil axis of ``fids``, that axis gone."""
    return np.asarray(np.tensordot(weights, fids, axes=(0, axis)), np.complex128)


def _whitener(covariance: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return W with ``W covariance W^H = 1``; eigenvalues below 1e-6 of the mean are raised."""
    values, vectors = np.linalg.eigh(covariance)
    floor = 1e-6 * float(values.mean())
    scale = 1.0 / np.sqrt(np.maximum(values, floor))
    return np.asarray((vectors * scale).conj().T)

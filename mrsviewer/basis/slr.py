"""Selective pulses of linear phase by the Shinnar-Le Roux algorithm.

Pauly, Le Roux, Nishimura, Macovski, IEEE Trans Med Imaging 1991 (doi 10.1109/42.75611).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OVERSAMPLING = 16
_ATTENUATION_DB = 45.0


def linear_phase_pulse(samples: int, time_bandwidth: float, flip_rad: float) -> NDArray[np.float64]:
    """Return the turn of every sample in rad, shape (samples,); real, as the phase is linear.

    The slice profile is that of a low-pass filter with a Kaiser window.
    """
    beta = 0.1102 * (_ATTENUATION_DB - 8.7)
    place = np.arange(samples) - (samples - 1) / 2
    b = np.sinc(time_bandwidth / samples * place) * np.kaiser(samples, beta)
    b *= np.sin(flip_rad / 2) * (1 - 1e-5) / np.abs(np.fft.fft(b, _OVERSAMPLING * samples)).max()
    return _inverse_transform(_minimum_phase(b), b)


def _minimum_phase(b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the polynomial of minimum phase with |A|^2 + |B|^2 = 1 on the unit circle."""
    size = _OVERSAMPLING * len(b)
    log_magnitude = 0.5 * np.log(np.maximum(1 - np.abs(np.fft.fft(b, size)) ** 2, 1e-12))
    cepstrum = np.fft.ifft(log_magnitude).real
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    return np.asarray(np.fft.ifft(np.exp(np.fft.fft(cepstrum))).real[: len(b)])


def _inverse_transform(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the turns of the samples that give the polynomials A and B, last sample first."""
    turns = np.empty(len(b))
    for k in range(len(b) - 1, -1, -1):
        half = np.arctan2(b[0], a[0])
        turns[k] = 2 * half
        cosine, sine = np.cos(half), np.sin(half)
        a, b = cosine * a + sine * b, cosine * b - sine * a
        a, b = a[:-1], b[1:]
    return turns

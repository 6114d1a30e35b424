"""A FID as a sum of damped sinusoids (HLSVD), and the removal of some of them.

State-space method of Kung 1983 and Barkhuijsen 1987 (J Magn Reson 73:553), with Lanczos
bidiagonalisation and FFT products with the Hankel matrix (Laudadio 2002, J Magn Reson 157:292;
PROPACK: Larsen 1998), so a few dozen FFTs stand for the singular value decomposition of a large
matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 4096
"""Samples used to find the poles; the amplitudes always come from the whole FID."""


@dataclass(frozen=True, slots=True, eq=False)
class Sinusoids:
    """Damped sinusoids ``amplitude * pole ** n``.

    Attributes
    ----------
    poles, amplitudes
        Shape (k,), complex; ``abs(pole) <= 1``.
    dwell_s
        Time between two samples.
    """

    poles: NDArray[np.complex128]
    amplitudes: NDArray[np.complex128]
    dwell_s: float

    @property
    def frequency_hz(self) -> NDArray[np.float64]:
        """Return the frequencies."""
        return np.asarray(np.angle(self.poles) / (2.0 * np.pi * self.dwell_s))

    @property
    def fwhm_hz(self) -> NDArray[np.float64]:
        """Return the Lorentzian full widths at half maximum."""
        return np.asarray(-np.log(np.abs(self.poles)) / (np.pi * self.dwell_s))

    def fid(self, points: int, keep: NDArray[np.bool_] | None = None) -> NDArray[np.complex128]:
        """Return the sum of all (or of the chosen) sinusoids, shape (points,)."""
        chosen = np.ones(self.poles.size, bool) if keep is None else keep
        return np.asarray(_powers(self.poles[chosen], points) @ self.amplitudes[chosen])


def decompose(fid: NDArray[np.complex128], dwell_s: float, components: int = 25) -> Sinusoids:
    """Return the damped sinusoids that describe a FID.

    Parameters
    ----------
    fid
        Shape (points,), at least ``4 * components`` samples.
    dwell_s
        Sampling interval.
    components
        Number of sinusoids; noise and baseline take some of them.

    Returns
    -------
    Sinusoids
        The same, bit for bit, for the same input: the Lanczos start vector is the FID itself.

    Raises
    ------
    ValueError
        If there are too few samples, or nothing but zeros.

    Notes
    -----
    Poles that grow by more than a factor of e over the record describe what some scanners'
    filters leave at its very end. They take part in the fit of the amplitudes, counted from the
    end, and are not returned. Others outside the unit circle are moved onto it.
    """
    fid = np.asarray(fid, np.complex128)
    if fid.size < 4 * components or not fid.any():
        msg = f"{components} sinusoids need {4 * components} samples that are not all zero"
        raise ValueError(msg)
    part = fid[:LONGEST] / np.abs(fid).max()
    poles = _poles(_signal_space(part, components))
    growing = np.log(np.abs(poles)) > 1.0 / part.size
    decaying = poles[~growing] / np.maximum(np.abs(poles[~growing]), 1.0)
    return Sinusoids(decaying, _amplitudes(decaying, poles[growing], fid), dwell_s)


def remove_band(
    fid: NDArray[np.complex128],
    dwell_s: float,
    band_hz: tuple[float, float],
    components: int = 25,
    max_fwhm_hz: float = np.inf,
) -> tuple[NDArray[np.complex128], Sinusoids]:
    """Return the FID without the sinusoids of a band, and those sinusoids.

    Parameters
    ----------
    fid, dwell_s, components
        See :func:`decompose`.
    band_hz
        Lowest and highest frequency removed.
    max_fwhm_hz
        Broader components stay: two of them with opposite signs often stand for a flat baseline,
        which one alone would tilt.
    """
    found = decompose(fid, dwell_s, components)
    inside = (found.frequency_hz >= band_hz[0]) & (found.frequency_hz <= band_hz[1])
    inside &= found.fwhm_hz <= max_fwhm_hz
    removed = Sinusoids(found.poles[inside], found.amplitudes[inside], dwell_s)
    return np.asarray(fid - removed.fid(fid.size)), removed


def _signal_space(fid: NDArray[np.complex128], components: int) -> NDArray[np.complex128]:
    """Return the dominant left singular vectors of the Hankel matrix, shape (rows, k)."""
    from scipy.sparse.linalg import (  # noqa: PLC0415 - heavy, not wanted at start-up
        LinearOperator,
        svds,
    )

    rows = fid.size // 2
    columns = fid.size - rows + 1
    size = fft.next_fast_len(fid.size + max(rows, columns))
    forward, backward = fft.fft(fid, size), fft.fft(fid.conj(), size)

    def hankel(vector: NDArray[np.complex128]) -> NDArray[np.complex128]:
        product = fft.ifft(forward * fft.fft(vector.ravel()[::-1], size))
        return np.asarray(product[columns - 1 : columns - 1 + rows])

    def adjoint(vector: NDArray[np.complex128]) -> NDArray[np.complex128]:
        product = fft.ifft(backward * fft.fft(vector.ravel()[::-1], size))
        return np.asarray(product[rows - 1 : rows - 1 + columns])

    operator = LinearOperator((rows, columns), matvec=hankel, rmatvec=adjoint, dtype=np.complex128)
    start = fid[:rows] + 1e-3
    try:
        vectors = svds(operator, components, v0=start, solver="propack", rng=_generator())[0]
    except np.linalg.LinAlgError:
        vectors = svds(operator, components, v0=start, solver="arpack", rng=_generator())[0]
    return np.asarray(vectors, np.complex128)


def _generator() -> np.random.Generator:
    """Return a generator in a fixed state; the solvers ask for one though they start from v0."""
    return np.random.default_rng(0)


def _poles(space: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the eigenvalues of the shift from all rows but the last to all but the first.

    The inverse of the normal matrix is a rank-1 update of the identity (Sherman & Morrison),
    since the columns of the space are orthonormal.
    """
    last = space[-1]
    shift = space[:-1].conj().T @ space[1:]
    shift += np.outer(last.conj(), last @ shift) / (1.0 - np.vdot(last, last).real)
    return np.asarray(np.linalg.eigvals(shift), np.complex128)


def _powers(poles: NDArray[np.complex128], points: int) -> NDArray[np.complex128]:
    """Return ``pole ** n``, shape (points, k), by repeated doubling."""
    table = np.ones((points, poles.size), np.complex128)
    done, factor = 1, poles.copy()
    while done < points:
        end = min(2 * done, points)
        table[done:end] = table[: end - done] * factor
        factor = factor * factor
        done = end
    return table


def _amplitudes(
    decaying: NDArray[np.complex128], growing: NDArray[np.complex128], fid: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return the amplitudes of the decaying poles in the least-squares fit of all samples."""
    table = np.hstack([_powers(decaying, fid.size), _powers(1.0 / growing, fid.size)[::-1]])
    norms = np.linalg.norm(table, axis=0)
    solution = np.linalg.lstsq(table / norms, fid, rcond=1e-12)[0]
    return np.asarray((solution / norms)[: decaying.size])

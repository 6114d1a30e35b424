"""Whether transients are of two kinds, as those of a scan edited at 1.9 ppm are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAA_PPM, _REST_PPM = (1.8, 2.2), (2.85, 3.35)
_SAME_PPM, _DRIFT_PPM = (2.7, 3.5), 0.4
"""Where creatine and choline of two groups are laid over one another, and how far the scanner's
drift takes them apart at most."""

_QUIET_PPM = ((-2.5, -0.5), (9.0, 12.0))
_FEWEST = 8
_MOST_ROWS = 4
_EARLY = 64
_CERTAIN = 10.0
"""Power over its standard error from which on a band is seen."""


def kinds_of_naa(
    fids: NDArray[np.complex128], dwell_s: float, hz_per_ppm: float, centre_ppm: float
) -> float | None:
    """Return by what factor the power of NAA differs between two kinds of transients.

    Odd and even ones, and the first and the second half, are compared: the power at 2.0 ppm
    against that of creatine and choline, noise taken off. Phases and signs do not matter, nor does
    a drift of frequency between them.

    Parameters
    ----------
    fids
        Shape (transients, ..., points); of other axes the strongest signals are added up.
    dwell_s, hz_per_ppm, centre_ppm
        Of the axis.

    Returns
    -------
    float or None
        1 or more, of the division that differs most. None with fewer than eight transients, where
        creatine and choline hide in noise, or where the spectrum has no quiet end.
    """
    if len(fids) < _FEWEST:
        return None
    ppm = ppm_axis(fids.shape[-1], dwell_s, hz_per_ppm, centre_ppm)
    quiet = np.any([_within(ppm, ends) for ends in _QUIET_PPM], axis=0)
    if quiet.sum() < 16:
        return None
    rows = fids.reshape(len(fids), -1, fids.shape[-1])
    strongest = np.argsort(np.abs(rows[0, :, :_EARLY]).sum(axis=-1))[-_MOST_ROWS:]
    power = (np.abs(spectrum(rows[:, strongest])) ** 2).sum(axis=1)
    even = np.arange(len(fids)) % 2 == 0
    early = np.arange(len(fids)) < len(fids) // 2
    found = [_factor(power, kind, ppm, quiet) for kind in (even, early)]
    return max((factor for factor in found if factor is not None), default=None)


def _factor(
    power: NDArray[np.float64],
    first: NDArray[np.bool_],
    ppm: NDArray[np.float64],
    quiet: NDArray[np.bool_],
) -> float | None:
    """Return the larger over the smaller power of NAA against the rest in two groups."""
    shares = []
    for group in (power[first], _over(power[first], power[~first], ppm)):
        noise = float(group[:, quiet].mean())
        spread = float(group[:, quiet].std())
        naa, rest = (_band(group, ppm, ends, noise) for ends in (_NAA_PPM, _REST_PPM))
        least = _CERTAIN * spread / np.sqrt(len(group) * _within(ppm, _REST_PPM).sum())
        if rest <= least:
            return None
        shares.append(max(naa, least) / rest)
    return float(max(shares) / min(shares))


def _over(
    one: NDArray[np.float64], other: NDArray[np.float64], ppm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the other group moved by whole bins to where it resembles the one most."""
    most = round(_DRIFT_PPM / abs(float(ppm[1] - ppm[0])))
    near, mean = _within(ppm, _SAME_PPM), other.mean(axis=0)
    pattern = one.mean(axis=0)[near]
    pattern = pattern - pattern.mean()

    def likeness(move: int) -> float:
        moved = np.roll(mean, move)[near]
        return float(pattern @ moved) / max(float(moved.std()), 1e-300)

    return np.roll(other, max(range(-most, most + 1), key=likeness), axis=-1)


def _band(
    group: NDArray[np.float64], ppm: NDArray[np.float64], ends: tuple[float, float], noise: float
) -> float:
    return float(group[:, _within(ppm, ends)].mean()) - noise


def _within(ppm: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.bool_]:
    return (ppm > ends[0]) & (ppm < ends[1])

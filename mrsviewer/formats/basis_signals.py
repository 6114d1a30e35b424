"""What makers of basis sets do to the signals, found out from the signals and undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM, ppm_axis, spectrum
from mrsviewer.formats.signal_checks import first_point_ratio
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

SINGLETS_PPM = {"NAA": 2.008, "Cr": 3.027, "PCr": 3.029, "GPC": 3.212, "PCh": 3.208}
"""Shifts of singlets: Govindaraju, Young and Maudsley, NMR Biomed 2000;13:129."""

_SEARCH_PPM = 0.09
_TOLERATED_PPM = 0.015
_AGREEMENT_PPM = 0.012


def without_zero_filling(fids: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return the signals without a second half that is nothing but zero-filling."""
    half = fids.shape[1] // 2
    tail = np.linalg.norm(fids[:, half:], axis=1)
    whole = np.linalg.norm(fids, axis=1)
    return fids[:, :half] if half >= 16 and np.all(tail <= 1e-3 * whole) else fids


def without_halved_first_point(
    fids: NDArray[np.complex128],
) -> tuple[NDArray[np.complex128], Finding | None]:
    """Return the signals with their first point restored where it was halved, and a note of it.

    Only then is ``abs(fid[0])`` in proportion to the protons. Each signal is judged by itself;
    one that cannot be judged is treated as most others are.
    """
    ratios = [first_point_ratio(fid) for fid in fids]
    known = [ratio for ratio in ratios if ratio is not None]
    if not known:
        return fids, None
    usual = float(np.median(known))
    halved = np.array([(usual if ratio is None else ratio) < np.sqrt(0.5) for ratio in ratios])
    if not halved.any():
        return fids, None
    restored = fids.copy()
    restored[halved, 0] *= 2
    detail = f"It was halved in {int(halved.sum())} of {len(ratios)} signals."
    return restored, Finding("info", "First point of the basis signals restored", detail)


def centre_by_singlets(basis: BasisSet) -> tuple[BasisSet, Finding | None]:
    """Return the set with the shift at 0 Hz by which its singlets stand where they belong.

    That is 4.65 ppm unless NAA and creatine agree on another value: some makers put water at 4.68.
    """
    basis = replace(basis, centre_ppm=WATER_PPM)
    offsets = [
        expected - measured
        for name, expected in SINGLETS_PPM.items()
        if name in basis.names and (measured := singlet_ppm(basis, name)) is not None
    ]
    found = np.array(offsets)
    if found.size < 2 or np.ptp(found) > _AGREEMENT_PPM or abs(found.mean()) < _TOLERATED_PPM:
        return basis, None
    shift = round(float(found.mean()), 3)
    title = f"Axis of the basis moved by {shift:+.3f} ppm"
    detail = "NAA is put at 2.01 and creatine at 3.03 ppm; the file has 4.65 ppm at 0 Hz."
    return replace(basis, centre_ppm=round(WATER_PPM + shift, 3)), Finding("info", title, detail)


def singlet_ppm(basis: BasisSet, name: str) -> float | None:
    """Return where the main singlet of ``name`` stands, None if it is not near its place."""
    fid = basis.fids[basis.names.index(name)]
    points = max(2**15, fid.size)
    ppm = ppm_axis(points, basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    near = np.flatnonzero(np.abs(ppm - SINGLETS_PPM[name]) < _SEARCH_PPM)
    if near.size < 5:
        return None
    heights = np.abs(spectrum(fid, points))[near]
    top = int(heights.argmax())
    return None if top in {0, near.size - 1} else float(ppm[near[top]])


def marker_finding(basis: BasisSet) -> Finding | None:
    """Return a note of a reference line at 0 ppm, which many sets carry and which is left in."""
    ppm = ppm_axis(basis.fids.shape[1], basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    heights = np.abs(spectrum(basis.fids))
    at_zero = np.abs(ppm) < 0.05
    beside = (np.abs(ppm) > 0.1) & (np.abs(ppm) < 0.3)
    if not at_zero.any() or not beside.any():
        return None
    marked = heights[:, at_zero].max(axis=1) > 5 * heights[:, beside].max(axis=1)
    if marked.mean() < 0.5:
        return None
    detail = f"{int(marked.sum())} of {len(marked)} signals have it; it lies outside the fit."
    return Finding("info", "The basis signals carry a reference line at 0 ppm", detail)

"""A grid of voxels as spectroscopic imaging measures it, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.dataset import Dataset
from mrsviewer.simulation.content import CHALLENGE, about
from mrsviewer.simulation.disturbance import Disturbance
from mrsviewer.simulation.forward import Decay
from mrsviewer.simulation.measurement import Plan, Snr, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.analysis.benchmark.setting import Setting

SHIFT_HZ, WIDTH_HZ, SNR = 5.0, (2.5, 6.0), (15.0, 60.0)
"""Range of the field over the grid (either side), of the line width, and of the peak SNR."""


def grid_of_voxels(setting: Setting, count: int, rng: np.random.Generator) -> list[FitProblem]:
    """Return spectra whose field, shim and SNR vary smoothly from voxel to voxel.

    Rows are taken there and back, so that one voxel and the next are neighbours. Amounts vary by
    10 % from voxel to voxel.
    """
    side = int(np.ceil(np.sqrt(count)))
    row, column = np.divmod(np.arange(count), side)
    column = np.where(row % 2 == 0, column, side - 1 - column)
    x, y = column / side, row / side
    shift = SHIFT_HZ * _wave(x, y, rng)
    width = np.interp(_wave(x, y, rng), (-1, 1), WIDTH_HZ)
    snr = np.interp(_wave(x, y, rng), (-1, 1), SNR)
    return [
        _voxel(setting, (float(s), float(w), float(n)), rng)
        for s, w, n in zip(shift, width, snr, strict=True)
    ]


def _wave(
    x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a smooth pattern between -1 and 1."""
    first, second = rng.uniform(0, 2 * np.pi, 2)
    return np.asarray(0.5 * np.sin(2 * np.pi * x + first) + 0.5 * np.sin(2 * np.pi * y + second))


def _voxel(
    setting: Setting, place: tuple[float, float, float], rng: np.random.Generator
) -> FitProblem:
    shift_hz, width_hz, snr = place
    amounts = about(CHALLENGE, rng, 0.1)
    amounts[setting.measured] = setting.measured_unit * float(rng.uniform(4.0, 5.0))
    plan = Plan(
        amounts=amounts,
        decay=dict.fromkeys(amounts, Decay(width_hz)),
        snr=Snr(snr, "peak"),
        disturbance=Disturbance(shift_hz=shift_hz, phase_deg=10.0),
    )
    measured = simulate(setting.source, plan, rng)
    data = Dataset(measured.noisy, setting.acquisition, setting.basis.centre_ppm)
    return FitProblem(data, setting.basis)

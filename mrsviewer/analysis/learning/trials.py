"""Single spectra of the training's kind, as an engine gets them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.learning.spectra import DWELL_S, SpectrumSource
from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mrsviewer.fitting.learned_card import Protocol

POINTS = 1024
FEW = 32
"""Drawn together; all of one TE1 and one kind of pulses."""


@dataclass(frozen=True, slots=True, eq=False)
class LearningTrial:
    """A spectrum and its truth.

    Attributes
    ----------
    problem
        With the basis set of the middle TE1, which is not told, and the true slice pulses, which
        are: a scanner's are known better than its TE1.
    truth
        Amounts by name.
    snr
        Highest metabolite peak over the noise.
    """

    problem: FitProblem
    truth: Mapping[str, float]
    snr: float


def acquisition_of(protocol: Protocol) -> Acquisition:
    """Return the acquisition that a protocol's own data have; TE1 is unknown."""
    return Acquisition(
        nucleus="1H",
        frequency_hz=protocol.frequency_hz[0],
        dwell_s=DWELL_S,
        echo_time_s=protocol.echo_time_s,
        localisation=protocol.localisation,
    )


def trials_of(protocol: Protocol, count: int, seed: int) -> Iterator[LearningTrial]:
    """Yield spectra; the same seed gives the same ones in the same order."""
    source = SpectrumSource(protocol, POINTS, seed)
    te1 = sorted(protocol.te1_s)[len(protocol.te1_s) // 2] if protocol.te1_s else None
    for first in range(0, count, FEW):
        batch = source.draw(FEW)
        acquisition = replace(acquisition_of(protocol), slice_pulses=batch.slice_pulses)
        basis = matching_basis(acquisition, POINTS, te1_s=te1)
        for row in range(min(FEW, count - first)):
            data = Dataset(batch.fids[row].astype(np.complex128), acquisition, basis.centre_ppm)
            truth = dict(zip(source.names, batch.amounts[row].tolist(), strict=True))
            yield LearningTrial(FitProblem(data, basis), truth, float(batch.snr[row]))

"""The exam with what a person entered in place of the file's values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import EnteredByHand
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Exam

_SAME = 0.01
_AXES = ("frequency_hz", "dwell_s")


def exam_as_entered(exam: Exam, entered: EnteredByHand) -> Exam:
    """Return the exam with entered values in force, for data and water scans.

    A water scan takes over an entered frequency or dwell time only where its own value is that of
    the data: two headers with the same fault.
    """
    if entered == type(entered)():
        return exam
    return replace(
        exam,
        metabolite=_as_entered(exam.metabolite, entered),
        water=exam.water and _as_entered(exam.water, _for_water(exam, exam.water, entered)),
        eddy=exam.eddy and _as_entered(exam.eddy, _for_water(exam, exam.eddy, entered)),
    )


def _as_entered(data: Dataset, entered: EnteredByHand) -> Dataset:
    fid = np.conj(data.fid) if entered.conjugated else data.fid
    return replace(data, fid=fid, acquisition=entered.applied_to(data.acquisition))


def _for_water(exam: Exam, water: Dataset, entered: EnteredByHand) -> EnteredByHand:
    """Return what of the entered values holds for a water scan; averages are its own."""
    own = dict.fromkeys(
        name
        for name in _AXES
        if abs(getattr(water.acquisition, name) / getattr(exam.metabolite.acquisition, name) - 1)
        > _SAME
    )
    return msgspec.structs.replace(entered, averages=None, **own)

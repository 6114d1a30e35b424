"""Doubts about the voxel's place that a person must have checked before a side is reported."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.model.exam import Exam, Finding

_LENGTH = 16


def geometry_doubts(exam: Exam) -> tuple[Finding, ...]:
    """Return the dangers about the voxel's place, confirmed or not."""
    return tuple(f for f in exam.findings if f.severity == "danger" and f.topic == "geometry")


def confirmation_key(exam: Exam, finding: Finding) -> str:
    """Return what a recipe keeps of a confirmation.

    It holds for these very files and this very finding: a recipe that is used for another patient
    confirms nothing there.
    """
    said = f"{exam.digest}\n{finding.title}\n{finding.detail}"
    return hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]


def unconfirmed_geometry(exam: Exam, recipe: Recipe) -> tuple[Finding, ...]:
    """Return the doubts about the voxel's place that nobody has confirmed."""
    return tuple(
        finding
        for finding in geometry_doubts(exam)
        if confirmation_key(exam, finding) not in recipe.confirmed
    )


def side_doubted(exam: Exam, recipe: Recipe) -> bool:
    """Return whether the side must not be stated: there is a voxel whose place is in doubt."""
    return exam.metabolite.voxel is not None and bool(unconfirmed_geometry(exam, recipe))

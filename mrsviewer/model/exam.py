"""An exam: everything that belongs to one examination, as the scanner gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mrsviewer.model.acquisition import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrsviewer.model.axes import Axes
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.volume import Tissue, Volume

Role = Literal["metabolite", "water", "eddy", "anatomy", "tissue", "basis", "unused"]
"""``unused``: found with the others and left out; the user can give it another role."""

Severity = Literal["info", "warning", "danger"]
Topic = Literal["geometry", "header", "preprocessing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader noticed that the user must know.

    ``danger`` is for what can hurt a patient or void a number: it is shown in red.

    Attributes
    ----------
    severity, title, detail
        How grave, what, and the evidence.
    topic
        What it is about, where a decision or a view refers to it; a ``danger`` about "geometry"
        must be confirmed by a person before a report names a side.
    """

    severity: Severity
    title: str
    detail: str = ""
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One input file (or pair of files read as one), its role and why it has that role."""

    path: Path
    role: Role
    format: str
    reason: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One dataset as a reader returns it, before its role in an exam is known."""

    dataset: Dataset
    format: str
    path: Path
    digest: str
    identity: Identity = field(default_factory=Identity)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """What the scanner gave.

    Attributes
    ----------
    metabolite
        The water-suppressed data.
    water
        Water reference for eddy currents, coil weights and scaling; verified to be water.
    eddy
        A separate water scan for eddy-current correction, if there is one.
    anatomy, tissue
        Head image and tissue fraction maps.
    identity, sources, findings
        Patient, input files, and what the readers noticed.
    axes
        What a person said of files that do not say their dwell time or frequency.
    water_elsewhere
        Whether the water is one reference for a whole grid, of which this is one voxel: then it
        does not show this voxel's shim.
    """

    metabolite: Dataset
    water: Dataset | None = None
    eddy: Dataset | None = None
    anatomy: Volume | None = None
    tissue: Mapping[Tissue, Volume] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    axes: Axes | None = None
    water_elsewhere: bool = False

    @property
    def digest(self) -> str:
        """Return a key that changes whenever an input file or its role does."""
        used = (source for source in self.sources if source.role != "unused")
        parts = [f"{source.role}:{source.digest}" for source in used]
        return "|".join([*parts, *([self.axes.in_words()] if self.axes else [])])

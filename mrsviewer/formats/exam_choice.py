"""Which of several metabolite scans is the one to show first, and why; whose scans they are."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats.exam_match import differences, other_patient
from mrsviewer.formats.water import is_water
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MOST_NAMED = 6
SAME_SIGNAL = 1 - 1e-8
"""Correlation of the samples: rounding to five digits keeps it, noise of a repetition does not."""

_NULLED = re.compile(
    r"invert|met[-_ ]?null|(?<![a-z])(?:ti[-_ ]?\d{2,}|mm[-_ ]?only)(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scan and why it has its role."""

    scan: Scan
    reason: str


def fits(metabolite: Scan, reference: Scan) -> bool:
    """Return whether a scan is water and was taken as the data were: same voxel, axes, patient."""
    if any(f.severity == "danger" for f in differences(metabolite.dataset, reference.dataset)):
        return False
    if other_patient(metabolite, reference) is not None:
        return False
    return is_water(reference.dataset, metabolite.dataset).is_water


def is_copy(one: Scan, other: Scan) -> bool:
    """Return whether two files hold the same signal, but for a factor."""
    a, b = one.dataset.fid, other.dataset.fid
    if a.shape != b.shape:
        return False
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    return norms > 0 and abs(complex(np.vdot(a, b))) > SAME_SIGNAL * norms


def _is_nulled(scan: Scan) -> bool:
    """Return whether an inversion pulse suppresses the metabolites, by the header or a name."""
    facts = scan.dataset.acquisition
    names = (scan.path.stem, facts.sequence, scan.identity.protocol)
    return bool(facts.inversion_time_s) or any(_NULLED.search(name or "") for name in names)


def _is_edited(scan: Scan) -> bool:
    data = scan.dataset
    return data.count("edit") > 1 or data.acquisition.localisation == "mega-press"


def _averages(scan: Scan) -> float:
    """Return how many excitations went into the data."""
    return (scan.dataset.acquisition.averages or 1) * scan.dataset.count("transient")


def _voxels(scan: Scan) -> int:
    return math.prod(scan.dataset.count(dim) for dim in ("x", "y", "z", "measurement"))


_CRITERIA: tuple[tuple[str, Callable[[Scan], float]], ...] = (
    ("it is a proton scan", lambda s: s.dataset.acquisition.nucleus != "1H"),
    ("it has no inversion pulse", _is_nulled),
    ("it is not edited", _is_edited),
    ("it is of one voxel", lambda s: _voxels(s) > 1),
    ("its voxel is known", lambda s: s.dataset.voxel is None),
    ("it has the shortest echo time", lambda s: s.dataset.acquisition.echo_time_s or 9.0),
    ("it has the most averages", lambda s: -_averages(s)),
)
"""What speaks for a scan, the weightiest first; the smaller the better. Whether its water
reference is there stands at place ``_WATER_AT``."""

_WATER_AT = 4


def best(candidates: Sequence[Scan], waters: Sequence[Scan]) -> Chosen:
    """Return the scan for which most speaks, and what decided it over the next best."""
    merits = {
        id(scan): (*_merits(scan, waters), str(scan.path), k) for k, scan in enumerate(candidates)
    }
    ranked = sorted(candidates, key=lambda scan: merits[id(scan)])
    first, second = merits[id(ranked[0])], merits[id(ranked[1])]
    reasons = [reason for reason, _ in _CRITERIA]
    reasons.insert(_WATER_AT, "its water reference is there")
    k = next(k for k, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)
    why = reasons[k] if k < len(reasons) else "it is the first by name"
    return Chosen(ranked[0], f"chosen among {len(candidates)} metabolite scans: {why}")


def _merits(scan: Scan, waters: Sequence[Scan]) -> tuple[float, ...]:
    values = [float(measure(scan)) for _, measure in _CRITERIA]
    values.insert(_WATER_AT, not any(fits(scan, water) for water in waters))
    return tuple(values)


def passed_over(scans: Sequence[Scan]) -> Finding:
    """Return the remark that names the metabolite scans not shown."""
    many = len(scans) > 1
    title = f"{len(scans)} other metabolite scan{'s were' if many else ' was'} not opened"
    named = ", ".join(summary(scan) for scan in scans[:MOST_NAMED])
    more = " ..." if len(scans) > MOST_NAMED else ""
    return Finding("warning", title, f"{named}{more}. Give the one you want the role of the data.")


def summary(scan: Scan) -> str:
    """Return name, echo time and place of a scan in a few words."""
    echo = scan.dataset.acquisition.echo_time_s
    voxel = scan.dataset.voxel
    facts = [] if echo is None else [f"TE {echo * 1e3:g} ms"]
    if voxel is not None:
        signs = ("RL", "AP", "SI")
        at = (
            f"{s[0 if c >= 0 else 1]} {abs(c):.0f}"
            for c, s in zip(voxel.centre_ras_mm, signs, strict=True)
        )
        facts.append(f"voxel at {' '.join(at)} mm")
    return scan.path.name + (f" ({', '.join(facts)})" if facts else "")


def check_one_patient(named: Path, scans: Sequence[Scan]) -> None:
    """Refuse a folder whose spectra are of several patients.

    Raises
    ------
    FormatError
        It names one file of each patient, but not the patients.
    """
    apart: list[Scan] = []
    for scan in scans:
        if all(other_patient(scan, other) is not None for other in apart):
            apart.append(scan)
    if len(apart) > 1:
        names = ", ".join(scan.path.name for scan in apart[:MOST_NAMED])
        cause = f"Its spectra are of {len(apart)} patients: {names}."
        raise FormatError(named, cause, "Open the folder or the files of one patient.")

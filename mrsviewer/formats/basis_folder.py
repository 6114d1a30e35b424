"""Basis sets kept as a folder with one file for each metabolite: jMRUI text or LCModel RAW."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats import jmrui, lcmodel_raw
from mrsviewer.formats.basis_signals import (
    centre_by_singlets,
    marker_finding,
    without_halved_first_point,
)
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.failure import FormatError
from mrsviewer.model.names import canonical_name, component_kind, is_known_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.exam import Finding, Scan

_FEWEST = 3
_HEAD = 4096
_REMEDY = "Choose a folder with one file for each metabolite, all of one kind and length."


def sniff_folder(folder: Path) -> bool:
    """Return whether a folder holds at least three files named after metabolites, all readable."""
    return len(_members(folder)) >= _FEWEST


def read_folder(folder: Path) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the basis set of a folder of RAW or jMRUI files, and what is to be known of it.

    Raises
    ------
    FormatError
        If a file is damaged, or the files do not belong to one set.
    """
    members = _members(folder)
    if len(members) < _FEWEST:
        cause = "The folder does not hold signals named after metabolites."
        raise FormatError(folder, cause, _REMEDY)
    scans = [_scan(path) for path in members]
    digest = hashlib.sha256("".join(scan.digest for scan in scans).encode()).hexdigest()
    names = [path.stem for path in members]
    return assembled(folder, names, scans, digest)


def assembled(
    path: Path, names: Sequence[str], scans: Sequence[Scan], digest: str
) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return single signals as one basis set; raises :class:`FormatError` if they do not match."""
    acquisition = _common(path, names, scans)
    fids = np.stack([scan.dataset.fid for scan in scans])
    return basis_of(path, names, fids, acquisition, digest)


def basis_of(
    path: Path,
    names: Sequence[str],
    fids: NDArray[np.complex128],
    acquisition: Acquisition,
    digest: str,
) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return signals, shape (components, points), as a basis set with the canonical names.

    Raises
    ------
    FormatError
        If a name occurs twice.
    """
    canonical = [canonical_name(name) for name in names]
    twice = [name for name, count in Counter(canonical).items() if count > 1]
    if twice:
        raise FormatError(path, f"It holds {', '.join(twice)} more than once.", _REMEDY)
    fids, first = without_halved_first_point(fids)
    basis = BasisSet(
        fids=np.ascontiguousarray(fids),
        components=tuple(Component(name, component_kind(name)) for name in canonical),
        dwell_s=acquisition.dwell_s,
        frequency_hz=acquisition.frequency_hz,
        centre_ppm=0.0,
        source=path.name,
        digest=digest,
        echo_time_s=acquisition.echo_time_s,
        localisation=acquisition.localisation,
    )
    basis, axis = centre_by_singlets(basis)
    found = (first, axis, marker_finding(basis))
    return basis, tuple(finding for finding in found if finding is not None)


def _members(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    try:
        files = sorted(p for p in folder.iterdir() if p.is_file() and is_known_name(p.stem))
    except OSError:
        return []
    return [path for path in files if _reader(path) is not None]


def _reader(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return None
    if jmrui.sniff(path, head):
        return "jmrui"
    return "raw" if lcmodel_raw.sniff(path, head) else None


def _scan(path: Path) -> Scan:
    scan = (jmrui.read if _reader(path) == "jmrui" else lcmodel_raw.read)(path)[0]
    if scan.dataset.fid.ndim != 1:
        raise FormatError(path, "It holds more than one signal.", _REMEDY)
    return scan


def _common(path: Path, names: Sequence[str], scans: Sequence[Scan]) -> Acquisition:
    """Return the acquisition all signals share."""
    first = scans[0].dataset
    for name, scan in zip(names, scans, strict=True):
        data = scan.dataset
        same = (
            data.points == first.points
            and np.isclose(data.acquisition.dwell_s, first.acquisition.dwell_s, rtol=1e-4)
            and np.isclose(data.acquisition.frequency_hz, first.acquisition.frequency_hz, rtol=1e-4)
        )
        if not same:
            cause = f"{name} differs from {names[0]} in points, dwell time or frequency."
            raise FormatError(path, cause, _REMEDY)
    return first.acquisition

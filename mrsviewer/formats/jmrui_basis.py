"""jMRUI basis sets: a folder of text files, or one text file with a signal for each metabolite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrsviewer.formats import basis_folder, jmrui
from mrsviewer.model.failure import FormatError
from mrsviewer.model.names import is_known_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Finding

_NAMES = re.compile(rb"^[ \t]*SignalNames[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_FEWEST = 3


def sniff(path: Path, head: bytes) -> bool:
    """Return whether a folder or file holds at least three signals named after metabolites."""
    if path.is_dir():
        return basis_folder.sniff_folder(path)
    if not jmrui.sniff(path, head):
        return False
    match = _NAMES.search(head)
    return match is not None and _known(_split(match[1].decode("latin-1"))) >= _FEWEST


def read(path: Path) -> BasisSet:
    """Return the basis set of a folder of jMRUI or RAW files, or of one jMRUI file.

    Raises
    ------
    FormatError
        If it is something else, damaged, or its signals do not belong together.
    """
    return read_with_findings(path)[0]


def read_with_findings(path: Path) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the basis set and what is to be known of it; raises as :func:`read`."""
    if path.is_dir():
        return basis_folder.read_folder(path)
    content = jmrui.read_jmrui(path)
    names = [_stem(name) for name in content.names]
    if len(names) != len(content.signals) or _known(names) < _FEWEST:
        cause = "Its signals are not named after metabolites, so it is no basis set."
        raise FormatError(path, cause, "Choose a file whose SignalNames are metabolites.")
    acquisition, findings = jmrui.acquisition_of(path, content.header)
    basis, notes = basis_folder.basis_of(path, names, content.signals, acquisition, content.digest)
    return basis, (*findings, *notes)


def _split(text: str) -> list[str]:
    return [_stem(name.strip()) for name in re.split(r"[;,]", text) if name.strip()]


def _stem(name: str) -> str:
    return re.sub(r"\.(?:txt|mrui|raw)$", "", name, flags=re.IGNORECASE)


def _known(names: Sequence[str]) -> int:
    return sum(is_known_name(name) for name in names)

"""What file names tell of roles; a hint where to look, never a proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.volume import Tissue

NamedRole = Literal["metabolite", "water", "eddy"]

_WATER = re.compile(r"(w?ref|mrsref|watref|w|h2o|water|n(o|on)?ws|unsup\w*|nosup\w*|quant)\d*")
_EDDY = re.compile(r"(ecc|eddy)\d*")
_METABOLITE = re.compile(r"(act|ws|met|metab\w*|sup|suppressed|svs)\d*")
_SUFFIXES: dict[str, NamedRole] = {
    ".h2o": "water",
    ".ref": "water",
    ".raw": "metabolite",
    ".met": "metabolite",
}
_ANATOMY = re.compile(r"t1\w*|t2\w*|mprage\d*|anat\w*|flair\d*")
_TISSUE: tuple[tuple[str, Tissue], ...] = (
    (r"(?:^|[^a-z])(?:gm|gray|grey|graymatter)(?:[^a-z]|$)|pve_?1(?:\D|$)|^c1", "gm"),
    (r"(?:^|[^a-z])(?:wm|white|whitematter)(?:[^a-z]|$)|pve_?2(?:\D|$)|^c2", "wm"),
    (r"(?:^|[^a-z])csf(?:[^a-z]|$)|pve_?0(?:\D|$)|^c3", "csf"),
)
"""FAST writes pve_0 (CSF), pve_1 (GM) and pve_2 (WM); SPM c1 (GM), c2 (WM), c3 (CSF)."""


def named_role(path: Path) -> NamedRole | None:
    """Return the role that a name claims, or None."""
    if path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    words = _words(path)
    patterns: tuple[tuple[re.Pattern[str], NamedRole], ...] = (
        (_EDDY, "eddy"),
        (_WATER, "water"),
        (_METABOLITE, "metabolite"),
    )
    for pattern, role in patterns:
        if any(pattern.fullmatch(word) for word in words):
            return role
    return None


def family(path: Path) -> tuple[str, ...]:
    """Return what a scan's name and those of its references have in common."""
    patterns = (_WATER, _EDDY, _METABOLITE)
    words = [w for w in _words(path) if not any(p.fullmatch(w) for p in patterns)]
    return tuple(words)


def container(path: Path) -> str:
    """Return the file's kind by suffix, the same for a scan and its references."""
    suffix = path.suffix.lower()
    return "" if suffix in _SUFFIXES else {".spar": ".sdat", ".gz": ".nii"}.get(suffix, suffix)


def is_for_quantity(path: Path) -> bool:
    """Return whether the name says "water for quantification", the second choice."""
    return any(word.startswith("quant") for word in _words(path))


def is_anatomy(path: Path) -> bool:
    """Return whether a NIfTI file's name says it is a head image, and not a tissue map."""
    if container(path) != ".nii" or tissue(path) is not None:
        return False
    words = _words(path)
    masked = any(
        word in {"mask", "seg", "dseg", "label", "labels", "pve", "pveseg"} for word in words
    )
    return not masked and any(_ANATOMY.fullmatch(word) for word in words)


def same_subject(one: Path, other: Path) -> bool:
    """Return whether two names begin with the same words of one subject ("sub-01", "K_01")."""
    first, second = _words(one)[:2], _words(other)[:2]
    return first == second and len(first) == 2 and any(c.isdigit() for c in "".join(first))


def is_t1(path: Path) -> bool:
    """Return whether the name says T1-weighted."""
    return any(re.fullmatch(r"t1\w*|mprage\d*", word) for word in _words(path))


def tissue(path: Path) -> Tissue | None:
    """Return which tissue a fraction map's name claims, or None."""
    if container(path) != ".nii":
        return None
    name = path.name.lower()
    return next((which for pattern, which in _TISSUE if re.search(pattern, name)), None)


def _words(path: Path) -> list[str]:
    """Return the words of a name without its suffixes, in lower case."""
    name = re.sub(r"\.nii(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    stem = name if name != path.name else path.stem
    return [word for word in re.split(r"[^a-z0-9]+", stem.lower()) if word]

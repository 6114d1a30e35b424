"""A cache on disk of simulated signals, by content hash. Losing it costs a tenth of a second."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

KEEP = 32
"""How many files the cache holds; the oldest go first."""

_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def cache_folder() -> Path:
    """Return where simulated basis sets are kept; may not exist yet."""
    return user_cache_path("mrsviewer", appauthor=False) / "basis"


def digest(text: str) -> str:
    """Return the content hash that names an entry."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def cached(
    key: str, shape: tuple[int, int], build: Callable[[], NDArray[np.complex128]]
) -> NDArray[np.complex128]:
    """Return the signals stored under ``key``; build and store them if they are not there.

    A missing, foreign or damaged file is rebuilt, and a folder that cannot be written is done
    without: the cache never makes anything fail.
    """
    path = cache_folder() / f"{key}.npz"
    fids = _load(path, shape)
    if fids is None:
        fids = build()
        with suppress(OSError):
            _save(path, fids)
    return fids


def _load(path: Path, shape: tuple[int, int]) -> NDArray[np.complex128] | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            fids = np.asarray(stored["fids"])
    except _DAMAGED:
        return None
    if fids.shape != shape or fids.dtype != np.complex128 or not np.isfinite(fids).all():
        return None
    with suppress(OSError):
        os.utime(path)
    return fids


def _save(path: Path, fids: NDArray[np.complex128]) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, fids=fids)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in files[KEEP:]:
        path.unlink(missing_ok=True)

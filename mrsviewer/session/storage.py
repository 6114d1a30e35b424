"""Folders of the program on this machine, and files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


def state_folder() -> Path:
    """Return the folder of settings, recent files and autosaves; MRSVIEWER_STATE overrides it."""
    if chosen := os.environ.get("MRSVIEWER_STATE"):
        return Path(chosen)
    from platformdirs import user_state_path  # noqa: PLC0415 - not needed to draw a window

    return user_state_path("mrsviewer", appauthor=False)


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` so that ``path`` holds either all of it or what it held before.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_struct(path: Path, kind: type[T]) -> T | None:
    """Return the JSON file as a struct, or None where it is missing or not one of its kind."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def write_struct(path: Path, value: msgspec.Struct) -> None:
    """Write a struct as indented JSON, whole or not at all."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")

"""What the window remembers from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from mrsviewer.session.storage import read_struct, write_struct

if TYPE_CHECKING:
    from pathlib import Path

FILE = "window.json"
SMALLEST, LARGEST, NORMAL = 0.7, 2.5, 1.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Theme, text size, layout and the folder last used.

    ``geometry`` and ``docks`` are Qt's own byte strings, base64.
    """

    theme: Literal["dark", "light"] = "dark"
    text_scale: Annotated[float, msgspec.Meta(ge=SMALLEST, le=LARGEST)] = NORMAL
    show_residual: bool = True
    geometry: bytes = b""
    docks: bytes = b""
    workspace: Literal["read", "process", "report"] = "read"
    folder: str = ""


def load_settings(folder: Path) -> Settings:
    """Return what was remembered; an unreadable file is as none."""
    return read_struct(folder / FILE, Settings) or Settings()


def save_settings(folder: Path, settings: Settings) -> None:
    """Remember.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    write_struct(folder / FILE, settings)

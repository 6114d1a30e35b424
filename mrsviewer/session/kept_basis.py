"""Edited basis sets where sessions find them again: kept by content, and inside saved sessions."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.formats import mrsviewer_basis
from mrsviewer.model.failure import FormatError
from mrsviewer.session.storage import write_whole

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet

FOLDER = "basis_sets"


def keep_basis(folder: Path, basis: BasisSet) -> Path:
    """Write a set into the state folder, under its digest, and return the file.

    Nothing there is ever overwritten by something else or removed.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    content = mrsviewer_basis.encode(basis)
    digest = mrsviewer_basis.decode(Path(basis.source), content).digest
    path = folder / FOLDER / f"{digest[:24]}{mrsviewer_basis.SUFFIX}"
    write_whole(path, content)
    return path


def packed(path: str | None) -> str | None:
    """Return the file of a set in this program's format as text; None for any other file.

    Raises
    ------
    OSError
        If it is there and cannot be read.
    """
    if path is None or not path.endswith(mrsviewer_basis.SUFFIX) or not Path(path).is_file():
        return None
    return base64.b64encode(zlib.compress(Path(path).read_bytes())).decode()


def unpacked(folder: Path, text: str, path: str) -> str:
    """Return where the set of a session is: as recorded, or put into the state folder.

    Raises
    ------
    FormatError
        If the text is damaged.
    OSError
        If the folder cannot be written.
    """
    if Path(path).is_file():
        return path
    try:
        basis = mrsviewer_basis.decode(Path(path), zlib.decompress(base64.b64decode(text)))
    except (ValueError, zlib.error) as error:
        cause = "The basis set in the session is damaged."
        raise FormatError(Path(path), cause, "Choose the basis set again.", str(error)) from error
    return str(keep_basis(folder, basis))

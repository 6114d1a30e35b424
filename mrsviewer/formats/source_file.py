"""Input files as bytes and as text, with errors that say what is wrong with the file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"7z\xbc\xaf", "a 7-zip archive"),
    (0, b"\x89HDF", "an HDF5 file"),
    (0, b"MATLAB 5.0", "a MATLAB file"),
    (128, b"DICM", "a DICOM file"),
    (344, b"n+1\x00", "a NIfTI-1 file"),
    (4, b"n+2\x00", "a NIfTI-2 file"),
    (0, b"<?xml", "an XML file"),
    (0, b"{", "a JSON file"),
    (0, b"<!DOCTYPE html", "a web page"),
    (0, b"<html", "a web page"),
)


PICTURES = {"a JPEG picture", "a PNG picture", "a GIF picture", "a PDF document"}
"""Contents that lie beside spectra and need no remark."""


def read_bytes(path: Path) -> bytes:
    """Return the whole file.

    Raises
    ------
    FormatError
        Where there is no such file, it is a folder or empty, or may not be read.
    """
    if path.is_dir():
        raise FormatError(path, "It is a folder, not a file.", "Choose a file inside it.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        cause, remedy = "There is no such file.", "Check the name and the folder."
        raise FormatError(path, cause, remedy) from None
    except OSError as error:
        cause = f"The system does not let it be read: {error.strerror or error}."
        raise FormatError(path, cause, "Check its permissions and the drive it is on.") from error
    if not data:
        raise FormatError(path, "The file is empty.", "Export or copy it from the scanner again.")
    return data


def read_head(path: Path, count: int = 4096) -> bytes:
    """Return the first bytes of a file; raises as :func:`read_bytes`."""
    if path.is_dir():
        return read_bytes(path)
    try:
        with path.open("rb") as file:
            head = file.read(count)
    except OSError:
        return read_bytes(path)
    return head or read_bytes(path)


def read_text(path: Path, kind: str) -> tuple[str, str]:
    """Return the text of a file with plain line feeds, and the SHA-256 digest of its bytes.

    Parameters
    ----------
    path
        The file.
    kind
        What was expected, for the error: "an LCModel RAW file".

    Raises
    ------
    FormatError
        As :func:`read_bytes`, and where the content is not text.
    """
    data = read_bytes(path)
    content = describe_content(data[:4096])
    if content is not None or b"\x00" in data:
        cause = f"It is {content or 'a binary file'}, not {kind}."
        raise FormatError(path, cause, f"Choose {kind}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n"), digest(data)


def digest(data: bytes | mmap) -> str:
    """Return the SHA-256 digest of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def describe_content(head: bytes) -> str | None:
    """Return what a file is by its first bytes, if they are a well-known signature."""
    return next(
        (
            words
            for offset, mark, words in _SIGNATURES
            if head[offset : offset + len(mark)].lower() == mark.lower()
        ),
        None,
    )

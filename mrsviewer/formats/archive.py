"""Zip archives: unpacked into a folder of their own, which is removed when it was read.

A file in an archive is called ``case.zip/folder/scan.SDAT``: what was opened from an archive can
be opened again by that name.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.jobs.context import JobContext

MOST_FILES = 20_000
MOST_BYTES = 4 << 30
SPARE_BYTES = 64 << 20
CHUNK = 1 << 20
_AGAIN = "Unpack it with another program and open the folder."


def is_archive(path: Path) -> bool:
    """Return whether a file is a zip archive by its content; an empty one counts as well."""
    try:
        with path.open("rb") as file:
            return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
    except OSError:
        return False


def split(path: Path) -> tuple[Path, Path] | None:
    """Return archive and member of a name such as ``case.zip/folder/scan.SDAT``, else None."""
    for above in path.parents:
        if above.is_file():
            return (above, path.relative_to(above)) if is_archive(above) else None
        if above.is_dir():
            return None
    return None


def exists(path: Path) -> bool:
    """Return whether a name is that of a member of an archive which is there."""
    parts = split(path)
    if parts is None:
        return False
    try:
        with zipfile.ZipFile(parts[0]) as members:
            return parts[1].as_posix() in members.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def unpacked(path: Path, context: JobContext) -> Iterator[Path]:
    """Unpack an archive into a temporary folder, which is removed at the end.

    Raises
    ------
    FormatError
        If it is damaged, encrypted, too large for its limits or the disk, or has a member that
        would lie outside the folder.
    """
    with tempfile.TemporaryDirectory(prefix="mrsviewer-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(path, archive, folder, context)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            cause = "The archive is damaged or cut off, or packed in a way not known here."
            raise FormatError(path, cause, _AGAIN, f"{type(error).__name__}: {error}") from error
        except RuntimeError as error:  # zipfile has no class of its own for this
            cause = "The archive is locked with a password."
            raise FormatError(path, cause, _AGAIN, str(error)) from error
        except OSError as error:
            cause = f"It cannot be unpacked: {error.strerror or error}."
            raise FormatError(path, cause, _AGAIN) from error
        yield folder


def _unpack(path: Path, archive: zipfile.ZipFile, folder: Path, context: JobContext) -> None:
    """Write all members below ``folder``; count what really comes, not what is promised."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    promised = sum(member.file_size for member in members)
    room = min(MOST_BYTES, shutil.disk_usage(folder).free - SPARE_BYTES)
    if len(members) > MOST_FILES or promised > room:
        cause = f"It unpacks to {len(members)} files of {promised / 1e9:.1f} GB together."
        raise FormatError(path, cause, "Unpack it yourself and open the folder of one examination.")
    left = room
    for k, member in enumerate(members):
        context.tick(0.02, f"Unpacking {k + 1} of {len(members)}")
        target = folder / _safe(path, member)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as copy:
            left -= _copy(path, source, copy, min(left, member.file_size))


def _copy(path: Path, source: IO[bytes], copy: IO[bytes], limit: int) -> int:
    """Return how many bytes were copied; FormatError beyond ``limit``."""
    total = 0
    while chunk := source.read(CHUNK):
        total += len(chunk)
        if total > limit:
            raise FormatError(path, "It holds more than its index says.", _AGAIN)
        copy.write(chunk)
    return total


def _safe(path: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """Return the place of a member below the folder; FormatError if it lies elsewhere."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    unsafe = name.is_absolute() or ".." in name.parts or any(":" in part for part in name.parts)
    if is_link or unsafe or not name.parts:
        cause = "It holds a member that would be written outside its folder, or a link."
        raise FormatError(path, cause, "Do not trust this archive; ask where it came from.")
    return name

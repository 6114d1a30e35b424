"""File of a basis set in this program's own format: every bit of it, and all that is known.

Two lines of text, the name of the format and a JSON object with axes, components and source, then
the samples as little-endian pairs of doubles. The JSON holds a digest of the whole content, so a
damaged file is never used.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.formats.source_file import read_bytes
from mrsviewer.formats.target_file import replace_file
from mrsviewer.model.acquisition import Editing, Localisation
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.basis_content import content_digest
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".mrsbasis"
_MARK = b"mrsviewer-basis 1\n"
_REMEDY = "Use the file from which it was copied, or another basis set."


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    components: tuple[Component, ...]
    points: int
    dwell_s: float
    frequency_hz: float
    centre_ppm: float
    source: str
    digest: str
    proton_unit: float | None
    echo_time_s: float | None
    te1_s: float | None
    localisation: Localisation | None
    editing: Editing | None = None
    line_ppm: float | None = None


_FACTS = tuple(f.name for f in fields(BasisSet) if f.name not in {"fids", "digest"})


def sniff(path: Path, head: bytes) -> bool:
    """Return whether the first bytes are those of this format."""
    del path
    return head.startswith(_MARK)


def read(path: Path) -> BasisSet:
    """Return the basis set of a file.

    Raises
    ------
    FormatError
        If it is another kind of file, cut off or altered.
    """
    return decode(path, read_bytes(path))


def decode(path: Path, data: bytes) -> BasisSet:
    """Return the basis set in the bytes of the file ``path``; raises as :func:`read`."""
    if not data.startswith(_MARK):
        raise FormatError(path, "It is not a basis set of this program.", _REMEDY)
    text, _, samples = data[len(_MARK) :].partition(b"\n")
    try:
        header = msgspec.json.decode(text, type=_Header)
        fids = np.frombuffer(samples, "<c16").reshape(len(header.components), header.points)
    except (msgspec.DecodeError, ValueError) as error:
        raise FormatError(path, "It was cut off or altered.", _REMEDY, str(error)) from error
    given = {name: getattr(header, name) for name in _FACTS}
    basis = BasisSet(fids=fids.astype(np.complex128), digest=header.digest, **given)
    if not header.components or content_digest(basis) != header.digest:
        raise FormatError(path, "Its content is not what was written: it is damaged.", _REMEDY)
    return basis


def encode(basis: BasisSet) -> bytes:
    """Return a basis set as the bytes of a file."""
    header = _Header(
        points=basis.fids.shape[1],
        digest=content_digest(basis),
        **{name: getattr(basis, name) for name in _FACTS},
    )
    samples = np.ascontiguousarray(basis.fids, "<c16").tobytes()
    return _MARK + msgspec.json.encode(header) + b"\n" + samples


def write(basis: BasisSet, path: Path) -> tuple[Path, ...]:
    """Write a basis set, whole or not at all; return the path. Raises MrsError."""
    replace_file(path, encode(basis))
    return (path,)

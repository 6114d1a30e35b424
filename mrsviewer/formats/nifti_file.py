"""NIfTI-1 and NIfTI-2 single files as header, extensions and samples; nothing is read lazily."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_AGAIN = "Copy or convert the file again."
_SIZES = {348: 352, 540: 544}  # header size and least offset of the data: NIfTI-1, NIfTI-2
_LARGEST_MM = 1e6
_TIME_UNITS = {8: 1.0, 16: 1e-3, 24: 1e-6}


@dataclass(frozen=True, slots=True, eq=False)
class NiftiFile:
    """A NIfTI file in memory.

    Attributes
    ----------
    samples
        As stored, axes in the order of the file.
    pixdim
        Steps along the axes; 0 is the sign of the third.
    time_unit_s
        Length of the unit of the fourth axis, None where the header does not say.
    affine
        4 x 4 matrix from index to RAS mm; None where the header has neither qform nor sform.
    scaling
        Slope and offset of the samples; (1, 0) where there is none.
    intent
        The intent name: "mrs_v0_11" for NIfTI-MRS.
    extensions
        Code and content of each header extension.
    """

    samples: NDArray[np.generic]
    pixdim: tuple[float, ...]
    time_unit_s: float | None
    affine: NDArray[np.float64] | None
    scaling: tuple[float, float]
    intent: str
    extensions: tuple[tuple[int, bytes], ...]


def is_nifti(head: bytes) -> bool:
    """Return whether bytes, perhaps gzip-compressed, begin as a NIfTI-1 or -2 single file."""
    plain = unzipped_head(head)
    return plain[344:348] in {b"n+1\x00", b"ni1\x00"} or plain[4:8] in {b"n+2\x00", b"ni2\x00"}


def unzipped_head(head: bytes) -> bytes:
    """Return the first bytes of the content of a gzip file, or the bytes themselves."""
    if head[:2] != b"\x1f\x8b":
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 4096)
    except zlib.error:
        return b""


def parse(path: Path, data: bytes) -> NiftiFile:
    """Return the content of a NIfTI file.

    Raises
    ------
    FormatError
        If it is not a NIfTI single file, is damaged, or holds fewer samples than it says.
    """
    data = _unzipped(path, data)
    header, offset = _header(path, data)
    shape = _shape(path, header)
    kind = _sample_type(path, header)
    said = float(header["vox_offset"])
    begin = max(int(said), offset) if 0 <= said <= len(data) else len(data)
    needed = begin + math.prod(shape) * kind.itemsize
    if len(data) < needed:
        cause = f"It is cut off: {len(data)} bytes where its header says {needed}."
        raise FormatError(path, cause, _AGAIN)
    samples = np.frombuffer(data, kind, math.prod(shape), begin).reshape(shape, order="F")
    return NiftiFile(
        samples,
        tuple(float(str(step)) for step in header["pixdim"]),
        _TIME_UNITS.get(int(header["xyzt_units"]) & 0x38),
        _affine(header),
        _scaling(header),
        bytes(header["intent_name"].item()).decode("latin-1").strip("\x00 "),
        _extensions(data, offset, begin, header.endianness),
    )


def outline(path: Path, head: bytes) -> tuple[tuple[int, ...], NDArray[np.float64] | None]:
    """Return shape and index-to-RAS matrix of a NIfTI file by its first bytes alone.

    Raises
    ------
    FormatError
        As :func:`parse`.
    """
    header, _ = _header(path, unzipped_head(head))
    return _shape(path, header), _affine(header)


def _unzipped(path: Path, data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        cause = "Its compression is damaged or it is cut off."
        raise FormatError(path, cause, _AGAIN, str(error)) from error


def _header(path: Path, data: bytes) -> tuple[Any, int]:
    """Return nibabel's header, and the least offset at which samples can begin."""
    from nibabel.nifti1 import Nifti1Header  # noqa: PLC0415 - 0.3 s, not needed at start
    from nibabel.nifti2 import Nifti2Header  # noqa: PLC0415 - as above

    if not is_nifti(data):
        raise FormatError(path, "It is not a NIfTI file.", "Choose a .nii or .nii.gz file.")
    second = data[4:7] in {b"n+2", b"ni2"}
    size = 540 if second else 348
    if (data[4:7] if second else data[344:347]) in {b"ni1", b"ni2"}:
        cause = "It is one half of a .hdr and .img pair."
        raise FormatError(path, cause, "Convert the pair to one .nii file.")
    if len(data) < _SIZES[size]:
        raise FormatError(path, "It is cut off within its header.", _AGAIN)
    kind: Any = Nifti2Header if second else Nifti1Header  # nibabel's classes are not annotated
    return kind(data[:size], check=False), _SIZES[size]


def _shape(path: Path, header: Any) -> tuple[int, ...]:
    dim = [int(count) for count in header["dim"]]
    if not 1 <= dim[0] <= 7 or min(dim[1 : dim[0] + 1]) < 1:
        raise FormatError(path, f"Its header is damaged: dimensions {dim}.", _AGAIN)
    return tuple(dim[1 : dim[0] + 1])


def _sample_type(path: Path, header: Any) -> np.dtype[np.generic]:
    try:
        kind: np.dtype[np.generic] = np.dtype(header.get_data_dtype())
    except (KeyError, ValueError, TypeError) as error:
        code = int(header["datatype"])
        raise FormatError(path, f"Its data type {code} is not known.", _AGAIN) from error
    return kind


def _affine(header: Any) -> NDArray[np.float64] | None:
    if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
        return None
    try:
        with np.errstate(all="ignore"):
            affine = np.asarray(header.get_best_affine(), np.float64)
    except (ValueError, np.linalg.LinAlgError):
        return None
    return affine if is_place(affine) else None


def is_place(affine: NDArray[np.float64]) -> bool:
    """Return whether a 4 x 4 matrix maps indices to a place in a room: finite, not flat."""
    # Written so that NaN fails as well.
    in_room = bool((np.abs(affine) < _LARGEST_MM).all())
    return in_room and abs(float(np.linalg.det(affine[:3, :3]))) > 1e-9


def _scaling(header: Any) -> tuple[float, float]:
    slope, offset = float(header["scl_slope"]), float(header["scl_inter"])
    if not math.isfinite(slope) or slope == 0:
        return 1.0, 0.0
    return slope, offset if math.isfinite(offset) else 0.0


def _extensions(
    data: bytes, start: int, stop: int, order: Literal["<", ">"]
) -> tuple[tuple[int, bytes], ...]:
    """Return code and content of the extensions between the header and the samples."""
    found = []
    at = start
    while data[start - 4 : start - 3] != b"\x00" and at + 8 <= stop:
        size, code = np.frombuffer(data, np.dtype("i4").newbyteorder(order), 2, at).tolist()
        if size < 8 or at + size > stop:
            break
        found.append((code, data[at + 8 : at + size].rstrip(b"\x00")))
        at += size
    return tuple(found)

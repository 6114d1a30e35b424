"""MATLAB files of version 5 to 7: numbers, texts, cells and structs.

After "MAT-File Format", The MathWorks, 2024, section on level 5 files. A reader of our own, as the
compiled one at hand takes the whole program down on some damaged files.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER_BYTES = 128
_KINDS = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
    16: "u1", 17: "u2", 18: "u4",
}  # fmt: skip
"""Types of stored elements; the last three are UTF-8, UTF-16 and UTF-32."""

_MATRIX, _COMPRESSED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_FIRST_NUMBER, _LAST_NUMBER = 6, 15
_IS_COMPLEX = 0x08
_DEEPEST = 16
_LARGEST = 1 << 30
_MOST = 1 << 26


class MatlabFault(ValueError):  # noqa: N818 - a fault of the file; readers make a FormatError of it
    """A file that cannot be understood."""


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Source:
    order: str
    depth: int

    def deeper(self) -> _Source:
        """Return the same one level down."""
        if self.depth >= _DEEPEST:
            msg = "it is nested too deeply"
            raise MatlabFault(msg)
        return _Source(self.order, self.depth + 1)


def read_variables(data: bytes) -> dict[str, Any]:
    """Return the variables of a file by name.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    dict
        Numbers as arrays in MATLAB's shape, texts as str, cells as lists in MATLAB's order,
        a struct as dict of its fields; arrays of several structs as lists of them. What is of
        another class (sparse, function handle) is None.

    Raises
    ------
    MatlabFault
        If it is no such file, cut off or damaged.
    """
    mark = data[HEADER_BYTES - 2 : HEADER_BYTES]
    if len(data) <= HEADER_BYTES or mark not in {b"IM", b"MI"}:
        msg = "it is no MATLAB file of version 5"
        raise MatlabFault(msg)
    source = _Source("<" if mark == b"IM" else ">", 0)
    try:
        return dict(_variables(data[HEADER_BYTES:], source))
    except (struct.error, zlib.error, ValueError, OverflowError) as error:
        raise MatlabFault(str(error)) from error


def _variables(data: bytes, source: _Source) -> Iterator[tuple[str, Any]]:
    for element in _elements(data, source):
        if element.kind == _COMPRESSED:
            stream = zlib.decompressobj()
            plain = stream.decompress(element.body, _LARGEST)
            if not stream.eof:
                msg = "its compression is cut off"
                raise MatlabFault(msg)
            yield from _variables(plain, source.deeper())
        elif element.kind == _MATRIX:
            yield _matrix(element.body, source)


def _elements(data: bytes, source: _Source) -> Iterator[_Element]:
    """Return the elements one after another; every one must be there as a whole."""
    at = 0
    while at + 8 <= len(data):
        (word,) = struct.unpack_from(f"{source.order}I", data, at)
        if word >> 16:  # a small element: type and length share four bytes, four of data follow
            kind, size, start, step = word & 0xFFFF, word >> 16, at + 4, 8
        else:
            (size,) = struct.unpack_from(f"{source.order}I", data, at + 4)
            kind, start = word, at + 8
            step = 8 + (size if kind == _COMPRESSED else -(-size // 8) * 8)
        if start + size > len(data) or (word >> 16 and size > 4):
            msg = "it is cut off"
            raise MatlabFault(msg)
        yield _Element(kind, data[start : start + size])
        at += step


def _matrix(body: bytes, source: _Source) -> tuple[str, Any]:
    """Return the name and the content of a matrix element."""
    parts = list(_elements(body, source))
    if len(parts) < 3:
        return "", np.empty(0)  # MATLAB writes an empty matrix for an empty cell
    flags = int(_numbers(parts[0], source)[0])
    shape = tuple(int(count) for count in _numbers(parts[1], source))
    count = math.prod(shape)
    if not shape or min(shape) < 0 or count > _MOST:
        msg = f"a variable has the shape {shape}"
        raise MatlabFault(msg)
    name = parts[2].body.decode("latin-1")
    kind, rest = flags & 0xFF, parts[3:]
    if kind == _CELL:
        return name, [_matrix(part.body, source.deeper())[1] for part in _many(rest, count)]
    if kind in {_STRUCT, _OBJECT}:
        return name, _structs(rest[kind == _OBJECT :], count, source)
    if kind == _CHAR:
        return name, "".join(map(chr, _numbers(_many(rest, 1)[0], source).astype(int)))
    if _FIRST_NUMBER <= kind <= _LAST_NUMBER:
        return name, _array(rest, shape, source, is_complex=bool(flags >> 8 & _IS_COMPLEX))
    return name, None


def _structs(parts: list[_Element], count: int, source: _Source) -> Any:
    """Return one struct as a dict, several as a list of them."""
    width, names = _many(parts, 2)
    length = int(_numbers(width, source)[0])
    if not 0 < length <= 64 or len(names.body) % length:
        msg = "the names of a struct's fields are damaged"
        raise MatlabFault(msg)
    text = names.body.decode("latin-1")
    keys = [text[k : k + length].split("\0")[0] for k in range(0, len(text), length)]
    bodies = _many(parts[2:], count * len(keys))
    values = [_matrix(part.body, source.deeper())[1] for part in bodies]
    rows = [values[k * len(keys) : (k + 1) * len(keys)] for k in range(count)]
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    return found[0] if count == 1 else found


def _array(
    parts: list[_Element], shape: tuple[int, ...], source: _Source, *, is_complex: bool
) -> Any:
    """Return an array of numbers, its imaginary part in an element of its own."""
    values = [_numbers(part, source) for part in _many(parts, 2 if is_complex else 1)]
    if any(part.size != math.prod(shape) for part in values):
        msg = f"a variable of shape {shape} has {values[0].size} values"
        raise MatlabFault(msg)
    with np.errstate(invalid="ignore"):  # damaged files hold what is no number
        array = values[0] + 1j * values[1] if is_complex else values[0]
    return array.reshape(shape, order="F")


def _numbers(element: _Element, source: _Source) -> Any:
    """Return the numbers of an element, shape (n,)."""
    kind = _KINDS.get(element.kind)
    if kind is None or len(element.body) % int(kind[1]):
        msg = f"an element is of kind {element.kind}"
        raise MatlabFault(msg)
    return np.frombuffer(element.body, f"{source.order}{kind}")


def _many(parts: list[_Element], count: int) -> list[_Element]:
    """Return the first elements, which must be there."""
    if len(parts) < count:
        msg = f"{count} elements are promised, {len(parts)} are there"
        raise MatlabFault(msg)
    return parts[:count]

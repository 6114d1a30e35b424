"""VAX F floating point, in which Philips scanners store SDAT samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decode_f(data: bytes) -> NDArray[np.float64]:
    """Return the numbers in ``data``, shape (bytes / 4,).

    Two little-endian 16-bit words, the more significant first: sign (1 bit), exponent (8,
    excess 128), fraction (23) of a mantissa in [0.5, 1) whose leading bit is hidden. Exponent 0
    is zero, or with the sign set a reserved operand, returned as NaN (VAX Architecture
    Reference Manual).
    """
    words = np.frombuffer(data, "<u2").astype(np.uint32).reshape(-1, 2)
    bits = (words[:, 0] << 16) | words[:, 1]
    exponent = ((bits >> 23) & 0xFF).astype(np.int32)
    mantissa = ((bits & 0x7FFFFF) | 0x800000).astype(np.float64)
    negative = (bits >> 31) == 1
    value = np.ldexp(np.where(negative, -mantissa, mantissa), exponent - (128 + 24))
    return np.where(exponent == 0, np.where(negative, np.nan, 0.0), value)


def encode_f(values: NDArray[np.float64]) -> bytes:
    """Return ``values`` as VAX F numbers; the reverse of :func:`decode_f`.

    Raises
    ------
    ValueError
        If a value is too large for the format (about 1.7e38).
    """
    mantissa, exponent = np.frexp(np.abs(np.asarray(values, np.float64)))
    fraction = np.rint(np.ldexp(mantissa, 24)).astype(np.uint64)
    carried = fraction == 1 << 24
    fraction = np.where(carried, 1 << 23, fraction)
    stored = exponent + carried + 128
    if np.any(stored > 255):
        msg = "value too large for VAX F"
        raise ValueError(msg)
    sign = (np.signbit(values)).astype(np.uint64) << 31
    bits = sign | (stored.clip(0).astype(np.uint64) << 23) | (fraction & 0x7FFFFF)
    bits = np.where((stored <= 0) | (fraction == 0), 0, bits).astype(np.uint32)
    return np.stack([bits >> 16, bits & 0xFFFF], axis=-1).astype("<u2").tobytes()

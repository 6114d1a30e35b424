"""The content of a basis set as a hash, whatever it is called and wherever it lies."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet


def content_digest(basis: BasisSet) -> str:
    """Return a hash of signals, components, axes, scale and sequence; not of the source's words."""
    facts = (
        basis.components,
        basis.fids.shape,
        basis.dwell_s,
        basis.frequency_hz,
        basis.centre_ppm,
        basis.proton_unit,
        basis.echo_time_s,
        basis.te1_s,
        basis.localisation,
        *(() if basis.editing is None else (basis.editing,)),
        *(() if basis.line_ppm is None else (basis.line_ppm,)),
    )
    content = hashlib.sha256(msgspec.json.encode(facts))
    content.update(np.ascontiguousarray(basis.fids, "<c16").tobytes())
    return content.hexdigest()

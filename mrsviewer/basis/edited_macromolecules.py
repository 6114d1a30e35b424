"""What macromolecules leave in the difference spectrum of an edited scan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.macromolecules import BROAD_SIGNALS, broad_fid

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet

_COUPLED = ("MM09", "MM30")
"""Coupled to macromolecules at 2.05 and 1.7 ppm, where editing pulses for GABA turn them as well:
Henry 2001 (doi 10.1002/1522-2594(200103)45:3<517::AID-MRM1068>3.0.CO;2-6)."""

_EDITED_PPM = (1.5, 2.1)


def with_edited_macromolecules(basis: BasisSet, edit_on_ppm: float) -> BasisSet:
    """Return a set of difference spectra with what editing lets through, 1 unit per proton.

    All other macromolecules and lipids cancel, and none is added where editing pulses are far from
    those that the macromolecules at 0.9 and 3.0 ppm couple to.
    """
    low, high = _EDITED_PPM
    added = [s for s in BROAD_SIGNALS if s.name in _COUPLED and low <= edit_on_ppm <= high]
    if not added:
        return basis
    unit = basis.proton_unit or 1.0
    names = ", ".join(s.name for s in added)
    return replace(
        basis,
        fids=np.concatenate([basis.fids, unit * np.array([broad_fid(s, basis) for s in added])]),
        components=(*basis.components, *(s.component for s in added)),
        source=f"{basis.source}; parametrised {names}, edited with GABA",
        digest=f"{basis.digest}+edited:{names}",
    )

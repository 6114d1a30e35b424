"""Macromolecules and lipids as groups of Gaussian lines.

Lipids are LCModel's standard set (Provencher, LCModel manual, section 11.7), which spant, Osprey
and TARQUIN share. Macromolecules are the peaks that the experts' consensus names (Cudalbu 2021, doi
10.1002/nbm.4393), those between 2.5 and 4 ppm included: without them a baseline or a metabolite has
to stand in. Their proton numbers are in the proportion in which Birch 2017 (doi 10.1002/mrm.26083)
measured the lines of the metabolite-nulled brain at 3 T and short echo time, MM09 being three
protons as usual; a fit is to hold them together loosely. The weak and narrow line that Birch found
at 1.63 ppm is halfway to LCModel's MM17, the line at 2.25 ppm as wide as LCModel has it.

LCModel's own macromolecules are there as well, to compare with its results: fewer and broader
lines, and between 2.5 and 4 ppm just one.

The lines are drawn at the smallest width they can have, so that a fit may still broaden them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.basis.normalisation import normalise
from mrsviewer.model.basis import BasisSet, Component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.basis import ComponentKind

CR_CH2 = "-CrCH2"
"""Name of the correction for creatine's CH2 that water suppression took away."""

_VERSION = "mm2"
_LCMODEL_LINE_PPM = 0.013
"""FWHM of a set's lines where it does not say; LCModel's FWHMBA."""

_MEASURED = re.compile(r"(mac|mm)(romol\w*)?([-_ ]?(meas|exp)\w*)?\d?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    shift_ppm: float
    width_ppm: float
    protons: float


@dataclass(frozen=True, slots=True)
class BroadSignal:
    """One component: what it is, and its lines."""

    name: str
    kind: ComponentKind
    shift_sd_ppm: float
    lines: tuple[_Line, ...]

    @property
    def component(self) -> Component:
        """Return it as a basis component; its width is that of the first line."""
        return Component(self.name, self.kind, self.shift_sd_ppm, self.lines[0].width_ppm)


def _signal(
    name: str, kind: ComponentKind, shift_sd_ppm: float, *lines: tuple[float, float, float]
) -> BroadSignal:
    return BroadSignal(name, kind, shift_sd_ppm, tuple(_Line(*line) for line in lines))


_LIPIDS = (
    _signal("Lip09", "lipid", 0.02, (0.89, 0.14, 3.0)),
    _signal("Lip13a", "lipid", 0.01, (1.28, 0.15, 2.0)),
    _signal("Lip13b", "lipid", 0.01, (1.28, 0.089, 2.0)),
    _signal("Lip20", "lipid", 0.005, (2.04, 0.15, 1.33), (2.25, 0.15, 0.67), (2.80, 0.20, 0.87)),
)
BROAD_SIGNALS = (
    _signal("MM09", "macromolecule", 0.01, (0.91, 0.14, 3.0)),
    _signal("MM12", "macromolecule", 0.01, (1.21, 0.13, 1.2)),
    _signal("MM14", "macromolecule", 0.01, (1.39, 0.12, 1.7)),
    _signal("MM17", "macromolecule", 0.015, (1.66, 0.13, 0.6)),
    _signal("MM20", "macromolecule", 0.005, (2.01, 0.19, 1.9), (2.09, 0.13, 1.5)),
    _signal("MM23", "macromolecule", 0.01, (2.25, 0.20, 2.0)),
    _signal("MM26", "macromolecule", 0.015, (2.57, 0.10, 0.5), (2.71, 0.10, 0.3)),
    _signal("MM30", "macromolecule", 0.01, (2.97, 0.10, 0.9)),
    _signal("MM32", "macromolecule", 0.015, (3.14, 0.12, 0.5)),
    _signal("MM37", "macromolecule", 0.015, (3.67, 0.22, 2.7), (3.80, 0.08, 0.3)),
    _signal("MM40", "macromolecule", 0.015, (3.95, 0.24, 3.8)),
    *_LIPIDS,
)
"""Shift spreads of lipids: LCModel's defaults; those of Lip13b and Lip20 are taken from Lip13a and
MM20. Of macromolecules: what two measurements differ by."""

LCMODEL_SIGNALS = (
    _signal("MM09", "macromolecule", 0.02, (0.91, 0.14, 3.0)),
    _signal("MM12", "macromolecule", 0.01, (1.21, 0.15, 2.0)),
    _signal("MM14", "macromolecule", 0.02, (1.43, 0.17, 2.0)),
    _signal("MM17", "macromolecule", 0.03, (1.67, 0.15, 2.0)),
    _signal(
        "MM20",
        "macromolecule",
        0.005,
        (2.08, 0.15, 1.33),
        (2.25, 0.20, 0.33),
        (1.95, 0.15, 0.33),
        (3.00, 0.20, 0.40),
    ),
    *_LIPIDS,
)
"""What LCModel simulates by default, -CrCH2 aside (LCModel manual, section 11.7)."""


def with_macromolecules(
    basis: BasisSet, *, cr_ch2: bool = False, signals: tuple[BroadSignal, ...] = BROAD_SIGNALS
) -> BasisSet:
    """Return the set with parametrised macromolecules and lipids, unless it has measured ones.

    Parameters
    ----------
    basis
        Any set. Where its scale is unknown, the added signals have an arbitrary one.
    cr_ch2
        Add -CrCH2, a negative line at 3.913 ppm, for data whose water suppression reached there;
        with LCModel's signals where LCModel has it, as wide as the set's lines.
    signals
        Which ones.
    """
    basis = normalise(basis)
    added = [s for s in signals if not _has(basis, s.kind)]
    components = [s.component for s in added]
    rows = [broad_fid(s, basis) for s in added]
    if cr_ch2 and CR_CH2 not in basis.names:
        components.append(Component(CR_CH2))
        rows.append(-2.0 * _creatine_ch2(basis, as_lcmodel=signals is LCMODEL_SIGNALS))
    if not rows:
        return basis
    unit = _unit(basis)
    version = "lcm2" if signals is LCMODEL_SIGNALS else _VERSION
    return replace(
        basis,
        fids=np.concatenate([basis.fids, unit * np.array(rows)]),
        components=(*basis.components, *components),
        source=f"{basis.source}; parametrised {', '.join(c.name for c in components)}",
        digest=f"{basis.digest}+{version}:{','.join(c.name for c in components)}",
    )


def measured_macromolecules(basis: BasisSet) -> tuple[str, ...]:
    """Return the names of components that are a measured macromolecule spectrum."""
    return tuple(name for name in basis.names if _MEASURED.fullmatch(name))


def _has(basis: BasisSet, kind: ComponentKind) -> bool:
    if any(component.kind == kind for component in basis.components):
        return True
    return kind == "macromolecule" and bool(measured_macromolecules(basis))


def broad_fid(signal: BroadSignal, grid: BasisSet) -> NDArray[np.complex128]:
    """Return the FID of a broad signal on the grid of ``grid``, 1 per proton, shape (points,)."""
    time = np.arange(grid.fids.shape[-1]) * grid.dwell_s
    fid = np.zeros(len(time), complex)
    for line in signal.lines:
        width_hz = line.width_ppm * grid.frequency_hz * 1e-6
        decay = np.exp(-((np.pi * width_hz * time) ** 2) / (4 * np.log(2)))
        fid += line.protons * decay * _singlet(line.shift_ppm, grid)
    return fid


def _creatine_ch2(grid: BasisSet, *, as_lcmodel: bool) -> NDArray[np.complex128]:
    """Return the line of creatine's CH2, 1 per proton, shape (points,)."""
    if not as_lcmodel:
        return _singlet(3.913, grid)
    width_ppm = grid.line_ppm or _LCMODEL_LINE_PPM
    return broad_fid(_signal(CR_CH2, "metabolite", 0.0, (3.93, width_ppm, 1.0)), grid)


def _singlet(shift_ppm: float, grid: BasisSet) -> NDArray[np.complex128]:
    time = np.arange(grid.fids.shape[-1]) * grid.dwell_s
    freq = (shift_ppm - grid.centre_ppm) * grid.frequency_hz * 1e-6
    return np.asarray(np.exp(2j * np.pi * freq * time))


def _unit(basis: BasisSet) -> float:
    """Return the scale of one proton, or a guess from the median signal of about five protons."""
    if basis.proton_unit is not None:
        return basis.proton_unit
    return float(np.median(np.abs(basis.fids[:, 0]))) / 5 if len(basis.fids) else 1.0

"""Which signals LCModel leaves out because its fit window does not hold enough of them.

A signal that LCModel knows by name is fitted if one of two ranges of chemical shift, those of its
most telling peaks, lies inside the window, and not if both are cut by a gap (LCModel 6.3, table
PPMMET). Signals with other names are always fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.names import canonical_name

if TYPE_CHECKING:
    from collections.abc import Mapping

Range = tuple[float, float]

LOWEST_FOR_MACROMOLECULES_PPM = 0.6
LONGEST_TE_S = 0.09999
"""Up to this echo time of the basis set, and where it is unknown, macromolecules are fitted with a
window that does not reach MM09, as far as their own peaks lie in it."""

_TELLING: Mapping[str, tuple[Range, ...]] = {
    "Acn": ((2.27, 2.17),), "Act": ((1.97, 1.87),), "Ala": ((1.57, 1.29),),
    "Asp": ((2.91, 2.59),), "Bet": ((3.31, 3.21),), "bHb": ((1.26, 1.09),),
    "Car": ((3.71, 2.35),), "Cho": ((3.25, 3.22), (3.22, 3.19)), "Cit": ((2.71, 2.49),),
    "Cr": ((3.92, 3.89), (3.03, 3.00)), "Cys": ((3.71, 3.05),), "Eth": ((1.29, 1.01),),
    "Fuc": ((1.31, 1.09),), "GABA": ((3.17, 2.10),), "Gcn": ((3.81, 3.59),),
    "Gcr": ((3.99, 3.09),), "Glc": ((3.84, 2.99),), "Gln": ((3.91, 3.59), (2.65, 2.01)),
    "Glu": ((3.84, 3.59), (2.51, 2.26)), "Glyc": ((3.84, 3.49),), "Gly": ((3.84, 3.49),),
    "GPC": ((3.25, 3.22), (3.22, 3.19)), "Gua": ((3.83, 3.73),), "ILc": ((1.09, 0.79),),
    "Ins": ((3.59, 3.56), (3.56, 3.51)), "Lac": ((1.41, 1.21),),
    "Leu": ((1.81, 0.79), (1.01, 0.79)), "NAA": ((2.63, 2.55), (2.01, 2.01)),
    "NAAG": ((2.81, 2.45), (2.31, 2.01)), "PAl": ((3.99, 2.99),),
    "PCh": ((3.25, 3.22), (3.22, 3.19)), "Pgc": ((1.31, 1.01),), "Pyr": ((2.43, 2.33),),
    "Scyllo": ((3.40, 3.30),), "Suc": ((2.45, 2.35),), "Tau": ((3.61, 3.06),),
    "Thr": ((1.41, 1.19),), "TMPO": ((3.95, 3.85), (3.78, 3.68)), "Val": ((1.21, 0.79),),
    "PCr": ((3.92, 3.89), (3.03, 3.00)), "-CrCH2": ((3.03, 3.00),),
    "Lip20": ((2.31, 1.11),), "Lip13a": ((1.50, 1.11),), "Lip13b": ((1.50, 1.11),),
    "Lip13c": ((1.50, 1.11),), "Lip13d": ((1.50, 1.11),), "Lip09": ((1.20, 0.61),),
    "MM09": ((1.20, 0.61),), "MM12": ((1.25, 0.61),), "MM14": ((1.50, 0.61),),
    "MM17": ((1.75, 0.61),), "MM20": ((2.31, 0.61),),
}  # fmt: skip
_WITHOUT_MM09: Mapping[str, tuple[Range, ...]] = {
    "MM12": ((1.25, 1.21), (1.21, 1.01)),
    "MM14": ((1.50, 1.43), (1.43, 1.23)),
    "MM17": ((1.75, 1.67), (1.67, 1.50)),
    "MM20": ((2.31, 0.61), (2.43, 1.81)),
}


def left_out_by_window(
    names: tuple[str, ...],
    window_ppm: Range,
    gaps_ppm: tuple[Range, ...] = (),
    echo_time_s: float | None = None,
) -> tuple[str, ...]:
    """Return those of ``names`` that LCModel would not fit in a window.

    Parameters
    ----------
    names
        Of basis signals and simulated ones, as this program calls them.
    window_ppm
        Upper and lower end.
    gaps_ppm
        Ranges inside that are not fitted, upper end first.
    echo_time_s
        Of the basis set; None where it does not say.
    """
    telling = {canonical_name(name): ranges for name, ranges in _TELLING.items()}
    short = echo_time_s is None or echo_time_s <= LONGEST_TE_S
    if short and min(window_ppm) > LOWEST_FOR_MACROMOLECULES_PPM:
        telling |= _WITHOUT_MM09
    return tuple(
        name for name in names if name in telling and not _seen(telling[name], window_ppm, gaps_ppm)
    )


def _seen(ranges: tuple[Range, ...], window: Range, gaps: tuple[Range, ...]) -> bool:
    top, bottom = max(window), min(window)
    if not any(upper <= top and lower >= bottom for upper, lower in ranges):
        return False
    return not all(_cut(ends, gaps) for ends in ranges)


def _cut(ends: Range, gaps: tuple[Range, ...]) -> bool:
    return any(lower <= end <= upper for upper, lower in gaps for end in ends)

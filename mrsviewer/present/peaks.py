"""Which metabolite a chemical shift points at.

Protons: singlets and main multiplets of the human brain at 1.5-7 T, in the shifts of Govindaraju
2000 (NMR Biomed 13:129) as clinical readers name them. Phosphorus: Ren 2015 (doi
10.1002/nbm.3384), PCr at 0 ppm.
"""

from __future__ import annotations

from math import inf

PEAKS: tuple[tuple[float, str], ...] = (
    (0.90, "Lip/MM0.9"),
    (1.20, "MM1.2"),
    (1.31, "Lac/Lip1.3"),
    (1.47, "Ala"),
    (1.70, "MM1.7"),
    (1.91, "Ace"),
    (2.01, "NAA"),
    (2.04, "NAAG"),
    (2.12, "Glx β"),
    (2.25, "GABA/MM"),
    (2.35, "Glu γ"),
    (2.45, "Gln γ"),
    (2.60, "NAA asp"),
    (2.80, "Asp/Lip2.8"),
    (2.95, "GSH"),
    (3.03, "tCr"),
    (3.21, "tCho"),
    (3.27, "Ins/Tau"),
    (3.35, "sIns"),
    (3.42, "Tau"),
    (3.55, "Ins"),
    (3.75, "Glx α"),
    (3.91, "tCr CH₂"),
    (4.06, "Ins"),
    (4.65, "water"),
)
"""(ppm, name), ascending."""

PHOSPHORUS_PEAKS: tuple[tuple[float, str], ...] = (
    (-16.15, "β-ATP"),
    (-8.25, "NAD"),
    (-7.45, "α-ATP"),
    (-2.45, "γ-ATP"),
    (0.0, "PCr"),
    (2.95, "GPC"),
    (3.50, "GPE"),
    (4.83, "Pi"),
    (6.24, "PC"),
    (6.76, "PE"),
)

_NEAR = {"1H": (PEAKS, 0.06), "31P": (PHOSPHORUS_PEAKS, 0.25)}


def nearest_peak(ppm: float, nucleus: str = "1H") -> str:
    """Return the name of the peak nearest to ``ppm``; "" where none is near.

    Near is 0.06 ppm for protons and 0.25 ppm for phosphorus; of other nuclei nothing is known.
    """
    peaks, within = _NEAR.get(nucleus, ((), 0.0))
    shift, name = min(peaks, key=lambda peak: abs(peak[0] - ppm), default=(inf, ""))
    return name if abs(shift - ppm) <= within else ""

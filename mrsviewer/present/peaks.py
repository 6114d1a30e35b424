"""Which metabolite a chemical shift points at.

Singlets and main multiplets of the human brain at 1.5-7 T, in the shifts of Govindaraju 2000
(NMR Biomed 13:129) as clinical readers name them.
"""

from __future__ import annotations

from bisect import bisect_left

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

_SHIFTS = tuple(ppm for ppm, _ in PEAKS)


def nearest_peak(ppm: float, within_ppm: float = 0.06) -> str:
    """Return the name of the peak nearest to ``ppm``; "" where none is within ``within_ppm``."""
    after = bisect_left(_SHIFTS, ppm)
    candidates = PEAKS[max(after - 1, 0) : after + 1]
    shift, name = min(candidates, key=lambda peak: abs(peak[0] - ppm))
    return name if abs(shift - ppm) <= within_ppm else ""

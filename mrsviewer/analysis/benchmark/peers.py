"""What other programs reached on spectra of the same kind, and what is aimed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VOIGT_RMS_PERCENT: Mapping[str, Mapping[str, float]] = {
    "LCModel 6.3 (like spectra)": {
        "tNAA": 22, "tCr": 23, "tCho": 26, "Ins": 45, "Glu": 20, "GSH": 33, "GABA": 41,
    },
    "aim": {"tNAA": 10, "tCr": 10, "tCho": 12, "Ins": 20, "Glu": 15, "GSH": 25, "GABA": 35},
}  # fmt: skip
"""Root mean square error of water-scaled amounts in percent: measured macromolecules, smooth
baselines, Voigt lines, SNR 8 to 80. Measured on spectra of that kind, not on these."""

NOMINAL_PSNR_DB, NOMINAL_SSIM = 43.8, 0.983
"""To be exceeded at nominal, 25 dB."""

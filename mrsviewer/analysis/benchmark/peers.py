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

GROUPS: Mapping[str, Mapping[str, int]] = {
    "sets 1-11": {
        "lines (1-6)": 6, "odd lines (7-8)": 2, "usual (9-10)": 2, "hardly any MM (11)": 1,
    },
    "sets 12-20": {"noisy (12-20)": 9},
    "sets 1-21": {
        "lines (1-6)": 6, "odd lines (7-8)": 2, "usual (9-10)": 2, "hardly any MM (11)": 1,
        "noisy (12-20)": 9, "high SNR (21)": 1,
    },
}  # fmt: skip
"""Groups of the fitting challenge: how many of its sets each case stands for."""

CHALLENGE_MAE_MM: Mapping[str, Mapping[str, float]] = {
    "LCModel 6.3 (the sets)": {"sets 1-11": 0.50, "sets 12-20": 0.78, "sets 1-21": 0.61},
    "FSL-MRS 2.4 (the sets)": {"sets 1-11": 0.33, "sets 12-20": 0.94, "sets 1-21": 0.58},
    "aim": {"sets 1-11": 0.30, "sets 12-20": 0.65, "sets 1-21": 0.45},
}
"""Mean absolute error of ratios to tCr in mM, on the challenge's own sets."""

"""Is a scan a water reference? Measured on the signal; file names lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import WATER_PPM, ppm_axis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.model.dataset import Dataset

SEARCH_PPM = 0.6
"""How far from 4.65 ppm water may lie: temperature, and a frequency set by hand."""

HALF_BAND_PPM = 0.5
LEAST_SHARE = 0.90
LARGEST_METABOLITE = 0.004
"""Highest narrow peak at 0.5-4.1 ppm against water. In vivo NAA is 0.0005 of the full water
line, and 0.01 or more of one that was suppressed."""

MEDIAN_PPM = 0.4
"""Window of the running median: wider than any metabolite line, narrower than water's foot."""

LEAST_GAIN = 3.0
"""By how much the water line must exceed that of the suppressed scan."""

MOST_ROWS = 128


@dataclass(frozen=True, slots=True)
class WaterVerdict:
    """Whether a scan is a water reference, and the measured reason in a sentence."""

    is_water: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WaterLine:
    """What the spectrum shows of water.

    Attributes
    ----------
    ppm
        Where the highest peak lies.
    share
        Fraction of the signal energy within half a ppm of it.
    height
        Its height in the magnitude spectrum (rms over coils and transients), per square root
        of points, so that scans of different length compare.
    metabolites
        Highest narrow peak at 0.5-4.1 ppm relative to it, beyond what is downfield.
    mirrored
        The same the other way round: what a mirrored spectrum has of metabolites.
    """

    ppm: float
    share: float
    height: float
    metabolites: float
    mirrored: float


def is_water(dataset: Dataset, against: Dataset | None = None) -> WaterVerdict:
    """Return whether ``dataset`` is an unsuppressed water scan.

    Parameters
    ----------
    dataset
        The scan in question.
    against
        The metabolite scan whose reference it would be; its water line must be smaller.
    """
    if dataset.acquisition.nucleus != "1H":
        return WaterVerdict(False, f"It is a {dataset.acquisition.nucleus} scan.")
    line = measure(dataset)
    fault = _fault(line)
    if fault is not None:
        return WaterVerdict(False, _alternation(dataset, against) or fault)
    what = f"{line.share:.0%} of its energy lies at {line.ppm:.2f} ppm"
    if against is None:
        return WaterVerdict(True, f"{what}.")
    gain = line.height / max(measure(against).height, 1e-300)
    if gain < LEAST_GAIN:
        small = f"Its water line is only {gain:.2g} times that of the metabolite scan."
        return WaterVerdict(False, small)
    return WaterVerdict(True, f"{what}, {gain:.3g} times the metabolite scan's water line.")


def _fault(line: WaterLine) -> str | None:
    """Return what speaks against a water reference in the scan itself, or None."""
    if abs(line.ppm - WATER_PPM) > SEARCH_PPM:
        return f"Its highest peak lies at {line.ppm:.2f} ppm, not at water."
    if line.metabolites > LARGEST_METABOLITE:
        return f"Metabolites reach {line.metabolites:.1%} of its water line: it was suppressed."
    if line.mirrored > LARGEST_METABOLITE:
        return (
            f"Narrow peaks downfield of water reach {line.mirrored:.1%} of its line, as those of "
            "metabolites do in a mirrored spectrum: it was suppressed."
        )
    if line.share < LEAST_SHARE:
        return f"Only {line.share:.0%} of its energy lies at the water line."
    return None


def _alternation(dataset: Dataset, against: Dataset | None) -> str | None:
    """Return what is wrong with a water scan whose samples alternate in sign, or None.

    Then water lies half a spectral width off, at the edge. Who stored it so may have changed more;
    it is told, not undone.
    """
    signs = np.where(np.arange(dataset.points) % 2, -1.0, 1.0)
    line = measure(replace(dataset, fid=dataset.fid * signs))
    if _fault(line) is not None:
        return None
    said = (
        "Its line lies at the very edge of the spectrum: its samples alternate in sign, water is "
        "stored half a spectral width off"
    )
    if against is None:
        return f"{said}."
    power, _ = mean_power(against)
    gain = line.height / max(float(np.sqrt(power.max() / against.points)), 1e-300)
    if gain >= 1.0:
        return f"{said}. Write it again with its signs as measured."
    return (
        f"{said}. Moved back it would be {gain:.2g} times as high as the highest peak of the "
        "metabolite scan, though water is many times higher than metabolites: its scale differs as "
        "well. Write it again with signs and scale as measured."
    )


def measure(dataset: Dataset) -> WaterLine:
    """Return what the spectrum shows of water; coils and transients are added as power."""
    power, ppm = mean_power(dataset)
    far = np.abs(ppm - WATER_PPM) > 0.4 * float(ppm[-1] - ppm[0])
    # The power of complex noise is exponentially distributed: its median is ln 2 of its mean.
    noise = float(np.median(power[far])) / np.log(2) if far.any() else 0.0
    signal = np.clip(power - noise, 0.0, None)
    total = float(signal.sum())
    if total == 0:
        return WaterLine(WATER_PPM, 0.0, 0.0, 0.0, 0.0)
    near_water = np.abs(ppm - WATER_PPM) <= SEARCH_PPM + HALF_BAND_PPM
    peak = int(np.argmax(signal))
    band = np.abs(ppm - ppm[peak]) <= HALF_BAND_PPM
    top = float(np.sqrt(signal[near_water].max()))
    more = _narrow_peaks(np.sqrt(power), ppm)
    return WaterLine(
        ppm=float(ppm[peak]),
        share=float(signal[band].sum()) / total,
        height=top / float(np.sqrt(dataset.points)),
        metabolites=max(0.0, more) / top if top else 0.0,
        mirrored=max(0.0, -more) / top if top else 0.0,
    )


def mean_power(dataset: Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean power spectrum over all but time, and its ppm axis, both (points,)."""
    rows = dataset.fid.reshape(-1, dataset.points)
    step = -(-len(rows) // MOST_ROWS)
    spectra = fft.fftshift(fft.fft(rows[::step], axis=-1), axes=-1)
    power = np.asarray(np.mean(np.abs(spectra) ** 2, axis=0))
    acquisition = dataset.acquisition
    ppm = ppm_axis(dataset.points, acquisition.dwell_s, acquisition.hz_per_ppm, dataset.centre_ppm)
    return power, ppm


def _narrow_peaks(magnitude: NDArray[np.float64], ppm: NDArray[np.float64]) -> float:
    """Return the highest rise above a running median at 0.5-4.1 ppm, less that downfield.

    Tails, sidebands and noise are alike on both sides of water; metabolites are not.
    """
    from scipy.ndimage import median_filter  # noqa: PLC0415 - not needed to start the window

    upfield = (ppm >= WATER_PPM - 4.15) & (ppm <= WATER_PPM - 0.55)
    downfield = (ppm >= WATER_PPM + 0.55) & (ppm <= WATER_PPM + 4.15)
    if min(upfield.sum(), downfield.sum()) < 8:
        return 0.0
    width = max(5, round(MEDIAN_PPM / float(ppm[1] - ppm[0])))
    rise = magnitude - median_filter(magnitude, width, mode="nearest")
    return float(rise[upfield].max() - rise[downfield].max())

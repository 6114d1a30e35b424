"""Steps that use the water reference or remove what is left of water."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from msgspec import Meta
from typing_extensions import override

from mrsviewer.dsp.conventions import ppm_axis, spectrum
from mrsviewer.dsp.eddy import correct_eddy, eddy_phase
from mrsviewer.dsp.hlsvd import Sinusoids, remove_band
from mrsviewer.dsp.noise import tail_noise
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.axes import is_proton, mean_signal, signals_of
from mrsviewer.processing.step import Signals, Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset

EddySource = Literal["automatic", "eddy", "water"]
WIDEST_PPM = 1.0
"""Components broader than this are baseline, not water."""

SCANS = {"eddy": "eddy-current scan", "water": "water reference"}


class CorrectEddyCurrents(Step, frozen=True, kw_only=True):
    """Subtract the phase of a water scan in the time domain (Klose 1990, MRM 14:26).

    The water reference is corrected with its own phase. Magnitudes do not change. Water comes to
    lie at 0 Hz and in absorption, and the metabolites with it.
    """

    source: Annotated[
        EddySource,
        Meta(description="Which water scan: its own scan if there is one, or the water reference"),
    ] = "automatic"

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return metabolite data and water scans with eddy currents corrected.

        Raises
        ------
        ProcessingError
            If the scan asked for by name is missing or was sampled otherwise than the data.
        """
        context.tick(0.0)
        data = signals.metabolite
        name, reference = self._reference(signals)
        if reference is None:
            return self.noted(signals, "no water reference: eddy currents not corrected")
        try:
            phase = _phase_of(reference)
        except ValueError as error:
            return self.noted(signals, f"{error}: eddy currents not corrected")
        drift = np.degrees(np.ptp(phase[: max(2, phase.size // 8)]))
        note = f"phase of the {SCANS[name]} subtracted ({drift:.0f} degrees in the first eighth)"
        return Signals(
            self.successor(data, correct_eddy(data.fid, phase), note),
            self._by_itself(signals.water),
            self._by_itself(signals.eddy),
        )

    def _reference(self, signals: Signals) -> tuple[str, Dataset | None]:
        """Return which scan gives the phase, and that scan or None."""
        dwell_s = signals.metabolite.acquisition.dwell_s
        scans = {"eddy": signals.eddy, "water": signals.water}
        fitting = {
            name: scan
            for name, scan in scans.items()
            if scan is not None and abs(scan.acquisition.dwell_s / dwell_s - 1.0) < 1e-3
        }
        if self.source == "automatic":
            return next(iter(fitting.items()), ("water", None))
        if self.source not in fitting:
            cause = "is missing" if scans[self.source] is None else "has another bandwidth"
            raise ProcessingError(
                "Cannot correct eddy currents",
                f"The {SCANS[self.source]} {cause}.",
                "Set the source to automatic, or remove the step from the recipe.",
            )
        return self.source, fitting[self.source]

    def _by_itself(self, scan: Dataset | None) -> Dataset | None:
        """Return a water scan corrected with its own phase, as it is where it has none."""
        if scan is None:
            return None
        try:
            phase = _phase_of(scan)
        except ValueError:
            return scan
        return self.successor(scan, correct_eddy(scan.fid, phase), "own phase subtracted")

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        scan = "a water scan" if self.source == "automatic" else f"the {SCANS[self.source]}"
        return f"Correct eddy currents with the phase of {scan}."


class RemoveWater(Step, frozen=True, kw_only=True):
    """Remove the residual water line by HLSVD (Pijnappel 1992, J Magn Reson 97:122).

    The band is in ppm on the axis as it is at this step, water nominally at 4.65; the limits keep
    it away from the creatine and lactate signals about 4 ppm. The water scans are left alone.
    """

    low_ppm: Annotated[
        float, Meta(ge=4.15, le=4.6, description="Lower end of the band removed, ppm")
    ] = 4.3
    high_ppm: Annotated[
        float, Meta(ge=4.7, le=6.0, description="Upper end of the band removed, ppm")
    ] = 5.0
    components: Annotated[
        int, Meta(ge=5, le=60, description="Number of damped sinusoids the signal is made of")
    ] = 25

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return the signals, the metabolite data without the lines in the band.

        Raises
        ------
        ProcessingError
            If the signal is too short to be decomposed, or empty.
        """
        data = signals.metabolite
        if not is_proton(data):
            return self.noted(signals, f"no water in {data.acquisition.nucleus} spectra")
        rows = signals_of(data)
        out = np.empty_like(rows)
        removed: list[Sinusoids] = []
        for n, fid in enumerate(rows):
            context.tick(n / len(rows), "Removing residual water")
            out[n], lines = self._removed(data, fid)
            removed.append(lines)
        note = self._in_figures(data, out, removed)
        clean = self.successor(data, out.reshape(data.fid.shape), note)
        return replace(signals, metabolite=clean)

    def _removed(
        self, data: Dataset, fid: NDArray[np.complex128]
    ) -> tuple[NDArray[np.complex128], Sinusoids]:
        """Return one FID without water, and what was taken away."""
        hz_per_ppm = data.acquisition.hz_per_ppm
        band = (
            (self.low_ppm - data.centre_ppm) * hz_per_ppm,
            (self.high_ppm - data.centre_ppm) * hz_per_ppm,
        )
        widest = WIDEST_PPM * hz_per_ppm
        try:
            return remove_band(fid, data.acquisition.dwell_s, band, self.components, widest)
        except (ValueError, RuntimeError, np.linalg.LinAlgError) as error:
            raise ProcessingError(
                "Cannot remove water",
                f"The decomposition into damped sinusoids failed: {error}.",
                "Use fewer components, or remove the step from the recipe.",
            ) from error

    def _in_figures(
        self, data: Dataset, clean: NDArray[np.complex128], removed: list[Sinusoids]
    ) -> str:
        """Return the note: how many lines were removed and what is left in the band."""
        ppm = ppm_axis(
            data.points, data.acquisition.dwell_s, data.acquisition.hz_per_ppm, data.centre_ppm
        )
        inside = (ppm >= self.low_ppm) & (ppm <= self.high_ppm)
        before = np.abs(spectrum(signals_of(data))[:, inside]).max(initial=0.0)
        after = np.abs(spectrum(clean)[:, inside]).max(initial=0.0)
        lines = sum(one.poles.size for one in removed)
        if not lines or not before > 0.0:
            return "no line in the band"
        return f"{lines} components removed; {100 * after / before:.0f} % of the height is left"

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return (
            f"Remove residual water between {self.low_ppm:g} and {self.high_ppm:g} ppm by HLSVD "
            f"with {self.components} components."
        )


def _phase_of(scan: Dataset) -> NDArray[np.float64]:
    """Return the phase of a water scan, averaged over what axes it has left."""
    signal = mean_signal(scan)
    return eddy_phase(signal, tail_noise(signal))

"""Steps on the single transients: align them, average them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta
from typing_extensions import override

from mrsviewer.dsp.alignment import Alignment, align, apply_alignment, take_band
from mrsviewer.dsp.conventions import WATER_PPM
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.axes import axis_last, is_proton, like
from mrsviewer.processing.step import Signals, Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.dsp.alignment import Band
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset

WATER_RANGE_PPM = (WATER_PPM - 1.0, WATER_PPM + 1.0)


class AlignTransients(Step, frozen=True, kw_only=True):
    """Align frequency and phase of transients by spectral registration (Near 2015, MRM 73:44).

    Mean frequency and mean phase stay as they are. Transients of the water scans are aligned on
    the water line. Other nuclei are compared over the whole bandwidth.
    """

    low_ppm: Annotated[
        float, Meta(ge=-10.0, le=20.0, description="Lower end of the range compared, ppm")
    ] = 0.2
    high_ppm: Annotated[
        float, Meta(ge=-10.0, le=20.0, description="Upper end of the range compared, ppm")
    ] = 4.2
    max_shift_hz: Annotated[
        float, Meta(gt=0.0, le=200.0, description="Largest shift looked for, Hz")
    ] = 20.0
    rounds: Annotated[
        int, Meta(ge=1, le=10, description="How often the mean is taken as the new target")
    ] = 3

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return all scans with their transients aligned, each set by itself.

        Raises
        ------
        ProcessingError
            If the range holds no part of the spectrum.
        """
        data = signals.metabolite
        if data.count("transient") < 2:
            metabolite = self.successor(data, data.fid, "one transient; nothing to align")
        else:
            metabolite = self._aligned(data, (self.low_ppm, self.high_ppm), context)
        return Signals(
            metabolite, self._water(signals.water, context), self._water(signals.eddy, context)
        )

    def _water(self, scan: Dataset | None, context: JobContext) -> Dataset | None:
        """Return a water scan with its transients aligned on the water line."""
        if scan is None or scan.count("transient") < 2:
            return scan
        return self._aligned(scan, WATER_RANGE_PPM, context)

    def _aligned(
        self, data: Dataset, range_ppm: tuple[float, float], context: JobContext
    ) -> Dataset:
        """Return one scan aligned; sets of transients along other axes stay apart."""
        stack = axis_last(data, "transient")
        out = np.empty_like(stack)
        found = []
        for n, fids in enumerate(stack):
            band = band_of(data, fids, range_ppm)
            tick = partial(_tick, context, n, len(stack))
            one = align(band, self.max_shift_hz, self.rounds, tick)
            out[n] = apply_alignment(fids, data.acquisition.dwell_s, one.shift_hz, one.phase_rad)
            found.append(one)
        return self.successor(data, like(out, data, "transient"), _in_figures(found))

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return (
            "Align frequency and phase of the transients by spectral registration over "
            f"{self.low_ppm:g} to {self.high_ppm:g} ppm."
        )


class AverageTransients(Step, frozen=True, kw_only=True):
    """Average the transients: the mean, not the sum, of metabolite and water data alike."""

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return all scans without their transient axis."""
        context.tick(0.0)
        data = self._averaged(signals.metabolite)
        if data is signals.metabolite:
            data = self.successor(data, data.fid, "one signal; nothing to average")
        return Signals(
            data,
            None if signals.water is None else self._averaged(signals.water),
            None if signals.eddy is None else self._averaged(signals.eddy),
        )

    def _averaged(self, data: Dataset) -> Dataset:
        """Return one scan averaged, or the very same where it has no transient axis."""
        if "transient" not in data.dims:
            return data
        axis = data.dims.index("transient")
        dims = (*data.dims[:axis], *data.dims[axis + 1 :])
        note = f"{data.count('transient')} transients averaged"
        return self.successor(data, np.asarray(data.fid.mean(axis=axis)), note, dims=dims)

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        return "Average the transients."


def _tick(context: JobContext, before: int, total: int, done: float) -> None:
    """Report how far the alignment of several sets of transients is."""
    context.tick((before + done) / total, "Aligning transients")


def band_of(data: Dataset, fids: NDArray[np.complex128], range_ppm: tuple[float, float]) -> Band:
    """Return the part of transients, shape (transients, points), that is to be compared.

    Raises
    ------
    ProcessingError
        If the range holds no part of the spectrum.
    """
    acquisition = data.acquisition
    whole = (-np.inf, np.inf)
    try:
        return take_band(
            fids,
            acquisition.dwell_s,
            acquisition.hz_per_ppm,
            data.centre_ppm,
            range_ppm if is_proton(data) else whole,
        )
    except ValueError as error:
        raise ProcessingError(
            "Cannot compare transients",
            f"The spectrum has {error}.",
            "Choose a range within the spectrum, or remove the step from the recipe.",
        ) from error


def _in_figures(found: list[Alignment]) -> str:
    """Return the note: how far the transients were apart."""
    shift = np.concatenate([one.shift_hz for one in found])
    phase = np.degrees(np.concatenate([one.phase_rad for one in found]))
    lost = sum(int((~one.trusted).sum()) for one in found)
    note = (
        f"{shift.size} transients aligned: {shift.min():+.1f} to {shift.max():+.1f} Hz "
        f"(SD {shift.std():.2f} Hz), phase SD {phase.std():.1f} degrees"
    )
    return f"{note}; {lost} hidden in noise follow their neighbours" if lost else note

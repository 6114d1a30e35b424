"""The step that makes one signal of the signals of many coils."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta
from typing_extensions import override

from mrsviewer.dsp.coils import CoilWeights, coil_weights, combine
from mrsviewer.dsp.noise import noise_covariance
from mrsviewer.model.failure import ProcessingError
from mrsviewer.processing.axes import axis_first, refuse_imaging
from mrsviewer.processing.step import Signals, Step

if TYPE_CHECKING:
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.dataset import Dataset


class CombineCoils(Step, frozen=True, kw_only=True):
    """Combine coil elements for the best signal-to-noise ratio (Rodgers & Robson, MRM 63:881).

    Weights come from the water reference where there is one, else from the data themselves. The
    same weights, of unit norm (sum of squared magnitudes 1), are applied to the metabolite data,
    the water reference and the eddy-current scan, so that the ratio of metabolite to water
    signal is what a single coil would have seen. A water scan with another number of coils gets
    weights of its own, and the note says that it no longer scales the metabolites.
    """

    whiten: Annotated[
        bool, Meta(description="Decorrelate the noise of the coils before the weights are found")
    ] = True

    @override
    def __call__(self, signals: Signals, context: JobContext) -> Signals:
        """Return all three scans without their coil axis.

        Raises
        ------
        ProcessingError
            For spectroscopic imaging, and for data that hold no signal.
        """
        data = signals.metabolite
        coils = data.count("coil")
        if "coil" in data.dims:
            refuse_imaging(data, "combine coils")
        partners = [
            scan
            for scan in (signals.water, signals.eddy)
            if scan is not None and "coil" in scan.dims and scan.count("coil") == coils
        ]
        if "coil" not in data.dims:
            note = "one coil; nothing to combine"
            found = None
        else:
            found = self._weights(partners[0] if partners else data, data)
            source = _name_of(partners[0], signals) if partners else "data themselves"
            note = _in_figures(found, source)
            if signals.water is not None and "coil" not in signals.water.dims:
                note += "; the water reference came combined and does not scale the metabolites"
        context.tick(0.0)
        return Signals(
            self._metabolite(data, found, note),
            self._water(signals.water, found, coils),
            self._water(signals.eddy, found, coils),
        )

    def _weights(self, source: Dataset, noisy: Dataset) -> CoilWeights:
        """Return weights from one scan and the noise of another."""
        covariance = noise_covariance(axis_first(noisy, "coil")) if self.whiten else None
        stack = axis_first(source, "coil")
        try:
            return coil_weights(stack.reshape(stack.shape[0], -1), covariance)
        except ValueError as error:
            raise ProcessingError(
                "Cannot combine coils",
                f"The data hold {error}.",
                "Check the file, or open another scan.",
            ) from error

    def _metabolite(self, data: Dataset, found: CoilWeights | None, note: str) -> Dataset:
        """Return the metabolite data, combined where there are coils."""
        if found is None:
            return self.successor(data, data.fid, note)
        return self._combined(data, found, note)

    def _water(self, scan: Dataset | None, found: CoilWeights | None, coils: int) -> Dataset | None:
        """Return a water scan combined with the weights of the metabolite data if it can be."""
        if scan is None or "coil" not in scan.dims:
            return scan
        if found is not None and scan.count("coil") == coils:
            return self._combined(scan, found, "combined with the weights of the metabolite data")
        own = self._weights(scan, scan)
        return self._combined(scan, own, "own weights; the scale is not that of the metabolites")

    def _combined(self, data: Dataset, found: CoilWeights, note: str) -> Dataset:
        """Return one scan without its coil axis."""
        axis = data.dims.index("coil")
        fid = combine(data.fid, found.weights, axis)
        return self.successor(data, fid, note, dims=(*data.dims[:axis], *data.dims[axis + 1 :]))

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        noise = " with noise whitening" if self.whiten else ""
        return f"Combine coil elements by singular value decomposition{noise}."


def _name_of(scan: Dataset, signals: Signals) -> str:
    """Return what a water scan is called."""
    return "water reference" if scan is signals.water else "eddy-current scan"


def _in_figures(found: CoilWeights, source: str) -> str:
    """Return the note of the metabolite data."""
    size = np.abs(found.weights)
    noise = "noise whitened" if found.whitened else "noise not whitened"
    return (
        f"{size.size} coils combined, weights {size.min():.2f} to {size.max():.2f} "
        f"from the {source}, {noise}"
    )

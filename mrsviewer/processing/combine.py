"""The step that makes one signal of the signals of many coils."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from typing_extensions import override

from mrsviewer.processing.step import Step


class CombineCoils(Step, frozen=True, kw_only=True):
    """Combine coil elements for the best signal-to-noise ratio (Rodgers & Robson, MRM 63:881).

    Weights come from the water reference where there is one, else from the data themselves. The
    same weights, of unit norm (sum of squared magnitudes 1), are applied to the metabolite data,
    the water reference and the eddy-current scan, so that the ratio of metabolite to water
    signal is what a single coil would have seen.
    """

    whiten: Annotated[
        bool, Meta(description="Decorrelate the noise of the coils before the weights are found")
    ] = True

    @override
    def in_words(self) -> str:
        """Return what the step does."""
        noise = " with noise whitening" if self.whiten else ""
        return f"Combine coil elements by singular value decomposition{noise}."

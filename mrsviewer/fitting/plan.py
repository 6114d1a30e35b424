"""All that a fit needs besides the data: the same for every spectrum on one grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrsviewer.fitting.band import make_band
from mrsviewer.fitting.baseline import is_wrapped, smooth_space
from mrsviewer.fitting.contamination import fit_window, foreign_lines
from mrsviewer.fitting.kept import Kept
from mrsviewer.fitting.model import COMMON, SignalModel
from mrsviewer.fitting.natural_width import t2_widths_hz
from mrsviewer.fitting.priors import line_widths_hz, make_bounds
from mrsviewer.fitting.start import make_search
from mrsviewer.fitting.water_line import line_of_water, with_water_line
from mrsviewer.fitting.window import make_window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mrsviewer.fitting.baseline import SmoothSpace
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.fitting.priors import Bounds
    from mrsviewer.fitting.start import Search
    from mrsviewer.fitting.window import Window
    from mrsviewer.model.basis import Component
    from mrsviewer.model.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Model, baselines and priors.

    Attributes
    ----------
    model, components, space, bounds
        As in :class:`mrsviewer.fitting.task.Task`.
    free
        Shape (model.size,): parameters that a fit without a line shape of its own moves.
    search
        Finds the first guess.
    """

    model: SignalModel
    components: tuple[Component, ...]
    space: SmoothSpace
    bounds: Bounds
    free: NDArray[np.bool_]
    search: Search

    @property
    def common(self) -> NDArray[np.bool_]:
        """Return the free parameters that all components share, shape (model.size,)."""
        common = self.free.copy()
        common[COMMON:] = False
        return common

    def bounds_beside(self, water: Dataset | None, options: LcmOptions) -> Bounds:
        """Return the priors with what the water reference, if there is one, shows of the line."""
        line = None if water is None else line_of_water(water)
        return with_water_line(self.bounds, self.model, line, options)

    def bent(self) -> NDArray[np.bool_]:
        """Return the free parameters of a fit with a line shape, shape (model.size,)."""
        bent = self.free.copy()
        bent[self.model.shape()] = True
        return bent


_kept: Kept[Plan] = Kept(6)


def make_plan(prepared: Prepared, options: LcmOptions) -> Plan:
    """Return the plan for a basis on the data's grid; kept for the next spectrum.

    Raises
    ------
    FitError
        If too few points lie in the fit window.
    """
    limits = fit_window(prepared, options)
    window = make_window(prepared.axis, limits, options.excluded_ppm)
    wrapped = is_wrapped(prepared.fid)
    foreign = foreign_lines(prepared, options, float(window.ppm[-1]))
    key = (prepared.axis, prepared.components, options, limits, wrapped, foreign)

    def made() -> Plan:
        space = smooth_space(window, wrapped=wrapped, foreign_ppm=foreign)
        model = _model(prepared, window)
        bounds, free = make_bounds(model, prepared.components, options)
        free[model.shape()] = False
        search = make_search(model, bounds, space, options)
        return Plan(model, prepared.components, space, bounds, free, search)

    return _kept.get(prepared.signals, key, made)


def _model(prepared: Prepared, window: Window) -> SignalModel:
    band = make_band(window)
    widths = line_widths_hz(prepared.components, prepared.axis.hz_per_ppm)
    pivot = float(0.5 * (window.ppm[0] + window.ppm[-1]))
    by_t2 = t2_widths_hz(prepared.components)
    return SignalModel(band, band.narrow(prepared.signals), widths, pivot, by_t2)

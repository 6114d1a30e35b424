"""Fits that nobody may trust are refused: a typed failure with a remedy, and no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from mrsviewer.fitting.lcm_options import LcmOptions
    from mrsviewer.fitting.task import State, Task
    from mrsviewer.model.fit import FitResult

STRUCTURE = 5.0
"""Residual over noise from which it is structure that the model lacks."""

UNEXPLAINED = 0.5
"""Energy of such a residual over that of all components from which the fit is void."""

BEYOND_PPM = 0.1
"""How much farther off than the largest shift that is searched a fit may end."""

SEEN = 2.0
"""A metabolite is seen whose amplitude is this many times its standard deviation."""


def refuse_without_signal(task: Task, state: State, noise_sd: float) -> None:
    """Raise FitError if the components explain no more than noise would.

    In pure noise every amplitude and each of the five common parameters gains about one unit of
    variance, and the search over shifts and phases some more.
    """
    free = task.model.count + 5
    gain = state.linear.explained * task.variance / max(noise_sd**2, 1e-300)
    if gain < 3.0 * free + 25.0:
        raise FitError(
            "No signal found",
            "The basis signals explain the data no better than noise.",
            "Check the processing steps, the water suppression and the choice of the basis set.",
        )


def refuse_far_shift(shift_ppm: float, options: LcmOptions) -> None:
    """Raise FitError if the metabolites were found farther off than they are looked for."""
    most = options.max_shift_ppm + BEYOND_PPM
    if abs(shift_ppm) > most:
        raise FitError(
            "The fit ran away from the metabolites",
            f"They would lie {abs(shift_ppm):.2f} ppm from their places; lipid or water draws the "
            "fit to it.",
            "Fit by this program's own method, which leaves out lipid that towers, or narrow the "
            "fit window.",
        )


def refuse_misfit(fit: FitResult) -> None:
    """Raise FitError if the components leave more than they explain, or no metabolite is seen.

    A basis set for another substance, sequence or nucleus, a spectrum that is not of the brain or
    was misreferenced by half a ppm ends here. Where noise is all that is left, bounds tell enough.
    """
    if fit.residual_sd < STRUCTURE * fit.noise_sd or fit.noise_sd <= 0:
        return
    left = float(np.sum(np.abs(fit.data - fit.fit) ** 2))
    explained = float(np.sum(np.abs(fit.curves.sum(axis=0)) ** 2))
    metabolites = np.array([c.kind == "metabolite" for c in fit.components])
    sd = np.sqrt(np.diagonal(fit.covariance))
    seen = metabolites & (fit.amplitudes > SEEN * sd)
    if left < UNEXPLAINED * explained and seen.any():
        return
    times = fit.residual_sd / fit.noise_sd
    raise FitError(
        "The basis set does not describe the data",
        f"The residual is {times:.0f} times the noise, and no metabolite stands out from it."
        if not seen.any()
        else f"The residual is {times:.0f} times the noise and as large as the metabolites.",
        "Check that this is a spectrum of the brain, that tNAA lies at 2.01 ppm after the "
        "reference step, and that the basis set fits sequence, echo time and field.",
    )

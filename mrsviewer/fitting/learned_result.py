"""From the network's values and the drawn curves to the result, and what has to be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.fitting.learned_drawing import PIVOT_PPM
from mrsviewer.model.basis import Component
from mrsviewer.model.fit import FitResult, Lineshape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mrsviewer.fitting.learned_card import Card
    from mrsviewer.fitting.learned_drawing import Carriers, Drawing, Given
    from mrsviewer.fitting.learned_values import Values
    from mrsviewer.fitting.prepare import Prepared
    from mrsviewer.model.acquisition import SlicePulses

RESIDUAL_TO_NOISE = 3.0
PULLED = 0.8
"""Share of data in a value below which the message names it."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """All that a result is made from.

    Attributes
    ----------
    card, prepared
        Network and data.
    values
        What the network says, per gain, in its own order.
    given, signals, drawing
        What was drawn, of what, and the outcome; metabolites in the order of the basis set.
    rows
        Which values the metabolites of the basis set are.
    scale
        From values to amplitudes of the basis set.
    distance
        How unlike the training the spectrum is.
    other_pulses
        Slice pulses that the data are taken to have where the network was not trained for them.
    """

    card: Card
    prepared: Prepared
    values: Values
    given: Given
    signals: Carriers
    drawing: Drawing
    rows: tuple[int, ...]
    scale: float
    distance: float
    other_pulses: SlicePulses | None = None


def to_result(answer: Answer, name: str, version: str) -> FitResult:
    """Return the result in the frame of the data, on descending ppm.

    Metabolites that are not reported are drawn with the baseline.
    """
    drawing, values, given = answer.drawing, answer.values, answer.given
    window = answer.signals.band.window
    rows = np.array(answer.rows)
    kept = values.kept[rows]
    shown = rows[kept]
    curves = np.concatenate([drawing.curves[kept], drawing.broad])[:, ::-1]
    baseline = (drawing.baseline + drawing.curves[~kept].sum(axis=0))[::-1]
    data = window.cut(given.fid)[::-1]
    fit = baseline + curves.sum(axis=0)
    residual_sd = float(np.sqrt(np.mean(np.abs(data - fit) ** 2) / 2))
    return FitResult(
        engine=name,
        engine_version=f"{version}, {answer.card.name}",
        ppm=window.ppm[::-1].copy(),
        data=data.copy(),
        fit=fit,
        baseline=baseline,
        curves=curves,
        components=_components(answer, shown),
        amplitudes=np.concatenate([given.amounts[kept], drawing.broad_amplitudes]),
        covariance=_covariance(answer, shown),
        lineshapes=_lineshapes(answer, kept),
        zero_phase_rad=float(np.angle(np.exp(1j * drawing.phase_rad))),
        first_phase_s=drawing.delay_s,
        pivot_ppm=PIVOT_PPM,
        shift_ppm=drawing.shift_ppm,
        noise_sd=answer.prepared.noise_sd,
        residual_sd=residual_sd,
        effective_baseline_df=drawing.baseline_df,
        converged=drawing.settled,
        message=" ".join(_sentences(answer, residual_sd)),
        iterations=drawing.iterations,
        prior_pull=np.concatenate(
            [answer.scale * values.pull[shown], np.zeros(len(drawing.broad_amplitudes))]
        ),
    )


def _components(answer: Answer, shown: NDArray[np.intp]) -> tuple[Component, ...]:
    metabolites = tuple(Component(answer.card.metabolites[row]) for row in shown)
    return (*metabolites, *answer.signals.components)


def _covariance(answer: Answer, shown: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the covariance of the metabolites beside that of the broad signals."""
    broad = answer.drawing.broad_covariance
    count = len(shown)
    whole = np.zeros((count + len(broad), count + len(broad)))
    whole[:count, :count] = answer.scale**2 * answer.values.covariance[np.ix_(shown, shown)]
    whole[count:, count:] = broad
    return whole


def _lineshapes(answer: Answer, kept: NDArray[np.bool_]) -> tuple[Lineshape, ...]:
    drawing = answer.drawing
    lines = [
        Lineshape(drawing.shift_ppm + float(own), float(lorentz), drawing.gauss_hz)
        for own, lorentz in zip(drawing.own_shift_ppm[kept], drawing.lorentz_hz[kept], strict=True)
    ]
    return (*lines, *(Lineshape(drawing.shift_ppm, 0.0, 0.0) for _ in answer.signals.components))


def _sentences(answer: Answer, residual_sd: float) -> Iterator[str]:
    """Yield what the reader has to know."""
    values, card = answer.values, answer.card
    yield f"A second opinion: values by a network ({card.name}), curves drawn to them."
    if answer.other_pulses is not None:
        yield (
            f"Trained with {' or '.join(card.protocol.slice_pulses)} slice pulses; these data are "
            f"taken to have {answer.other_pulses} ones: Glu, Gln and GSH may be off by a third."
        )
    known = set(answer.rows)
    weak = [n for i, n in enumerate(card.metabolites) if i in known and not values.kept[i]]
    if weak:
        yield f"Not reported, because the data say too little: {', '.join(weak)}."
    only_sums = [n for i, n in enumerate(card.metabolites) if values.as_sum[i]]
    if only_sums:
        yield f"Known by their sums only: {', '.join(only_sums)}."
    pulled = [
        f"{name} {100 * values.share[i]:.0f} %"
        for i, name in enumerate(card.metabolites)
        if i in known and values.kept[i] and not values.as_sum[i] and values.share[i] < PULLED
    ]
    if pulled:
        yield f"Partly the mean of the training; share of data: {', '.join(pulled)}."
    if not answer.drawing.settled:
        yield "The drawing of the curves did not come to rest."
    noise = answer.prepared.noise_sd
    if noise > 0 and residual_sd > RESIDUAL_TO_NOISE * answer.drawing.error:
        yield f"The residual is {residual_sd / noise:.1f} times the noise."

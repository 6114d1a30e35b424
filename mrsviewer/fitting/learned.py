"""A network as a second opinion.

A small convolutional network, trained on spectra of the program's own forward model, says amounts
and their covariance; the rest of the result is drawn for them by least squares. It answers only for
the protocol it was trained for, refuses spectra unlike its training, and does not report
metabolites of which the data say too little: there a network returns its training's mean, without
being asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.fitting.learned_drawing import Given, carriers, draw
from mrsviewer.fitting.learned_grid import Sampling, align
from mrsviewer.fitting.learned_network import (
    load_network,
    noise_hint,
    read_card,
    shipped_cards,
    why_no_runtime,
)
from mrsviewer.fitting.learned_options import LearnedOptions
from mrsviewer.fitting.learned_protocol import (
    check_basis,
    check_field,
    check_record,
    fitting_card,
    known_names,
)
from mrsviewer.fitting.learned_refusal import refuse_misfit, refuse_unlike, refuse_weak
from mrsviewer.fitting.learned_result import Answer, to_result
from mrsviewer.fitting.learned_values import values_of
from mrsviewer.fitting.prepare import checked_fid, prepare

if TYPE_CHECKING:
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.learned_card import Card
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.fit import FitResult

__all__ = ["LearnedEngine", "LearnedOptions"]


class LearnedEngine:
    """Amounts by a network, curves by least squares."""

    name = "learned"
    version = "1"
    uses_basis = True
    options: type[msgspec.Struct] = LearnedOptions

    @property
    def unavailable(self) -> str | None:
        """Return why networks cannot run on this computer."""
        return why_no_runtime()

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Raises
        ------
        FitError
            If the data or the basis cannot be fitted, the network was not trained for them, or
            the spectrum is unlike those it was trained on.
        """
        chosen = msgspec.convert(options, LearnedOptions, from_attributes=True)
        context.tick(0.0, "preparing the fit")
        answer = answer_for(problem, chosen, context)
        return to_result(answer, self.name, self.version)


def answer_for(problem: FitProblem, options: LearnedOptions, context: JobContext) -> Answer:
    """Return what is known of a spectrum once the network was asked and the curves are drawn.

    Raises
    ------
    FitError
        As :meth:`LearnedEngine.fit`.
    """
    checked_fid(problem.data)
    path, card = _network_for(problem, options)
    names = known_names(problem, card)
    prepared = prepare(problem, LcmOptions(include=names))
    axis = prepared.axis
    check_record(problem, axis.points, card)
    sampling = Sampling(axis.dwell_s, axis.hz_per_ppm, axis.centre_ppm)
    aligned = align(prepared.fid[None], sampling, card.grid)
    sample_sd = np.array([prepared.noise_sd / np.sqrt(axis.points)])
    strength = float(aligned.strength(sample_sd)[0])
    refuse_weak(strength, card.limits)
    context.tick(0.2, "asking the network")
    hints = noise_hint(aligned.noise(sample_sd, sampling.step))
    said = load_network(path).predict(aligned.inputs, hints)
    distance = float(said.distance[0])
    if options.strict:
        refuse_unlike(distance, card.limits)
    values = values_of(said.amounts[0], said.covariance[0], card, every=options.report_weak)
    context.tick(0.4, "drawing the spectra")
    rows = [card.metabolites.index(c.name) for c in prepared.components if c.kind == "metabolite"]
    scale = float(aligned.gain[0]) / (problem.basis.proton_unit or 1.0)
    given = Given(
        fid=prepared.fid,
        axis=axis,
        noise_sd=prepared.noise_sd,
        shift_ppm=float(aligned.shift_ppm[0]),
        phase_rad=float(aligned.phase_rad[0]),
        amounts=scale * values.amounts[rows],
        covariance=scale**2 * values.covariance[np.ix_(rows, rows)],
    )
    signals = carriers(problem.basis, prepared)
    drawing = draw(given, signals)
    if options.strict:
        refuse_misfit(drawing.misfit, card.limits)
    pulses = problem.data.acquisition.expected_slice_pulses
    return Answer(
        card,
        prepared,
        values,
        given,
        signals,
        drawing,
        tuple(rows),
        scale,
        distance,
        other_pulses=None if pulses in card.protocol.slice_pulses else pulses,
    )


def _network_for(problem: FitProblem, options: LearnedOptions) -> tuple[Path, Card]:
    """Return the network that was trained for the data, and its card."""
    paths = (Path(options.network),) if options.network else shipped_cards()
    cards = [read_card(path) for path in paths]
    check_field(problem)
    number = fitting_card(problem, cards)
    check_basis(problem, cards[number])
    return paths[number], cards[number]

"""For which data a network was trained, and the refusal of all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.fitting.learned_card import Card, Protocol
    from mrsviewer.model.acquisition import Acquisition

ECHO_S = 1e-3
"""Echo times may differ by this from the training's."""

FIELD = 0.02
"""Frequencies may differ by this share."""

BASIS_FIELD = 0.1
RECORD = 0.9
"""Share of the training's record that must be there."""

NEEDED = ("NAA", "Cr", "PCr", "GPC", "PCh", "Glu", "Gln", "Ins")
"""Without these basis signals a spectrum cannot be drawn."""

REMEDY = (
    "Use another engine (lcm), or train a network for this protocol: mrsviewer train --help "
    "(option Network of the engine)."
)


def fitting_card(problem: FitProblem, cards: Sequence[Card]) -> int:
    """Return which card the data fit, trained for their slice pulses if any is.

    Raises
    ------
    FitError
        If none does; the cause says where the nearest one differs.
    """
    if not cards:
        raise FitError("No network", "No network is installed.", REMEDY)
    reasons = [_reason(problem, card.protocol) for card in cards]
    fitting = [number for number, reason in enumerate(reasons) if reason is None]
    if fitting:
        pulses = problem.data.acquisition.expected_slice_pulses
        return max(fitting, key=lambda number: pulses in cards[number].protocol.slice_pulses)
    trained = "; ".join(card.protocol.in_words() for card in cards)
    raise FitError(
        "Outside what the network was trained for",
        f"{reasons[0]} Trained for: {trained}.",
        REMEDY,
    )


def _reason(problem: FitProblem, protocol: Protocol) -> str | None:
    """Return where the data differ from what was trained, None where they do not."""
    return next(_differences(problem.data.acquisition, protocol), None)


def _differences(data: Acquisition, protocol: Protocol) -> Iterator[str]:
    low, high = min(protocol.frequency_hz), max(protocol.frequency_hz)
    if data.nucleus != "1H":
        yield f"The data are {data.nucleus}."
    elif not low * (1 - FIELD) <= data.frequency_hz <= high * (1 + FIELD):
        yield f"The data have {data.hz_per_ppm:.1f} MHz."
    if data.localisation is None or data.echo_time_s is None:
        yield "The sequence or the echo time is unknown (it can be entered by hand)."
    elif data.localisation != protocol.localisation:
        yield f"The data were acquired with {data.localisation.upper()}."
    elif abs(data.echo_time_s - protocol.echo_time_s) > ECHO_S:
        yield f"The echo time is {data.echo_time_s * 1e3:g} ms."
    te1, trained = data.te1_s, protocol.te1_s
    if te1 is not None and trained and not min(trained) - ECHO_S <= te1 <= max(trained) + ECHO_S:
        yield f"The first echo is {te1 * 1e3:g} ms."


def check_record(problem: FitProblem, samples: int, card: Card) -> None:
    """Refuse records that are too short or too narrow for the grid of the network.

    Raises
    ------
    FitError
        If they are.
    """
    acquisition, grid = problem.data.acquisition, card.grid
    step = acquisition.dwell_s * acquisition.hz_per_ppm
    if samples * step < RECORD * grid.duration:
        raise FitError(
            "Outside what the network was trained for",
            f"The record lasts {samples * acquisition.dwell_s * 1e3:.0f} ms, "
            f"{grid.duration / acquisition.hz_per_ppm * 1e3:.0f} ms are needed.",
            REMEDY,
        )
    centre, half = problem.data.centre_ppm, 0.5 / step
    if grid.high_ppm > centre + half or grid.high_ppm - grid.count * grid.step_ppm < centre - half:
        raise FitError(
            "Outside what the network was trained for",
            f"The spectrum is only {2 * half:.1f} ppm wide.",
            REMEDY,
        )


def check_basis(problem: FitProblem, card: Card) -> None:
    """Refuse basis sets that cannot give the amounts a meaning.

    Raises
    ------
    FitError
        If echo time, scale or names do not fit.
    """
    basis, protocol = problem.basis, card.protocol
    cause = None
    if basis.proton_unit is None:
        cause = "The scale of the basis set is unknown."
    elif basis.echo_time_s is not None and abs(basis.echo_time_s - protocol.echo_time_s) > ECHO_S:
        cause = f"The basis set was made for TE {basis.echo_time_s * 1e3:g} ms."
    elif missing := [name for name in NEEDED if name not in basis.names]:
        cause = f"The basis set has no {', '.join(missing)}."
    if cause is not None:
        raise FitError("Cannot use this basis set", cause, "Choose the simulated basis set.")


def check_field(problem: FitProblem) -> None:
    """Refuse basis sets of another field.

    Raises
    ------
    FitError
        If data and basis differ.
    """
    made, mhz = problem.basis.frequency_hz * 1e-6, problem.data.acquisition.hz_per_ppm
    if abs(made / mhz - 1.0) > BASIS_FIELD:
        raise FitError(
            "Cannot use this basis set",
            f"The basis set was made for {made:.1f} MHz, the data have {mhz:.1f} MHz.",
            "Choose the simulated basis set.",
        )


def known_names(problem: FitProblem, card: Card) -> tuple[str, ...]:
    """Return the basis signals that are drawn: metabolites of the network, and all broad ones."""
    return tuple(
        c.name
        for c in problem.basis.components
        if c.kind != "metabolite" or c.name in card.metabolites
    )

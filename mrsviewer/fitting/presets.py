"""Lists of peaks that come with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mrsviewer.fitting.prior_file import read_prior_knowledge
from mrsviewer.model.failure import FitError
from mrsviewer.resources import resource

if TYPE_CHECKING:
    from mrsviewer.fitting.prior_knowledge import PriorKnowledge
    from mrsviewer.model.acquisition import Acquisition

PresetName = Literal["auto", "31P brain 3 T", "31P brain 7 T", "1H long echo"]

FILES: dict[PresetName, str] = {
    "31P brain 3 T": "31P_brain_3T.csv",
    "31P brain 7 T": "31P_brain_7T.csv",
    "1H long echo": "1H_long_echo.csv",
}
NUCLEUS: dict[PresetName, str] = {
    "31P brain 3 T": "31P",
    "31P brain 7 T": "31P",
    "1H long echo": "1H",
}
HIGH_FIELD_T = 5.0
LONG_ECHO_S = 0.1
"""From here on coupled metabolites and macromolecules have mostly gone."""


def preset(name: PresetName, acquisition: Acquisition) -> PriorKnowledge:
    """Return the list of peaks called ``name``, or for "auto" the one for these data.

    Raises
    ------
    FitError
        If there is none for the nucleus of the data.
    """
    chosen = _usual(acquisition) if name == "auto" else name
    if chosen is None or NUCLEUS[chosen] != acquisition.nucleus:
        which = "There is no list" if chosen is None else f"The list '{chosen}' is not one"
        raise FitError(
            "No list of peaks for these data",
            f"{which} of {acquisition.nucleus} peaks.",
            "Give a table of peaks with their prior knowledge.",
        )
    return read_prior_knowledge(resource("peaks", FILES[chosen]))


def doubt(prior: PriorKnowledge, acquisition: Acquisition) -> str | None:
    """Return why a list of peaks may be wrong for these data, or None."""
    echo = acquisition.echo_time_s
    if prior.source != FILES["1H long echo"] or (echo is not None and echo >= LONG_ECHO_S):
        return None
    if echo is None:
        return "The list of peaks is for long echo times; that of these data is not known."
    return (
        f"The list of peaks is for long echo times; at TE {1e3 * echo:.0f} ms other metabolites "
        "and macromolecules lie under them."
    )


def _usual(acquisition: Acquisition) -> PresetName | None:
    if acquisition.nucleus == "1H":
        return "1H long echo"
    if acquisition.nucleus != "31P":
        return None
    high = (acquisition.field_t or 0.0) > HIGH_FIELD_T
    return "31P brain 7 T" if high else "31P brain 3 T"

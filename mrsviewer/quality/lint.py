"""What the checks of header and data return: findings, corrections, questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from mrsviewer.model.exam import Severity, Topic

EnteredField = Literal[
    "echo_time_s",
    "te1_s",
    "repetition_time_s",
    "mixing_time_s",
    "localisation",
    "frequency_hz",
    "dwell_s",
    "averages",
    "nucleus",
    "conjugated",
]
"""Values that a person may enter in place of the file's."""

CorrectedField = EnteredField | Literal["add_step", "leave_out_step"]
Value = float | str | bool

_UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "Hz": 1.0, "MHz": 1e6, "": 1.0}
ENTERED: dict[str, tuple[str, str]] = {
    "localisation": ("sequence", ""),
    "echo_time_s": ("TE", "ms"),
    "te1_s": ("TE1", "ms"),
    "mixing_time_s": ("TM", "ms"),
    "repetition_time_s": ("TR", "ms"),
    "nucleus": ("nucleus", ""),
    "frequency_hz": ("frequency", "MHz"),
    "dwell_s": ("dwell time", "ms"),
    "averages": ("averages", ""),
    "slice_pulses": ("slice pulses", ""),
    "editing": ("edited spectrum", ""),
    "conjugated": ("mirrored", ""),
}
"""Short name and unit of every value that may be entered."""

_STEPS = {"add_step": "Add", "leave_out_step": "Leave out"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One click that mends a finding; recorded in the recipe as entered by a person.

    Attributes
    ----------
    field
        What it sets: an entered value, or a processing step to add or to leave out.
    value
        In SI units, as the field's name says; for steps their tag.
    unit
        Unit to show the value in.
    reason
        Why this value and no other.
    """

    field: CorrectedField
    value: Value
    unit: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        """Return what the button says: "Use TE 41.68 ms"."""
        if self.field == "conjugated":
            return "Mirror the spectrum"
        if self.field in _STEPS:
            return f"{_STEPS[self.field]} {self.unit}"
        return f"Use {ENTERED[self.field][0]} {self.shown}"

    @property
    def shown(self) -> str:
        """Return the value with its unit."""
        text = in_unit(self.value, self.unit)
        return text.upper() if self.field == "localisation" else text


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something that header or samples give away.

    Attributes
    ----------
    rule
        Name of the rule: "echo-time-unit".
    severity, title, evidence
        How grave, what, and the figures it follows from.
    correction
        What one click would do about it; None where only a person can know.
    topic
        "header" or "preprocessing".
    """

    rule: str
    severity: Severity
    title: str
    evidence: str
    correction: Correction | None = None
    topic: Topic = "header"

    def as_finding(self) -> Finding:
        """Return it for report, log and verdict."""
        return Finding(self.severity, self.title, self.evidence, self.topic)


@dataclass(frozen=True, slots=True)
class Question:
    """A value that the file lacks and the analysis needs; asked for, never invented.

    Attributes
    ----------
    field
        Which value of the recipe the answer is.
    title, why
        "Echo time (TE)", and what needs it.
    unit, low, high
        Unit to ask in, and the limits of an answer in that unit.
    choices
        What may be chosen; empty: a number is wanted.
    required
        Whether a stage fails without it; else something is assumed, and ``why`` says what.
    """

    field: EnteredField
    title: str
    why: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()
    required: bool = True

    def answer(self, given: float | str) -> Correction:
        """Return the answer as an entry for the recipe; a number counts in ``unit``."""
        value = given if isinstance(given, str) else given * _UNITS[self.unit]
        return Correction(self.field, value, self.unit, "entered by hand")


def in_unit(value: Value, unit: str) -> str:
    """Return a value in SI units as text in ``unit``: "41.68 ms"."""
    if isinstance(value, bool | str):
        return str(value)
    return f"{value / _UNITS[unit]:.7g} {unit}".strip()

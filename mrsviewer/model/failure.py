"""A failure as a value: what happened, why, and what the user can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not work, told to the user in three parts.

    Attributes
    ----------
    title
        What failed, in a few words: "Cannot open sub-01_act.sdat".
    cause
        Why, in one sentence.
    remedy
        What the user can do.
    details
        Technical text for the log; may be empty.
    missing
        Names of values ("dwell_s") that a person may give so that it succeeds; empty as a rule.
    """

    title: str
    cause: str
    remedy: str
    details: str = ""
    missing: tuple[str, ...] = ()

    def one_line(self) -> str:
        """Return title, cause and remedy on one line, for stderr and the status bar."""
        return " ".join(f"{self.title}: {self.cause} {self.remedy}".split())


class MrsError(Exception):
    """Base of all errors that a user can cause or mend; carries a :class:`Failure`."""

    def __init__(self, title: str, cause: str, remedy: str, details: str = "") -> None:
        self.failure = Failure(title, cause, remedy, details)
        super().__init__(self.failure.one_line())


class FormatError(MrsError):
    """A file that cannot be read, with the file's name in the title."""

    def __init__(self, path: Path, cause: str, remedy: str, details: str = "") -> None:
        self.path = path
        super().__init__(f"Cannot open {path.name}", cause, remedy, details)


class BasisError(MrsError):
    """A basis set that cannot be read, made, or used with the data at hand."""


class ProcessingError(MrsError):
    """A processing step that cannot be carried out on the data at hand."""


class FitError(MrsError):
    """A fit that could not be done; no numbers exist."""

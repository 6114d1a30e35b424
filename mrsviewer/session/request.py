"""What is to be opened; light, so that a window can take it before its readers are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.axes import Axes
    from mrsviewer.session.session_file import SessionFile


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be opened.

    Attributes
    ----------
    paths
        Files and folders, or one session file.
    water, anatomy
        Files whose role the user named; None: found among and beside ``paths``.
    session
        The session to take inputs and recipe from, instead of ``paths``.
    axes
        What a person said of files that do not say their dwell time or frequency.
    example
        The case that comes with the program, instead of ``paths``.
    """

    paths: tuple[Path, ...] = ()
    water: Path | None = None
    anatomy: Path | None = None
    session: SessionFile | None = None
    example: bool = False
    axes: Axes | None = None

    @property
    def title(self) -> str:
        """Return what to call it while it is being opened."""
        if self.example:
            return "example"
        paths = self.paths or (() if self.session is None else self.session.paths("metabolite"))
        if not paths:
            return "session"
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        return f"{paths[0].name or paths[0]}{more}"

"""Recently opened cases."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mrsviewer.model.axes import Axes
from mrsviewer.session.storage import read_struct, write_struct

FILE = "recent.json"
LIMIT = 12


class RecentCase(msgspec.Struct, frozen=True):
    """One case that was open: its files, the first of which names it, and what was said of them."""

    paths: tuple[str, ...]
    water: str | None = None
    anatomy: str | None = None
    axes: Axes | None = None

    @property
    def title(self) -> str:
        """Return the name for a menu: file and folder."""
        first = Path(self.paths[0])
        return f"{first.name} \N{EM DASH} {first.parent}"

    @property
    def exists(self) -> bool:
        """Return whether the files are still where they were."""
        return all(Path(path).exists() for path in self.paths)


class RecentCases(msgspec.Struct, frozen=True):
    """The list on disk, latest first."""

    cases: tuple[RecentCase, ...] = ()

    def with_case(self, case: RecentCase) -> RecentCases:
        """Return the list with ``case`` on top, once, and no longer than allowed."""
        others = tuple(old for old in self.cases if old.paths != case.paths)
        return RecentCases((case, *others)[:LIMIT])


def load_recent(folder: Path) -> RecentCases:
    """Return the cases opened recently; an unreadable list is an empty one."""
    stored = read_struct(folder / FILE, RecentCases) or RecentCases()
    return RecentCases(tuple(case for case in stored.cases if case.paths))


def remember(folder: Path, case: RecentCase) -> RecentCases:
    """Put a case on top of the list on disk and return the list.

    Raises
    ------
    OSError
        If the list cannot be written.
    """
    cases = load_recent(folder).with_case(case)
    write_struct(folder / FILE, cases)
    return cases

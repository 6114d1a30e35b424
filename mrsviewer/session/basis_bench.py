"""A basis set at work: what is shown, compared and edited, with its history; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mrsviewer.session.history import History

if TYPE_CHECKING:
    from mrsviewer.basis.comparison import Likeness
    from mrsviewer.model.basis import BasisSet


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What the view of basis sets holds, as a value; its methods return the next one.

    Attributes
    ----------
    history
        The set and what it was before each change; None while there is none.
    other, likeness
        The set it is compared with, and how alike they are.
    """

    history: History[BasisSet | None] = field(default_factory=lambda: History(None))
    other: BasisSet | None = None
    likeness: tuple[Likeness, ...] = ()

    @property
    def basis(self) -> BasisSet | None:
        """Return the set as it is now."""
        return self.history.present

    @property
    def edited(self) -> bool:
        """Return whether anything was changed since it was opened."""
        return bool(self.history.past)

    def opened(self, basis: BasisSet) -> Bench:
        """Return a bench with another set, its history new, and nothing to compare with."""
        return Bench(History(basis))

    def changed(self, label: str, basis: BasisSet) -> Bench:
        """Return the bench after a change; the comparison is void."""
        return replace(self, history=self.history.push(label, basis), likeness=())

    def undone(self) -> Bench:
        """Return the bench one change earlier."""
        return replace(self, history=self.history.undo(), likeness=())

    def redone(self) -> Bench:
        """Return the bench with the change that was taken back last."""
        return replace(self, history=self.history.redo(), likeness=())

    def compared(self, other: BasisSet | None, likeness: tuple[Likeness, ...] = ()) -> Bench:
        """Return the bench with another set beside; None: with none."""
        return replace(self, other=other, likeness=likeness)

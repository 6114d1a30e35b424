"""Results of earlier stages, so that a change recomputes only what depends on it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class StageCache:
    """The results of the last stages computed, the least recently used dropped first.

    Keys are values (digests, steps, options), so an entry can never be out of date.

    Parameters
    ----------
    size
        How many results to keep.
    """

    def __init__(self, size: int = 48) -> None:
        self._size = size
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the result stored under ``key``, computing it if there is none."""
        if key in self._entries:
            self._entries.move_to_end(key)
            value: T = self._entries[key]
            return value
        value = compute()
        self._entries[key] = value
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return value

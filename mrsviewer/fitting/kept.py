"""Results that are kept for the next call with the same basis set."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Kept(Generic[T]):
    """The last few results of a slow function of an array and a key.

    Arrays are told apart by identity, which is safe because each is held as long as its result.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[int, Hashable], tuple[object, T]] = OrderedDict()

    def get(self, anchor: object, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` returned for this anchor and key, called now if need be."""
        place = (id(anchor), key)
        with self._lock:
            if place in self._found:
                self._found.move_to_end(place)
                return self._found[place][1]
        made = make()
        with self._lock:
            self._found[place] = (anchor, made)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made

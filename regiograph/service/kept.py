"""What is remembered, within a limit of memory: the least recently used leaves first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, each with its weight in bytes.

    >>> kept = Kept[str, str](10)
    >>> kept.put("a", "A", 6); kept.put("b", "B", 6)
    >>> kept.get("a"), kept.get("b")
    (None, 'B')
    """

    def __init__(self, limit: int, heaviest: int = 1_000_000) -> None:
        self._limit = limit
        self._heaviest = min(heaviest, limit)
        self._weight = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, if it is still there."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def clear(self) -> None:
        """Nothing is kept any more."""
        self._values.clear()
        self._weight = 0

    def put(self, key: K, value: V, weight: int) -> None:
        """Keeps a value in place of the one there was, unless it is too heavy."""
        if weight > self._heaviest:
            return
        if (replaced := self._values.pop(key, None)) is not None:
            self._weight -= replaced[1]
        self._values[key] = value, weight
        self._weight += weight
        while self._weight > self._limit:
            self._weight -= self._values.popitem(last=False)[1][1]

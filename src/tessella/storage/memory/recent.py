"""What was used lately, within a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by recency of use, of so much size together; what was used longest ago is dropped first."""

    def __init__(self, *, capacity: int, size_of: Callable[[Value], int]) -> None:
        self._capacity = capacity
        self._size_of = size_of
        self._held: OrderedDict[Key, Value] = OrderedDict()
        #: Of all values together.
        self.size = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Key) -> Value | None:
        """The value of a key; that is not yet a use of it."""
        return self._held.get(key)

    def use(self, key: Key) -> None:
        """The value of a key that is held is used now."""
        self._held.move_to_end(key)

    def used(self, key: Key) -> Value | None:
        """The value of a key, which is used now if it is held."""
        if key in self._held:
            self.use(key)
        return self._held.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Hold a value, in place of the one of the same key."""
        self.drop(key)
        self._held[key] = value
        self.size += self._size_of(value)
        while self.size > self._capacity:
            self.drop(next(iter(self._held)))

    def drop_all(self, those: Callable[[Key], bool]) -> None:
        """Let go of the values of certain keys."""
        for key in [each for each in self._held if those(each)]:
            self.drop(key)

    def drop(self, key: Key) -> None:
        """Let go of a key's value, if there is one."""
        if (dropped := self._held.pop(key, None)) is not None:
            self.size -= self._size_of(dropped)

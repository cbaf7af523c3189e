"""Items that come together: what has to hold for each of them, and among them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tessella.domain.errors import MOST_FAULTS, NamedTwice, TessellaError
from tessella.domain.identifiers import Pointer, point
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.catalogue.item_checks import item_faults


class ItemBatch:
    """Takes items one after another. Each id comes once, and all embeddings have as many numbers.

    >>> batch = ItemBatch()
    >>> [len(batch.faults(item)) for item in (Item("a", embedding=(1.0,)), Item("a"), Item("b", embedding=(1.0, 2.0)))]
    [0, 1, 1]
    """

    def __init__(self, dimensions: int | None = None) -> None:
        """`dimensions` is how many numbers the embeddings of before have; None: the first of these tells."""
        self._dimensions = dimensions
        self._seen: set[str] = set()

    def faults(self, item: Item, at: Pointer = "", most: int = MOST_FAULTS) -> list[TessellaError]:
        """What is wrong with the next item, at most so many; without a fault it counts for those behind it."""
        found = list(islice(self._faults(item, at), most))
        if not found:
            self._seen.add(item.item_id)
            self._dimensions = self._dimensions or (len(item.embedding) if item.embedding else None)
        return found

    def _faults(self, item: Item, at: Pointer) -> Iterator[TessellaError]:
        yield from item_faults(item, at, self._dimensions)
        if item.item_id in self._seen:
            yield NamedTwice(point(at, "item_id"), "item", item.item_id)

"""Lists side by side: which place each item has in each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class ItemRanks(msgspec.Struct, frozen=True):
    """Where one item stands."""

    item_id: str
    #: Its place in each list, from 1; None where it is not in a list.
    ranks: tuple[int | None, ...]


def ranks_in(lists: Sequence[Sequence[str]]) -> tuple[ItemRanks, ...]:
    """Every item of any list: those of the first in their order, then what the second adds, and so on.

    >>> [(each.item_id, each.ranks) for each in ranks_in([["tea", "milk"], ["rice", "tea"]])]
    [('tea', (1, 2)), ('milk', (2, None)), ('rice', (None, 1))]
    """
    places = [{item_id: place for place, item_id in enumerate(each, 1)} for each in lists]
    items = dict.fromkeys(item_id for each in lists for item_id in each)
    return tuple(ItemRanks(item_id, tuple(place.get(item_id) for place in places)) for item_id in items)

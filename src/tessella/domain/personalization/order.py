"""Items in an order: made once for all subjects who are alike, of whom only confidences differ."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tessella.domain.personalization.confidence import confidence
from tessella.domain.personalization.ranking import RankedItem


class Order(msgspec.Struct, frozen=True):
    """Items, best first; everything but the shares is of the same length."""

    item_ids: tuple[str, ...]
    #: 0 to 1.
    scores: tuple[float, ...]
    #: Of each item.
    tags: tuple[tuple[str, ...], ...]
    #: The pairs that occur, of the shares of a score that are certain, and that the vector tells.
    shares: tuple[tuple[float, float], ...]
    #: Which of these pairs each item has.
    which: tuple[int, ...]

    def confidences(self, behind: float) -> tuple[float, ...]:
        """Of each item, for a subject with so much evidence behind its vector.

        >>> Order(("a", "b"), (0.8, 0.5), ((), ()), ((1.0, 0.0), (0.5, 0.5)), (1, 0)).confidences(0.8)
        (0.9, 1.0)
        """
        told = [confidence(certain, of_vector, behind) for certain, of_vector in self.shares]
        return tuple([told[each] for each in self.which])

    def items(self, confidences: Sequence[float]) -> tuple[RankedItem, ...]:
        """The items, each with its score, its confidence, and why it stands there."""
        return tuple(map(RankedItem, self.item_ids, self.scores, confidences, self.tags))


class Placed(msgspec.Struct, frozen=True):
    """An order as it is for one subject."""

    order: Order
    confidences: tuple[float, ...]

    @property
    def items(self) -> tuple[RankedItem, ...]:
        """Each item by itself."""
        return self.order.items(self.confidences)


def order_of(items: Sequence[RankedItem], shares: Sequence[tuple[float, float]]) -> Order:
    """The order of items whose shares are known; their confidences say nothing yet.

    >>> order_of([RankedItem("a", 0.8, 0.0), RankedItem("b", 0.5, 0.0)], [(1.0, 0.0), (1.0, 0.0)]).which
    (0, 0)
    """
    pairs = {pair: number for number, pair in enumerate(dict.fromkeys(shares))}
    return Order(
        tuple(each.item_id for each in items), tuple(each.score for each in items), tuple(each.tags for each in items),
        tuple(pairs), tuple(pairs[pair] for pair in shares),
    )  # fmt: skip


def placed_of(items: Sequence[RankedItem]) -> Placed:
    """Items whose confidences are known, as an order."""
    return Placed(order_of(items, [(0.0, 0.0)] * len(items)), tuple(each.confidence for each in items))

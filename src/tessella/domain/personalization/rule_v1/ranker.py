"""Ranks the items of a scope: orders are made once for all subjects who are alike, and remembered while they hold."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import inf
from typing import Final

from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.candidates import Candidate, Candidates, Shown, shown_at
from tessella.domain.personalization.confidence import evidence
from tessella.domain.personalization.order import Order, Placed, order_of
from tessella.domain.personalization.random_order import random_score
from tessella.domain.personalization.ranking import RankedItem
from tessella.domain.personalization.rule_v1.compiled import Values
from tessella.domain.personalization.rule_v1.prepared import PreparedScope, without_vector
from tessella.domain.personalization.rule_v1.scoring import Scored
from tessella.domain.personalization.vector import FeatureVector

#: Orders that are remembered: of scopes whose rules compare numbers of subjects with those of items there are many.
MOST_ORDERS: Final = 512
_DEFAULT: Final = "default"


class ScopeRanker:
    """One scope over one state of its items."""

    def __init__(self, prepared: PreparedScope, candidates: Candidates, most: int) -> None:
        """`most` items at most are ranked."""
        self.prepared, self.candidates = prepared, candidates
        self._most = most
        self._orders: dict[Hashable, Order] = {}
        #: From when until before when the orders hold.
        self._since, self._until = inf, -inf
        self._shown = Shown((), inf)

    def ranked(self, subject: Values, vector: FeatureVector | None, now: Instant) -> tuple[RankedItem, ...]:
        """The items in order for a subject, by score and then by id. `subject` is of `PreparedScope.subject`."""
        return self.placed(subject, vector, now).items

    def placed(self, subject: Values, vector: FeatureVector | None, now: Instant) -> Placed:
        """The same as an order that others may share."""
        order = self._order(subject, now)
        return Placed(order, order.confidences(evidence(vector, now)))

    def default(self, now: Instant) -> tuple[RankedItem, ...]:
        """The items by the scope's base scores, without anything of a subject."""
        self._begin(now)
        if (order := self._orders.get(_DEFAULT)) is None:
            order = self._orders[_DEFAULT] = self._first(
                self.prepared.scorer.base_score(each, now) for each in self._shown.items
            )
        return order.items(order.confidences(0.0))

    def random(self, subject_id: SubjectId, now: Instant) -> tuple[RankedItem, ...]:
        """The items in an order that is random, and always the same for a subject."""
        self._begin(now)
        scope = self.prepared.scope.scope_id
        scored = [(random_score(scope, subject_id, each.item_id), each.item_id) for each in self._shown.items]
        scored.sort(key=lambda each: (-each[0], each[1]))
        return tuple(RankedItem(item_id, score, 0.0) for score, item_id in scored[: self._most])

    def holds_until(self, now: Instant) -> float:
        """When items come or go by their own times next; infinite: never."""
        self._begin(now)
        return self._shown.until

    def _order(self, subject: Values, now: Instant) -> Order:
        self._begin(now)
        signature = self.prepared.signature(subject, now)
        if (order := self._orders.get(signature)) is None:
            if len(self._orders) >= MOST_ORDERS:
                self._orders.clear()
            blank, score = without_vector(subject), self.prepared.scorer.score
            order = self._first(score(each, subject, blank, now) for each in self._shown.items)
            self._orders[signature] = order
        return order

    def _first(self, scored: Iterator[Scored]) -> Order:
        best = sorted(scored, key=_place)[: self._most]
        items = [RankedItem(each.item_id, each.score, 0.0, each.tags) for each in best]
        return order_of(items, [(each.certain, each.of_vector) for each in best])

    def _begin(self, now: Instant) -> None:
        """Forget the orders of another time: items have come or gone, or are not recent any more."""
        if self._since <= now < self._until:
            return
        self._orders.clear()
        self._shown = shown_at(self.candidates, now)
        self._since, self._until = now, now + 1 if self.prepared.moves else self._next_change(self._shown.items, now)

    def _next_change(self, items: tuple[Candidate, ...], now: Instant) -> float:
        ends = (end + 1 for each in items for end in self.prepared.scorer.recent_until(each) if end >= now)
        return min(self._shown.until, min(ends, default=inf))


def _place(scored: Scored) -> tuple[float, str]:
    return -scored.score, scored.item_id

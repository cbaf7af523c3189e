"""Ranking indexes built by hand and published in a namespace of a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.ranking.index.index import RankingIndex
from tessella.ports.indexes import IndexCounts
from tessella.storage.sessions import StoredSession
from tests.database import eventually
from tests.domain.ranking.catalogues import NOW, Item, an_index

#: A small shop: tea is bought most, and with it biscuits.
SHOP = (
    Item("apple", brand="farm", category="fruit"), Item("biscuit", brand="bake", category="sweets"),
    Item("cake", brand="bake", category="sweets"), Item("milk", brand="farm", category="dairy"),
    Item("rice", brand="mill", category="grain"), Item("tea", brand="leaf", category="drinks"),
)  # fmt: skip
POPULAR: Mapping[str, float] = {"tea": 1.0, "milk": 0.8, "rice": 0.6, "apple": 0.4, "cake": 0.2, "biscuit": 0.1}
TOGETHER = {"tea": {"biscuit": 1.0, "milk": 0.3}, "biscuit": {"tea": 1.0}, "rice": {"apple": 0.5}}


def shop_index(**changed: float) -> RankingIndex:
    """The index of the shop, with the popularity of some items changed."""
    return an_index(*SHOP, popularity={**POPULAR, **changed}, neighbours=TOGETHER)


async def publish_index(session: StoredSession, index: RankingIndex) -> str:
    """Make an index the one that the namespace serves; gives its version once this process serves it."""
    async with session.building_index(NOW) as build:
        counts = IndexCounts(len(index.catalogue), 0, 0)
        await build.publish(replace(index, version=build.version), counts, {})

    async def is_served() -> bool:
        served = await session.index()
        return served is not None and served.version == build.version

    await eventually(is_served, "the index was served")
    return build.version


def bought(subject: str, *item_ids: str, days_ago: float = 1.0) -> list[Event]:
    """Purchases of a subject, the first one the newest."""
    return [
        Event(f"{subject}-{item_id}", SubjectId(subject), "purchase", _moment(days_ago, place), item_id)
        for place, item_id in enumerate(item_ids)
    ]


def _moment(days_ago: float, place: int) -> Instant:
    return Instant(NOW - int(days_ago * DAY_US) - place)

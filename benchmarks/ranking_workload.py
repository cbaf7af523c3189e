"""The catalogue and the requests of the `ranking` benchmark: items of Zipf's popularity, in topics, all synthetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.match_workload import NOW_US
from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Labels, LabelSets
from tessella.domain.ranking.index.index import Embeddings, Neighbours, Popularity, RankingIndex
from tessella.domain.ranking.subject.history import History

DIMENSIONS: Final = 64
NEIGHBOURS: Final = 200
#: Of an item's neighbours, those of its own topic; the others are anywhere.
OF_THE_TOPIC: Final = 150
TOPICS: Final = 200
CELLS: Final = 256
OF_A_CELL: Final = 200
POSSIBLE_MEMBERS: Final = 50_000
BRANDS: Final = 5_000
CATEGORIES: Final = 300
TAGS: Final = 1_000
TAGS_AN_ITEM: Final = 2
MOST_POPULAR: Final = 2_000
FRESHEST: Final = 2_000
EVENTS: Final = (20, 50)
HISTORY_DAYS: Final = 120
WITHDRAWN: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class RankingWorkload:
    """An index, and the histories of visitors. The peers use the same vectors."""

    index: RankingIndex
    histories: list[History]


class Shop:
    """Draws a catalogue: items in topics, some of them bought much more than the others."""

    def __init__(self, items: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.items = items
        self.topics = self.rng.integers(0, TOPICS, items, dtype=np.int32)
        #: The rows of each topic, topic after topic, in each the most popular first.
        self.popularity = np.log1p(1e6 / (1 + self.rng.permutation(items)) ** 1.0).astype(np.float32)
        self.popularity /= self.popularity.max()
        self.by_topic = np.lexsort((-self.popularity, self.topics)).astype(np.int32)
        self.starts = np.searchsorted(self.topics[self.by_topic], np.arange(TOPICS + 1))
        self.best = np.argsort(-self.popularity, kind="stable").astype(np.int32)

    def popular_rows(self, shape: tuple[int, ...]) -> np.ndarray:
        """Rows by Zipf's law: the place in the order of popularity is exponential of a uniform number."""
        places = np.exp(self.rng.random(shape, dtype=np.float32) * np.log(self.items)).astype(np.int64) - 1
        return self.best[places]

    def rows_of_topics(self, topics: np.ndarray, count: int) -> np.ndarray:
        """For each topic, rows of it by Zipf's law."""
        starts, sizes = self.starts[topics], self.starts[topics + 1] - self.starts[topics]
        places = np.exp(self.rng.random((len(topics), count), dtype=np.float32) * np.log(sizes)[:, None]) - 1
        return self.by_topic[starts[:, None] + np.minimum(places.astype(np.int64), sizes[:, None] - 1)]

    def neighbours(self) -> Neighbours:
        """200 of every item."""
        rows = np.empty((self.items, NEIGHBOURS), np.int32)
        for start in range(0, self.items, 50_000):
            block = slice(start, start + 50_000)
            topics = self.topics[block]
            rows[block, :OF_THE_TOPIC] = self.rows_of_topics(topics, OF_THE_TOPIC)
            rows[block, OF_THE_TOPIC:] = self.popular_rows((len(topics), NEIGHBOURS - OF_THE_TOPIC))
        weights = np.tile((1.0 / np.arange(1, NEIGHBOURS + 1)).astype(np.float32), self.items)
        return Neighbours(np.arange(self.items + 1, dtype=np.int64) * NEIGHBOURS, rows.ravel(), weights)

    def embeddings(self) -> Embeddings:
        """A vector near that of the topic. Each cell is around an item, of the nearest among some of the popular."""
        centres = self.rng.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32)
        vectors = centres[self.topics] + self.rng.standard_normal((self.items, DIMENSIONS), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        of_cells = vectors[self.rng.choice(self.items, CELLS, replace=False)]
        popular = self.best[:POSSIBLE_MEMBERS]
        members = np.argpartition(-(of_cells @ vectors[popular].T), OF_A_CELL, axis=1)[:, :OF_A_CELL]
        offsets = np.arange(CELLS + 1, dtype=np.int64) * OF_A_CELL
        return Embeddings(vectors, of_cells, offsets, popular[np.sort(members, axis=1)].ravel())

    def catalogue(self) -> Catalogue:
        """Two percent are withdrawn."""
        rng, items = self.rng, self.items
        begun = NOW_US - rng.integers(0, 2_000 * DAY_US, items)
        return Catalogue(
            item_ids=np.char.zfill(np.arange(items).astype("S"), 9),
            brands=Labels(rng.integers(0, BRANDS, items, dtype=np.int32), _names(BRANDS)),
            categories=Labels(self.topics % CATEGORIES, _names(CATEGORIES)),
            tags=LabelSets(
                np.arange(items + 1, dtype=np.int64) * TAGS_AN_ITEM,
                rng.integers(0, TAGS, items * TAGS_AN_ITEM, dtype=np.int32),
                _names(TAGS),
            ),
            regions=LabelSets(np.zeros(items + 1, np.int64), np.empty(0, np.int32), []),
            prices=rng.lognormal(3, 1, items),
            available=rng.random(items) >= WITHDRAWN,
            available_from=begun,
            available_until=np.full(items, np.iinfo(np.int64).max),
            newest=np.argsort(-begun, kind="stable")[:FRESHEST].astype(np.int32),
        )

    def history(self) -> History:
        """20 to 50 events of someone who likes three topics, and popular things."""
        rng, count = self.rng, int(self.rng.integers(*EVENTS))
        liked = self.rows_of_topics(rng.integers(0, TOPICS, 3), count).ravel()
        rows = rng.choice(np.concatenate((liked, self.popular_rows((count,)))), count).astype(np.int32)
        times = np.sort(NOW_US - rng.integers(0, HISTORY_DAYS * DAY_US, count))[::-1].copy()
        bought = rng.random(count) < 0.3
        return History(rows, times, np.where(bought, 1.0, 0.1).astype(np.float32), bought)


def _names(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def workload(items: int, histories: int, seed: int) -> RankingWorkload:
    """An index of so many items, and histories."""
    shop = Shop(items, seed)
    index = RankingIndex(
        version="bench",
        as_of=NOW_US,
        catalogue=shop.catalogue(),
        popularity={30.0: Popularity(shop.popularity, shop.best[:MOST_POPULAR])},
        co_visitation={90: shop.neighbours()},
        embeddings=shop.embeddings(),
    )
    return RankingWorkload(index, [shop.history() for _ in range(histories)])

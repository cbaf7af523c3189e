"""A shop of random items and subjects, with a fixed seed: all signals, all kinds of label."""

from __future__ import annotations

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Labels, LabelSets
from tessella.domain.ranking.index.index import Embeddings, Neighbours, Popularity, RankingIndex
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.subject.history import History
from tests.domain.ranking.catalogues import ALWAYS, NOW, a_config

NEIGHBOURS = 30
CELLS = 10


def a_shop(items: int, subjects: int, seed: int = 5) -> tuple[RankingIndex, list[RankingRequest]]:
    """An index, and a request of each subject; one item in ten has no vector."""
    rng = np.random.default_rng(seed)
    scores = (rng.permutation(items) / items).astype(np.float32) ** 4
    best = np.argsort(-scores, kind="stable").astype(np.int32)
    index = RankingIndex(
        version=f"shop-{items}-{seed}",
        as_of=NOW,
        catalogue=_catalogue(rng, items),
        popularity={30.0: Popularity(scores, best)},
        co_visitation={90: _neighbours(rng, items)},
        embeddings=_embeddings(rng, items),
    )
    return index, [
        RankingRequest(_a_config(rng), int(rng.integers(1, 60)), _history(rng, items)) for _ in range(subjects)
    ]


def _catalogue(rng: np.random.Generator, items: int) -> Catalogue:
    return Catalogue(
        item_ids=np.char.zfill(np.arange(items).astype("S"), 6),
        brands=Labels(rng.integers(-1, 40, items, dtype=np.int32), [f"brand {i}" for i in range(40)]),
        categories=Labels(rng.integers(-1, 12, items, dtype=np.int32), [f"category {i}" for i in range(12)]),
        tags=_label_sets(rng, items, 20),
        regions=LabelSets(np.zeros(items + 1, np.int64), np.empty(0, np.int32), []),
        prices=rng.lognormal(3, 1, items),
        available=rng.random(items) > 0.05,
        available_from=np.full(items, ALWAYS[0]),
        available_until=np.full(items, ALWAYS[1]),
        newest=rng.permutation(items)[:200].astype(np.int32),
    )


def _label_sets(rng: np.random.Generator, items: int, names: int) -> LabelSets:
    offsets = np.concatenate(([0], np.cumsum(rng.integers(0, 4, items))))
    return LabelSets(offsets, rng.integers(0, names, offsets[-1], dtype=np.int32), [f"tag {i}" for i in range(names)])


def _neighbours(rng: np.random.Generator, items: int) -> Neighbours:
    weights = np.sort(rng.random((items, NEIGHBOURS), dtype=np.float32), axis=1)[:, ::-1]
    rows = rng.integers(0, items, items * NEIGHBOURS, dtype=np.int32)
    return Neighbours(np.arange(items + 1, dtype=np.int64) * NEIGHBOURS, rows, weights.ravel())


def _embeddings(rng: np.random.Generator, items: int) -> Embeddings:
    vectors = rng.standard_normal((items, 8), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[rng.random(items) < 0.1] = 0.0
    centres = rng.standard_normal((CELLS, 8), dtype=np.float32)
    members = rng.permutation(items)[: items - items % CELLS].astype(np.int32)
    return Embeddings(vectors, centres, np.arange(CELLS + 1, dtype=np.int64) * (items // CELLS), members)


def _history(rng: np.random.Generator, items: int) -> History:
    count = int(rng.integers(0, 60))
    times = np.sort(NOW - rng.integers(0, 200 * DAY_US, count))[::-1].copy()
    bought = rng.random(count) < 0.5
    rows = rng.integers(0, items, count, dtype=np.int32)
    return History(rows, times, np.where(bought, 1.0, 0.1).astype(np.float32), bought)


def _a_config(rng: np.random.Generator) -> dict:
    return a_config(
        delta=float(rng.random()),
        beta=float(rng.random()),
        mmr_lambda=float(rng.choice([1.0, 0.9, 0.5])),
        brand_cap=int(rng.integers(0, 4)),
        category_cap=int(rng.integers(0, 8)),
        profile_boost=float(rng.random()),
        rule_exclude_purchased=bool(rng.random() < 0.5),
    )

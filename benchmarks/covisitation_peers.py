"""The peers of the `covisitation` benchmark: the cosine of items over the subjects who bought them, the 200 nearest.

Each is given the subject and the item of every event and used as its documentation shows best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.signals.co_visitation.neighbour_keys import NEIGHBOURS
from tessella.domain.ranking.signals.interactions import Interactions

#: For each of some items: the other items and how near they are, the nearest first.
Nearest = Mapping[int, tuple[NDArray[np.int32], NDArray[np.float64]]]

_DUCKDB = f"""
WITH bought AS (SELECT subject, item, count(*)::DOUBLE AS times FROM events GROUP BY ALL),
lengths AS (SELECT item, sqrt(sum(times * times)) AS length FROM bought GROUP BY ALL),
unit AS (SELECT subject, item, times / length AS part FROM bought JOIN lengths USING (item)),
pairs AS (SELECT one.item, two.item AS other, sum(one.part * two.part) AS cosine
            FROM unit AS one JOIN unit AS two ON one.subject = two.subject AND one.item <> two.item GROUP BY ALL)
SELECT * FROM pairs QUALIFY row_number() OVER (PARTITION BY item ORDER BY cosine DESC, other) <= {NEIGHBOURS}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to find neighbours. `build` is timed; `nearest` reads what it built."""

    name: str
    build: Callable[[Interactions], object]
    nearest: Callable[[object, Sequence[int]], Nearest]


def implicit(neighbours: int = NEIGHBOURS) -> Peer:
    """The library's item-item recommender; it counts an item among its own neighbours."""
    from implicit.nearest_neighbours import CosineRecommender
    from scipy.sparse import csr_matrix

    def build(events: Interactions) -> object:
        model = CosineRecommender(K=neighbours + 1)
        model.fit(csr_matrix((np.ones(len(events)), (events.subjects, events.rows))), show_progress=False)
        return model.similarity

    def nearest(built: object, items: Sequence[int]) -> Nearest:
        rows = {item: built[[item]] for item in items}
        found = {item: (row.indices[row.indices != item], row.data[row.indices != item]) for item, row in rows.items()}
        return {item: _sorted(others, weights) for item, (others, weights) in found.items()}

    return Peer(f"implicit (K={neighbours})", build, nearest)


def polars() -> Peer:
    """A self-join in the streaming engine, the quicker of its two."""
    import polars as pl

    def build(events: Interactions) -> object:
        frame = pl.LazyFrame({"subject": events.subjects, "item": events.rows})
        bought = frame.group_by("subject", "item").agg(times=pl.len().cast(pl.Float64))
        length = (pl.col("times") ** 2).sum().sqrt().over("item")
        unit = bought.select("subject", "item", part=pl.col("times") / length).collect(engine="streaming").lazy()
        pairs = unit.join(unit, on="subject", suffix="_2").filter(pl.col("item") != pl.col("item_2"))
        cosines = pairs.group_by("item", "item_2").agg(cosine=(pl.col("part") * pl.col("part_2")).sum())
        best = cosines.group_by("item").agg(
            other=pl.col("item_2").top_k_by("cosine", NEIGHBOURS), cosine=pl.col("cosine").top_k(NEIGHBOURS)
        )
        return best.collect(engine="streaming")

    def nearest(built: object, items: Sequence[int]) -> Nearest:
        rows = built.filter(pl.col("item").is_in(items)).iter_rows()
        return {item: (np.array(others, np.int32), np.array(cosines)) for item, others, cosines in rows}

    return Peer("Polars self-join", build, lambda built, items: _all_sorted(nearest(built, items)))


def duckdb() -> Peer:
    """A self-join over arrays in memory, on two threads."""
    from duckdb import connect

    def build(events: Interactions) -> object:
        database = connect(config={"threads": 2})
        database.register("events", {"subject": events.subjects, "item": events.rows})
        return database.execute(_DUCKDB).fetchnumpy()

    def nearest(built: object, items: Sequence[int]) -> Nearest:
        places = {item: built["item"] == item for item in items}
        return {item: (built["other"][at].astype(np.int32), built["cosine"][at]) for item, at in places.items()}

    return Peer("DuckDB self-join", build, lambda built, items: _all_sorted(nearest(built, items)))


def _all_sorted(found: Nearest) -> Nearest:
    return {item: _sorted(others, weights) for item, (others, weights) in found.items()}


def _sorted(others: NDArray[np.int32], weights: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    order = np.lexsort((others, -weights))
    return others[order], weights[order]

"""What the `recommend` benchmark asks of: the definitions and subjects of `decide_http`, and the index of `ranking`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from benchmarks.decide_http_workload import SUBJECTS, define, subject_id
from benchmarks.match_workload import NOW_US
from benchmarks.ranking_workload import RankingWorkload, workload
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Labels, LabelSets
from tessella.domain.ranking.index.index import RankingIndex
from tessella.ports import Session
from tessella.ports.indexes import IndexCounts

ITEMS: Final = 100_000
SEED: Final = 23


async def stock(session: Session) -> None:
    """Store the definitions and facts, publish an index of 100,000 items, and store what 10,000 subjects did."""
    await define(session)
    made = workload(ITEMS, SUBJECTS, SEED)
    async with session.building_index(NOW_US) as build:
        index = replace(made.index, version=build.version, catalogue=_with_names(made.index.catalogue))
        await build.publish(index, IndexCounts(ITEMS, 0, 0), {})
    await session.add_events_csv(_events(made, index))


def _with_names(catalogue: Catalogue) -> Catalogue:
    """The labels as texts, so that the index can be stored."""
    return replace(
        catalogue, brands=_named(catalogue.brands), categories=_named(catalogue.categories),
        tags=LabelSets(catalogue.tags.offsets, catalogue.tags.codes, [*map(str, catalogue.tags.names)]),
    )  # fmt: skip


def _named(labels: Labels) -> Labels:
    return Labels(labels.codes, [*map(str, labels.names)])


async def _events(made: RankingWorkload, index: RankingIndex) -> AsyncIterator[bytes]:
    """As CSV, a subject at a time: event_id, subject_id, event_type, occurred_at, item_id, value, properties."""
    for number, history in enumerate(made.histories):
        subject, item_ids = subject_id(number), index.catalogue.ids_of(history.rows)
        columns = zip(item_ids, history.times.tolist(), history.purchased.tolist(), strict=True)
        lines = [
            f"{subject}-{place},{subject},{'purchase' if bought else 'view'},{at},{item_id},,\n"
            for place, (item_id, at, bought) in enumerate(columns)
        ]
        yield "".join(lines).encode()

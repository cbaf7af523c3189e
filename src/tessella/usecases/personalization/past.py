"""What was known of subjects at a cut, and which items they turned to after it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.personalization.vectors.formulas import Formula, formulas
from tessella.ports import Session, Warehouse
from tessella.usecases.personalization.asked import PersonalizationAsked
from tessella.usecases.personalization.vector_rows import vector_batches, write_events
from tessella.usecases.taxonomy.day_rows import parquet

_PREFIX: Final = "tessella-evaluation-"
#: So many subjects are judged, and lists of so many looked at: by a hash of their ids, so that it is always the same.
MOST_SUBJECTS: Final = 5_000
#: An event of these says that an item was of interest: the ones that the two shares count as their successes.
_OF_INTEREST: Final = ("engagement_score", "notification_ctr")
_AFTER: Final = {"subject_id": "VARCHAR", "event_type": "VARCHAR", "item_id": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class Past:
    """A sample of those who were active before the cut, and all, or a sample, of those who did something after it."""

    vectors: Mapping[SubjectId, FeatureVector]
    #: The items that they turned to, by subject.
    turned_to: Mapping[SubjectId, Set[str]]


async def past_of(session: Session, warehouse: Warehouse, asked: PersonalizationAsked) -> Past:
    """Vectors as of the cut, and the items of the events from it on; nothing of who has opted out.

    An item was turned to where an event of it counts as a success of `engagement_score` or `notification_ctr`:
    `content_completed` and `notification_clicked`, unless the namespace says otherwise.
    """
    told = formulas((await session.definitions()).features)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        turned_to = await _turned_to(session, warehouse, told, asked, Path(folder) / "after.parquet")
        vectors = await _vectors(session, warehouse, told, asked, Path(folder), list(turned_to))
    return Past(vectors, {each: items for each, items in turned_to.items() if each in vectors})


async def _turned_to(
    session: Session, warehouse: Warehouse, told: Sequence[Formula], asked: PersonalizationAsked, path: Path
) -> dict[SubjectId, set[str]]:
    events = session.stream_events(list(_AFTER), until=Instant(asked.until - 1), since=asked.cut)
    await warehouse.csv_to_parquet(path, _AFTER, events)
    types = {each.kind.events.event_type for each in told if each.field in _OF_INTEREST}
    counted = ", ".join(literal(each) for each in sorted(filter(None, types))) or "NULL"
    sql = (
        f"SELECT subject_id, list(DISTINCT item_id) FROM {parquet(path)} WHERE item_id IS NOT NULL"
        f" AND event_type IN ({counted}) GROUP BY subject_id ORDER BY md5(subject_id), subject_id LIMIT {MOST_SUBJECTS}"
    )
    return {SubjectId(subject): set(items) for subject, items in await warehouse.rows(sql)}


async def _vectors(
    session: Session,
    warehouse: Warehouse,
    told: Sequence[Formula],
    asked: PersonalizationAsked,
    folder: Path,
    named: Sequence[SubjectId],
) -> dict[SubjectId, FeatureVector]:
    """Of those who are named, and of as many others."""
    from tessella.domain.personalization.vectors.statement import VectorStatement  # loads sqlglot

    cut = Instant(asked.cut - 1)
    statement, read, found = VectorStatement(told, cut), folder / "before.parquet", folder / "vectors.parquet"
    await write_events(session, warehouse, statement, read)
    await warehouse.result_parquet(statement.sql(parquet(read)), found)
    those = ", ".join(map(literal, named)) or "NULL"
    sample = f"SELECT user_id FROM {parquet(found)} ORDER BY md5(user_id), user_id LIMIT {MOST_SUBJECTS}"
    chosen = f"(SELECT * FROM {parquet(found)} WHERE user_id IN ({those}) OR user_id IN ({sample}))"
    batches = vector_batches(warehouse, chosen, cut, MOST_SUBJECTS, None)
    return {vector.user_id: vector async for batch in batches for vector in batch}

"""What a calculation of audiences reads of sources of customers, as Parquet beside us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.changed_columns import check_columns
from tessella.domain.audiences.layout import UPDATED, masks_of, words
from tessella.domain.audiences.places import Place
from tessella.domain.audiences.reading import SourceReading
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import KeysUnusable
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SegmentId
from tessella.domain.rules.explain import evaluate
from tessella.domain.usage import users_of_features
from tessella.ports import Warehouse
from tessella.ports.customer_engine import CustomerEngine, OpenEngine
from tessella.usecases.audiences.plan import Plan

if TYPE_CHECKING:
    from tessella.domain.audiences.local import Part

#: The column that says when a row has changed, as if it were a feature; none can have this name.
_CHANGED: Final = Feature(FeatureName("when the row has changed"), FeatureType.TIMESTAMP, Source.WAREHOUSE)


async def source_part(
    warehouse: Warehouse, plan: Plan, reading: SourceReading, open_engine: OpenEngine, folder: Path
) -> Part:
    """Everybody in one source, with the bits of the segments that are told there.

    Raises what the source raises, `Faults` for columns that are not as declared, and `KeysUnusable`.
    """
    told = plan.segments_at(Place.SOURCE, reading.source.source_id)
    return await _extracted(warehouse, plan, _Asked(reading, told), open_engine, folder)


async def changed_part(
    warehouse: Warehouse, plan: Plan, reading: SourceReading, open_engine: OpenEngine, folder: Path, since: Instant
) -> Part:
    """The rows of one source that have changed at a moment or later or do not say, without bits. Raises likewise."""
    return await _extracted(warehouse, plan, _Asked(reading, [], since), open_engine, folder)


async def watermark(warehouse: Warehouse, part: Part) -> Instant | None:
    """The last moment at which one of the rows of a source had changed; None where no row says."""
    from tessella.domain.audiences.rows import parquet  # loads sqlglot

    [(last,)] = await warehouse.rows(f"SELECT max({UPDATED}) FROM {parquet(part.path)}")
    return None if last is None else Instant(last)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a source."""

    reading: SourceReading
    #: The segments whose bits it tells.
    told: list[SegmentId]
    since: Instant | None = None


async def _extracted(warehouse: Warehouse, plan: Plan, asked: _Asked, open_engine: OpenEngine, folder: Path) -> Part:
    from tessella.domain.audiences.local import Part  # loads sqlglot

    source, told = asked.reading.source, asked.told
    path = folder / f"source-{plan.origin(source.source_id)}.parquet"
    engine = open_engine(plan.snapshot.namespace, source)
    try:
        await engine.extract(await _sql(plan, asked, engine), path)
    finally:
        await engine.close()
    await check_keys(warehouse, source, path)
    positions = [plan.positions[each] for each in told if _holds_nobody_known(plan, each)]
    bits = dict.fromkeys(words(len(plan.positions)), 0) if told else {}
    columns = tuple(plan.columns_of(source.source_id).values())
    return Part(path, columns, plan.origin(source.source_id), bits | masks_of(positions))


async def _sql(plan: Plan, asked: _Asked, engine: CustomerEngine) -> str:
    from tessella.domain.audiences.changed_rows import changed_rows  # loads sqlglot
    from tessella.domain.audiences.statement import BitsEvaluation
    from tessella.domain.rules.sql import SetEvaluation, SqlContext

    source, told = asked.reading.source, asked.told
    columns = {each.name: each for each in await engine.columns()}
    users = users_of_features(plan.snapshot.membership)
    check_columns(asked.reading, {name: each.natural for name, each in columns.items()}, users)
    read = {each.name: columns[each.column_name] for each in asked.reading.features}
    held, features = plan.columns_of(source.source_id), dict(plan.snapshot.schema)
    if source.updated_at:
        read[_CHANGED.name], held[_CHANGED.name] = columns[source.updated_at], UPDATED
        features[_CHANGED.name] = _CHANGED
    context, relation = SqlContext(engine.dialect, plan.audience.as_of), await engine.relation(read)
    if asked.since is not None:
        relation = changed_rows(relation, _CHANGED.name, asked.since, engine.dialect)
    over = SetEvaluation(context, relation, features, plan.snapshot.membership)
    return BitsEvaluation(over, plan.positions if told else {}, held).sql(told)


async def check_keys(warehouse: Warehouse, source: CustomerSource, path: Path) -> None:
    """A row without a key is nobody's, and of two rows of one key neither is right: both raise `KeysUnusable`."""
    from tessella.domain.audiences.local import keys_sql  # loads sqlglot

    [(missing, repeated)] = await warehouse.rows(keys_sql(path))
    if missing or repeated:
        raise KeysUnusable(source.source_id, source.key, missing, repeated)


def _holds_nobody_known(plan: Plan, segment_id: SegmentId) -> bool:
    """Whether a segment holds a subject of whom nothing is known, such as one that its source has no row of."""
    membership = plan.snapshot.membership
    return evaluate(membership[segment_id], {}, plan.audience.as_of, membership)

"""Refresh vectors: compute what personalization knows of everybody who is active, and store it batch by batch."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.identifiers import Instant
from tessella.domain.personalization.vector import VECTOR_FIELDS
from tessella.domain.personalization.vectors.formulas import formulas
from tessella.ports import Progress, Session, Warehouse
from tessella.usecases.personalization.vector_rows import vector_batches, write_events
from tessella.usecases.progress import share_of
from tessella.usecases.taxonomy.day_rows import parquet

if TYPE_CHECKING:
    from tessella.domain.personalization.vectors.statement import VectorStatement

_PREFIX: Final = "tessella-vectors-"
#: About so many events are summed up at once: memory holds one part of the subjects, however many there are.
EVENTS_AT_ONCE: Final = 4_000_000
#: How far the work is when the events are read, and when vectors are computed.
_READ: Final = 0.4
_COMPUTED: Final = 0.6


@dataclass(frozen=True, slots=True)
class RefreshedVectors:
    """What a refresh found and did."""

    as_of: Instant
    #: What the vectors say of when they were computed.
    computed_at: Instant
    #: Subjects with an event of the last 30 days who have not opted out.
    active: int
    #: Of these, those whose vector was computed without a fault.
    computed: int
    #: The others: of them it is stored without the values that no field may have.
    failed: int
    #: By field, how many such values there were.
    dropped: Mapping[str, int]
    #: How many vectors this run stored; fewer than `active` where it went on from one that was ended half-way.
    stored: int
    #: How many vectors of subjects who have opted out were removed.
    removed: int

    @property
    def success_rate(self) -> float:
        """The share of active subjects whose vector was computed without a fault; 1 where nobody is active."""
        return self.computed / self.active if self.active else 1.0


@dataclass(frozen=True, slots=True)
class _Computed:
    """Vectors as files."""

    source: str
    active: int
    computed: int
    dropped: Mapping[str, int]


async def refresh_vectors(
    session: Session,
    warehouse: Warehouse,
    *,
    as_of: Instant,
    batch_size: int = 500,
    begun_at: Instant | None = None,
    progress: Progress = lambda share: None,
) -> RefreshedVectors:
    """Store the vector of everybody with an event in the 30 days up to `as_of`, so many in a transaction.

    Nobody who has opted out is among them, and what was stored of those is removed. Vectors of others who are not
    active stay until they have expired. `begun_at`, now unless it is given, is when the vectors were computed: a run
    that is told the moment of one that was ended half-way goes on after the last subject that it stored. Raises what
    the session and the warehouse raise; the batches before are stored then.
    """
    from tessella.domain.personalization.vectors.statement import VectorStatement  # loads sqlglot

    computed_at = session.now() if begun_at is None else begun_at
    removed = await session.remove_opted_out_vectors()
    statement = VectorStatement(formulas((await session.definitions()).features), as_of)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        found = await _compute(session, warehouse, statement, Path(folder), progress)
        stored = await _store(session, warehouse, found, computed_at, batch_size, share_of(progress, _COMPUTED, 1.0))
    progress(1.0)
    failed = found.active - found.computed
    return RefreshedVectors(as_of, computed_at, found.active, found.computed, failed, found.dropped, stored, removed)


async def _compute(
    session: Session, warehouse: Warehouse, statement: VectorStatement, folder: Path, progress: Progress
) -> _Computed:
    from tessella.domain.personalization.vectors.statement import counts_sql

    read, files = folder / "events.parquet", list[Path]()
    await write_events(session, warehouse, statement, read)
    progress(_READ)
    [(rows,)] = await warehouse.rows(f"SELECT count(*) FROM {parquet(read)}")
    parts = max(1, -(-rows // EVENTS_AT_ONCE))
    for part in range(parts):
        some = f"(SELECT * FROM {parquet(read)} WHERE hash(subject_id) % {parts} = {part})"
        files.append(folder / f"vectors-{part}.parquet")
        await warehouse.result_parquet(statement.sql(some), files[-1])
        progress(_READ + (_COMPUTED - _READ) * (part + 1) / parts)
    read.unlink()
    [(active, computed, *dropped)] = await warehouse.rows(counts_sql(parquet(*files)))
    by_field = dict(zip(VECTOR_FIELDS, dropped, strict=True))
    return _Computed(parquet(*files), active, computed, {field: count for field, count in by_field.items() if count})


async def _store(
    session: Session,
    warehouse: Warehouse,
    found: _Computed,
    computed_at: Instant,
    batch_size: int,
    progress: Progress,
) -> int:
    after = await session.last_vector(computed_at)
    stored = 0
    async for batch in vector_batches(warehouse, found.source, computed_at, batch_size, after):
        stored += await session.replace_vectors(batch)
        progress(min(1.0, stored / found.active))
    return stored

"""Tell what a nightly refresh would do, without doing it. It looks also where rankings are switched off."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.identifiers import Instant
from tessella.domain.personalization.vector import VECTOR_FIELDS
from tessella.domain.personalization.vectors.formulas import formulas
from tessella.ports import Session, Warehouse
from tessella.usecases.personalization.vector_rows import write_events
from tessella.usecases.taxonomy.day_rows import parquet

_PREFIX: Final = "tessella-rehearsal-"


@dataclass(frozen=True, slots=True)
class RehearsedRefresh:
    """What a refresh would find and do."""

    as_of: Instant
    #: Whether it would do anything: rankings are switched on.
    switched_on: bool
    #: Subjects with an event of 30 days who have not opted out, and of these those without a fault and with one.
    active: int
    computed: int
    failed: int
    #: By field, how many values would be left out.
    dropped: Mapping[str, int]
    #: In how many transactions vectors would be stored.
    batches: int
    #: Of which scopes rankings would be made.
    scopes: tuple[str, ...]
    #: Who has opted out is in none of the figures above.
    opted_out: int


async def rehearse_refresh(
    session: Session, warehouse: Warehouse, *, as_of: Instant, batch_size: int
) -> RehearsedRefresh:
    """Compute the vectors of everybody who is active, count them, and store nothing."""
    from tessella.domain.personalization.vectors.statement import VectorStatement, counts_sql  # loads sqlglot

    definitions = await session.definitions()
    statement = VectorStatement(formulas(definitions.features), as_of)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        path = Path(folder) / "events.parquet"
        await write_events(session, warehouse, statement, path)
        counts = counts_sql(f"({statement.sql(parquet(path))}) AS vectors")
        [(active, computed, *dropped)] = await warehouse.rows(counts)
    by_field = {field: count for field, count in zip(VECTOR_FIELDS, dropped, strict=True) if count}
    scopes = tuple(sorted(each.scope_id for each in definitions.scopes.values() if each.active))
    opted_out = (await session.opt_outs()).opted_out
    is_on = session.flags().personalization_rankings
    batches = -(-active // batch_size)
    return RehearsedRefresh(as_of, is_on, active, computed, active - computed, by_field, batches, scopes, opted_out)

"""Try a source: whether it can be read, and still is what features were declared on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.audiences.changed_columns import column_changes
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import SourceId
from tessella.domain.usage import users_of_features
from tessella.ports import Session
from tessella.usecases.sources.describe_source import chosen_source


@dataclass(frozen=True, slots=True)
class TriedSource:
    """What was found."""

    source_id: SourceId
    customers: int
    columns: int
    #: The features that cannot be read as they are declared, with the segments that read them.
    faults: Sequence[TessellaError]


async def try_source(session: Session, source_id: SourceId) -> TriedSource:
    """Connect, read the columns, and count the keys. Raises `NoSuch`, and `SourceError`s, `KeysUnusable` among them."""
    snapshot = session.snapshot()
    source = chosen_source(snapshot, source_id)
    engine = await session.customer_engine(source_id)
    columns = await engine.columns()
    found = {each.name: each.natural for each in columns}
    faults = column_changes(snapshot.sources[source_id], found, users_of_features(snapshot.membership))
    return TriedSource(source.source_id, await engine.check_keys(), len(columns), tuple(faults))

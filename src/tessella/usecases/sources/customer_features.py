"""Customer features: the feature dict of one customer, as rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.errors import CustomerOptedOut, NoSuch, SourceAway
from tessella.domain.features.customer_row import CustomerRow
from tessella.domain.identifiers import Json, SourceId, SubjectId
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.add_facts import written
from tessella.usecases.load_subject import consented, own_subject
from tessella.usecases.sources.describe_source import chosen_source


@dataclass(frozen=True, slots=True)
class CustomerFeatures:
    """One customer's row under the names of its features, with the key."""

    values: Mapping[str, Json]
    #: Whether the source did not give it, or not all of it, in time: then it is the last known one.
    stale: bool


async def customer_features(
    session: Session, subject_id: SubjectId, source_id: SourceId | None = None
) -> CustomerFeatures:
    """The values of a customer in a source under the names of their features; None: in the only source.

    Source: requirement E, "How Segments, Features, and ML Work Together". Raises `NoSuch`, `NotYours`,
    `CustomerOptedOut`, `SourceNeeded`, and `SourceAway` when the row cannot be read and is not kept.
    """
    own_subject(session.caller, subject_id)
    source = chosen_source(session.snapshot(), source_id)
    if consented(await session.known(subject_id)) is None:
        raise CustomerOptedOut(subject_id)
    row = (await session.customer_rows([subject_id], [source.source_id]))[subject_id]
    if row.as_of is None:
        raise SourceAway(source.source_id, "the row could not be read in time")
    if not row.values:
        raise NoSuch("customer", subject_id)
    return CustomerFeatures({source.key: subject_id} | _values(session.snapshot(), row), row.stale)


def _values(snapshot: Snapshot, row: CustomerRow) -> dict[str, Json]:
    """In the order of their names; times as text."""
    return {name: written(value, snapshot.schema[name].type) for name, value in sorted(row.values.items())}

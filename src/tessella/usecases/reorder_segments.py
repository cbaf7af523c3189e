"""Reorder: give segments priorities that have them tried in a stated order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tessella.domain.definitions import Kind, write_definition
from tessella.domain.identifiers import SegmentId
from tessella.domain.segments.order import priorities
from tessella.ports import Change, Session
from tessella.usecases.publish_changes import publish_changes


@dataclass(frozen=True, slots=True)
class Reordered:
    """The order that holds."""

    #: The namespace's snapshot version.
    snapshot_version: int
    #: The first tried first.
    priorities: Mapping[SegmentId, int]


async def reorder_segments(
    session: Session, order: Sequence[str], *, expected_snapshot: int | None = None
) -> Reordered:
    """Have every segment tried in `order`, in one publish; a segment that has its priority already is not written.

    Raises `Faults` with pointers such as `/order/3` for segments that are unknown, named twice or left out, and
    `StalePlan` when somebody published meanwhile.
    """
    version, definitions = await session.present()
    wanted = priorities(order, definitions.segments, "/order")
    changes = [
        Change(
            Kind.SEGMENT, each, write_definition(msgspec.structs.replace(definitions.segments[each], priority=priority))
        )
        for each, priority in wanted.items()
        if definitions.segments[each].priority != priority
    ]
    if changes:
        against = version if expected_snapshot is None else expected_snapshot
        version = (await publish_changes(session, changes, expected_snapshot=against)).snapshot_version
    return Reordered(version, wanted)

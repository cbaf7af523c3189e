"""Plan: what a change would do, before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from tessella.domain.definitions import Definitions, ObjectChange
from tessella.domain.errors import NoSuch, TessellaError
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import FeatureName, Instant, SegmentId
from tessella.domain.segments.diff import MoveCount, Moves
from tessella.domain.segments.request_time import features_without_facts
from tessella.domain.snapshot import Snapshot
from tessella.ports import Change, Session
from tessella.usecases.apply_definitions import Names, differences
from tessella.usecases.proposal import Proposal, described, known_rules, read_proposal
from tessella.usecases.publish_changes import DraftNames, as_changes, chosen_drafts, refuse_stale

#: So many subjects are counted before others have their turn: 3 ms or so.
_TURN: Final = 100

RequestTime = Mapping[SegmentId, tuple[FeatureName, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be, were the changes published now."""

    #: The snapshot version that it was made against.
    snapshot_version: int
    at: Instant
    changes: tuple[Change, ...]
    #: The same changes field by field.
    objects: tuple[ObjectChange, ...]
    #: What keeps them from being published.
    errors: tuple[TessellaError, ...] = ()
    #: None for changes that cannot be published.
    moves: Moves | None = None
    #: Active segments that read what only a request carries, or a source holds, by these features: nobody is counted.
    request_time: RequestTime = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether the changes can be published."""
        return not self.errors


async def plan_changes(session: Session, changes: Sequence[Change], *, at: Instant) -> Plan:
    """What the changes do to each object, and how many stored subjects move from which segment to which at `at`.

    Changes at fault are not refused: the plan names each fault. Subjects who switched personalization off are not
    counted.
    """
    version, before = await session.present()
    try:
        proposal = await asyncio.to_thread(read_proposal, changes)
    except TessellaError as error:
        return Plan(version, at, tuple(changes), (), tuple(error.faults()))
    plan = Plan(version, at, proposal.changes, await asyncio.to_thread(_object_changes, before, proposal))
    try:
        await asyncio.to_thread(_check, session, proposal, before)
    except TessellaError as error:
        return replace(plan, errors=tuple(error.faults()))
    return await _with_moves(session, plan, before, proposal.over(before))


async def plan_drafts(session: Session, names: DraftNames = None, *, at: Instant) -> Plan:
    """The same for drafts. A stale one is a fault. Raises `NoSuch` for a draft that is not there."""
    drafts = await chosen_drafts(session, names)
    plan = await plan_changes(session, as_changes(drafts), at=at)
    try:
        refuse_stale(drafts)
    except TessellaError as error:
        return replace(plan, errors=(error, *plan.errors), moves=None)
    return plan


async def plan_definitions(session: Session, wanted: Definitions, deletions: Names = (), *, at: Instant) -> Plan:
    """The same for a set of definitions that the namespace is to hold; what it holds besides stays, but the deletions.

    Only what differs is a change. The plan of what holds already has none, and is valid.
    """
    version, before = await session.present()
    changes = list(differences(before, wanted, deletions))
    return await plan_changes(session, changes, at=at) if changes else Plan(version, at, (), ())


def _check(session: Session, proposal: Proposal, before: Definitions) -> None:
    for change in proposal.changes:
        if change.body is None and not _is_defined(before, change):
            raise NoSuch(change.kind, change.identifier)
    proposal.check_over(before, known_rules(session))


def _object_changes(before: Definitions, proposal: Proposal) -> tuple[ObjectChange, ...]:
    """What becomes of each object; nothing does of one that is not there and is to be deleted."""
    there = (each for each in proposal.changes if each.body is not None or _is_defined(before, each))
    return tuple(described(before, change) for change in there)


def _is_defined(before: Definitions, change: Change) -> bool:
    return change.identifier in before.of_kind(change.kind)


async def _with_moves(session: Session, plan: Plan, before: Definitions, after: Definitions) -> Plan:
    old, old_request_time = await _countable(session, before)
    new, new_request_time = await _countable(session, after)
    moves = await _count(session, old, new, plan.at)
    return replace(plan, moves=moves, request_time={**old_request_time, **new_request_time})


async def _countable(session: Session, definitions: Definitions) -> tuple[Snapshot, RequestTime]:
    """A snapshot that never chooses a segment that stored facts cannot tell, and these segments."""
    snapshot = await session.compiled(definitions)
    found = features_without_facts(snapshot.membership, snapshot.schema, snapshot.columns)
    needing = {each: found[each] for each, segment in definitions.segments.items() if found[each] and segment.active}
    if not needing:
        return snapshot, {}
    inactive = {each: msgspec.structs.replace(definitions.segments[each], active=False) for each in needing}
    without = replace(definitions, segments={**definitions.segments, **inactive})
    return await session.compiled(without), needing


async def _count(session: Session, before: Snapshot, after: Snapshot, at: Instant) -> Moves:
    count = MoveCount(before.matcher, after.matcher, at)
    schemas = [before.schema] if before.schema == after.schema else [before.schema, after.schema]
    seen = 0
    async for subject_id, facts in session.stream_subjects_as(schemas):
        count.add({**facts[0].values, SUBJECT: subject_id}, {**facts[-1].values, SUBJECT: subject_id})
        seen += 1
        if seen % _TURN == 0:
            await asyncio.sleep(0)
    return count.moves()

"""Publish a set of definitions, such as a folder of files: what differs, and the deletions that are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.definitions import Definitions, Kind, ObjectChange, object_change, write_definition
from tessella.domain.errors import StalePlan
from tessella.ports import Change, Session
from tessella.usecases.apply_definitions import differences
from tessella.usecases.publish_changes import publish_changes

#: Objects by kind and name.
Names = Sequence[tuple[Kind, str]]


@dataclass(frozen=True, slots=True)
class DefinitionsPublished:
    """What publishing a set of definitions did."""

    #: The namespace's snapshot version now.
    snapshot_version: int
    #: What became of each object that was not as wanted.
    changes: tuple[ObjectChange, ...]


async def publish_definitions(
    session: Session,
    wanted: Definitions,
    deletions: Names = (),
    *,
    expected_snapshot: int | None = None,
    comment: str = "",
) -> DefinitionsPublished:
    """Publish what makes the namespace hold `wanted` without `deletions`; what it holds besides stays.

    Nothing is published when that is so already. Raises `StalePlan` when the namespace is not at `expected_snapshot`,
    or not any more where it was when it was read, and what `publish_changes` raises.
    """
    version, before = await session.present()
    if expected_snapshot is not None and expected_snapshot != version:
        raise StalePlan(version, expected_snapshot)
    changes = [*differences(before, wanted), *(Change(kind, name, None) for kind, name in deletions)]
    if not changes:
        return DefinitionsPublished(version, ())
    described = tuple(_described(before, each) for each in changes)
    published = await publish_changes(session, changes, expected_snapshot=version, comment=comment)
    return DefinitionsPublished(published.snapshot_version, described)


async def unmentioned(session: Session, wanted: Definitions) -> Names:
    """What the namespace holds and `wanted` does not name."""
    named = {(kind, name) for kind, name, _ in wanted.objects()}
    return [(kind, name) for kind, name, _ in (await session.definitions()).objects() if (kind, name) not in named]


def _described(before: Definitions, change: Change) -> ObjectChange:
    held = before.of_kind(change.kind).get(change.identifier)
    written = None if held is None else write_definition(held)
    return object_change(change.kind, change.identifier, written, change.body)

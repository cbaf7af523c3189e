"""Publish a set of definitions, such as a folder of files: what differs, and the deletions that are named."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.definitions import Definitions, ObjectChange
from tessella.domain.errors import StalePlan
from tessella.ports import Session
from tessella.usecases.apply_definitions import Names, differences
from tessella.usecases.proposal import described
from tessella.usecases.publish_changes import publish_changes


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
    changes = list(differences(before, wanted, deletions))
    if not changes:
        return DefinitionsPublished(version, ())
    objects = tuple(described(before, each) for each in changes)
    published = await publish_changes(session, changes, expected_snapshot=version, comment=comment)
    return DefinitionsPublished(published.snapshot_version, objects)


async def unmentioned(session: Session, wanted: Definitions) -> Names:
    """What the namespace holds and `wanted` does not name."""
    named = {(kind, name) for kind, name, _ in wanted.objects()}
    return [(kind, name) for kind, name, _ in (await session.definitions()).objects() if (kind, name) not in named]

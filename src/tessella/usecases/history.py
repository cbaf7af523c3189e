"""Read what was defined: publishes, versions of objects, and what distinguishes them."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.definitions import Kind, ObjectChange, object_change
from tessella.domain.errors import NoSuch, NoSuchVersion
from tessella.ports import Publish, PublishedChange, Session, StoredVersion


async def list_publishes(session: Session, *, limit: int = 100, below: int | None = None) -> Sequence[Publish]:
    """Publishes of the namespace, newest first; with `below`, those of smaller snapshot versions."""
    return await session.publishes(limit=limit, below=below)


async def get_publish(session: Session, version: int) -> tuple[Publish, Sequence[PublishedChange]]:
    """The publish that made a snapshot version, and what it changed. Raises `NoSuchVersion`."""
    found = await session.publish_at(version)
    if found is None:
        raise NoSuchVersion("the namespace", version)
    return found


async def diff_versions(session: Session, before: int, after: int) -> list[ObjectChange]:
    """What distinguishes two snapshot versions, object by object. Raises `NoSuchVersion` and `HistoryGone`."""
    differing = await session.differing(before, after)
    return [object_change(each.kind, each.identifier, each.before, each.after) for each in differing]


async def list_versions(
    session: Session, kind: Kind, identifier: str, *, limit: int = 100, below: int | None = None
) -> Sequence[StoredVersion]:
    """Versions of one object, newest first, its deletions too. Raises `NoSuch` for an object that never was."""
    versions = await session.versions(kind, identifier, limit=limit, below=below)
    if not versions and below is None:
        raise NoSuch(kind, identifier)
    return versions


async def get_version(session: Session, kind: Kind, identifier: str, version: int) -> StoredVersion:
    """One version of one object. Raises `NoSuchVersion`."""
    found = await session.version(kind, identifier, version)
    if found is None:
        raise NoSuchVersion(f'the {kind} "{identifier}"', version)
    return found


async def diff_object(session: Session, kind: Kind, identifier: str, before: int, after: int) -> ObjectChange:
    """What distinguishes two versions of one object. Raises `NoSuchVersion`."""
    old = await get_version(session, kind, identifier, before)
    new = await get_version(session, kind, identifier, after)
    return object_change(kind, identifier, old.body, new.body)

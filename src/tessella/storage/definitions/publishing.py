"""Publish: store new versions, move the pointers, and write down what was changed, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors import NoSuch, NoSuchNamespace, NothingToPublish, StalePlan, StaleVersion
from tessella.domain.identifiers import Namespace
from tessella.ports import Change, Draft, Published, Restore
from tessella.storage.connections.connecting import Connection
from tessella.storage.definitions import writing
from tessella.storage.definitions.active import active_objects, active_pointers
from tessella.storage.definitions.drafts import take_drafts
from tessella.storage.definitions.history import pointers_at
from tessella.storage.definitions.objects import Name, Parsed, Pointers

#: The channel of publishes; the payload is `namespace:version` and only a hint.
CHANNEL: Final = "tessella_versions"

#: Also the lock: publishes of a namespace wait here for one another.
_NEXT_SNAPSHOT: Final = """
UPDATE tessella.snapshot_versions SET version = version + 1, changed_at = now()
 WHERE namespace = %s RETURNING version
"""
#: Who refreshes experiments finds them so.
_NAME_NAMESPACE: Final = "INSERT INTO jobs.experiment_namespaces (namespace) VALUES (%s) ON CONFLICT DO NOTHING"
_NOTIFY: Final = "SELECT pg_notify(%s, %s)"


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes, and under which conditions."""

    by: str
    comment: str = ""
    #: The snapshot version that the change was planned against; None when it does not matter.
    expected_snapshot: int | None = None
    #: The drafts that are published by this, and no drafts afterwards.
    drafts: Sequence[Draft] = ()


async def publish(
    connection: Connection,
    namespace: Namespace,
    changes: Sequence[Change | Restore],
    publication: Publication,
    check: Callable[[Definitions], None],
    known: Parsed,
) -> Published:
    """Make the changes the namespace's next snapshot, all or none.

    The row of the namespace's version is locked first, so the check sees what is defined at that moment and nobody
    changes it before the commit. Of what cannot be read, it sees nothing while the changes mend some of it.
    Raises `StalePlan`, `StaleVersion`, `NoSuch`, `DraftChanged`, `NoSuchNamespace`, `NothingToPublish`, `Faults` with
    each `StoredUnreadable`, and what the check raises.
    """
    version = await _next_snapshot(connection, namespace, publication.expected_snapshot)
    held = await active_objects(connection, namespace, known)
    _refuse_stale(changes, held.pointers)
    await take_drafts(connection, namespace, publication.drafts)
    before = held.mended_by((change.kind, change.identifier) for change in changes)
    await asyncio.to_thread(check, before)
    return await _write(connection, namespace, version, changes, publication)


async def restore(connection: Connection, namespace: Namespace, to: int, publication: Publication) -> Published:
    """Make what was defined at snapshot version `to` the namespace's next snapshot; experiments stay as they are.

    Raises `StalePlan`, `NoSuchNamespace`, `NoSuchVersion`, `HistoryGone`, and `NothingToPublish` when it is what is
    defined now.
    """
    wanted = await pointers_at(connection, namespace, to)  # the past does not change: no lock is needed for it
    version = await _next_snapshot(connection, namespace, publication.expected_snapshot)
    changes = list(_way_back(await active_pointers(connection, namespace), wanted))
    if not changes:
        raise NothingToPublish(f"what is defined is what was defined at snapshot version {to}")
    return await _write(connection, namespace, version, changes, publication)


def _way_back(active: Pointers, wanted: Pointers) -> Iterable[Change | Restore]:
    """What units were given is not taken back, so that no experiment is: it keeps the version that it has."""
    for (kind, identifier), version in wanted.items():
        if active.get((kind, identifier)) != version and kind is not Kind.EXPERIMENT:
            yield Restore(kind, identifier, version)
    for kind, identifier in active:
        if (kind, identifier) not in wanted and kind is not Kind.EXPERIMENT:
            yield Change(kind, identifier, None)


async def _next_snapshot(connection: Connection, namespace: Namespace, expected: int | None) -> int:
    row = await (await connection.execute(_NEXT_SNAPSHOT, [namespace])).fetchone()
    if row is None:
        raise NoSuchNamespace(namespace)
    version = int(row[0])
    if expected is not None and expected != version - 1:
        raise StalePlan(version - 1, expected)
    return version


def _refuse_stale(changes: Sequence[Change | Restore], active: Pointers) -> None:
    if not changes:
        raise NothingToPublish("it names no change")
    for change in changes:
        stored = active.get((change.kind, change.identifier), 0)
        if change.expected_version is not None and change.expected_version != stored:
            raise StaleVersion(change.kind, change.identifier, stored, change.expected_version)
        if isinstance(change, Change) and change.body is None and not stored:
            raise NoSuch(change.kind, change.identifier)


async def _write(
    connection: Connection,
    namespace: Namespace,
    version: int,
    changes: Sequence[Change | Restore],
    publication: Publication,
) -> Published:
    added = await writing.add_versions(connection, namespace, _written(changes), publication.by)
    moved = {(each.kind, each.identifier): _made_active(each, added) for each in changes}
    stored = await writing.move_pointers(connection, namespace, moved)
    await writing.note_publish(connection, namespace, version, publication.by, publication.comment)
    await writing.note_changes(connection, namespace, version, moved)
    if any(kind is Kind.EXPERIMENT for kind, _ in moved):
        await connection.execute(_NAME_NAMESPACE, [namespace])
    await connection.execute(_NOTIFY, [CHANNEL, f"{namespace}:{version}"])
    return Published(version, stored)


def _written(changes: Iterable[Change | Restore]) -> list[Change]:
    return [change for change in changes if isinstance(change, Change)]


def _made_active(change: Change | Restore, added: Mapping[Name, int]) -> int | None:
    """The version that holds from now on; None for one that is taken away."""
    if isinstance(change, Restore):
        return change.version
    return None if change.body is None else added[change.kind, change.identifier]

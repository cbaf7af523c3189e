"""Drafts: one an object, with the version that it was begun with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tessella.domain.definitions import Kind
from tessella.domain.errors import DraftChanged, StaleVersion
from tessella.domain.identifiers import Instant, Json, Namespace
from tessella.ports import Change, Draft
from tessella.storage.connections.connecting import Connection
from tessella.storage.definitions.objects import Name
from tessella.storage.times import micros, timestamptz

_DRAFTS: Final = f"""
SELECT draft.kind, draft.identifier, draft.body, draft.base_version, coalesce(active.version, 0),
       {micros("draft.changed_at")}, draft.changed_by
  FROM tessella.drafts AS draft LEFT JOIN tessella.active_definitions AS active USING (namespace, kind, identifier)
 WHERE namespace = %(namespace)s"""
_ALL: Final = f"{_DRAFTS} ORDER BY kind, identifier"
_ONE: Final = f"{_DRAFTS} AND kind = %(kind)s AND identifier = %(identifier)s"
#: A draft that is written again keeps the version that it was begun with, unless the author has named a newer one.
_SAVE: Final = """
INSERT INTO tessella.drafts (namespace, kind, identifier, body, base_version, changed_by)
SELECT %(namespace)s, %(kind)s, %(identifier)s, %(body)s::jsonb, coalesce(%(base)s::integer, (
           SELECT version FROM tessella.active_definitions
            WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s), 0), %(by)s
ON CONFLICT (namespace, kind, identifier) DO UPDATE
   SET body = excluded.body, base_version = coalesce(%(base)s::integer, drafts.base_version),
       changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_DELETE: Final = """
DELETE FROM tessella.drafts WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s"""
_DELETE_ONE: Final = f"{_DELETE} RETURNING identifier"
_TAKE: Final = f"{_DELETE} AND changed_at = {timestamptz('%(changed_at)s::bigint')} RETURNING identifier"


async def drafts(connection: Connection, namespace: Namespace) -> list[Draft]:
    """All of them, by kind and name."""
    found = await connection.execute(_ALL, {"namespace": namespace})
    return [_draft(row) for row in await found.fetchall()]


async def draft(connection: Connection, namespace: Namespace, name: Name) -> Draft | None:
    """The draft of one object."""
    row = await (await connection.execute(_ONE, _named(namespace, name))).fetchone()
    return None if row is None else _draft(row)


async def save_draft(connection: Connection, namespace: Namespace, change: Change, by: str) -> Draft:
    """Write the draft of one object; its expected version becomes the one that the draft was begun with.

    Raises `StaleVersion` when that is not the active one.
    """
    name = change.kind, change.identifier
    body = None if change.body is None else msgspec.json.encode(change.body).decode()
    await connection.execute(
        _SAVE, {**_named(namespace, name), "body": body, "base": change.expected_version, "by": by}
    )
    saved = await draft(connection, namespace, name)
    assert saved is not None, "it was written by the statement before"
    if change.expected_version not in (None, saved.active_version):
        raise StaleVersion(*name, saved.active_version, saved.base_version)
    return saved


async def delete_draft(connection: Connection, namespace: Namespace, name: Name) -> bool:
    """Take a draft away; False when there is none."""
    deleted = await connection.execute(_DELETE_ONE, _named(namespace, name))
    return await deleted.fetchone() is not None


async def take_drafts(connection: Connection, namespace: Namespace, published: Sequence[Draft]) -> None:
    """Take away drafts that are being published. Raises `DraftChanged` for one that is not as it was read."""
    for each in published:
        named = {**_named(namespace, (each.kind, each.identifier)), "changed_at": each.changed_at}
        taken = await connection.execute(_TAKE, named)
        if await taken.fetchone() is None:
            raise DraftChanged(each.kind, each.identifier)


def _named(namespace: Namespace, name: Name) -> dict[str, str]:
    kind, identifier = name
    return {"namespace": namespace, "kind": kind, "identifier": identifier}


def _draft(row: tuple[str, str, dict[str, Json] | None, int, int, int, str]) -> Draft:
    kind, identifier, body, base, active, changed_at, by = row
    return Draft(Kind(kind), identifier, body, base, active, Instant(changed_at), by)

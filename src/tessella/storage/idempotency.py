"""Idempotency keys: stored in the transaction that makes the change, with the answer to give again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tessella.domain.errors import KeyReused
from tessella.domain.typed import decode
from tessella.ports import AlreadyAnswered, KeptAnswer, Once
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import Scope

#: Whoever comes second waits here for the end of the first one's transaction. Sorted: no deadlocks.
_CLAIM: Final = """
INSERT INTO tessella.idempotency_keys (namespace, subject_id, key, route, body_hash)
SELECT %(namespace)s, %(subject)s, key, route, decode(body_hash, 'hex')
  FROM json_to_recordset(%(rows)s::json) AS sent (key text, route text, body_hash text)
 ORDER BY key
ON CONFLICT DO NOTHING
RETURNING key
"""
_FIND: Final = """
SELECT key, route, body_hash, status, answer::text FROM tessella.idempotency_keys
 WHERE namespace = %(namespace)s AND subject_id = %(subject)s AND key = ANY(%(keys)s)
"""
_KEEP: Final = """
UPDATE tessella.idempotency_keys AS kept SET status = sent.status, answer = sent.answer
  FROM json_to_recordset(%(rows)s::json) AS sent (key text, status smallint, answer json)
 WHERE kept.namespace = %(namespace)s AND kept.subject_id = %(subject)s AND kept.key = sent.key
"""
#: How long an answer is kept.
RETENTION_DAYS: Final = 30
_FORGET: Final = f"""
DELETE FROM tessella.idempotency_keys
 WHERE namespace = %(namespace)s AND created_at < now() - interval '{RETENTION_DAYS} days'
"""


class _Written(msgspec.Struct, frozen=True):
    """An answer as it is stored."""

    headers: dict[str, str]
    #: Absent for an answer without a body.
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


async def begin(connection: Connection, scope: Scope, once: Once[Any] | None) -> None:
    """Claim a request's key before its change; the transaction must be in `scope`. None: there is no key.

    Raises `AlreadyAnswered` when the change was made before, and `KeyReused` when the key was for another request.
    """
    if once is not None and (answered := (await begin_all(connection, scope, [once]))[0]) is not None:
        raise answered


async def look(connection: Connection, scope: Scope, once: Once[Any]) -> None:
    """Raise as `begin` does, for a request that reads before it claims its key."""
    if (answered := (await _stored(connection, scope, [once])).get(once.key)) is not None:
        raise answered


async def finish(connection: Connection, scope: Scope, once: Once[Any] | None, result: Any) -> None:
    """Keep the answer to a request whose key was claimed, in the same transaction."""
    if once is not None:
        await finish_all(connection, scope, [(once.key, once.answer(result))])


async def begin_all(connection: Connection, scope: Scope, asked: Sequence[Once[Any]]) -> list[Exception | None]:
    """Claim keys, no two of them equal; what `begin` would raise for each, or None where the change is to be made."""
    named = {"namespace": scope.namespace, "subject": scope.subject}
    rows = [{"key": each.key, "route": each.route, "body_hash": each.body_hash.hex()} for each in asked]
    claimed = await connection.execute(_CLAIM, {**named, "rows": msgspec.json.encode(rows).decode()})
    ours = {key for (key,) in await claimed.fetchall()}
    others = [each for each in asked if each.key not in ours]
    stored = await _stored(connection, scope, others) if others else {}
    return [stored.get(each.key) for each in asked]


async def finish_all(connection: Connection, scope: Scope, answers: Sequence[tuple[str, KeptAnswer]]) -> None:
    """Keep the answers by their keys."""
    rows = [{"key": key, "status": kept.status, "answer": _written(kept)} for key, kept in answers]
    sent = {"namespace": scope.namespace, "subject": scope.subject, "rows": msgspec.json.encode(rows).decode()}
    await connection.execute(_KEEP, sent)


async def forget_old(connection: Connection, scope: Scope) -> None:
    """Remove the namespace's keys that are older than `RETENTION_DAYS`."""
    await connection.execute(_FORGET, {"namespace": scope.namespace})


async def _stored(connection: Connection, scope: Scope, asked: Sequence[Once[Any]]) -> Mapping[str, Exception]:
    """What those requests get whose keys are stored."""
    named = {"namespace": scope.namespace, "subject": scope.subject, "keys": [each.key for each in asked]}
    found = await connection.execute(_FIND, named)
    stored = {key: rest for key, *rest in await found.fetchall()}
    return {each.key: _answered(each, *stored[each.key]) for each in asked if each.key in stored}


def _answered(once: Once[Any], route: str, body_hash: bytes, status: int, answer: str) -> Exception:
    if (route, body_hash) != (once.route, once.body_hash):
        return KeyReused(once.key, route)
    written = decode(answer, _Written)
    body = b"" if isinstance(written.body, msgspec.UnsetType) else bytes(written.body)
    return AlreadyAnswered(KeptAnswer(status, written.headers, body))


def _written(kept: KeptAnswer) -> _Written:
    return _Written(dict(kept.headers), msgspec.Raw(kept.body) if kept.body else msgspec.UNSET)

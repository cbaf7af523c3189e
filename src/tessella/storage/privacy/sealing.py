"""Audit rows that have to be changed: what they say of a subject goes, and the chain goes on over them.

A row keeps its hash. It gets a seal over what it holds now, unless it did not fit its hash before: what was altered
stays found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from tessella.domain.identifiers import Namespace, Pseudonym
from tessella.domain.privacy.audit_chain import ERASED, GENESIS, AuditColumns
from tessella.domain.privacy.audit_check import AuditLink, Mac, fits, sealed
from tessella.storage.audit.rows import bytea
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros

_ERASED_BODY: Final = msgspec.json.encode(ERASED)
_ROWS_AT_ONCE: Final = 1000
#: Rows of somebody, each with the hash before it.
_FOUND: Final = f"""
SELECT own.namespace, own.writer::text, own.sequence, own.decision_id::text, own.user_hash, own.segment_id,
       own.profile_id, own.rule_id, own.snapshot_version, {micros("own.at")}, {micros("own.recorded_at")},
       own.body::text, own.hash, own.seal,
       coalesce((SELECT hash FROM tessella.decision_audit AS before
                  WHERE before.namespace = own.namespace AND before.writer = own.writer
                    AND before.sequence = own.sequence - 1),
                (SELECT cut_hash FROM tessella.audit_heads AS head
                  WHERE head.namespace = own.namespace AND head.writer = own.writer
                    AND head.cut = own.sequence - 1 AND head.cut > 0))
  FROM tessella.decision_audit AS own
 WHERE own.namespace = %s AND own.user_hash = ANY(%s)
 LIMIT {_ROWS_AT_ONCE} FOR UPDATE OF own
"""
_CHANGE: Final = """
UPDATE tessella.decision_audit AS own
   SET user_hash = sent.user_hash, body = sent.body, seal = sent.seal
  FROM json_to_recordset(%(rows)s::json) AS sent (decision_id uuid, user_hash text, body json, seal bytea)
 WHERE own.namespace = %(namespace)s AND own.decision_id = sent.decision_id
"""

#: A row's columns and body as they are to be.
Change = Callable[[AuditLink], tuple[AuditColumns, bytes]]


class _Changed(msgspec.Struct, frozen=True):
    decision_id: str
    user_hash: Pseudonym | None
    body: msgspec.Raw
    seal: str | None


def erased(link: AuditLink) -> tuple[AuditColumns, bytes]:
    """Without the subject, and without anything that is known of them."""
    return replace(link.columns, user_hash=None), _ERASED_BODY


def renamed(user_hash: Pseudonym) -> Change:
    """Under another pseudonym."""
    return lambda link: (replace(link.columns, user_hash=user_hash), link.body)


async def change_rows(
    connection: Connection, namespace: Namespace, hashes: Sequence[Pseudonym], change: Change, mac: Mac
) -> int:
    """Change every row of who is named by one of `hashes`; none is left under these names. How many there were."""
    count = 0
    while found := await (await connection.execute(_FOUND, [namespace, list(hashes)])).fetchall():
        rows = [_changed(row, change, mac) for row in found]
        await connection.execute(_CHANGE, {"namespace": namespace, "rows": msgspec.json.encode(rows).decode()})
        count += len(rows)
    return count


def _changed(row: Sequence[Any], change: Change, mac: Mac) -> _Changed:
    *columns, body, own, seal, before = row
    if own is None:  # from before there were chains
        columns[1:3] = "", 0
    link = AuditLink(AuditColumns(*columns), body.encode(), bytes(own or b""), None if seal is None else bytes(seal))
    changed, content = change(link)
    previous = GENESIS if before is None else bytes(before)
    made = sealed(AuditLink(changed, content, link.hash), previous, mac) if fits(link, previous, mac) else None
    return _Changed(changed.decision_id, changed.user_hash, msgspec.Raw(content), None if made is None else bytea(made))

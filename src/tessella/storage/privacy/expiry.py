"""Rows that have been kept for as long as they may be: counted, and deleted.

Decisions go from the beginning of each writer's chain, and its head says up to where.
"""

from __future__ import annotations

from typing import Final, LiteralString

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.privacy.audit_chain import GENESIS, NOBODY, cut_message
from tessella.domain.privacy.audit_check import Mac
from tessella.domain.privacy.terms import Terms
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import timestamptz

_BEFORE: Final = timestamptz("%(before)s::bigint")
_NOW: Final = timestamptz("%(now)s::bigint")
#: What makes a row of each table old enough. The table of the first name has no term of its own: what nothing is left
#: of to explain goes.
_OLD: Final[dict[str, str]] = {
    "personalization_features": f"computed_at < {_BEFORE}",
    "personalization_ranks": f"(computed_at < {_BEFORE} OR valid_until < {_NOW})",
    "personalization_eval": f"evaluated_at < {_BEFORE}",
    "events": f"received_at < {_BEFORE}",
    "decision_audit": f"recorded_at < {_BEFORE}",
}
_ORPHANS: Final = """
DELETE FROM tessella.personalization_rationales AS told
 WHERE namespace = %(namespace)s AND NOT EXISTS (
       SELECT FROM tessella.personalization_ranks AS kept
        WHERE (kept.namespace, kept.user_id, kept.scope) = (told.namespace, told.user_id, told.scope))
"""
#: Of each chain the last row before the first one that stays.
_CUTS: Final = f"""
SELECT writer::text, own.sequence, own.hash
  FROM (SELECT head.writer, coalesce((SELECT later.sequence - 1 FROM tessella.decision_audit AS later
                                       WHERE later.namespace = head.namespace AND later.writer = head.writer
                                         AND later.recorded_at >= {_BEFORE}
                                       ORDER BY later.sequence LIMIT 1), head.sequence) AS last
          FROM tessella.audit_heads AS head
         WHERE head.namespace = %(namespace)s AND head.writer <> '{NOBODY}' OFFSET 0) AS found
  JOIN tessella.decision_audit AS own USING (writer)
 WHERE own.namespace = %(namespace)s AND own.sequence = found.last AND own.recorded_at < {_BEFORE}
"""
_CUT_OFF: Final = """
DELETE FROM tessella.decision_audit
 WHERE namespace = %(namespace)s AND writer = %(writer)s AND sequence <= %(cut)s
"""
_NOTE_CUT: Final = """
UPDATE tessella.audit_heads SET cut = %(cut)s, cut_hash = %(hash)s, cut_seal = %(seal)s
 WHERE namespace = %(namespace)s AND writer = %(writer)s
"""
_UNCHAINED: Final = f"""
DELETE FROM tessella.decision_audit WHERE namespace = %(namespace)s AND writer IS NULL AND recorded_at < {_BEFORE}
"""
_CUT_BEFORE: Final = "SELECT cut FROM tessella.audit_heads WHERE namespace = %s AND writer = %s"


async def count_expired(connection: Connection, namespace: Namespace, terms: Terms, now: Instant) -> dict[str, int]:
    """How many rows of each table are old enough."""
    found = {}
    for table, before in terms.cutoffs(now).items():
        statement = _on(f"SELECT count(*) FROM tessella.{table}", table)
        cursor = await connection.execute(statement, {"namespace": namespace, "before": before, "now": now})
        [(found[table],)] = await cursor.fetchall()
    return found


async def delete_expired(
    connection: Connection, namespace: Namespace, terms: Terms, now: Instant, mac: Mac
) -> dict[str, int]:
    """Delete them; how many by table. The transaction is one of the server's own."""
    gone = {}
    for table, before in terms.cutoffs(now).items():
        asked = {"namespace": namespace, "before": before, "now": now}
        if table == "decision_audit":
            gone[table] = await _cut_audit(connection, namespace, before, mac)
        else:
            gone[table] = (await connection.execute(_on(f"DELETE FROM tessella.{table}", table), asked)).rowcount
    await connection.execute(_ORPHANS, {"namespace": namespace})
    return gone


def _on(verb: LiteralString, table: str) -> str:
    return f"{verb} WHERE namespace = %(namespace)s AND {_OLD[table]}"


async def _cut_audit(connection: Connection, namespace: Namespace, before: Instant, mac: Mac) -> int:
    asked = {"namespace": namespace, "before": before}
    gone = 0
    for writer, cut, last in await (await connection.execute(_CUTS, asked)).fetchall():
        told = {"namespace": namespace, "writer": writer, "cut": cut, "hash": bytes(last)}
        gone += (await connection.execute(_CUT_OFF, told)).rowcount
        await connection.execute(_NOTE_CUT, {**told, "seal": mac(cut_message(namespace, writer, cut, bytes(last)))})
    return gone + await _cut_unchained(connection, namespace, before, mac)


async def _cut_unchained(connection: Connection, namespace: Namespace, before: Instant, mac: Mac) -> int:
    """Rows from before there were chains: their head has nothing but their number."""
    gone = (await connection.execute(_UNCHAINED, {"namespace": namespace, "before": before})).rowcount
    if gone:
        [(known,)] = await (await connection.execute(_CUT_BEFORE, [namespace, NOBODY])).fetchall()
        seal = mac(cut_message(namespace, NOBODY, known + gone, GENESIS))
        told = {"namespace": namespace, "writer": NOBODY, "cut": known + gone, "hash": GENESIS, "seal": seal}
        await connection.execute(_NOTE_CUT, told)
    return gone

"""The audit as it is read: pages of decisions, and the chains that they form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from tessella.domain.identifiers import Namespace, Pseudonym
from tessella.domain.privacy.audit_chain import GENESIS, AuditColumns, AuditExtent, AuditHead
from tessella.domain.privacy.audit_check import AuditLink
from tessella.ports import AuditQuery, AuditRow
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import first_id_of, id_before
from tessella.storage.times import micros

#: Ids are ordered by time, so a page and a span of time are both ranges of an index. The order is that of the columns:
#: by their bare names it would be that of the texts that are selected, and every row would be sorted.
_CONDITIONS: Final = {
    "user_hash": "user_hash = %(user_hash)s",
    "user_hashes": "user_hash = ANY(%(user_hashes)s)",
    "segment_id": "segment_id = %(segment_id)s",
    "decision_id": "decision_id = %(decision_id)s::uuid",
    "since": "decision_id >= %(since)s",
    "until": "decision_id < %(until)s",
    "cursor": "decision_id < %(cursor)s",
}
_PAGE: Final = f"""
SELECT decision_id::text, user_hash, segment_id, profile_id, rule_id, snapshot_version, {micros("at")},
       {micros("recorded_at")}, body, writer::text, sequence
  FROM tessella.decision_audit
 WHERE namespace = %(namespace)s{{conditions}}
 ORDER BY decision_audit.decision_id DESC
 LIMIT %(limit)s + 1
"""
_HEADS: Final = """
SELECT namespace, writer::text, sequence, follows::text[], seal, cut, cut_hash, cut_seal
  FROM tessella.audit_heads WHERE namespace = %s ORDER BY writer
"""
_UNCHAINED: Final = "SELECT count(*) FROM tessella.decision_audit WHERE namespace = %s AND writer IS NULL"
_LINKS: Final = f"""
SELECT namespace, writer::text, sequence, decision_id::text, user_hash, segment_id, profile_id, rule_id,
       snapshot_version, {micros("at")}, {micros("recorded_at")}, body::text, hash, seal
  FROM tessella.decision_audit WHERE namespace = %s AND writer IS NOT NULL
 ORDER BY decision_audit.writer, decision_audit.sequence
"""
_LINKS_AT_ONCE: Final = 500


async def audit_page(
    connection: Connection, namespace: Namespace, query: AuditQuery, hashes: Sequence[Pseudonym]
) -> tuple[list[AuditRow], str | None]:
    """One page of decisions, newest first, and the cursor of the next page; None at the end.

    `hashes` are the pseudonyms that are looked for, however the query names the subject; none: everybody's.
    """
    asked = _asked(query, hashes)
    found = await connection.execute(
        page_of(tuple(asked)), {"namespace": namespace, "limit": query.limit, **asked}, prepare=False
    )
    rows = [AuditRow(*row) for row in await found.fetchall()]
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    return rows, str(rows[-1].decision_id) if has_more else None


async def audit_extent(connection: Connection, namespace: Namespace) -> AuditExtent:
    """The heads, and the number of rows that belong to none."""
    heads = await connection.execute(_HEADS, [namespace])
    unchained = await connection.execute(_UNCHAINED, [namespace])
    read = [
        AuditHead(space, writer, at, tuple(follows), seal, cut, cut_hash or GENESIS, cut_seal or b"")
        for space, writer, at, follows, seal, cut, cut_hash, cut_seal in await heads.fetchall()
    ]
    (count,) = await unchained.fetchone() or (0,)
    return AuditExtent(tuple(read), count)


async def audit_links(connection: Connection, namespace: Namespace) -> AsyncIterator[AuditLink]:
    """Every chained row in the order of its chain, streamed. The transaction must not be pipelined."""
    async with connection.cursor("audit_links") as cursor:
        cursor.itersize = _LINKS_AT_ONCE
        await cursor.execute(_LINKS, [namespace])
        async for row in cursor:
            *columns, body, digest, seal = row
            kept = None if seal is None else bytes(seal)
            yield AuditLink(AuditColumns(*columns), body.encode(), bytes(digest), kept)


def _asked(query: AuditQuery, hashes: Sequence[Pseudonym]) -> Mapping[str, Any]:
    asked = {
        # By one name the index has the rows in order.
        "user_hash": hashes[0] if len(hashes) == 1 else None,
        "user_hashes": list(hashes) if len(hashes) > 1 else None,
        "segment_id": query.segment_id,
        "decision_id": query.decision_id,
        "since": None if query.since is None else first_id_of(query.since),
        "until": None if query.until is None else first_id_of(query.until),
        "cursor": id_before(query.cursor),
    }
    return {name: value for name, value in asked.items() if value is not None}


@lru_cache
def page_of(asked: tuple[str, ...]) -> str:
    """The statement for what is asked: one for all questions would be planned for none of them."""
    return _PAGE.format(conditions="".join(f" AND {_CONDITIONS[name]}" for name in asked))

"""The chains of this process's audit rows, one a namespace: each row's hash covers the hash of the row before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import msgspec

from tessella.domain.hashing import KeyedHash
from tessella.domain.identifiers import Namespace
from tessella.domain.privacy.audit_chain import GENESIS, head_message
from tessella.storage.audit.rows import LinkedRow, Recorded, bytea, linked
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id
from tessella.storage.scope import Scope
from tessella.storage.times import timestamptz
from tessella.storage.writing.submissions import Insert

#: Where all rows had been kept long enough, the chain goes on from the cut.
_LAST: Final = """
(SELECT sequence, hash FROM tessella.decision_audit
  WHERE namespace = %(namespace)s AND writer = %(writer)s ORDER BY sequence DESC LIMIT 1)
 UNION ALL
 SELECT cut, cut_hash FROM tessella.audit_heads
  WHERE namespace = %(namespace)s AND writer = %(writer)s AND cut > 0
 ORDER BY sequence DESC LIMIT 1
"""
#: What this writer follows: as its head says, or the writers whom nobody follows yet.
_FOLLOWS: Final = """
SELECT coalesce((SELECT follows FROM tessella.audit_heads WHERE namespace = %(namespace)s AND writer = %(writer)s),
                ARRAY(SELECT writer FROM tessella.audit_heads WHERE namespace = %(namespace)s
                      EXCEPT SELECT unnest(follows) FROM tessella.audit_heads WHERE namespace = %(namespace)s
                      ORDER BY writer))::text[]
"""
_KNOWN: Final = """
SELECT decision_id::text FROM tessella.decision_audit
 WHERE namespace = %(namespace)s AND decision_id = ANY(%(decision_ids)s::uuid[])
"""
#: The head goes first: where it does not go on from the one that is stored, no row is tried.
_INSERT: Final = f"""
WITH sent AS (SELECT %(rows)s::json AS batch), head AS (
INSERT INTO tessella.audit_heads AS head (namespace, writer, previous, sequence, follows, seal)
SELECT %(namespace)s, writer, previous, sequence, follows, seal
  FROM sent, json_to_record(batch -> 'head')
       AS sent_head (writer uuid, previous bigint, sequence bigint, follows uuid[], seal bytea)
ON CONFLICT (namespace, writer)
   DO UPDATE SET previous = excluded.previous, sequence = excluded.sequence, seal = excluded.seal
RETURNING sequence)
INSERT INTO tessella.decision_audit (namespace, writer, sequence, hash, decision_id, user_hash, segment_id, profile_id,
                                     rule_id, snapshot_version, at, recorded_at, body)
SELECT %(namespace)s, writer, sequence, hash, decision_id, user_hash, segment_id, profile_id, rule_id,
       snapshot_version, {timestamptz("at")}, {timestamptz("recorded_at")}, body
  FROM sent, json_to_recordset(batch -> 'rows') AS sent_row (writer uuid, sequence bigint, hash bytea,
       decision_id uuid, user_hash text, segment_id text, profile_id text, rule_id text, snapshot_version bigint,
       at bigint, recorded_at bigint, body json)
 WHERE EXISTS (SELECT FROM head)
"""
_ENCODER: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the chain of one namespace ends."""

    sequence: int
    hash: bytes
    follows: tuple[str, ...]


class _Head(msgspec.Struct, frozen=True):
    writer: str
    previous: int
    sequence: int
    follows: tuple[str, ...]
    seal: str


class _Batch(msgspec.Struct, frozen=True):
    head: _Head
    rows: list[LinkedRow]


class AuditChain:
    """One writer: the `Journal` of its chains, and their encoder.

    Where a chain ends is remembered after a commit only. Without that memory it is read from the database, and so is
    which of the rows are there: whatever became of the transaction before, the chain neither forks nor has a gap.
    """

    def __init__(self, key: bytes) -> None:
        #: HMAC-SHA256 under the key of the chains.
        self.mac = KeyedHash(key)
        self.writer = new_id()
        #: The statement that adds rows to the audit.
        self.insert = Insert(
            "audit", _INSERT, self.encode, attrgetter("decision.decision_id"), journal=self, has_words=False
        )
        self._tails: dict[Namespace, Tail] = {}
        #: The tails that hold once the transaction is committed.
        self._written: dict[Namespace, Tail] = {}
        #: Decisions of the transaction that are stored already.
        self._known: set[str] = set()

    async def prepare(self, connection: Connection, scope: Scope, rows: Sequence[Recorded]) -> None:
        """Read where the chain ends, unless that is remembered."""
        if scope.namespace in self._tails:
            return
        asked: dict[str, Any] = {"namespace": scope.namespace, "writer": self.writer}
        last, follows = await connection.execute(_LAST, asked), await connection.execute(_FOLLOWS, asked)
        sequence, digest = await last.fetchone() or (0, GENESIS)
        (followed,) = await follows.fetchone() or ([],)
        self._tails[scope.namespace] = Tail(sequence, digest, tuple(followed))
        if sequence:
            asked["decision_ids"] = [row.decision.decision_id for row in rows]
            known = await connection.execute(_KNOWN, asked)
            self._known.update([decision_id for (decision_id,) in await known.fetchall()])

    def encode(self, rows: Sequence[Recorded]) -> bytes:
        """The rows that are not stored yet, linked, and the new head, as JSON. They are of one namespace."""
        namespace = rows[0].namespace
        tail = self._tails[namespace]
        links: list[LinkedRow] = []
        last = tail.hash
        for row in rows:
            if row.decision.decision_id not in self._known:
                link, last = linked(row, self.writer, tail.sequence + len(links) + 1, last, self.mac)
                links.append(link)
        self._written[namespace] = Tail(tail.sequence + len(links), last, tail.follows)
        return _ENCODER.encode(_Batch(self._head(namespace, tail.sequence, self._written[namespace]), links))

    def keep(self) -> None:
        """What was encoded is committed."""
        self._tails |= self._written
        self._settle()

    def forget(self) -> None:
        """What was encoded may not be committed."""
        self._tails.clear()
        self._settle()

    def _settle(self) -> None:
        self._written.clear()
        self._known.clear()

    def _head(self, namespace: Namespace, previous: int, tail: Tail) -> _Head:
        message = head_message(namespace, self.writer, tail.sequence, tail.hash, tail.follows)
        return _Head(self.writer, previous, tail.sequence, tail.follows, bytea(self.mac(message)))

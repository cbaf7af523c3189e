"""The audit: one row a decision, with a pseudonym in the subject's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from tessella.domain.decisions import Decision
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Instant, Namespace, Pseudonym, SubjectId
from tessella.domain.privacy.pseudonyms import pseudonym
from tessella.ports import AuditRow
from tessella.storage.database import Connection
from tessella.storage.decision_ids import first_id_of
from tessella.storage.submissions import Insert
from tessella.storage.times import micros, timestamptz

_INSERT: Final = f"""
INSERT INTO tessella.decision_audit (namespace, decision_id, user_hash, segment_id, profile_id, rule_id,
                                     snapshot_version, at, recorded_at, body)
SELECT %(namespace)s, decision_id, user_hash, segment_id, profile_id, rule_id, snapshot_version,
       {timestamptz("at")}, {timestamptz("recorded_at")}, body
  FROM json_to_recordset(%(rows)s::json) AS sent (decision_id uuid, user_hash text, segment_id text, profile_id text,
       rule_id text, snapshot_version bigint, at bigint, recorded_at bigint, body jsonb)
ON CONFLICT DO NOTHING
"""
#: Newest first. Ids are ordered by time, so a page and a moment are both a range of the primary key.
_PAGE: Final = f"""
SELECT decision_id::text, user_hash, segment_id, profile_id, rule_id, snapshot_version, {micros("at")},
       {micros("recorded_at")}, body
  FROM tessella.decision_audit
 WHERE namespace = %(namespace)s
   AND (%(user_hash)s::text IS NULL OR user_hash = %(user_hash)s)
   AND (%(segment_id)s::text IS NULL OR segment_id = %(segment_id)s)
   AND (%(since)s::uuid IS NULL OR decision_id >= %(since)s)
   AND (%(cursor)s::uuid IS NULL OR decision_id < %(cursor)s)
 ORDER BY decision_id DESC
 LIMIT %(limit)s + 1
"""


class Recorded(msgspec.Struct, frozen=True):
    """A decision on its way to the audit. A struct: one is made for every decision."""

    namespace: Namespace
    decision: Decision
    recorded_at: Instant
    key: bytes


@lru_cache(maxsize=50_000)
def _pseudonym(namespace: Namespace, subject_id: SubjectId, key: bytes) -> Pseudonym:
    """Most decisions are about subjects who were decided for a moment ago."""
    return pseudonym(namespace, subject_id, key=key)


def _written(row: Recorded) -> dict[str, Any]:
    made = row.decision
    subject = made.subject_id
    return {
        "decision_id": made.decision_id,
        "user_hash": None if subject is None else _pseudonym(row.namespace, subject, row.key),
        "segment_id": made.segment_id,
        "profile_id": made.profile_id,
        "rule_id": made.rule_id,
        "snapshot_version": made.snapshot_version,
        "at": made.at,
        "recorded_at": row.recorded_at,
        "body": {
            "config": made.config,
            "reasons": made.reasons,
            "facts_as_of": made.facts_as_of,
            "features": made.features,
            "campaign_id": made.campaign_id,
            "overrides": made.overrides,
        },
    }


def _encode(rows: Sequence[Recorded]) -> bytes:
    return msgspec.json.encode([_written(row) for row in rows])


ADD_TO_AUDIT: Final = Insert("audit", _INSERT, _encode, lambda row: row.decision.decision_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the audit."""

    user_hash: Pseudonym | None
    segment_id: str | None
    since: Instant | None
    limit: int
    cursor: str | None


async def audit_page(connection: Connection, namespace: Namespace, page: Page) -> tuple[list[AuditRow], str | None]:
    """One page of decisions, newest first, and the cursor of the next page; None at the end."""
    asked = {
        "namespace": namespace, "user_hash": page.user_hash, "segment_id": page.segment_id,
        "since": None if page.since is None else first_id_of(page.since),
        "cursor": None if page.cursor is None else _read_cursor(page.cursor), "limit": page.limit,
    }  # fmt: skip
    rows = [AuditRow(*row) for row in await (await connection.execute(_PAGE, asked)).fetchall()]
    has_more = len(rows) > page.limit
    rows = rows[: page.limit]
    return rows, str(rows[-1].decision_id) if has_more else None


def _read_cursor(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise WrongShape(
            "/cursor", "This is no cursor of the audit.", "Send the one that the last page gave."
        ) from None

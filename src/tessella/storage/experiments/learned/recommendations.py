"""Recommendations to segment an experiment, and what was last found of its dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from tessella.domain.errors import NoSuch
from tessella.domain.errors.assignments import AlreadyDecided
from tessella.domain.identifiers import ExperimentId, Instant, Namespace
from tessella.ports import Caller
from tessella.ports.experiments import (
    Checked,
    Proposed,
    RecommendationState,
    StoredCheck,
    StoredRecommendation,
    Verdict,
)
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id, read_id
from tessella.storage.notices.announcing import Announcer
from tessella.storage.times import micros, timestamptz

#: Who decides what Tessella does by itself.
ITSELF: Final = "system"
_NOW: Final = timestamptz("%(now)s")
_RECOMMENDATION: Final = f"""recommendation_id::text, experiment_id, {micros("created_at")}, state, mode, segment_by,
       evidence, text, {micros("decided_at")}, decided_by"""
_KEEP: Final = f"""
INSERT INTO tessella.experiment_eligibility (namespace, experiment_id, checked_at, body)
VALUES (%(namespace)s, %(experiment)s, {_NOW}, %(body)s)
ON CONFLICT (namespace, experiment_id) DO UPDATE SET checked_at = excluded.checked_at, body = excluded.body
"""
_CHECK: Final = f"""
SELECT {micros("checked_at")}, body FROM tessella.experiment_eligibility WHERE namespace = %s AND experiment_id = %s
"""
_WITHDRAW: Final = f"""
UPDATE tessella.segmentation_recommendations SET state = 'superseded', decided_at = {_NOW}, decided_by = %(by)s
 WHERE namespace = %(namespace)s AND experiment_id = %(experiment)s AND state = 'open'
   AND recommendation_id = ANY (%(ids)s::uuid[])
"""
_SUPERSEDE: Final = f"""
UPDATE tessella.segmentation_recommendations SET state = 'superseded', decided_at = {_NOW}, decided_by = %(by)s
 WHERE namespace = %(namespace)s AND experiment_id = %(experiment)s AND state = 'open'
   AND mode = %(mode)s AND segment_by = %(segment_by)s
"""
_ADD: Final = f"""
INSERT INTO tessella.segmentation_recommendations
       (namespace, recommendation_id, experiment_id, created_at, state, mode, segment_by, evidence, text)
VALUES (%(namespace)s, %(id)s, %(experiment)s, {_NOW}, 'open', %(mode)s, %(segment_by)s, %(evidence)s, %(text)s)
"""
_DECIDE: Final = f"""
UPDATE tessella.segmentation_recommendations SET state = %(state)s, decided_at = {_NOW}, decided_by = %(by)s
 WHERE namespace = %(namespace)s AND experiment_id = %(experiment)s AND recommendation_id = %(id)s AND state = 'open'
RETURNING {_RECOMMENDATION}
"""
_ONE: Final = f"""
SELECT {_RECOMMENDATION} FROM tessella.segmentation_recommendations
 WHERE namespace = %s AND experiment_id = %s AND recommendation_id = %s
"""
_ALL: Final = f"""
SELECT {_RECOMMENDATION} FROM tessella.segmentation_recommendations
 WHERE namespace = %s AND experiment_id = %s ORDER BY recommendation_id DESC
"""


async def check_of(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> StoredCheck | None:
    """What was last found; None before the first check."""
    found = await (await connection.execute(_CHECK, [namespace, experiment_id])).fetchone()
    return None if found is None else StoredCheck(*found)


async def keep_check(connection: Connection, namespace: Namespace, checked: Checked) -> None:
    """Store what was found, and change recommendations. The row of the check is also the lock: checks wait here."""
    told = {
        "namespace": namespace, "experiment": checked.experiment_id, "now": checked.checked_at, "by": ITSELF,
        "ids": [*checked.withdrawn],
    }  # fmt: skip
    await connection.execute(_KEEP, told | {"body": Jsonb(checked.body)})
    await connection.execute(_WITHDRAW, told)
    for each in checked.proposed:
        row = told | _columns(each)
        await connection.execute(_SUPERSEDE, row)
        await connection.execute(_ADD, row)


async def everything(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId
) -> Sequence[StoredRecommendation]:
    """All recommendations of an experiment, the newest first."""
    return [_stored(row) for row in await (await connection.execute(_ALL, [namespace, experiment_id])).fetchall()]


async def one(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, recommendation_id: str
) -> StoredRecommendation:
    """One of them. Raises `NoSuch`."""
    asked = [namespace, experiment_id, read_id(recommendation_id, "recommendation")]
    found = await (await connection.execute(_ONE, asked)).fetchone()
    if found is None:
        raise NoSuch("recommendation", recommendation_id)
    return _stored(found)


async def decide(
    connection: Connection, caller: Caller, verdict: Verdict, now: Instant, announcer: Announcer
) -> StoredRecommendation:
    """Decide one that is open, and tell of it. Raises `NoSuch` and `AlreadyDecided`."""
    by = ITSELF if verdict.state is RecommendationState.APPLIED else caller.role
    told = {
        "namespace": caller.namespace, "experiment": verdict.experiment_id, "now": now, "state": verdict.state,
        "id": read_id(verdict.recommendation_id, "recommendation"), "by": by,
    }  # fmt: skip
    found = await (await connection.execute(_DECIDE, told)).fetchone()
    if found is None:
        is_now = await one(connection, caller.namespace, verdict.experiment_id, verdict.recommendation_id)
        raise AlreadyDecided(verdict.recommendation_id, is_now.state)
    await announcer.announce(connection, caller.namespace, verdict.notices, now)
    return _stored(found)


def _columns(proposed: Proposed) -> dict[str, Any]:
    return {
        "id": new_id(), "mode": proposed.mode, "segment_by": [*proposed.segment_by],
        "evidence": Jsonb(proposed.evidence), "text": Jsonb(dict(proposed.text)),
    }  # fmt: skip


def _stored(row: Sequence[Any]) -> StoredRecommendation:
    recommendation_id, experiment_id, created_at, state, *rest = row
    return StoredRecommendation(recommendation_id, experiment_id, created_at, RecommendationState(state), *rest)

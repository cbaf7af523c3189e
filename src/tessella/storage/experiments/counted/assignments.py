"""Assignments: the first one of a unit is stored and counted in one statement, and holds for ever."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import Attribution
from tessella.domain.identifiers import ExperimentId, Instant, Namespace, SubjectId
from tessella.domain.typed import decoder
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.counted.cells import ADD_UNITS, BY_CELL, CELL, CELL_OF_UNITS
from tessella.storage.experiments.memory.loaded import LoadedExperiments
from tessella.storage.times import micros, timestamptz
from tessella.storage.writing.submissions import Insert


class SentAssignment(Assignment, frozen=True, kw_only=True, gc=False):
    """An assignment as it is sent to be stored."""

    cohort: Instant
    channel: str
    #: The levels that it is counted under.
    source: str
    device: str


_SENT: Final = """
ROWS FROM (json_to_recordset(%(rows)s::json) AS (
    experiment_id text, user_identifier text, variant_id text, variant smallint, segment_key text,
    policy_version bigint, propensities double precision[], in_holdout boolean, assigned_at bigint, context json,
    forced boolean, cohort bigint, channel text, source text, device text)) WITH ORDINALITY AS sent"""
#: In the order of their keys, so that two processes do not wait for one another; of equal ones the first is stored.
_STORE: Final = f"""
WITH stored AS (
INSERT INTO tessella.assignments
       (namespace, experiment_id, user_identifier, assigned_at, cohort, policy_version, variant, in_holdout, forced,
        variant_id, segment_key, channel, source, device, propensities, context)
SELECT %(namespace)s, experiment_id, user_identifier, {timestamptz("assigned_at")}, {timestamptz("cohort")},
       policy_version, variant, in_holdout, forced, variant_id, segment_key, channel,
       source, device, propensities, context
  FROM {_SENT}
 ORDER BY experiment_id COLLATE "C", user_identifier COLLATE "C", ordinality
ON CONFLICT (namespace, experiment_id, user_identifier) DO NOTHING
RETURNING experiment_id, user_identifier, assigned_at, cohort, policy_version, variant, in_holdout, forced, segment_key,
          source, device
), units AS (
INSERT INTO tessella.experiment_units AS counted (namespace, {CELL}, units)
SELECT %(namespace)s, {CELL_OF_UNITS}, count(*)
  FROM stored WHERE NOT forced GROUP BY {BY_CELL} ORDER BY {CELL}
{ADD_UNITS}
), traffic AS (
INSERT INTO tessella.experiment_traffic_stats AS counted (namespace, experiment_id, hour, users)
SELECT %(namespace)s, experiment_id, date_trunc('hour', assigned_at, 'UTC') AS hour, count(*)
  FROM stored WHERE NOT forced
 GROUP BY experiment_id, hour ORDER BY experiment_id, hour
ON CONFLICT (namespace, experiment_id, hour) DO UPDATE SET users = counted.users + excluded.users
)
SELECT experiment_id, user_identifier, 'new' FROM stored
"""
#: SQL for an assignment of the table `held`: a JSON object with the names of the record.
ONE: Final = f"""
       json_build_object(
           'experiment_id', held.experiment_id, 'user_identifier', held.user_identifier, 'variant_id', variant_id,
           'variant', variant, 'segment_key', segment_key, 'policy_version', policy_version,
           'propensities', propensities, 'in_holdout', in_holdout, 'assigned_at', {micros("assigned_at")},
           'context', context, 'forced', forced)::text"""
_HELD: Final = f"SELECT {ONE} FROM tessella.assignments AS held WHERE held.namespace = "
#: The word is the assignment that was there first.
_FIRST: Final = f"""
SELECT ordinality, ({_HELD} %(namespace)s AND held.experiment_id = sent.experiment_id
           AND held.user_identifier = sent.user_identifier)
  FROM {_SENT}
"""
_OF_UNIT: Final = f"{_HELD} %s AND held.experiment_id = %s AND held.user_identifier = %s"

NEW: Final = "new"
ASSIGN: Final = Insert(
    "assignments", _STORE, msgspec.json.encode, attrgetter("experiment_id", "user_identifier"), _FIRST
)
_DECODER: Final = decoder(Assignment)


def sent(assignment: Assignment, attribution: Attribution, loaded: LoadedExperiments) -> SentAssignment:
    """An assignment with its cohort, its channel, and what it is counted under."""
    context, name = assignment.context, assignment.experiment_id
    return SentAssignment(
        *msgspec.structs.astuple(assignment),
        cohort=attribution.cohort(assignment.assigned_at),
        channel=str(context.get("channel", "")),
        source=loaded.level(name, "source", context.get("source")),
        device=loaded.level(name, "device", context.get("device")),
    )


def read_assignment(written: str) -> Assignment:
    """One that is stored, as `ASSIGN` and `assignment_of` give it."""
    return _DECODER.decode(written)


async def assignment_of(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, user: SubjectId
) -> Assignment | None:
    """The assignment of a unit."""
    found = await (await connection.execute(_OF_UNIT, [namespace, experiment_id, user])).fetchone()
    return None if found is None else read_assignment(found[0])

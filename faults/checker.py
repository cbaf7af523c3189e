"""Is what the clients saw right, and what the database holds?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.cluster import Cluster
from faults.history import History
from faults.workload import NAMESPACE

NONE: Final = Goal("value", "<=", 0)
_EVENTS: Final = "SELECT event_id FROM tessella.events WHERE namespace = %s AND event_id LIKE %s"
#: Clicks that are stored, less those that wait and those that are counted, by segment and by cell: the worse one.
#: A statement sees one moment.
_MISCOUNTED: Final = """
SELECT greatest(abs(stored - waiting - by_segment), abs(stored - waiting - by_cell)) FROM (
SELECT (SELECT count(*) FROM tessella.events WHERE namespace = %(namespace)s AND event_type = 'click') AS stored,
       (SELECT count(*) FROM tessella.outcomes_pending WHERE namespace = %(namespace)s) AS waiting,
       (SELECT coalesce(sum(count), 0) FROM tessella.outcome_counts WHERE namespace = %(namespace)s) AS by_segment,
       (SELECT coalesce(sum(count), 0) FROM tessella.outcome_cells WHERE namespace = %(namespace)s) AS by_cell
) AS found
"""
#: How many different complaints are told.
_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events are not as they have to be."""

    acknowledged: int
    #: Acknowledged and not stored.
    lost: int
    #: Stored twice, or said to be new twice.
    doubled: int
    #: Stored and never sent.
    invented: int
    #: Clicks that are counted for no segment, or more than once.
    miscounted: int


def check(cluster: Cluster, history: History) -> Verdict:
    """Compare. The clients have left, and the server has ended or is quiet."""
    with cluster.connect() as connection:
        stored = [event_id for (event_id,) in connection.execute(_EVENTS, [NAMESPACE, f"{history.prefix}%"])]
        ((miscounted,),) = connection.execute(_MISCOUNTED, {"namespace": NAMESPACE}).fetchall()
    distinct = set(stored)
    said_new_too_often = max(history.accepted - len(distinct), 0)
    return Verdict(
        acknowledged=len(history.acknowledged),
        lost=len(history.acknowledged - distinct),
        doubled=len(stored) - len(distinct) + said_new_too_often,
        invented=len(distinct - history.sent),
        miscounted=int(miscounted),
    )


def figures(name: str, history: History, verdict: Verdict) -> Iterator[Figure]:
    """What has to hold in every scenario. What was wrong in particular is told on standard error."""
    yield Figure(f"{name}: events acknowledged", verdict.acknowledged, "")
    yield Figure(f"{name}: acknowledged events lost", verdict.lost, "", goal=NONE)
    yield Figure(f"{name}: events doubled", verdict.doubled, "", goal=NONE)
    yield Figure(f"{name}: events stored that nobody sent", verdict.invented, "", goal=NONE)
    yield Figure(f"{name}: clicks counted wrongly", verdict.miscounted, "", goal=NONE)
    yield Figure(f"{name}: decisions", len(history.decisions), "")
    yield Figure(f"{name}: wrong decisions", history.wrong.total(), "", goal=NONE)
    yield Figure(f"{name}: decision errors", history.decision_errors.total(), "", goal=NONE)
    yield Figure(f"{name}: writes refused in another way than 503", history.write_errors.total(), "", goal=NONE)
    yield Figure(f"{name}: connections refused", history.lost["Refused"], "", goal=NONE)
    yield Figure(f"{name}: requests without an answer", history.lost["Late"], "", goal=NONE)
    for complaint, count in (history.wrong + history.decision_errors + history.write_errors).most_common(_TOLD):
        print(f"{name}: {count} x {complaint}", file=sys.stderr)

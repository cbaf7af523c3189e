"""Is what the clients saw what the database holds?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.cluster import Cluster
from faults.history import History
from faults.workload import NAMESPACE

_EVENTS: Final = "SELECT event_id FROM tessella.events WHERE namespace = %s"
NONE: Final = Goal("value", "<=", 0)


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

    def figures(self, name: str) -> Iterator[Figure]:
        """Each with its goal."""
        yield Figure(f"{name}: events acknowledged", self.acknowledged, "")
        yield Figure(f"{name}: acknowledged events lost", self.lost, "", goal=NONE)
        yield Figure(f"{name}: events doubled", self.doubled, "", goal=NONE)
        yield Figure(f"{name}: events stored that nobody sent", self.invented, "", goal=NONE)


def check(cluster: Cluster, history: History) -> Verdict:
    """Compare. The clients have left, and the server has ended or is quiet."""
    with cluster.connect() as connection:
        stored = [event_id for (event_id,) in connection.execute(_EVENTS, [NAMESPACE])]
    distinct = set(stored)
    said_new_too_often = max(history.accepted - len(distinct), 0)
    return Verdict(
        acknowledged=len(history.acknowledged),
        lost=len(history.acknowledged - distinct),
        doubled=len(stored) - len(distinct) + said_new_too_often,
        invented=len(distinct - history.sent),
    )

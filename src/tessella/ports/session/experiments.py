"""What runs of experiments: assigning, learning, segmenting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import Attribution
from tessella.domain.experiments.assignment.conversion import Conversion
from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import ExperimentId, Instant, Pointer, SubjectId
from tessella.domain.privacy.consent import Whose
from tessella.ports.experiments import (
    ConversionsAdded,
    Refreshed,
    RewardedUnit,
    SegmentFigures,
    StoredClusters,
    StoredReport,
)


class Assigning(Protocol):
    """Who gets what. What is said to be in memory neither suspends nor asks the database."""

    def policy(self, experiment: Experiment) -> Policy:
        """The policy that holds, from memory: a second old at most, and the first one until another is published."""
        ...

    def known_segments(self, experiment_id: ExperimentId) -> AbstractSet[str]:
        """The segment keys of an experiment, from memory: those assigned here, and those stored by the last look.

        A process looks when it first needs the namespace, and with each new policy.
        """
        ...

    def clusters(self, experiment_id: ExperimentId) -> StoredClusters | None:
        """The clusters that are active, with their model, from memory; a second old at most."""
        ...

    def assigned(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        """A unit's assignment, if it is in memory. Raises `NotYours`."""
        ...

    async def stored_assignment(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        """A unit's assignment, from memory or else from the database.

        Raises `NotYours`, and `DatabaseAway` where it is not in memory and cannot be asked for.
        """
        ...

    async def earlier_assignment(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        """The same of a unit that no context brings into the experiment as it is defined now.

        That it has none is remembered for a minute, or until something is published.
        """
        ...

    async def assign(self, assignment: Assignment, attribution: Attribution) -> Assignment:
        """Store an assignment durably, unless the unit has one; returns the one that holds for ever.

        A new one is counted in the same transaction, unless it is forced. Raises `NotYours`, `Unavailable` where
        nothing is stored, and its kind `AssignmentInDoubt` where it may be: whoever asks again is told which one holds.
        """
        ...

    async def add_conversions(
        self, conversions: Sequence[Conversion], attribution: Attribution, *, at: Sequence[Pointer] = ()
    ) -> ConversionsAdded:
        """Store rewards of one experiment, each once by unit, metric and event id, and count those that count.

        An event id that came before is a duplicate, whatever else it says now: the first one holds. Of equal ones that
        are sent together the first counts. A row that is refused (`NotAssigned`, `RewardBeforeAssignment`) costs the
        others nothing; `at` names the rows in errors, by their position when it is absent. Raises `NotYours`, and
        `Unavailable`: whoever sends the same again counts nothing twice.
        """
        ...


class Learning(Protocol):
    """What was counted, and what was learned from it."""

    async def tally(self, experiment_id: ExperimentId, dimension: str = SEGMENT) -> Tally:
        """All that was counted, by `segment`, `source` or `device`."""
        ...

    async def policies(self, experiment_id: ExperimentId) -> Sequence[PublishedPolicy]:
        """Every policy that was published, by version. The first one, version 0, is never stored: it is not here."""
        ...

    def refreshing(self, experiment_id: ExperimentId) -> AbstractAsyncContextManager[bool]:
        """The turn to refresh an experiment, held until it is left; False where another process has it."""
        ...

    async def store_refresh(self, experiment_id: ExperimentId, refreshed: Refreshed) -> None:
        """Store what a refresh found, in one transaction. Raises `PolicyPublished` where the version exists."""
        ...

    async def report(self, experiment_id: ExperimentId) -> StoredReport | None:
        """The last report; None before the first refresh."""
        ...

    async def reports(self) -> Sequence[StoredReport]:
        """The last report of each experiment that has one, by id, without their bodies."""
        ...

    async def merge_mature(self, experiment_id: ExperimentId, before: Instant) -> None:
        """Sum up the cohorts that began before a moment in `MERGED`, see `Attribution.mature_before`."""
        ...

    def rewarded_units(
        self, experiment_id: ExperimentId, metric: str, after: str = "", whose: Whose = Whose.PERSONALIZED
    ) -> AsyncIterator[RewardedUnit]:
        """Assignments by user, the forced ones too, from the first user after `after`, each with its reward.

        Nobody is among them who has opted out by now, nor, where shared rows are asked for, who does not share data.
        """
        ...


class Segmenting(Protocol):
    """Traffic, segments and clusters."""

    async def traffic(self, experiment_id: ExperimentId) -> int:
        """How many units were assigned in the last 24 hours, by whole hours."""
        ...

    async def assigned_so_far(self, experiment_id: ExperimentId) -> int:
        """How many units were assigned, without the forced ones."""
        ...

    async def segment_figures(self, experiment_id: ExperimentId) -> Sequence[SegmentFigures]:
        """The segments as of the last refresh, by key."""
        ...

    async def clustering(self, experiment_id: ExperimentId) -> StoredClusters | None:
        """The newest version of the clusters, whatever its state, without its model; None before the first."""
        ...

    async def store_clusters(self, clusters: StoredClusters) -> None:
        """Store a version of clusters, in place of what is stored of it. An active one takes the place of the other."""
        ...

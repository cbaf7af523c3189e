"""A namespace's experiments in the memory of a process: policies, active clusters, and segments that were seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.segmentation.key import OTHER
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import ExperimentId, Json
from tessella.ports.experiments import StoredClusters
from tessella.storage.experiments.counted.levels import Level

#: Versions by experiment.
Versions = Mapping[ExperimentId, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What the database tells of a namespace: the policies that hold, and the clusters that are active."""

    policies: Versions
    clusters: Versions


#: Sources of an experiment that are told apart, and devices.
_MOST_LEVELS: Final = 100
_NOTHING: AbstractSet[str] = frozenset()


class LoadedExperiments:
    """What a process knows of a namespace's experiments, a second old at most."""

    __slots__ = ("_clusters", "_first", "_has_looked", "_levels", "_policies")

    def __init__(self) -> None:
        self._policies: dict[ExperimentId, Policy] = {}
        #: The policy of experiments that have none yet, by their number of variants.
        self._first: dict[int, Policy] = {}
        self._clusters: dict[ExperimentId, StoredClusters] = {}
        #: Segments, sources and devices that units were counted under: here, and anywhere until the last look.
        self._levels: dict[tuple[ExperimentId, str], set[str]] = defaultdict(set)
        self._has_looked = False

    def policy(self, experiment: Experiment) -> Policy:
        """The policy that holds."""
        return self._policies.get(experiment.experiment_id) or self._first_policy(experiment)

    def _first_policy(self, experiment: Experiment) -> Policy:
        variants = len(experiment.variants)
        if variants not in self._first:
            self._first[variants] = first_policy(experiment).policy
        return self._first[variants]

    def known_segments(self, experiment_id: ExperimentId) -> AbstractSet[str]:
        """The segment keys that are known."""
        return self._levels.get((experiment_id, SEGMENT), _NOTHING)

    def note_segment(self, experiment_id: ExperimentId, segment_key: str) -> None:
        """A unit of this segment was assigned."""
        self._levels[experiment_id, SEGMENT].add(segment_key)

    def level(self, experiment_id: ExperimentId, dimension: str, value: Json) -> str:
        """What a value of a context is counted under: itself while few are known, and `other` from then on.

        Whoever sends random sources does not make a table of a million of them. Between two looks at what others
        count, each process may add as many as may be known.
        """
        known = self._levels[experiment_id, dimension]
        if not isinstance(value, str) or not value or (value not in known and len(known) >= _MOST_LEVELS):
            return OTHER
        known.add(value)
        return value

    def clusters(self, experiment_id: ExperimentId) -> StoredClusters | None:
        """The clusters that are active."""
        return self._clusters.get(experiment_id)

    def missing(self, told: Told) -> Told:
        """Of what holds and is active, that which is not in memory."""
        return Told(_others(told.policies, self._policies), _others(told.clusters, self._clusters))

    def to_look_through(self, missing: Told) -> Sequence[ExperimentId] | None:
        """The experiments whose stored levels are to be read: those with a new policy. None: all, the first time."""
        return list(missing.policies) if self._has_looked else None

    def note_levels(self, counted: Iterable[Level]) -> None:
        """The stored levels were read."""
        for experiment_id, dimension, level in counted:
            self._levels[experiment_id, dimension].add(level)
        self._has_looked = True

    def is_behind(self, told: Told) -> bool:
        """Whether something else holds or is active than what is in memory."""
        missing = self.missing(told)
        return bool(missing.policies or missing.clusters) or not self._clusters.keys() <= told.clusters.keys()

    def take_in(
        self, told: Told, policies: Mapping[ExperimentId, Policy], clusters: Mapping[ExperimentId, StoredClusters]
    ) -> None:
        """What was missing was read."""
        self._policies |= policies
        self._clusters = {
            each: known for each, known in (self._clusters | dict(clusters)).items() if each in told.clusters
        }
        for experiment_id, policy in policies.items():
            self._levels[experiment_id, SEGMENT].update(policy.segments)


def _others(
    versions: Versions, known: Mapping[ExperimentId, Policy] | Mapping[ExperimentId, StoredClusters]
) -> Versions:
    return {each: version for each, version in versions.items() if each not in known or known[each].version != version}

"""Find the clusters of an experiment's contexts, and sort new units into them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from tessella.domain.experiments.clusters.agreement import are_the_same
from tessella.domain.experiments.clusters.find import Clusters, find_clusters
from tessella.domain.experiments.clusters.model import NEEDED, ClusterModel, read_model, write_model
from tessella.domain.identifiers import ExperimentId, Json
from tessella.ports import Progress, Session
from tessella.ports.experiments import ClusterShown, ClustersState, StoredClusters
from tessella.usecases.experiments.clusters.ask import enough_assignments
from tessella.usecases.experiments.clusters.units import Units
from tessella.usecases.experiments.declared import experiment_named

_FEW_SHARE: Final = "Only {} of the units share data; {} are needed."


@dataclass(frozen=True, slots=True)
class TrainedClusters:
    """What a training found, and what is stored of it."""

    found: Clusters
    stored: StoredClusters

    def written(self) -> dict[str, Json]:
        """As JSON: what anybody may see of it."""
        told = {"version": self.stored.version, "state": self.stored.state, "assignments": self.stored.assignments}
        shown = {"clusters": msgspec.to_builtins(self.stored.clusters), "reason": self.found.reason}
        return {
            **told, **shown, "left_out": list(self.found.identifiers), "tried": msgspec.to_builtins(self.found.tried)
        }  # fmt: skip


async def train_clusters(
    session: Session, experiment_id: ExperimentId, progress: Progress = lambda share: None
) -> TrainedClusters:
    """Find clusters and make them active as the next version; units that have a cluster of an earlier one keep it.

    Where the clusters that are active are found again, their version stays, so that what was learned of them goes on
    to be used; where there are none worth having, no version is active from then on. Until something is stored, the
    version before holds. Raises `NoSuch` and `TooFewAssignments`.
    """
    experiment = experiment_named(session, experiment_id)
    units = await Units.read(session, experiment, await enough_assignments(session, experiment_id), progress)
    if len(units.contexts) < NEEDED:
        found = Clusters(None, _FEW_SHARE.format(len(units.contexts), NEEDED), ())
    else:
        found = await asyncio.to_thread(find_clusters, units.contexts, units.rewards(experiment))
    active = session.clusters(experiment_id)
    if found.model is None:
        return TrainedClusters(found, await _none_found(session, experiment_id, len(units.contexts), active))
    if active is not None and await asyncio.to_thread(_holds, active, found.model, units):
        stored = replace(active, trained_at=session.now(), assignments=len(units.contexts))
    else:
        shown = _shown(found.model)
        version = await _next_version(session, experiment_id)
        stored = StoredClusters(
            experiment_id, version, ClustersState.ACTIVE, session.now(), len(units.contexts), shown,
            write_model(found.model),
        )  # fmt: skip
    await session.store_clusters(stored)
    return TrainedClusters(found, stored)


def _holds(active: StoredClusters, model: ClusterModel, units: Units) -> bool:
    return active.model is not None and are_the_same(read_model(active.model), model, units.contexts)


def _shown(model: ClusterModel) -> Sequence[ClusterShown]:
    return [ClusterShown(n, each.name, each.units) for n, each in enumerate(model.clusters)]


async def _none_found(
    session: Session, experiment_id: ExperimentId, assignments: int, active: StoredClusters | None
) -> StoredClusters:
    version, now = await _next_version(session, experiment_id), session.now()
    stored = StoredClusters(experiment_id, version, ClustersState.NONE_FOUND, now, assignments, (), None)
    await session.store_clusters(stored)
    if active is not None:
        await session.store_clusters(replace(active, state=ClustersState.KEPT))
    return stored


async def _next_version(session: Session, experiment_id: ExperimentId) -> int:
    newest = await session.clustering(experiment_id)
    return 1 if newest is None else newest.version + 1

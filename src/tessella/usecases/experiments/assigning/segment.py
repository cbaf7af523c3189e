"""Which segment of an experiment a unit is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from tessella.domain.definitions.targeting import SEGMENT_DIMENSION
from tessella.domain.experiments.clusters.model import ClusterModel, read_model
from tessella.domain.experiments.clusters.nearest import cluster_key, nearest
from tessella.domain.experiments.segmentation.key import EVERYBODY, segment_key, within_limit
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.identifiers import ExperimentId, Instant, Json, Namespace, SegmentId
from tessella.domain.segments.choice import choose_segment
from tessella.ports import Session
from tessella.usecases.experiments.assigning.units import Unit


def segment_of(session: Session, experiment: Experiment, unit: Unit, at: Instant) -> str:
    """The key of the segment by the experiment's mode, from memory."""
    match experiment.segmentation.in_force:
        case SegmentationMode.MANUAL:
            return _by_dimensions(session, experiment, unit, at)
        case SegmentationMode.AUTO:
            return _by_cluster(session, experiment, unit)
        case SegmentationMode.DISABLED:
            return EVERYBODY


def _by_dimensions(session: Session, experiment: Experiment, unit: Unit, at: Instant) -> str:
    dimensions = experiment.segmentation.segment_by
    levels = {each: unit.value(each) for each in dimensions}
    if SEGMENT_DIMENSION in levels:
        levels[SEGMENT_DIMENSION] = _chosen_segment(session, unit, at)
    key = segment_key(levels, dimensions)
    return within_limit(key, session.known_segments(experiment.experiment_id), dimensions)


def _chosen_segment(session: Session, unit: Unit, at: Instant) -> SegmentId:
    """The segment that a decision would choose."""
    snapshot = session.snapshot()
    return choose_segment(snapshot.matcher, snapshot.definitions.segments, unit.subject, now=at).segment_id


def _by_cluster(session: Session, experiment: Experiment, unit: Unit) -> str:
    found = session.clusters(experiment.experiment_id)
    if found is None or found.model is None:
        return EVERYBODY
    model = _model(_Written(session.caller.namespace, found.experiment_id, found.version, found.model))
    return cluster_key(found.version, nearest(model, unit.context))


@dataclass(frozen=True, slots=True)
class _Written:
    """A stored model; a version's never changes."""

    namespace: Namespace
    experiment_id: ExperimentId
    version: int
    model: Json = field(compare=False)


@lru_cache(maxsize=256)
def _model(written: _Written) -> ClusterModel:
    return read_model(written.model)

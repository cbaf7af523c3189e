"""What experiments need of what else is defined: dimensions that exist, and parts of layers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from tessella.domain.definitions.records import Definitions
from tessella.domain.definitions.targeting import SEGMENT_DIMENSION, in_use
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.experiments.context.fields import FIELDS
from tessella.domain.experiments.setup.begun import change_faults
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment, Layer
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Pointer, nearest, point

#: Where dimensions are.
_DIMENSIONS: Final = "among the fields of a context and the declared features"


def check_experiments(definitions: Definitions, schema: Schema) -> None:
    """Dimensions are fields of a context, features that can be one, or the segment; layers are shared in parts.

    Raises `Faults`.
    """
    errors = [
        fault
        for experiment in in_use(definitions)
        for fault in _dimension_faults(experiment, schema, point("/experiments", experiment.experiment_id))
    ]
    errors += _overlaps([each for each in in_use(definitions) if each.status in ALIVE])
    if errors:
        raise Faults(errors)


def check_begun(before: Definitions, after: Definitions) -> None:
    """Experiments that have begun keep what units were given and rewards were counted by. Raises `Faults`."""
    errors = [
        fault
        for name, experiment in sorted(before.experiments.items())
        if (then := after.experiments.get(name)) is not experiment
        for fault in change_faults(experiment, then, point("/experiments", name))
    ]
    if errors:
        raise Faults(errors)


def _dimension_faults(experiment: Experiment, schema: Schema, at: Pointer) -> Iterator[TessellaError]:
    for index, name in enumerate(experiment.segmentation.segment_by):
        where = point(at, "segmentation", "segment_by", index)
        if name in FIELDS or name == SEGMENT_DIMENSION:
            continue
        feature = schema.get(FeatureName(name))
        if feature is None:
            near = nearest(name, [*FIELDS, SEGMENT_DIMENSION, *schema])
            yield UnknownReference(where, "dimension", name, near, FIELDS, _DIMENSIONS)
        elif refusal := _refusal(feature):
            yield WrongShape(where, f'"{name}" cannot be a dimension: {refusal}.', "Choose another one.")


def _refusal(feature: Feature) -> str:
    """Why there are no segments by a feature; empty when there may be."""
    if feature.personal:
        return "it is personal data, and keys of segments are stored and shown"
    if feature.source is Source.ITEM:
        return "it is of items"
    if feature.type is FeatureType.STRING_LIST:
        return "it is a list"
    return ""


def _overlaps(experiments: list[Experiment]) -> Iterator[TessellaError]:
    for first, other in combinations(experiments, 2):
        if first.layer is not None and other.layer is not None and _overlap(first.layer, other.layer):
            for one, with_whom in ((first, other), (other, first)):
                problem = f'Its part of the layer "{first.layer.name}" is also of the experiment '
                problem += f'"{with_whom.experiment_id}".'
                at = point("/experiments", one.experiment_id, "layer")
                yield WrongShape(at, problem, "Give each a part of its own: first and last do not overlap.")


def _overlap(one: Layer, other: Layer) -> bool:
    return one.name == other.name and one.first < other.last and other.first < one.last

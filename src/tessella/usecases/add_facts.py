"""Add facts: values of subjects, typed by the namespace's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.errors import MOST_FAULTS, FactNotAccepted, Faults, TessellaError, UnknownFeature, shown
from tessella.domain.features.gate import Value, iso, normalise
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Json, Pointer, SubjectId, point
from tessella.ports import Session, StoredFact


@dataclass(frozen=True, slots=True)
class SubjectValues:
    """The values of one subject as they were sent."""

    subject_id: SubjectId
    values: Mapping[str, Json]
    #: When they were true; None: now.
    as_of: Instant | None = None


@dataclass(frozen=True, slots=True)
class FactsAdded:
    """How many values were sent, and how many of them changed something."""

    accepted: int
    changed: int


async def add_facts(session: Session, sent: Sequence[SubjectValues]) -> FactsAdded:
    """Store facts, all or none. Raises `Faults` with the first hundred values that cannot be held."""
    schema = session.snapshot().schema
    now = session.now()
    errors: list[TessellaError] = []
    facts: list[StoredFact] = []
    for at, each, name, value in _values(sent):
        try:
            kept = checked(schema, name, value, at)
            facts.append(
                StoredFact(each.subject_id, FeatureName(name), kept, now if each.as_of is None else each.as_of)
            )
        except TessellaError as error:
            errors.append(error)
        if len(errors) == MOST_FAULTS:
            break
    if errors:
        raise Faults(errors)
    return FactsAdded(len(facts), await session.add_facts(facts))


def _values(sent: Sequence[SubjectValues]) -> Iterator[tuple[Pointer, SubjectValues, str, Json]]:
    for index, each in enumerate(sent):
        for name, value in each.values.items():
            yield point("/facts", index, "values", name), each, name, value


def checked(schema: Schema, name: str, value: Json, at: Pointer) -> Json:
    """The value as it is stored. Raises `UnknownFeature` and `FactNotAccepted`."""
    feature = schema.get(FeatureName(name))
    if feature is None:
        raise UnknownFeature(at, name, schema.nearest(name))
    for refusal in _refusals(feature):
        raise FactNotAccepted(at, name, refusal)
    typed = normalise(value, feature.type)
    if typed is None:
        raise FactNotAccepted(at, name, f"its type is {feature.type}, and this is {shown(value)}")
    return written(typed, feature.type)


def written(value: Value, kind: FeatureType) -> Json:
    """A typed value as JSON: times as text."""
    return iso(value) if kind is FeatureType.TIMESTAMP and isinstance(value, int) else value


def _refusals(feature: Feature) -> Iterator[str]:
    if feature.personal:
        yield "it is personal data"
    if feature.source is Source.REQUEST:
        yield "its value comes with each request"

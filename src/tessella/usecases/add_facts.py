"""Add facts: values of subjects, typed by the namespace's schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tessella.domain.audiences.reading import source_of
from tessella.domain.errors import MOST_FAULTS, FactNotAccepted, TessellaError, TooManyValues, UnknownFeature, shown
from tessella.domain.errors.personal_data import PersonalValue
from tessella.domain.features.gate import Value, iso, normalise
from tessella.domain.features.of_games import BY_TAXONOMIES
from tessella.domain.features.predicted import BY_PREDICTIONS
from tessella.domain.features.schema import ABOUT_ITEMS, Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Json, Pointer, SourceId, SubjectId, point
from tessella.domain.privacy.feature_guard import personal_value
from tessella.domain.privacy.subject_ids import subject_fault
from tessella.domain.snapshot import Snapshot
from tessella.ports import FactsAdded, Session, StoredFact
from tessella.usecases.rejected import refusal

#: Of one request; the writer takes them whole.
MOST_VALUES: Final = 10_000


@dataclass(frozen=True, slots=True)
class SubjectValues:
    """The values of one subject as they were sent."""

    subject_id: SubjectId
    values: Mapping[str, Json]
    #: When they were true; None: now.
    as_of: Instant | None = None


async def add_facts(
    session: Session,
    sent: Sequence[SubjectValues],
    *,
    at: Sequence[Pointer] = (),
    refused: Sequence[TessellaError] = (),
) -> FactsAdded:
    """Store facts; of a subject with a wrong value none, which costs the others nothing.

    `at` names the subjects in errors, `refused` are rows that were found wrong before. Raises `TooManyValues`, and what
    is wrong when nothing can be stored.
    """
    if (count := sum(len(each.values) for each in sent)) > MOST_VALUES:
        raise TooManyValues(count, MOST_VALUES)
    now = session.now()
    faults = list(refused)
    facts: list[StoredFact] = []
    names: list[Pointer] = []
    for position, each in enumerate(sent):
        name = at[position] if at else point("/facts", position)
        told = max(MOST_FAULTS - len(faults), 1)
        if wrong := list(islice(_faults(session.snapshot(), each, name), told)):
            faults += wrong
            continue
        facts += _facts(session.snapshot(), each, now)
        names += [point(name, "values", feature) for feature in each.values]
    added = await session.add_facts(facts, at=names, refused=faults)
    if (error := refusal(added.accepted, added.rejected)) is not None:
        raise error
    return added


def _faults(snapshot: Snapshot, sent: SubjectValues, at: Pointer) -> Iterator[TessellaError]:
    if fault := subject_fault(sent.subject_id, snapshot.definitions.defaults.subject_ids, point(at, "subject_id")):
        yield fault
    for name, value in sent.values.items():
        try:
            checked(snapshot, name, value, point(at, "values", name))
        except TessellaError as error:
            yield error


def _facts(snapshot: Snapshot, sent: SubjectValues, now: Instant) -> Iterator[StoredFact]:
    as_of = now if sent.as_of is None else sent.as_of
    for name, value in sent.values.items():
        yield StoredFact(sent.subject_id, FeatureName(name), checked(snapshot, name, value, ""), as_of)


def checked(snapshot: Snapshot, name: str, value: Json, at: Pointer) -> Json:
    """The value as it is stored. Raises `UnknownFeature`, `FactNotAccepted` and `PersonalValue`."""
    feature = snapshot.schema.get(FeatureName(name))
    if feature is None:
        raise UnknownFeature(at, name, snapshot.schema.nearest(name))
    for reason in _refusals(feature, snapshot.definitions.sources):
        raise FactNotAccepted(at, name, reason)
    typed = normalise(value, feature.type)
    if typed is None:
        raise FactNotAccepted(at, name, f"its type is {feature.type}, and this is {shown(value)}")
    if (what := personal_value(feature, typed)) is not None:
        raise PersonalValue(at, name, what)
    return written(typed, feature.type)


def written(value: Value, kind: FeatureType) -> Json:
    """A typed value as JSON: times as text."""
    return iso(value) if kind is FeatureType.TIMESTAMP and isinstance(value, int) else value


def _refusals(feature: Feature, sources: Collection[SourceId]) -> Iterator[str]:
    if feature.personal:
        yield "it is personal data"
    if feature.source is Source.REQUEST:
        yield "its value comes with each request"
    if feature.source is Source.ITEM:
        yield ABOUT_ITEMS
    if feature.source is Source.PREDICTION:
        yield BY_PREDICTIONS
    if feature.source is Source.TAXONOMY:
        yield BY_TAXONOMIES
    if (source := source_of(feature, sources)) is not None:
        yield f'it is read from the source "{source}"'

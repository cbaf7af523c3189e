"""Rankings as they would have been at a moment of the past: the index of then, and who was in which segment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.decisions import Choice
from tessella.domain.errors import NobodyHeldOut
from tessella.domain.features.instants import typed_instant
from tessella.domain.features.schema import SUBJECT, Source
from tessella.domain.features.subject import Subject, clock
from tessella.domain.identifiers import Instant, ProfileId, SubjectId
from tessella.domain.ranking.catalogue.building import BuiltCatalogue
from tessella.domain.ranking.evaluation.asked import EvaluationAsked
from tessella.domain.ranking.evaluation.contenders import Contender, Served
from tessella.domain.ranking.evaluation.split import MOST_SUBJECTS, Split, split_at
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.recipe import Recipe
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.segments.choice import choose_segment
from tessella.domain.snapshot import Snapshot
from tessella.domain.steps import walk
from tessella.ports import Session, Warehouse
from tessella.usecases.build_index import read_events, read_items
from tessella.usecases.known_at import Known, known_at


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the past is played again from."""

    snapshot: Snapshot
    built: BuiltCatalogue
    #: Of all subjects, up to the end of the days that are held out.
    events: Interactions
    #: The subject of each code of the events.
    subject_ids: Sequence[SubjectId]


async def rehearse(session: Session, *, until: Instant) -> Rehearsal:
    """Read the catalogue and the events of everybody who did not switch personalization off."""
    snapshot = await session.compiled(await session.definitions())
    built = await read_items(session, snapshot)
    events = await read_events(session, built, snapshot.definitions.defaults.ranking, until=until)
    return Rehearsal(snapshot, built, await asyncio.to_thread(events.built), events.subject_ids())


def held_out(rehearsal: Rehearsal, asked: EvaluationAsked, most_subjects: int = MOST_SUBJECTS) -> Split:
    """Hold out what was bought on the days that were asked for, of about so many subjects at most.

    Raises `NobodyHeldOut` when no subject is left.
    """
    items = len(rehearsal.built.catalogue)
    split = split_at(rehearsal.events, items, asked.cut, asked.until, most_subjects)
    if not len(split.subjects):
        raise NobodyHeldOut("/until", typed_instant(asked.cut), typed_instant(asked.until))
    return split


def index_of(recipe: Recipe, rehearsal: Rehearsal, split: Split) -> RankingIndex:
    """The index as it would have been built just before the cut. It takes its time: for a thread."""
    from tessella.domain.ranking.build import index_steps  # loads scipy

    return walk(index_steps(recipe, rehearsal.built, split.known))


async def subjects_at(session: Session, warehouse: Warehouse, rehearsal: Rehearsal, split: Split) -> Sequence[Subject]:
    """Each subject of the split, with what the rules could read then."""
    features = rehearsal.snapshot.definitions.features.values()
    facts = [each for each in features if each.source is Source.FACT]
    known = await known_at(session, warehouse, facts, split.as_of)
    return [_subject(rehearsal.subject_ids[code], known, split.as_of) for code in split.subjects.tolist()]


def choices(snapshot: Snapshot, subjects: Sequence[Subject], at: Instant) -> Sequence[Choice]:
    """The segment that each would have been in."""
    return [choose_segment(snapshot.matcher, snapshot.definitions.segments, each, now=at) for each in subjects]


def decided(snapshot: Snapshot, subjects: Sequence[Subject], chosen: Sequence[Choice]) -> Contender:
    """Everybody by the profile of their segment: what a request without a campaign gets."""
    served = [_served(snapshot, each.profile_id, subject) for each, subject in zip(chosen, subjects, strict=True)]
    return Contender("as_decided", served.__getitem__)


def with_profile(snapshot: Snapshot, profile_id: ProfileId, subjects: Sequence[Subject]) -> Contender:
    """Everybody by one profile."""
    return Contender(f"profile:{profile_id}", lambda place: _served(snapshot, profile_id, subjects[place]))


def _served(snapshot: Snapshot, profile_id: ProfileId | None, subject: Subject) -> Served:
    config = snapshot.configs[profile_id].values
    return Served(config, snapshot.filters_for(profile_id, None), subject.features)


def _subject(subject_id: SubjectId, known: Known, at: Instant) -> Subject:
    return Subject(subject_id, {**known.get(subject_id, {}), **clock(at, None), SUBJECT: subject_id})

"""Recommend: decide for one request or for many, and rank items with the configuration that was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from typing import Final

import msgspec

from tessella.domain.decisions import Decision
from tessella.domain.errors import TooManyItems
from tessella.domain.features.subject import NO_FACTS
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.ranking import Ranking
from tessella.domain.ranking.subject.events import NO_EVENTS
from tessella.ports import KnownRanking, Session
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.assigning.in_decision import with_variant, with_variants
from tessella.usecases.load_subject import asked_subject, load_facts, load_histories, subject_of
from tessella.usecases.prepare_ranking import prepare_ranking, prepared_for
from tessella.usecases.ranking import ItemsAsked, Material, check_asked, key_of, ranked, with_items

#: How long a ranking is given again: but for what its key holds it changes with the clock only, and slowly.
FRESH_US: Final = 5_000_000
#: The most items that the requests of one batch may ask for together: about a second's work.
ITEMS_TOGETHER_MAX: Final = 50_000


class RecommendationRequest(msgspec.Struct, frozen=True):
    """What is asked: a decision, and items by its configuration."""

    decision: DecisionRequest
    items: ItemsAsked = ItemsAsked()


class Recommendation(msgspec.Struct, frozen=True):
    """A decision with its items, and the ranking that they are from."""

    decision: Decision
    ranking: Ranking


async def recommend(session: Session, request: RecommendationRequest) -> Recommendation:
    """Decide for one request, rank items with its configuration, and record both.

    Raises as `decide`, and `Faults` with an `UnknownItem` or a `NamedTwice` for each item that cannot be meant.
    """
    at, decision = request.decision.moment(session.now()), await with_variant(session, request.decision)
    material = await prepare_ranking(session, decision, request.items, at)
    made = _made(session, material, request.decision.at, at)
    await session.record(made.decision)
    return made


async def recommend_many(session: Session, requests: Sequence[RecommendationRequest]) -> list[Recommendation]:
    """The same for many requests, with one read of all their facts and one of their histories.

    Raises `TooManyItems` too.
    """
    _check_all(requests)
    now = session.now()
    named = [asked_subject(session, each.decision.subject_id) for each in requests]
    decisions = await with_variants(session, [each.decision for each in requests])
    loaded = await load_facts(session, list(dict.fromkeys(each for each in named if each is not None)))
    histories = await load_histories(session, loaded)
    made = []
    for request, decision, subject_id in zip(requests, decisions, named, strict=True):
        at = decision.moment(now)
        facts = NO_FACTS if subject_id is None else loaded[subject_id]
        subject = subject_of(session, subject_id, decision.context, facts, at)
        events = NO_EVENTS if subject.subject_id is None else histories[subject.subject_id]
        material = await prepared_for(session, decision, request.items, subject, events, at)
        made.append(_made(session, material, decision.at, at))
        await asyncio.sleep(0)  # a ranking takes as long as ten decisions: others have their turn in between
    await session.record_all([each.decision for each in made])
    return made


def _check_all(requests: Sequence[RecommendationRequest]) -> None:
    for each in requests:
        check_asked(each.items)
    count = sum(each.items.limit for each in requests)
    if count > ITEMS_TOGETHER_MAX:
        raise TooManyItems(count, ITEMS_TOGETHER_MAX)


def _made(session: Session, material: Material, asked_at: Instant | None, at: Instant) -> Recommendation:
    """The recommendation, not yet recorded."""
    known = _ranked(session, material, key_of(material, asked_at), at)
    return Recommendation(with_items(material, known.ranking, known.at), known.ranking)


def _ranked(session: Session, material: Material, key: Hashable, at: Instant) -> KnownRanking:
    """The ranking that was made of the same a moment ago, or a new one."""
    known = session.known_ranking(key)
    if known is None or not known.at <= at <= known.at + FRESH_US:
        known = KnownRanking(ranked(material, at), at)
        session.keep_ranking(key, known)
    return known

"""Rank the items of one decision: the same for a request, for a replay and without a server."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

import msgspec

from tessella.domain.decisions import Decision, Ranked, Reason
from tessella.domain.errors import WrongShape
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import FeatureName, Instant, Pointer, point
from tessella.domain.ranking.catalogue.asked_items import rows_asked
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.profile import Campaign
from tessella.domain.ranking.rank import rank, rank_explained
from tessella.domain.ranking.ranking import Ranking, RankingRequest
from tessella.domain.ranking.reasons import EMPTY_CATALOGUE, INDEX_BUILDING
from tessella.domain.ranking.subject.events import SubjectEvents
from tessella.domain.snapshot import Snapshot

LIMIT_MAX: Final = 500
#: The most items that are ranked by name, and that similar ones are looked for.
ITEMS_MAX: Final = 2_500
ANCHORS_MAX: Final = 100
#: The feature that says where the request comes from.
REGION: Final = FeatureName("ctx.region")

#: Where none is being built either.
NO_INDEX: Final = Ranking(
    (),
    (
        (
            EMPTY_CATALOGUE,
            "No ranking index is served here: none was built, or not loaded. Build it: tessella index build.",
        ),
    ),
)


class ItemsAsked(msgspec.Struct, frozen=True):
    """Which items are asked for."""

    #: The most, 1 to `LIMIT_MAX`.
    limit: int = 10
    #: Rank just these; None: whatever is found.
    item_ids: tuple[str, ...] | None = None
    #: Find items like these; they take the place of the subject's recent ones.
    anchor_item_ids: tuple[str, ...] = ()
    #: Where this stands in what the caller sent.
    pointer: Pointer = ""


class Material(msgspec.Struct, frozen=True):
    """What a decision's items are ranked from. A struct: one is made for every request."""

    snapshot: Snapshot
    #: None: none was built yet.
    index: RankingIndex | None
    subject: Subject
    events: SubjectEvents
    decision: Decision
    asked: ItemsAsked
    region: str | None
    #: Without an index: how much of the first one is built, 0 to 1; None: nobody builds it.
    built_share: float | None = None


def check_asked(asked: ItemsAsked) -> None:
    """Raises `WrongShape` for a number of items that cannot be meant."""
    if not 1 <= asked.limit <= LIMIT_MAX:
        raise WrongShape(point(asked.pointer, "limit"), f"limit must be a whole number from 1 to {LIMIT_MAX}.")
    if asked.item_ids is not None and not 1 <= len(asked.item_ids) <= ITEMS_MAX:
        where = point(asked.pointer, "item_ids")
        raise WrongShape(where, f"item_ids must name 1 to {ITEMS_MAX:,} items.", "Leave it out to rank all.")
    if len(asked.anchor_item_ids) > ANCHORS_MAX:
        where = point(asked.pointer, "anchor_item_ids")
        raise WrongShape(where, f"anchor_item_ids may name {ANCHORS_MAX} items.")


def ranked(material: Material, now: Instant) -> Ranking:
    """The items in order. Raises `Faults` with an `UnknownItem` or a `NamedTwice` for each that cannot be meant."""
    index = material.index
    return _without_index(material) if index is None else rank(index, _ranking_request(material, index), now=now)


def ranked_explained(material: Material, now: Instant) -> Ranking:
    """The same with every number that led to the order."""
    index = material.index
    if index is None:
        return _without_index(material)
    return rank_explained(index, _ranking_request(material, index), now=now)


def _without_index(material: Material) -> Ranking:
    if material.built_share is None:
        return NO_INDEX
    share = f"The ranking index is still being built: {material.built_share:.0%} is done. Ask again in a moment."
    return Ranking((), ((INDEX_BUILDING, share),))


def _ranking_request(material: Material, index: RankingIndex) -> RankingRequest:
    catalogue, asked, at = index.catalogue, material.asked, material.asked.pointer
    campaign = campaign_of(material.snapshot, material.decision)
    return RankingRequest(
        config=material.decision.config,
        limit=asked.limit,
        history=material.events.in_rows(index, material.snapshot.definitions.defaults.ranking),
        only=None if asked.item_ids is None else rows_asked(catalogue, asked.item_ids, point(at, "item_ids")),
        anchors=rows_asked(catalogue, asked.anchor_item_ids, point(at, "anchor_item_ids")),
        pins=catalogue.rows_of([] if campaign is None else campaign.pins),
        region=material.region if material.subject.personalized else None,
        filters=material.snapshot.filters_for(material.decision.profile_id, campaign),
        values=material.subject.features,
    )


def campaign_of(snapshot: Snapshot, decision: Decision) -> Campaign | None:
    """The campaign that was asked for, if it runs."""
    campaign = None if decision.campaign_id is None else snapshot.definitions.campaigns.get(decision.campaign_id)
    return campaign if campaign is not None and campaign.holds_at(decision.at) else None


def region_of(subject: Subject) -> str | None:
    """Where the request comes from, if `ctx.region` is declared as text and was sent."""
    region = subject.features.get(REGION)
    return region if isinstance(region, str) else None


def key_of(material: Material, at: Instant | None) -> Hashable:
    """All that a ranking is made from: equal keys, equal rankings at one moment. `at` is None for the present."""
    decision, subject, asked, index = material.decision, material.subject, material.asked, material.index
    return (
        subject.subject_id, decision.snapshot_version, decision.profile_id, decision.campaign_id,
        campaign_of(material.snapshot, decision) is not None,
        tuple(decision.config.values()), None if index is None else (index.version, index.overlay),
        material.built_share, material.events.digest, frozenset(subject.features.items()),
        asked.limit, asked.item_ids, asked.anchor_item_ids, at,
    )  # fmt: skip


def with_items(material: Material, ranking: Ranking, at: Instant) -> Decision:
    """The decision with its items as they were ranked at `at`, and the ranking's remarks among its reasons."""
    decision = material.decision
    return msgspec.structs.replace(
        decision,
        items=tuple([(each.item_id, each.score) for each in ranking.items]),
        reasons=(*decision.reasons, *(_reason(material, code, text) for code, text in ranking.remarks)),
        ranked=_ranked_from(material, at),
    )


def _reason(material: Material, code: str, text: str) -> Reason:
    """The share that is built goes with the decision: a replay tells the same."""
    return Reason(code, text, {"progress": material.built_share} if code == INDEX_BUILDING else {})


def _ranked_from(material: Material, at: Instant) -> Ranked:
    """How the items came about, for the record."""
    index, events, asked = material.index, material.events, material.asked
    return Ranked(
        limit=asked.limit,
        at=at,
        item_ids=asked.item_ids,
        anchor_item_ids=asked.anchor_item_ids,
        region=material.region,
        index_version=None if index is None else index.version,
        overlay="" if index is None else index.overlay,
        history_digest=events.digest,
        history_as_of=events.as_of,
    )


def as_stale_as(subject: Subject, events: SubjectEvents) -> Subject:
    """The subject, marked as stale where their history is."""
    if not events.stale or subject.facts.stale:
        return subject
    return msgspec.structs.replace(subject, facts=replace(subject.facts, stale=True))

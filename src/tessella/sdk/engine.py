"""Rules to decisions in this process: no server, no database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from tessella.domain.decisions import Decision
from tessella.domain.definitions import Definitions
from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.schema import Schema, Source
from tessella.domain.features.subject import Facts, Subject, assemble, dotted
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import (
    CampaignId,
    DecisionId,
    FeatureName,
    Instant,
    Json,
    Namespace,
    Role,
    SegmentId,
    SubjectId,
)
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.ranking.subject.events import NO_EVENTS
from tessella.domain.segments.matching import Match
from tessella.domain.snapshot import Snapshot, build_snapshot
from tessella.ports.clock import present
from tessella.sdk.rows import Row, history_of, read_events
from tessella.usecases.decide import DecisionRequest, decision_for
from tessella.usecases.ranking import ItemsAsked, Material, check_asked, ranked, region_of, with_items
from tessella.usecases.recommend import Recommendation

#: Sources of values that are stored for no subject.
_NOT_STORED: Final = (Source.REQUEST, Source.ITEM)
#: A moment: a datetime (naive means UTC) or microseconds since 1970 UTC.
Moment = datetime | int


class Engine:
    """Decides from one snapshot. Immutable, safe to share between threads.

    >>> from tessella.domain.definitions import Definitions, Kind, read_definition
    >>> vip = {"segment_id": "vip", "rules": [{"rule_id": "home", "expr": {"eq": ["ctx.surface", "home"]}}]}
    >>> engine = Engine.of(Definitions().with_definition(Kind.SEGMENT, "vip", read_definition(Kind.SEGMENT, vip)))
    >>> engine.decide({"ctx": {"surface": "home"}}).segment_id
    'vip'
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @classmethod
    def load(cls, source: str | Path | Snapshot) -> Self:
        """An engine for a folder of definition files, or for a snapshot. Raises `Faults` with every fault found."""
        if isinstance(source, Snapshot):
            return cls(source)
        from tessella.files.definitions import read_folder

        return cls.of(read_folder(Path(source)))

    @classmethod
    def of(cls, definitions: Definitions, *, namespace: str = "local", env: Knobs | None = None) -> Self:
        """An engine for definitions at hand."""
        return cls(build_snapshot(Namespace(namespace), 1, definitions, env or {}))

    def match(self, context: Mapping[str, Json], now: Moment | None = None) -> Match | None:
        """The segment and rule that match first; None where only the default is left.

        `context` holds every value that rules may read, as `{"ctx": {...}, "user": {...}}` or with flat names.
        """
        at = instant(now)
        return self.snapshot.matcher.first_match(self._subject(context, None, at).features, at)

    def matching_segments(self, context: Mapping[str, Json], now: Moment | None = None) -> tuple[SegmentId, ...]:
        """Every active segment that matches, in the order of trial."""
        at = instant(now)
        return self.snapshot.matcher.matching_segments(self._subject(context, None, at).features, at)

    def decide(
        self,
        context: Mapping[str, Json],
        *,
        subject_id: str | None = None,
        campaign_id: str | None = None,
        overrides: Mapping[str, Json] | None = None,
        now: Moment | None = None,
    ) -> Decision:
        """The decision for one request; nothing is recorded. Raises `Invalid` errors for what cannot be accepted."""
        at = instant(now)
        subject = self._subject(context, subject_id, at)
        campaign = CampaignId(campaign_id) if campaign_id is not None else None
        request = DecisionRequest(subject.subject_id, context, campaign, overrides or {}, at)
        return decision_for(self.snapshot, request, subject, at, DecisionId(str(uuid.uuid4())))

    def index(self, items: Iterable[Row], events: Iterable[Row] = (), *, now: Moment | None = None) -> RankingIndex:
        """A ranking index of items and of what anybody did with them until `now`, for `rank`.

        Rows are mappings with the fields of items and events over HTTP. Raises `Invalid` errors that point at a row.
        """
        from tessella.sdk.indexing import index_of  # loads scipy

        return index_of(self.snapshot, items, events, instant(now))

    def rank(  # noqa: PLR0913 - what can be asked of a recommendation
        self,
        index: RankingIndex,
        context: Mapping[str, Json],
        *,
        subject_id: str | None = None,
        events: Iterable[Row] = (),
        limit: int = 10,
        item_ids: Sequence[str] | None = None,
        anchor_item_ids: Sequence[str] = (),
        campaign_id: str | None = None,
        overrides: Mapping[str, Json] | None = None,
        now: Moment | None = None,
    ) -> Recommendation:
        """The decision for one request with the items of the index in order; nothing is recorded.

        `events` are rows of what the subject did; those of others are left out. With `item_ids` just these are ranked,
        with `anchor_item_ids` items like them. Raises `Invalid` errors for what cannot be accepted.
        """
        at = instant(now)
        asked = ItemsAsked(limit, None if item_ids is None else tuple(item_ids), tuple(anchor_item_ids))
        check_asked(asked)
        subject = self._subject(context, subject_id, at)
        done = NO_EVENTS if subject_id is None else history_of(read_events(events), subject_id, at)
        decision = self.decide(context, subject_id=subject_id, campaign_id=campaign_id, overrides=overrides, now=at)
        material = Material(self.snapshot, index, subject, done, decision, asked, region_of(subject))
        ranking = ranked(material, at)
        return Recommendation(with_items(material, ranking, at), ranking)

    def _subject(self, context: Mapping[str, Json], subject_id: str | None, at: Instant) -> Subject:
        facts, rest = split(self.snapshot.schema, context)
        named = SubjectId(subject_id) if subject_id is not None else None
        return assemble(self.snapshot.schema, named, rest, facts=facts, role=Role.SERVICE, at=at)


def split(schema: Schema, context: Mapping[str, Json]) -> tuple[Facts, dict[str, Json]]:
    """Without a store the caller brings the facts too: values of fact features, and the rest of the context."""
    values: dict[FeatureName, Value] = {}
    rest: dict[str, Json] = {}
    for _, name, value in dotted(context):
        feature = schema.get(name)
        if feature is None or feature.source in _NOT_STORED or feature.overridable or feature.personal:
            rest[name] = value
        elif (accepted := normalise(value, feature.type)) is not None:
            values[feature.name] = accepted
    return Facts(values), rest


def instant(moment: Moment | None) -> Instant:
    """Microseconds UTC of a moment; the present for None. Raises ValueError outside the years 0001 to 9999."""
    if moment is None:
        return present()
    since = normalise(moment, FeatureType.TIMESTAMP)
    if not isinstance(since, int):
        raise ValueError("a moment lies in the years 0001 to 9999")
    return Instant(since)

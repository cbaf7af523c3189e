"""The two scopes of requirement D, and items for them."""

from typing import Any

from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.personalization.candidates import Candidate, candidates_of
from tessella.domain.personalization.ranking import RankedItem
from tessella.domain.personalization.reading import read_scope
from tessella.domain.personalization.rule_v1.prepared import PreparedScope
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.personalization.rules import parse_scope, scope_schema
from tessella.domain.personalization.vector import FeatureVector

NOW = Instant(1_790_000_000_000_000)
HOUR = 3_600_000_000
FEATURES = (
    Feature(FeatureName("user.zodiac"), FeatureType.STRING),
    Feature(FeatureName("user.age_days"), FeatureType.NUMBER),
    Feature(FeatureName("item.zodiac"), FeatureType.STRING, Source.ITEM),
    Feature(FeatureName("item.kind"), FeatureType.STRING, Source.ITEM),
    Feature(FeatureName("item.level"), FeatureType.NUMBER, Source.ITEM),
    Feature(FeatureName("item.approved_at"), FeatureType.TIMESTAMP, Source.ITEM),
)
ENGAGED = {"gte": ["engagement_score", 0.7]}
HOROSCOPES = {
    "scope_id": "daily_horoscopes",
    "base": 0.5,
    "boosts": [
        {"add": 0.3, "equal": {"subject": "user.zodiac", "item": "item.zodiac"}, "tag": "user_zodiac"},
        {"add": 0.2, "when": ENGAGED, "tag": "high_engagement"},
        {"add": 0.1, "recent": {"item": "item.approved_at", "hours": 24}},
        {
            "add": 0.1,
            "related": {
                "subject": "user.zodiac",
                "item": "item.zodiac",
                "table": {"leo": {"aries": 1.0, "libra": 0.5}},
            },
        },
    ],
    "tags": [{"tag": "daily_habit", "when": {"gte": ["session_count_7d", 5]}}],
}
NOTIFICATIONS = {
    "scope_id": "notifications",
    "base": 0.4,
    "bases": [
        {"when": {"eq": ["item.kind", "order"]}, "score": 0.9},
        {"when": {"all": [{"eq": ["item.kind", "horoscope"]}, ENGAGED]}, "score": 0.8, "tag": "high_engagement"},
        {"when": {"eq": ["item.kind", "horoscope"]}, "score": 0.5},
        {"when": {"eq": ["item.kind", "community"]}, "score": 0.4, "tag": "social"},
        {"when": {"eq": ["item.kind", "promotion"]}, "score": 0.3},
    ],
}


def ranker(scope: dict[str, Any], *items: Candidate, most: int = 50) -> ScopeRanker:
    schema = scope_schema(FEATURES)
    prepared = PreparedScope(parse_scope(read_scope(scope, ""), schema), schema)
    return ScopeRanker(prepared, candidates_of(sorted(items, key=lambda each: each.item_id)), most)


def sign(item_id: str, zodiac: str, hours_ago: float = 48) -> Candidate:
    approved = int(NOW - hours_ago * HOUR)
    return Candidate(item_id, {FeatureName("item.zodiac"): zodiac, FeatureName("item.approved_at"): approved})


def notice(item_id: str, kind: str) -> Candidate:
    return Candidate(item_id, {FeatureName("item.kind"): kind})


def ranked(ranking: ScopeRanker, *, now: Instant = NOW, facts: dict[str, Any], **fields: Any) -> tuple[RankedItem, ...]:
    """For a subject with these facts and fields of the vector, which is as old as they say, 0 by default."""
    computed_at = Instant(fields.pop("computed_at", now))
    vector = FeatureVector(SubjectId("anna"), computed_at, **fields) if fields else None
    subject = ranking.prepared.subject(
        SubjectId("anna"), {FeatureName(name): each for name, each in facts.items()}, vector
    )
    return ranking.ranked(subject, vector, now)


def scores(items: tuple[RankedItem, ...]) -> dict[str, float]:
    return {each.item_id: each.score for each in items}

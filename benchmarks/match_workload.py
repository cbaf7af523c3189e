"""The rules and contexts of the `match` benchmark: rules like the documented example, and visitors who differ."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tessella.domain.features.gate import DAY_US, Value, micros
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Json, RuleId, SegmentId
from tessella.domain.rules.ast import Form
from tessella.domain.rules.parse import parse_rule
from tessella.domain.segments.matching import Entry

_NOON = micros(datetime(2026, 11, 21, 12, tzinfo=UTC))
assert _NOON is not None
NOW_US: Final[Instant] = _NOON

#: Choices and how often visitors have them.
SHARES: Final[Mapping[str, Mapping[str, int]]] = {
    "ctx.region": {"FI": 30, "SE": 20, "NO": 12, "DK": 10, "DE": 10, "EE": 6, "LV": 5, "LT": 4, "NL": 2, "UK": 1},
    "ctx.surface": {"home": 40, "casino": 20, "lobby": 15, "detail": 15, "search": 10},
    "ctx.device": {"mobile": 70, "desktop": 25, "tablet": 5},
    "user.tier": {"none": 60, "bronze": 20, "silver": 12, "gold": 6, "VIP": 2},
    "user.top_category": {f"category_{i}": 120 // i for i in range(1, 25)},
    "user.channel": {"organic": 45, "search_ads": 25, "affiliate": 15, "email": 10, "partner": 5},
}
NUMBERS: Final[Mapping[str, Callable[[random.Random], float]]] = {
    "user.ltv_eur": lambda rng: round(rng.lognormvariate(4.5, 1.5), 2),
    "user.avg_basket_eur": lambda rng: round(rng.lognormvariate(3.2, 0.7), 2),
    "user.coupon_share": lambda rng: round(rng.betavariate(1, 5), 3),
}
INTEGERS: Final[Mapping[str, Callable[[random.Random], int]]] = {
    "user.orders_90d": lambda rng: int(rng.expovariate(1 / 6)),
    "session.page_views": lambda rng: 1 + int(rng.expovariate(1 / 5)),
}
DAYS_AGO: Final[Mapping[str, float]] = {"user.last_play_ts": 25, "user.signup_ts": 400}
BOOLEANS: Final[Mapping[str, float]] = {"user.has_app": 0.4, "user.newsletter": 0.3}

TYPES: Final[Mapping[str, FeatureType]] = {
    **dict.fromkeys((*SHARES, "user.store"), FeatureType.STRING),
    **dict.fromkeys(NUMBERS, FeatureType.NUMBER),
    **dict.fromkeys(INTEGERS, FeatureType.INTEGER),
    **dict.fromkeys(DAYS_AGO, FeatureType.TIMESTAMP),
    **dict.fromkeys(BOOLEANS, FeatureType.BOOLEAN),
}
FEATURES: Final = tuple(Feature(FeatureName(name), kind) for name, kind in TYPES.items())
STORES: Final = 100
RULE: Final = RuleId("rule")

Context = dict[FeatureName, Value]


@dataclass(frozen=True, slots=True)
class Workload:
    """Segments of one rule each, in the order of trial, and normalised contexts without absent values."""

    rules: Sequence[tuple[SegmentId, Json]]
    contexts: Sequence[Context]

    def entries(self) -> list[Entry]:
        """The rules as the matcher takes them."""
        schema = Schema(FEATURES)
        return [Entry(segment_id, RULE, parse_rule(expr, Form.DSL, schema)) for segment_id, expr in self.rules]


def workload(segments: int, contexts: int, seed: int) -> Workload:
    """`segments` rules of six predicates: of document A's shape, plain conjunctions, and some with a `not`."""
    rng = random.Random(seed)
    rules = [(SegmentId(f"segment_{i}"), rng.choices(SHAPES, SHAPE_WEIGHTS)[0](rng)) for i in range(segments)]
    return Workload(rules, [a_context(rng) for _ in range(contexts)])


def store_workload(segments: int, contexts: int, seed: int) -> Workload:
    """The same rules, each for the visitors of one of 100 stores, so that 1 % of them can match a visitor."""
    plain = workload(segments, contexts, seed)
    stores = (f"store_{i % STORES}" for i in range(segments))
    rules = [
        (name, {"all": [{"eq": ["user.store", store]}, expr]})
        for (name, expr), store in zip(plain.rules, stores, strict=True)
    ]
    return Workload(rules, plain.contexts)


def a_context(rng: random.Random) -> Context:
    """One visitor."""
    context: dict[str, Any] = {name: _drawn(rng, name) for name in SHARES}
    context |= {name: draw(rng) for name, draw in (NUMBERS | INTEGERS).items()}
    context |= {name: NOW_US - int(rng.expovariate(1 / mean) * DAY_US) for name, mean in DAYS_AGO.items()}
    context |= {name: rng.random() < share for name, share in BOOLEANS.items()}
    return {**context, "user.store": f"store_{rng.randrange(STORES)}"}


def _drawn(rng: random.Random, name: str) -> str:
    return rng.choices(list(SHARES[name]), list(SHARES[name].values()))[0]


def _equal(rng: random.Random, name: str) -> Json:
    return {"eq": [name, _drawn(rng, name)]}


def _one_of(rng: random.Random, name: str) -> Json:
    return {"in": [name, rng.sample(list(SHARES[name]), 2)]}


def _at_least(rng: random.Random) -> Json:
    name = rng.choice(list(NUMBERS))
    return {"gte": [name, round(NUMBERS[name](rng) / 2, 3)]}


def _below(rng: random.Random) -> Json:
    name = rng.choice(list(INTEGERS))
    return {"lt": [name, 2 + 2 * INTEGERS[name](rng)]}


def _days(rng: random.Random, op: str) -> Json:
    name = rng.choice(list(DAYS_AGO))
    return {op: [name, math.ceil(rng.expovariate(1 / DAYS_AGO[name]))]}


def _flag(rng: random.Random) -> Json:
    name = rng.choice(list(BOOLEANS))
    return {"eq": [name, rng.random() < BOOLEANS[name]]}


def _documented(rng: random.Random) -> Json:
    """Document A's example: a few of high standing, or those of a place who have been away."""
    standing = [
        {"eq": ["user.tier", rng.choice(["gold", "VIP"])]},
        {"gte": ["user.ltv_eur", 500 + rng.randrange(4500)]},
    ]
    away = [_equal(rng, "ctx.region"), _one_of(rng, "ctx.surface"), _days(rng, "gte_days_since"), _flag(rng)]
    return {"any": [{"all": standing}, {"all": away}]}


def _conjunction(rng: random.Random) -> Json:
    choices = rng.sample(["ctx.region", "user.tier", "user.top_category", "user.channel"], 2)
    leaves = [_equal(rng, choices[0]), _one_of(rng, choices[1]), _at_least(rng), _below(rng)]
    return {"all": [*leaves, _days(rng, "lte_days_since"), _flag(rng)]}


def _with_exclusion(rng: random.Random) -> Json:
    excluded = {"not": {"any": [_equal(rng, "ctx.device"), _below(rng)]}}
    leaves = [_one_of(rng, "user.top_category"), _equal(rng, "ctx.surface"), _at_least(rng)]
    return {"all": [*leaves, _days(rng, "gte_days_since"), excluded]}


SHAPES: Final = (_documented, _conjunction, _with_exclusion)
SHAPE_WEIGHTS: Final = (30, 50, 20)

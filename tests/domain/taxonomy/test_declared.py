"""The digest of a declaration: equal where a calibration would see the same days and axes, and other where not."""

import msgspec
import pytest

from tessella.domain.identifiers import FeatureName, GameId
from tessella.domain.taxonomy.declared import declared_digest
from tessella.domain.taxonomy.game import (
    Anomalies,
    AnomalyMethod,
    DayMetric,
    DayRows,
    Game,
    Outcome,
    Rollout,
    Scale,
    Strategy,
    UniversalAxis,
)

SPEND = DayMetric({"kind": "sum", "field": "value", "event_type": "buy"}, scale=Scale.LOG)
BUYS = DayMetric({"kind": "count", "event_type": "buy"})
GAME = Game(GameId("shop"), {"buys": BUYS, "spend": SPEND}, {UniversalAxis.MONETIZATION: ("buys", "spend")})


def changed(**fields: object) -> str:
    return declared_digest(msgspec.structs.replace(GAME, **fields))


def metric(**fields: object) -> dict[str, DayMetric]:
    return {"buys": BUYS, "spend": msgspec.structs.replace(SPEND, **fields)}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "The shop", "description": "Sells."},
        {"fresh_days": 1},
        {"anomalies": Anomalies(method=AnomalyMethod.DISTANCE_DELTA, alpha=0.05)},
        {"rollout": Rollout(strategy=Strategy.SHADOW_MODE)},
        {"metrics": metric(unit="USD", description="What was paid.")},
        {"metrics": {"spend": SPEND, "buys": BUYS}},
    ],
    ids=str,
)
def test_what_changes_no_number_leaves_a_taxonomy_fresh(fields: dict[str, object]) -> None:
    assert changed(**fields) == declared_digest(GAME)


@pytest.mark.parametrize(
    "fields",
    [
        {"metrics": metric(scale=Scale.LINEAR)},
        {"metrics": metric(kind={"kind": "sum", "field": "value", "event_type": "order"})},
        {"metrics": metric() | {"more": BUYS}},
        {"axes": {UniversalAxis.ENGAGEMENT: ("buys", "spend")}},
        {"axes": {UniversalAxis.MONETIZATION: ("spend", "buys")}},
        {"timezone": "Asia/Tokyo"},
        {"holidays": ("12-25",)},
        {"weekend": ("friday", "saturday")},
        {"days": DayRows("days.parquet")},
        {"outcomes": {Outcome.LTV: FeatureName("user.ltv")}},
        {"window_days": 28},
    ],
    ids=str,
)
def test_what_gives_other_days_or_axes_makes_a_taxonomy_old(fields: dict[str, object]) -> None:
    assert changed(**fields) != declared_digest(GAME)

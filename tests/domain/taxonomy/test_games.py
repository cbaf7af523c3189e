"""Games as definitions: what they may say, all their faults at once, and what they need."""

import math

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, effective, read_definition, write_definition
from tessella.domain.errors import Faults
from tessella.domain.taxonomy.game import CONTEXTS, UniversalAxis
from tessella.domain.usage import users_of

COUNT = {"kind": {"kind": "count", "event_type": "purchase"}}
SPEND = {"kind": {"kind": "sum", "field": "value"}, "scale": "log", "unit": "USD"}
METRICS = {"visits": COUNT, "spend": SPEND, "hour": {"kind": {"kind": "hour"}}, "away": {"kind": {"kind": "gap"}}}
AXES = {"temporal": ["hour", "away"], "monetization": ["spend", "visits"]}
STORE = {"game_id": "store", "metrics": METRICS, "axes": AXES}
ROWS = {"location": "days.parquet"}
COLUMNS = {"visits": {}, "spend": {"scale": "log", "column": "spend_usd"}}
OF_ROWS = {"game_id": "rows", "days": ROWS, "metrics": COLUMNS, "axes": {"monetization": ["spend", "visits"]}}
LTV = {"name": "prediction.ltv_usd", "type": "number", "source": "prediction"}
ID_FIELDS = {"game_id": Kind.GAME, "source_id": Kind.SOURCE, "segment_id": Kind.SEGMENT, "name": Kind.FEATURE}


def defined(*written):
    definitions = Definitions()
    for each in written:
        field = next(field for field in ID_FIELDS if field in each)
        kind = ID_FIELDS[field]
        definitions = definitions.with_definition(kind, each[field], read_definition(kind, each))
    return definitions


def told(feature, kind="string", **changed):
    return {"name": feature, "type": kind, "source": "taxonomy", **changed}


def faults_of(written):
    with pytest.raises(Faults) as refused:
        read_definition(Kind.GAME, written)
    return {fault.pointer: (fault.message, fault.hint()) for fault in refused.value.faults()}


def unfit(*written):
    with pytest.raises(Faults) as refused:
        check_definitions(defined(*written))
    return {fault.pointer: fault.message for fault in refused.value.faults()}


@pytest.mark.parametrize(
    "written",
    [
        STORE,
        OF_ROWS,
        OF_ROWS | {"metrics": COLUMNS | {"away": {"kind": {"kind": "gap"}}}},
        STORE | {"timezone": "Asia/Kathmandu", "holidays": ["12-25", "02-29", "2026-11-26"], "weekend": ["friday"]},
        STORE | {"weekend": [], "window_days": 14, "fresh_days": 1, "outcomes": {"ltv": "x"}},
        STORE | {"anomalies": {"method": "distance_delta", "alpha": 0.2, "thresholds": {"holiday": 3}}},
        STORE | {"anomalies": {"sensitivity": {"own-axis_2": 2}, "critical_axes": ["temporal", "own"]}},
        STORE | {"rollout": {"strategy": "shadow_mode", "legacy": {"url": "http://10.0.0.7:8080/x"}}},
    ],
)
def test_a_game_that_is_written_reads_back_equal(written):
    game = read_definition(Kind.GAME, written)
    assert read_definition(Kind.GAME, write_definition(game)) == game
    assert read_definition(Kind.GAME, effective(Kind.GAME, write_definition(game))) == game


def test_the_order_of_metrics_and_axes_does_not_depend_on_how_a_game_was_written():
    game = read_definition(Kind.GAME, STORE)
    turned = STORE | {name: dict(reversed(STORE[name].items())) for name in ("metrics", "axes")}
    again = read_definition(Kind.GAME, turned)
    assert game.metric_names == again.metric_names == ("away", "hour", "spend", "visits")
    assert list(game.axes) == list(again.axes) == [UniversalAxis.MONETIZATION, UniversalAxis.TEMPORAL]
    assert game.axes[UniversalAxis.TEMPORAL] == ("hour", "away")


def test_a_threshold_that_is_left_out_is_as_usual():
    game = read_definition(Kind.GAME, STORE | {"anomalies": {"thresholds": {"weekend": 2}}})
    assert [game.anomalies.thresholds[each] for each in CONTEXTS] == [1, 2, 1.5]


def test_all_faults_of_a_game_are_told_at_once():
    written = {
        "game_id": "g" * 65,
        "metrics": {"Spend": SPEND, "visits": {"kindd": {}}, "hour": {"kind": {"kind": "our"}}, "last": {}},
        "axes": {"money": [], "social": ["hour"], "temporal": ["visits", "visits", "vists"]},
        "timezone": "Europe/Helsinky",
        "holidays": ["25-12", "12-25", "12-25", "2026-02-29", "\u0661\u0662-25"],
        "weekend": ["Sunday"],
        "outcomes": {"lvt": "x"},
        "window_days": 13,
        "fresh_days": 0,
        "anomalies": {
            "alpha": 0.21,
            "thresholds": {"weekday": -1, "weekend": 5e-324, "monday": 1},
            "sensitivity": {"social": math.inf, "engagement": 1, "a.b": 1},
            "critical_axes": ["anomaly"],
        },
        "rollout": {"legacy": {"url": "ftp://legacy", "timeout_ms": 0}},
    }
    assert set(faults_of(written)) == {
        "/game_id", "/metrics/Spend", "/metrics/visits/kindd", "/metrics/hour/kind/kind", "/metrics/last/kind",
        "/axes/money", "/axes/social", "/axes/temporal/1", "/axes/temporal/2", "/timezone", "/holidays/0",
        "/holidays/2", "/holidays/3", "/holidays/4", "/weekend/0", "/outcomes/lvt", "/window_days", "/fresh_days",
        "/anomalies/alpha", "/anomalies/thresholds/weekday", "/anomalies/thresholds/weekend",
        "/anomalies/thresholds/monday", "/anomalies/sensitivity/social", "/anomalies/sensitivity/engagement",
        "/anomalies/sensitivity/a.b",
        "/anomalies/critical_axes/0", "/rollout/legacy/url", "/rollout/legacy/timeout_ms",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "pointer", "hint"),
    [
        ({"timezone": "Europe/Helsinky"}, "/timezone", 'Did you mean "Europe/Helsinki"?'),
        ({"timezone": "localtime"}, "/timezone", 'Such as "Europe/Helsinki" or "UTC".'),
        ({"timezone": "../../etc/passwd"}, "/timezone", 'Such as "Europe/Helsinki" or "UTC".'),
        ({"weekend": ["Saturday"]}, "/weekend/0", 'Did you mean "saturday"?'),
        ({"axes": {"monetization": ["spend", "vists"]}}, "/axes/monetization/1", 'Did you mean "visits"?'),
        (
            {"axes": {"monetisation": ["spend", "visits"]}},
            "/axes/monetisation",
            'Did you mean "monetization"?',
        ),
        ({"axes": {}}, "/axes", "One or more of monetization, engagement, temporal, social."),
        ({"outcomes": {"lvt": "x"}}, "/outcomes/lvt", 'Did you mean "ltv"?'),
        (
            {"metrics": []},
            "/metrics",
            'Such as {"spend": {"kind": {"kind": "sum", "field": "value"}, "scale": "log"}}.',
        ),
    ],
)
def test_a_fault_says_what_was_meant(changed, pointer, hint):
    assert faults_of(STORE | changed)[pointer][1] == hint


@pytest.mark.parametrize(
    ("kind", "pointer"),
    [
        ({"kind": "gaps"}, "/kind"),
        ({"kind": "gap", "event_type": "purchase"}, "/event_type"),
        ({"kind": "count", "window_days": 7}, "/window_days"),
        ({"kind": "last_timestamp"}, "/kind"),
        ({"kind": "sum"}, "/field"),
        ({"kind": "count", "where": {"gt": ["event.value"]}}, "/where"),
    ],
)
def test_a_kind_that_says_nothing_of_a_day_is_refused_where_it_is_written(kind, pointer):
    refused = faults_of(STORE | {"metrics": METRICS | {"visits": {"kind": kind}}})
    assert [each.startswith(f"/metrics/visits/kind{pointer}") for each in refused] == [True]


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        (STORE | {"metrics": METRICS | {"visits": COUNT | {"column": "visits"}}}, "/metrics/visits/column"),
        (OF_ROWS | {"metrics": COLUMNS | {"visits": COUNT}}, "/metrics/visits/kind"),
        (OF_ROWS | {"days": {"location": ""}}, "/days/location"),
        (OF_ROWS | {"days": {"location": "s3://a:secret@b/c"}}, "/days/location"),
        (OF_ROWS | {"days": {"location": "https://x/days.csv?token=1"}}, "/days/location"),
        (OF_ROWS | {"days": ROWS | {"player": "day"}}, "/days/day"),
        (OF_ROWS | {"days": {"engine": "spark", "location": "sc://spark:15002"}}, "/days/view"),
        (OF_ROWS | {"days": {"engine": "spark", "location": "days.parquet", "view": "days"}}, "/days/location"),
        (OF_ROWS | {"days": ROWS | {"view": "../days"}}, "/days/view"),
        (OF_ROWS | {"days": ROWS | {"player": "a\n"}}, "/days/player"),
    ],
)
def test_days_are_made_of_events_or_are_rows_that_can_be_named(written, pointer):
    assert set(faults_of(written)) == {pointer}


def test_a_game_whose_metrics_are_all_gaps_has_no_days():
    gaps = {key: {"kind": {"kind": "gap"}} for key in ("a", "b")}
    assert set(faults_of(STORE | {"metrics": gaps, "axes": {"social": ["a", "b"]}})) == {"/metrics"}


def test_an_axis_has_two_to_five_metrics_and_a_metric_one_axis():
    metrics = {f"m{number}": COUNT for number in range(6)}
    refused = faults_of(STORE | {"metrics": metrics, "axes": {"social": list(metrics), "temporal": ["m0", "m1"]}})
    assert set(refused) == {"/axes/social", "/axes/social/0", "/axes/social/1"}
    assert "temporal" in refused["/axes/social/0"][0]


def test_a_game_has_at_most_forty_metrics():
    metrics = METRICS | {f"m{number}": COUNT for number in range(37)}
    assert faults_of(STORE | {"metrics": metrics}) == {
        "/metrics": ("A game has at most 40 metrics, not 41.", "Leave 1 of them out.")
    }


def test_an_outcome_is_a_number_that_is_stored_of_subjects():
    features = [
        LTV,
        {"name": "tier", "type": "string"},
        {"name": "email", "type": "number", "personal": True},
        {"name": "col", "type": "number", "source": "warehouse"},
        told("taxonomy.store.anomaly", "number"),
    ]
    shop = {"source_id": "shop", "engine": "duckdb", "location": "shop"}
    check_definitions(defined(LTV, STORE | {"outcomes": {"ltv": "prediction.ltv_usd"}}))
    check_definitions(defined(*features, STORE | {"outcomes": {"support": "col"}}))
    refused = {
        name: unfit(*features, shop, STORE | {"outcomes": {"churn": name}})["/games/store/outcomes/churn"]
        for name in ("tier", "email", "col", "taxonomy.store.anomaly", "ctx.hour", "prediction.churn")
    }
    assert {name: message.partition(": ")[2] or message for name, message in refused.items()} == {
        "tier": "it is a string.",
        "email": "it is personal data.",
        "col": 'it is read from the source "shop", and not stored.',
        "taxonomy.store.anomaly": "it is what a taxonomy says.",
        "ctx.hour": 'There is no feature "ctx.hour" among the declared features.',
        "prediction.churn": 'There is no feature "prediction.churn" among the declared features.',
    }


def test_a_taxonomy_writes_features_of_a_game_and_an_axis_that_there_are():
    check_definitions(
        defined(STORE, told("taxonomy.store.temporal"), told("taxonomy.store.own-axis.membership", "number"))
    )
    assert unfit(STORE, told("taxonomy.store.social")) == {
        "/features/taxonomy.store.social/name": 'The game "store" has no axis "social".'
    }
    assert unfit(told("taxonomy.stor.temporal"), STORE) == {
        "/features/taxonomy.stor.temporal/name": 'There is no game "stor" in this namespace.'
    }
    assert unfit(STORE, {"name": "taxonomy.store.temporal", "type": "string"}) == {
        "/features/taxonomy.store.temporal/source": (
            '"taxonomy.store.temporal" is written by the taxonomy of "store": its source is taxonomy.'
        )
    }
    check_definitions(defined({"name": "taxonomy.of.mine", "type": "string"}))


def test_what_a_game_is_used_by_and_what_it_uses_is_told():
    definitions = defined(LTV, STORE | {"outcomes": {"ltv": LTV["name"]}}, told("taxonomy.store.temporal"))
    assert users_of(definitions, Kind.GAME, "store") == ["feature taxonomy.store.temporal"]
    assert users_of(definitions, Kind.FEATURE, LTV["name"]) == ["game store"]

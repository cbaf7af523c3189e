"""Experiments as definitions: what they may say, what they need, and what may not change once they have begun."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from tessella.domain.consistency import check_change, check_definitions
from tessella.domain.definitions import (
    Definitions,
    Kind,
    effective,
    identifier_of,
    object_change,
    read_definition,
    write_definition,
    write_nested,
)
from tessella.domain.errors import TessellaError
from tessella.domain.experiments.learning.posteriors import POSTERIORS
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.segmentation_change import changed
from tessella.domain.snapshot import build_snapshot
from tessella.domain.usage import users_of

VARIANTS = [{"name": "Control", "content": {"text": "Sign Up"}}, {"name": "Variant A", "overrides": {"alpha": 2}}]
BANNER: dict[str, Any] = {"experiment_id": "banner", "name": "Banner", "variants": VARIANTS}
TIER = {"name": "user.tier", "type": "string"}
EMAIL = {"name": "user.email", "type": "string", "personal": True}
BRAND = {"name": "item.maker", "type": "string", "source": "item"}
TAGS = {"name": "user.tags", "type": "string_list"}
VIP = {"segment_id": "vip", "rules": [{"rule_id": "main", "expr": {"eq": ["user.tier", "VIP"]}}]}


def kind_of(written: dict[str, Any]) -> Kind:
    return next(
        kind
        for field, kind in (
            ("experiment_id", Kind.EXPERIMENT), ("segment_id", Kind.SEGMENT), ("name", Kind.FEATURE),
        )
        if field in written
    )  # fmt: skip


def defined(*written: dict[str, Any]) -> Definitions:
    definitions = Definitions()
    for each in written:
        kind = kind_of(each)
        definition = read_definition(kind, each)
        definitions = definitions.with_definition(kind, identifier_of(kind, definition), definition)
    return definitions


def faults_of(refused: pytest.ExceptionInfo[TessellaError]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.hint()) for fault in refused.value.faults()]


def pointers(check: Callable[..., object], *given: Definitions) -> list[str]:
    """Where a check finds fault with definitions; nowhere where they pass."""
    try:
        check(*given)
    except TessellaError as error:
        return [fault.pointer for fault in error.faults()]
    return []


def refused_for(**fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(TessellaError) as refused:
        read_definition(Kind.EXPERIMENT, BANNER | fields)
    return faults_of(refused)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "draft", "description": "Which banner?", "attribution_hours": 48, "traffic": 0.1},
        {"metrics": [{"name": "revenue", "reward": "continuous", "may_be_negative": True}, {"name": "returns"}]},
        {"segmentation": {"mode": "manual", "segment_by": ["source", "device"], "auto_activation": True}},
        {"targeting": {"in_segment": "vip"}, "layer": {"name": "home", "first": 0, "last": 5000}},
        {"attribution_hours": 1 / 60},
        {"attribution_hours": 366 * 24},
        {"forced": {"tester": "control"}, "notify": ["ann@example.org"], "posterior": "beta_thompson"},
        {"stopping": {"planned_units": 1000, "max_days": 14}, "on_outage": "503", "expected": 0.2},
    ],
)
def test_an_experiment_reads_back_as_it_was_written_in_every_form(fields: dict[str, Any]) -> None:
    experiment = read_definition(Kind.EXPERIMENT, BANNER | fields)
    written = write_definition(experiment)
    for form in (written, write_nested(experiment), effective(Kind.EXPERIMENT, written)):
        again = read_definition(Kind.EXPERIMENT, form)
        assert again == experiment
        assert object_change(Kind.EXPERIMENT, "banner", written, write_definition(again)).fields == ()


def test_the_requirements_body_says_the_same_as_ours_and_nobody_is_kept_of_it() -> None:
    segmentation = {"enabled": True, "mode": "manual", "segment_by": ["source"], "auto_activation_enabled": True}
    theirs = BANNER | {"user_id": "user_123", "config": {"segmentation": segmentation}}
    ours = {name: value for name, value in segmentation.items() if name != "auto_activation_enabled"}
    assert read_experiment(theirs) == read_experiment(BANNER | {"segmentation": ours | {"auto_activation": True}})


def test_variants_without_an_id_are_called_after_their_names_and_none_like_another() -> None:
    names = ["Sí, ahora", "A b", "A-b", "对照组", "x" * 200]
    variants = [{"variant_id": "a-b", "name": "Given"}, *({"name": name} for name in names)]
    made = read_experiment(BANNER | {"variants": variants})
    assert [each.variant_id for each in made.variants] == [
        "a-b", "si-ahora", "a-b-2", "a-b-3", "variant-5", "x" * 64,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"variants": []}, "/variants"),
        ({"variants": VARIANTS[:1]}, "/variants"),
        ({"variants": [{"name": f"v{number}"} for number in range(101)]}, "/variants"),
        ({"variants": [{"name": "A"}, {"name": " a"}]}, "/variants/1/name"),
        ({"variants": [{"name": "A", "variant_id": "a"}, {"name": "B", "variant_id": "a"}]}, "/variants/1/variant_id"),
        ({"variants": [{"name": "A"}, {"name": "B", "variant_id": "b/c"}]}, "/variants/1/variant_id"),
        ({"variants": [{"name": "A"}, {"name": "B", "content": {"a": ["x" * 33_000]}}]}, "/variants/1/content"),
        ({"variants": [{"name": "A"}, {"name": "B", "content": {"a": [math.nan]}}]}, "/variants/1/content/a/0"),
        ({"variants": [{"name": "A"}, {"name": "B", "overrides": {"alpha": 99}}]}, "/variants/1/overrides/alpha"),
        ({"metrics": []}, "/metrics"),
        ({"metrics": [{"name": "a"}, {"name": "a"}]}, "/metrics/1/name"),
        ({"metrics": [{"name": "a", "margin": math.nan}]}, "/metrics/0/margin"),
        ({"metrics": [{"name": "a", "margin": 1e300}]}, "/metrics/0/margin"),
        ({"metrics": [{"name": "a", "may_be_negative": True}]}, "/metrics/0/may_be_negative"),
        ({"attribution_hours": 0}, "/attribution_hours"),
        ({"attribution_hours": math.nan}, "/attribution_hours"),
        ({"attribution_hours": 1e-10}, "/attribution_hours"),
        ({"attribution_hours": 366 * 24 + 1}, "/attribution_hours"),
        ({"expected": 1}, "/expected"),
        ({"expected": math.nan}, "/expected"),
        ({"traffic": 1.5}, "/traffic"),
        ({"traffic": math.nan}, "/traffic"),
        ({"layer": {"name": "home", "first": 5, "last": 5}}, "/layer/last"),
        ({"layer": {"name": "home", "last": 10_001}}, "/layer/last"),
        ({"forced": {"tester": "none"}}, "/forced/tester"),
        ({"notify": ["ann"]}, "/notify/0"),
        ({"notify": ["ann@example.org\nBcc: bob@example.org"]}, "/notify/0"),
        ({"stopping": {"worth": math.nan}}, "/stopping/worth"),
        ({"stopping": {"max_units": 0}}, "/stopping/max_units"),
        ({"segmentation": {"mode": "manual"}}, "/segmentation/segment_by"),
        ({"segmentation": {"segment_by": ["source", "source"]}}, "/segmentation/segment_by/1"),
        ({"segmentation": {"segment_by": ["a", "b", "c", "d", "e", "f"]}}, "/segmentation/segment_by"),
        ({"segmentation": {"auto_activation_threshold": 0}}, "/segmentation/auto_activation_threshold"),
        ({"segmentation": {"mode": "auto", "auto_clustering_enabled": False}}, "/segmentation/auto_clustering_enabled"),
        ({"segmentation": {"enabled": True}}, "/segmentation/mode"),
        ({"segmentation": {}, "config": {"segmentation": {}}}, "/config"),
        ({"config": []}, "/config"),
    ],
)
def test_what_an_experiment_cannot_mean_is_pointed_at(fields: dict[str, Any], pointer: str) -> None:
    assert [at for at, _ in refused_for(**fields)] == [pointer]


def test_an_unknown_posterior_is_told_all_that_there_are() -> None:
    assert refused_for(posterior="thompson") == [("/posterior", f"There is {', '.join(sorted(POSTERIORS))}.")]


@pytest.mark.parametrize(
    ("before", "said", "mode", "in_force"),
    [
        (
            Segmentation(),
            {"mode": "manual", "segment_by": ["source"]},
            SegmentationMode.MANUAL,
            SegmentationMode.MANUAL,
        ),
        (Segmentation(), {"enabled": True, "segment_by": ["source"]}, SegmentationMode.MANUAL, SegmentationMode.MANUAL),
        (Segmentation(), {"mode": "auto"}, SegmentationMode.AUTO, SegmentationMode.AUTO),
        (
            Segmentation(),
            {"enabled": True, "auto_clustering_enabled": True},
            SegmentationMode.AUTO,
            SegmentationMode.AUTO,
        ),
        (
            Segmentation(enabled=False),
            {"mode": "auto", "auto_clustering_enabled": True},
            SegmentationMode.AUTO,
            SegmentationMode.AUTO,
        ),
        (
            Segmentation(mode=SegmentationMode.AUTO, auto_clustering_enabled=True),
            {"enabled": False},
            SegmentationMode.AUTO,
            SegmentationMode.DISABLED,
        ),
        (Segmentation(segment_by=("source",)), {"enabled": True}, SegmentationMode.MANUAL, SegmentationMode.MANUAL),
        (
            Segmentation(),
            {"enabled": True, "auto_activation": True},
            SegmentationMode.DISABLED,
            SegmentationMode.DISABLED,
        ),
    ],
)
def test_what_is_left_out_of_a_config_stays_and_a_mode_that_is_said_is_in_force(
    before: Segmentation, said: dict[str, Any], mode: SegmentationMode, in_force: SegmentationMode
) -> None:
    after = changed(before, said)
    assert (after.mode, after.in_force) == (mode, in_force)
    assert after.min_samples_per_segment == before.min_samples_per_segment


@pytest.mark.parametrize(
    ("name", "hint"), [("devise", 'Did you mean "device"?'), ("user.teir", 'Did you mean "user.tier"?')]
)
def test_a_dimension_that_is_not_known_is_told_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(TessellaError) as refused:
        check_definitions(defined(TIER, BANNER | {"segmentation": {"mode": "manual", "segment_by": ["source", name]}}))
    assert faults_of(refused) == [("/experiments/banner/segmentation/segment_by/1", hint)]


@pytest.mark.parametrize("feature", [EMAIL, BRAND, TAGS])
def test_a_feature_that_is_personal_of_items_or_a_list_is_no_dimension(feature: dict[str, Any]) -> None:
    with pytest.raises(TessellaError, match="cannot be a dimension"):
        check_definitions(
            defined(feature, BANNER | {"segmentation": {"mode": "manual", "segment_by": [feature["name"]]}})
        )


def test_dimensions_are_fields_features_and_the_segment() -> None:
    by = ["source", "user.tier", "segment_id", "drop_risk"]
    segmented = BANNER | {"segmentation": {"mode": "manual", "segment_by": by}}
    assert pointers(check_definitions, defined(TIER, segmented)) == []


def test_experiments_that_share_a_part_of_a_layer_are_named_to_each_other() -> None:
    lower, upper = ({"layer": {"name": "home", "first": first, "last": last}} for first, last in ((0, 6000), (5000, 9)))
    upper["layer"]["last"] = 10_000
    other = BANNER | {"experiment_id": "other"}
    with pytest.raises(TessellaError) as refused:
        check_definitions(defined(BANNER | lower, other | upper))
    assert [(fault.pointer, fault.message) for fault in refused.value.faults()] == [
        ("/experiments/banner/layer", 'Its part of the layer "home" is also of the experiment "other".'),
        ("/experiments/other/layer", 'Its part of the layer "home" is also of the experiment "banner".'),
    ]
    check_definitions(defined(BANNER | lower, other | upper | {"status": "stopped"}))
    check_definitions(defined(BANNER | lower, other | {"layer": {"name": "home", "first": 6000, "last": 10_000}}))


def test_targeting_is_a_rule_over_features_segments_and_the_fields_of_a_context() -> None:
    rule = {"all": [{"in_segment": "vip"}, {"eq": ["device", "mobile"]}, {"gte": ["previous_opens", 2]}]}
    snapshot = build_snapshot("shop", 1, defined(TIER, VIP, BANNER | {"targeting": rule}), {})
    targeting = snapshot.targeting["banner"]
    meant = {"user.tier": "VIP", "device": "mobile", "previous_opens": 3}
    assert targeting.holds(meant, 0)
    assert not targeting.holds(meant | {"device": "desktop"}, 0)
    assert not targeting.holds({"device": "mobile", "previous_opens": 3}, 0)


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ({"eq": ["devise", "mobile"]}, 'Did you mean "device"?'),
        ({"in_segment": "vpi"}, 'Did you mean "vip"?'),
    ],
)
def test_a_targeting_rule_at_fault_is_pointed_at(rule: dict[str, Any], hint: str) -> None:
    with pytest.raises(TessellaError) as refused:
        check_definitions(defined(TIER, VIP, BANNER | {"targeting": rule}))
    ((pointer, told),) = faults_of(refused)
    assert (pointer.startswith("/experiments/banner/targeting"), told) == (True, hint)


def test_what_an_experiment_names_is_in_use_until_it_is_archived() -> None:
    by_tier = {"segmentation": {"mode": "manual", "segment_by": ["user.tier"]}, "targeting": {"in_segment": "vip"}}
    for status, users in (("running", ["experiment banner"]), ("archived", [])):
        definitions = defined(TIER, VIP, BANNER | by_tier | {"status": status})
        assert users_of(definitions, Kind.SEGMENT, "vip") == users
        assert users_of(definitions, Kind.FEATURE, "user.tier") == ["segment vip", *users]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"variants": [*VARIANTS, {"name": "Third"}]}, "/variants"),
        ({"variants": [*reversed(VARIANTS)]}, "/variants"),
        ({"variants": [{"name": "Renamed"}, VARIANTS[1]]}, "/variants"),
        ({"variants": [{"name": "Control", "content": {"text": "Join"}}, VARIANTS[1]]}, "/variants/0/content"),
        ({"variants": [VARIANTS[0], {"name": "Variant A", "overrides": {"alpha": 3}}]}, "/variants/1/overrides"),
        ({"metrics": [{"reward": "continuous"}]}, "/metrics/0"),
        ({"metrics": [{"goal": "minimise"}]}, "/metrics/0"),
        ({"metrics": [{"name": "first"}, {"name": "conversion"}]}, "/metrics/0/name"),
        ({"attribution_hours": 48}, "/attribution_hours"),
        ({"status": "draft"}, "/status"),
        (None, ""),
    ],
)
@pytest.mark.parametrize("status", ["draft", "running", "paused", "stopped"])
def test_what_units_were_given_and_rewards_counted_by_stays_once_it_has_begun(
    status: str, change: dict[str, Any] | None, pointer: str
) -> None:
    before = defined(BANNER | {"status": status})
    after = Definitions() if change is None else defined(BANNER | {"status": status} | change)
    expected = [] if status == "draft" else [f"/experiments/banner{pointer}"]
    assert pointers(check_change, before, after) == expected


def test_names_guardrails_traffic_and_segments_may_change_while_it_runs() -> None:
    named = {"variant_id": "control", "name": "Old", "content": {"text": "Sign Up"}}
    changes = {
        "variants": [named, VARIANTS[1]], "metrics": [{"name": "conversion"}, {"name": "returns"}], "traffic": 0.5,
        "segmentation": {"mode": "manual", "segment_by": ["source"]}, "status": "paused",
    }  # fmt: skip
    assert pointers(check_change, defined(BANNER), defined(BANNER | changes)) == []


@pytest.mark.parametrize("over", ["stopped", "archived"])
@pytest.mark.parametrize(
    ("change", "field"), [({"status": "running"}, "status"), ({"segmentation": {"mode": "auto"}}, "segmentation")]
)
def test_an_experiment_that_is_over_does_not_run_again_and_keeps_its_segments(
    over: str, change: dict[str, Any], field: str
) -> None:
    before = BANNER | {"status": over}
    assert pointers(check_change, defined(before), defined(before | change)) == [f"/experiments/banner/{field}"]

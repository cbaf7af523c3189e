"""Requirement A, "Request pipeline" step 5 and "Example profile (YAML)": what each knob of a profile does to a list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tessella import Engine
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.ranking.knobs import KNOBS

NOW = datetime(2026, 6, 30, tzinfo=UTC)
ME = "me"
#: Popularity alone.
PLAIN = {
    "blend": {"alpha": 1, "beta": 0, "gamma": 0, "delta": 0},
    "diversity": {"mmr_lambda": 1},
    "personalization": {"profile_boost": 0},
}
ITEMS = [
    {"item_id": "tea", "brand": "leaf", "category": "drinks", "embedding": [0, 1]},
    {"item_id": "mate", "brand": "leaf", "category": "drinks", "embedding": [0.1, 1]},
    {"item_id": "milk", "brand": "farm", "category": "dairy", "embedding": [1, 0]},
    {"item_id": "cheese", "brand": "hill", "category": "dairy", "embedding": [1, 0.2]},
    {"item_id": "cake", "brand": "bake", "category": "sweets", "embedding": [-1, 0.5]},
    {"item_id": "soap", "brand": "wash", "category": "home", "embedding": [-1, -1]},
    {"item_id": "pen", "brand": "ink", "category": "desk", "embedding": [0, -1]},
]


def bought(subject: str, item_id: str, days_ago: float) -> dict[str, Any]:
    at = NOW - timedelta(days=days_ago)
    return {"subject_id": subject, "event_type": "purchase", "occurred_at": at, "item_id": item_id}


EXAMPLE = """
profile_id: vip-high-novelty
blend: {alpha: 0.8, beta: 0.2, gamma: 0.4}
diversity: {mmr_lambda: 0.6}
caps: {brand_cap: 2, category_cap: 3}
personalization: {profile_boost: 0.25, profile_window_days: 30, profile_top_n: 12}
windows: {half_life_days: 3, co_vis_window_days: 14}
rules: {rule_exclude_purchased: true, purchased_window_days: 7}
"""
MINE = [bought(ME, "milk", 1), bought(ME, "pen", 60), bought(ME, "pen", 61)]
EVENTS = [
    *(bought(f"lately {n}", "tea", 1) for n in range(8)),
    *(bought(f"lately {n}", "mate", 2) for n in range(6)),
    *(bought(f"baker {n}", item_id, 5) for n in range(4) for item_id in ("milk", "cake")),
    *(bought(f"washer {n}", item_id, 60) for n in range(40) for item_id in ("milk", "soap")),
    *MINE,
]


def engine_of(**knobs: Any) -> Engine:
    """Everybody is in one segment, whose profile has these knobs."""
    written = {"profile_id": "tried", **PLAIN}
    for name, value in knobs.items():
        group = KNOBS[name].group
        written[group] = {**written.get(group, {}), name: value}
    segment = {"segment_id": "all", "profile_id": "tried", "rules": [{"rule_id": "all", "expr": {}}]}
    defined = Definitions().with_definition(Kind.PROFILE, "tried", read_definition(Kind.PROFILE, written))
    return Engine.of(defined.with_definition(Kind.SEGMENT, "all", read_definition(Kind.SEGMENT, segment)))


def ranked(**knobs: Any) -> list[str]:
    engine = engine_of(**knobs)
    made = engine.rank(engine.index(ITEMS, EVENTS, now=NOW), {}, subject_id=ME, events=MINE, now=NOW)
    return [item_id for item_id, _ in made.decision.items]


#: A knob, what else is set, and the list with one value and with another.
EFFECTS: list[tuple[str, dict[str, Any], dict[Any, str]]] = [
    # blend: popularity, co-visitation with the milk of yesterday, likeness to it, what I bought before
    ("alpha", {"delta": 1}, {0: "pen milk cake cheese mate soap tea", 1: "milk soap tea mate cake pen cheese"}),
    ("beta", {"alpha": 0}, {0: "cake cheese mate milk pen soap tea", 1: "soap cake pen milk cheese mate tea"}),
    ("gamma", {"alpha": 0}, {0: "cake cheese mate milk pen soap tea", 1: "milk cheese pen cake mate soap tea"}),
    ("delta", {}, {0: "milk soap tea mate cake pen cheese", 5: "milk pen soap tea mate cake cheese"}),
    # diversity: mate is too much like tea
    ("mmr_lambda", {}, {1: "milk soap tea mate cake pen cheese", 0.5: "milk soap tea cake mate pen cheese"}),
    # caps: mate is of the brand and category of tea, cheese of the category of milk
    ("brand_cap", {}, {0: "milk soap tea mate cake pen cheese", 1: "milk soap tea cake pen cheese"}),
    ("category_cap", {}, {0: "milk soap tea mate cake pen cheese", 1: "milk soap tea cake pen"}),
    # personalization: desk things are my taste, if one looks back two months
    ("profile_boost", {}, {0: "milk soap tea mate cake pen cheese", 5: "milk soap tea mate pen cake cheese"}),
    (
        "profile_window_days",
        {"profile_boost": 5},
        {30: "milk soap tea mate cake pen cheese", 90: "milk soap tea mate pen cake cheese"},
    ),
    (
        "profile_top_n",
        {"profile_boost": 5},
        {0: "milk soap tea mate cake pen cheese", 1: "milk pen soap tea mate cake cheese"},
    ),
    # windows: soap was bought two months ago, with milk; tea lately
    ("half_life_days", {}, {3: "tea mate milk cake soap pen cheese", 3650: "milk soap tea mate cake pen cheese"}),
    (
        "co_vis_window_days",
        {"alpha": 0, "beta": 1},
        {14: "cake cheese mate milk pen soap tea", 90: "soap cake pen milk cheese mate tea"},
    ),
    (
        "own_half_life_days",
        {"alpha": 0, "delta": 1},
        {1: "milk pen cake cheese mate soap tea", 365: "pen milk cake cheese mate soap tea"},
    ),
    # rules: I bought milk yesterday, and a pen two months ago
    (
        "rule_exclude_purchased",
        {"purchased_window_days": 7},
        {False: "milk soap tea mate cake pen cheese", True: "soap tea mate cake pen cheese"},
    ),
    (
        "purchased_window_days",
        {"rule_exclude_purchased": True},
        {7: "soap tea mate cake pen cheese", 90: "soap tea mate cake cheese"},
    ),
]


@pytest.mark.parametrize(("knob", "others", "lists"), EFFECTS, ids=[knob for knob, _, _ in EFFECTS])
def test_each_knob_of_the_effective_configuration_does_to_the_list_what_it_is_for(knob, others, lists):
    """Requirement A, Request pipeline, step 5: blend, personalization, MMR, caps, windows and rules."""
    assert {value: " ".join(ranked(**others, **{knob: value})) for value in lists} == lists


def test_no_knob_is_without_effect():
    """Requirement A, Example profile (YAML)."""
    assert [knob for knob, _, _ in EFFECTS] == sorted((knob for knob, _, _ in EFFECTS), key=list(KNOBS).index)
    assert {knob for knob, _, _ in EFFECTS} == set(KNOBS)


def test_the_example_profile_is_read_from_a_yaml_file_and_ranked_by(tmp_path):
    """Requirement A, Example profile (YAML): written in groups, and each value is in the effective configuration."""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "vip-high-novelty.yaml").write_text(EXAMPLE)
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "vip.yaml").write_text(
        "{segment_id: vip, profile_id: vip-high-novelty, rules: [{rule_id: all, expr: {}}]}"
    )
    engine = Engine.load(tmp_path)
    made = engine.rank(engine.index(ITEMS, EVENTS, now=NOW), {}, subject_id=ME, events=MINE, now=NOW)
    won = {name for name, layer in made.decision.provenance.items() if layer == "profile"}
    assert {name: made.decision.config[name] for name in won} == {
        "alpha": 0.8, "beta": 0.2, "gamma": 0.4, "mmr_lambda": 0.6, "brand_cap": 2, "category_cap": 3,
        "profile_boost": 0.25, "profile_window_days": 30, "profile_top_n": 12, "half_life_days": 3.0,
        "co_vis_window_days": 14, "rule_exclude_purchased": True, "purchased_window_days": 7,
    }  # fmt: skip
    assert "milk" not in [item_id for item_id, _ in made.decision.items]
    assert [code for code, _ in made.ranking.remarks] == ["excluded_purchased"]


def test_a_profile_for_new_users_goes_by_likeness_where_there_is_no_co_visitation_yet(demo_definitions):
    """Requirement A, Example profile (YAML): for who only glanced at milk, what is like it before what goes with it."""
    usual = ranked(alpha=0.3, beta=1, gamma=0.1)
    new_user = ranked(alpha=0.3, beta=0.05, gamma=1)
    assert usual.index("soap") < usual.index("cheese")
    assert new_user.index("cheese") < new_user.index("soap")
    shipped, defaults = demo_definitions.profiles["new-household"].knobs, demo_definitions.defaults.knobs
    assert shipped["beta"] < defaults["beta"]
    assert shipped["alpha"] < defaults["alpha"] < shipped["gamma"]

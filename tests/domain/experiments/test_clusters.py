"""Clusters are there where fields of contexts go together, are named by what sets them apart, and never see rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessella.domain.experiments.clusters.fields import Amount, Field, Hours, Levels, Point
from tessella.domain.experiments.clusters.find import Clusters, find_clusters
from tessella.domain.experiments.clusters.model import Cluster, ClusterModel, read_model, write_model
from tessella.domain.experiments.clusters.names import names_of
from tessella.domain.experiments.clusters.nearest import nearest
from tessella.domain.experiments.clusters.rewards import Rewards
from tessella.domain.experiments.clusters.tables import squared_distance
from tessella.domain.experiments.setup.metric import Reward

Context = Mapping[str, Any]

UNITS = 1_000
SOURCES = ("instagram", "google", "direct", "newsletter")
COUNTRIES = ("ES", "FR", "DE", "US", "IT")
#: By group: its source and device, the hours at which it comes, and how likely it comes on a weekend.
GROUPS = (
    ("instagram", "mobile", range(7, 23), 0.3),
    ("google", "desktop", range(9, 18), 0.02),
    ("direct", "tablet", range(9, 22), 0.97),
    ("newsletter", "mobile", (23, 0, 1, 2, 3, 4), 0.2),
)


def planted(random: Random, group: int, number: int) -> Context:
    """A context of one of four groups; one field in seven is anybody's."""
    source, device, hours, weekend = GROUPS[group]
    return {
        "source": source if random.random() < 0.86 else random.choice(SOURCES),
        "device": device if random.random() < 0.86 else random.choice(("mobile", "desktop", "tablet")),
        **told_by_clock(random.choice(hours), is_weekend=random.random() < weekend),
        "country": random.choice(COUNTRIES),
        "session": f"s-{number}",
        "previous_opens": random.randrange(9),
    }


def independent(random: Random, number: int) -> Context:
    """A context whose fields say nothing of one another, but for what is read from one clock."""
    return {
        "source": random.choices(SOURCES, (5, 3, 1, 0.2))[0],
        "device": random.choices(("mobile", "desktop", "tablet"), (6, 3, 1))[0],
        **told_by_clock(random.randrange(24), is_weekend=random.random() < 2 / 7),
        "country": random.choices(COUNTRIES, (8, 4, 2, 1, 0.5))[0],
        "campaign_id": f"c{int(random.expovariate(0.3))}",
        "session": f"s-{number}",
        "previous_opens": int(random.expovariate(0.2)),
        "engagement_score": random.random(),
    }


def told_by_clock(hour: int, *, is_weekend: bool) -> Context:
    return {
        "hour": hour,
        "weekday": "sunday" if is_weekend else "tuesday",
        "is_weekend": is_weekend,
        "is_business_hours": not is_weekend and 9 <= hour < 18,
    }


def groups_of(random: Random, units: int) -> list[int]:
    return random.choices(range(4), (4, 3, 2, 2), k=units)


def rewards_of(random: Random, groups: Sequence[int], rates: Sequence[Sequence[float]]) -> Rewards:
    """Binary rewards of two variants, by group and variant."""
    variants = [random.randrange(2) for _ in groups]
    came = [random.random() < rates[group][variant] for group, variant in zip(groups, variants, strict=True)]
    rows = np.arange(len(groups))
    return Rewards(Reward.BINARY, rows, np.array(variants), np.array(came, np.float64), 0.05)


def none_yet() -> Rewards:
    return Rewards(Reward.BINARY, np.array([], int), np.array([], int), np.array([]), 0.05)


ALIKE = [[0.3, 0.33]] * 4
DIFFERENT = [[0.3, 0.4], [0.4, 0.3], [0.3, 0.3], [0.2, 0.4]]


@pytest.fixture(scope="module")
def found() -> Clusters:
    random = Random(7)
    contexts = [planted(random, group, number) for number, group in enumerate(groups_of(random, UNITS))]
    return find_clusters(contexts, none_yet())


def test_four_planted_groups_are_found_and_named_by_what_sets_them_apart(found: Clusters) -> None:
    assert found.model is not None
    assert sorted(each.name for each in found.model.clusters) == [
        "Business hours google desktop", "Instagram mobile users", "Late night newsletter mobile",
        "Weekend direct tablet",
    ]  # fmt: skip
    assert sum(each.units for each in found.model.clusters) == UNITS


def test_units_are_in_the_cluster_of_their_group(found: Clusters) -> None:
    assert found.model is not None
    random = Random(8)
    groups = groups_of(random, UNITS)
    placed = [nearest(found.model, planted(random, group, 0)) for group in groups]
    most = [
        max(range(4), key=[p for p, g in zip(placed, groups, strict=True) if g == group].count) for group in range(4)
    ]
    assert sorted(most) == [0, 1, 2, 3]
    assert sum(place == most[group] for place, group in zip(placed, groups, strict=True)) > 0.8 * UNITS


def test_fields_that_name_units_and_fields_that_go_with_none_are_left_out(found: Clusters) -> None:
    assert found.model is not None
    assert found.identifiers == ("session",)
    assert {each.name for each in found.model.fields} <= {
        "source", "device", "hour", "is_weekend", "is_business_hours",
    }  # fmt: skip


def test_independent_fields_have_no_clusters_for_95_seeds_in_100() -> None:
    found = 0
    for seed in range(20):
        random = Random(seed)
        clusters = find_clusters([independent(random, number) for number in range(UNITS)], none_yet())
        found += clusters.model is not None
    assert found <= 1


def test_groups_that_rewards_call_alike_are_not_worth_having_and_those_that_differ_are() -> None:
    random = Random(3)
    some = [planted(random, group, number) for number, group in enumerate(groups_of(random, UNITS))]
    random.seed(3)
    groups = groups_of(random, UNITS) * 4
    alike = find_clusters(some * 4, rewards_of(random, groups, ALIKE))
    assert alike.model is None
    assert "do not differ" in alike.reason
    different = find_clusters(some * 4, rewards_of(random, groups, DIFFERENT))
    assert different.model is not None
    assert len(different.model.clusters) == 4
    assert max(each.log_bayes_factor for each in different.tried) > 20


def test_amounts_tell_how_many_clusters_there_are_as_well() -> None:
    random = Random(4)
    groups = groups_of(random, UNITS)
    contexts = [planted(random, group, number) for number, group in enumerate(groups)]
    amounts = np.array([random.gauss(20 + 5 * group, 10) for group in groups])
    variants = np.array([random.randrange(2) for _ in groups])
    clusters = find_clusters(contexts, Rewards(Reward.CONTINUOUS, np.arange(UNITS), variants, amounts, 25.0))
    assert clusters.model is not None
    assert [each.count for each in clusters.tried if each.log_bayes_factor > 30]


def test_the_same_contexts_and_rewards_give_the_same_clusters(found: Clusters) -> None:
    random = Random(7)
    contexts = [planted(random, group, number) for number, group in enumerate(groups_of(random, UNITS))]
    assert find_clusters(contexts, none_yet()) == found


def test_a_model_is_read_as_it_was_written_to_the_last_bit(found: Clusters) -> None:
    assert found.model is not None
    written = msgspec.json.encode(write_model(found.model))
    assert read_model(msgspec.json.decode(written)) == found.model
    with pytest.raises(ValueError, match="format 99"):
        read_model({**write_model(found.model), "format": 99})


@pytest.mark.parametrize(
    "contexts",
    [
        [{}] * UNITS,
        [{"source": "web"}] * UNITS,
        [{f"field-{number}": number} for number in range(UNITS)],
        [{"source": ["a", {"b": number}], "hour": "noon", "opens": float("nan")} for number in range(UNITS)],
        [{"hour": 10**400, "opens": -(10**400), "score": 1e308} for _ in range(UNITS)],
        [{"user": f"u{number}", "email": f"u{number}@example.org", "at": 10**12 + number} for number in range(UNITS)],
    ],
    ids=["empty", "all alike", "a field each", "no single values", "numbers beyond measure", "nothing but names"],
)
def test_contexts_that_say_nothing_have_no_clusters(contexts: list[Context]) -> None:
    clusters = find_clusters(contexts, none_yet())
    assert clusters.model is None
    assert clusters.reason


def test_a_field_that_repeats_another_makes_no_groups_and_one_that_goes_with_it_does() -> None:
    random = Random(5)
    sources = [random.choice(SOURCES) for _ in range(UNITS)]
    told = [{"source": each, "utm_source": None if each == "direct" else each} for each in sources]
    repeated = find_clusters(told, none_yet())
    assert repeated.model is None
    devices = dict(zip(SOURCES, ("mobile", "desktop", "mobile", "desktop"), strict=True))
    aligned = find_clusters([{"source": each, "device": devices[each]} for each in sources], none_yet())
    assert aligned.model is not None


HOSTILE: list[object] = [None, "", "\x00", "never seen", [], {}, 10**400, float("nan"), -1, 24, True, "instagram\u202e"]


@given(values=st.dictionaries(st.sampled_from(["source", "device", "hour", "is_weekend"]), st.sampled_from(HOSTILE)))
def test_any_context_is_in_some_cluster(found: Clusters, values: Context) -> None:
    assert found.model is not None
    assert 0 <= nearest(found.model, values) < len(found.model.clusters)


FIELDS: tuple[Field, ...] = (
    Levels("source", SOURCES), Levels("device", ("mobile", "desktop")), Hours("hour", (0.1, -0.2)),
    Amount("opens", 3.0, 2.0),
)  # fmt: skip
NUMBERS = st.floats(-2, 2, allow_subnormal=False)
CENTROIDS = st.tuples(*(st.tuples(*[NUMBERS] * len(each.point(None))) for each in FIELDS))
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from([*SOURCES, "never seen", None]),
        "device": st.sampled_from(["mobile", "desktop", True, 3]),
        "hour": st.integers(-1, 25) | st.floats(0, 24) | st.none(),
        "opens": st.integers(-100, 100) | st.floats() | st.text(max_size=2),
    },
)


@settings(max_examples=30)
@given(centroids=st.lists(CENTROIDS, min_size=2, max_size=8), context=CONTEXTS)
def test_the_nearest_cluster_has_the_least_distance_over_all_fields(
    centroids: list[tuple[Point, ...]], context: Context
) -> None:
    model = ClusterModel(FIELDS, tuple(Cluster(str(at), 1, each) for at, each in enumerate(centroids)))
    points = [field.point(context.get(field.name)) for field in FIELDS]
    distances = [sum(squared_distance(*pair) for pair in zip(points, each, strict=True)) for each in centroids]
    assert distances[nearest(model, context)] == pytest.approx(min(distances), abs=1e-9)


def test_names_are_unique_short_and_escape_what_somebody_sent() -> None:
    hostile = ("<script>alert(1)</script>", "a\u202eb\n", "x" * 500, "ñandú")
    field = Levels("source", hostile)
    centroids = [tuple(float(cell == at) for cell in range(5)) for at in (1, 2, 3, 4, 1, 0)]
    names = names_of([field], [(0.2,) * 5], [[each] for each in centroids])
    assert names[0] == "%3Cscript%3Ealert%281%2~ users"
    assert names[1] == "A%E2%80%AEb%0A users"
    assert names[3] == "Ñandú users"
    assert names[4] == "Group 5"
    assert names[5] == "Other source users"
    assert all(len(each) <= 60 for each in names)

"""What sets a segment apart: planted differences are found, and nothing else is called sure."""

import random

import pytest

from tessella.domain.audiences.profile.differences import (
    Difference,
    comparable_texts,
    differences,
    read_groups,
    read_levels,
    read_limits,
)
from tessella.domain.audiences.profile.statements import Compared, groups_sql, levels_sql, spread_sql
from tessella.domain.features.types import FeatureType
from tessella.warehouse.duckdb import DuckDBWorker
from tests.audience_files import audience, write

COUNT = 4_000
TYPES = {
    "spend": FeatureType.NUMBER, "same": FeatureType.NUMBER, "rare": FeatureType.NUMBER,
    "visits": FeatureType.INTEGER, "flat": FeatureType.INTEGER, "seen": FeatureType.TIMESTAMP,
    "tier": FeatureType.STRING, "email": FeatureType.STRING, "colour": FeatureType.STRING,
    "agreed": FeatureType.BOOLEAN, "tags": FeatureType.STRING_LIST,
}  # fmt: skip


def subject(at: int, rng: random.Random) -> tuple[str, set[str], dict]:
    inside = at % 10 == 0
    values = {
        "spend": rng.gauss(110 if inside else 100, 20),
        "same": rng.gauss(0, 1),
        "visits": 1_000_000 if at == 1 else rng.randrange(10) + (3 if inside else 0),
        "seen": 1_700_000_000_000_000 + rng.randrange(10**12),
        "tier": rng.choices(["gold", "silver", "none"], [6, 2, 2] if inside else [1, 4, 5])[0],
        "email": f"{at}@example.com" * (at % 3 > 0),
        "colour": rng.choice(["red", "green", "blue"]),
        "agreed": rng.random() < (0.7 if inside else 0.5),
        "rare": 1.0 if rng.random() < (0.9 if inside else 0.1) else None,
        "tags": ("a",),
        "flat": 7,
    }
    return f"s{at:05}", {"vip"} if inside else set(), values


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Difference]:
    rng = random.Random(6)
    compared = [Compared(name, kind, f"f{at}") for at, (name, kind) in enumerate(TYPES.items())]
    with DuckDBWorker(memory_limit="300MB", threads=1) as worker:
        rows = write(worker, tmp_path_factory.mktemp("audience"), audience(["vip"], TYPES),
                     [subject(at, rng) for at in range(COUNT)])  # fmt: skip
        member = rows.member("vip")
        ((_, *spread),) = worker.query(spread_sql(rows.sql, compared))
        groups = worker.query(groups_sql(rows.sql, member, compared, read_limits(spread, compared)))
        inside, outside = read_groups(groups, compared)
        levels = {}
        for each in comparable_texts(spread, compared):
            present = (side.present[each.feature].having for side in (inside, outside))
            levels[each.feature] = read_levels(worker.query(levels_sql(rows.sql, member, each)), *present)
    assert (inside.subjects, outside.subjects) == (COUNT // 10, COUNT - COUNT // 10)
    return {(each.feature, each.about): each for each in differences(inside, outside, compared, levels)}


def test_planted_differences_are_sure_and_the_largest_come_first(found: dict[tuple[str, str], Difference]) -> None:
    sure = [key for key, each in found.items() if each.is_sure]
    assert sure[0] == ("rare", "presence")
    assert set(sure) == {
        ("rare", "presence"),
        ("tier", "value"),
        ("visits", "value"),
        ("spend", "value"),
        ("agreed", "value"),
    }
    assert list(found)[: len(sure)] == sure
    assert [abs(found[key].effect.size) for key in sure] == sorted(
        (abs(found[key].effect.size) for key in sure), reverse=True
    )


def test_a_mean_difference_of_half_a_spread_is_told_as_such(found: dict[tuple[str, str], Difference]) -> None:
    spend = found["spend", "value"]
    assert spend.effect.size == pytest.approx(0.5, abs=0.12)
    assert (spend.segment, spend.rest) == (pytest.approx(110, abs=3), pytest.approx(100, abs=2))


def test_one_outlier_moves_no_mean(found: dict[tuple[str, str], Difference]) -> None:
    assert found["visits", "value"].rest == pytest.approx(4.5, abs=0.2)


def test_a_text_tells_the_values_whose_shares_differ_most(found: dict[tuple[str, str], Difference]) -> None:
    first = found["tier", "value"].levels[0]
    assert (first.value, first.segment.share, first.rest.share) == (
        "gold", pytest.approx(0.6, abs=0.08), pytest.approx(0.1, abs=0.03),
    )  # fmt: skip


def test_what_cannot_be_told_is_left_out(found: dict[tuple[str, str], Difference]) -> None:
    """Lists are compared by whether there is one; what nobody or everybody has does not differ."""
    assert set(found) == {
        ("rare", "presence"),
        *((name, "value") for name in ("spend", "same", "visits", "seen", "tier", "email", "colour", "agreed")),
    }

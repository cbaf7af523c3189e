"""`tessella outcomes`."""

import psycopg
import pytest

from tests.storage.rows import insert

CELLS = [
    ("new", 1, "impression", 40), ("new", 1, "click", 20), ("new", 2, "impression", 200), ("new", 2, "click", 20),
    ("old", 1, "impression", 200), ("old", 1, "click", 100), ("old", 2, "impression", 40), ("old", 2, "click", 4),
]  # fmt: skip


@pytest.fixture
def shown(shop, database, namespace):
    """Two profiles that are clicked alike at each of two places, and shown mostly at another each."""
    with psycopg.connect(database.superuser) as connection:
        for profile, position, kind, count in CELLS:
            cell = {"profile_id": f"'{profile}'", "position": position, "event_type": f"'{kind}'", "count": count}
            insert(connection, "outcome_cells", namespace, **{name: str(value) for name, value in cell.items()})
    return shop


def test_before_anything_is_counted_the_command_says_what_would_be(shop):
    assert "no event of type impression" in shop("outcomes").well().out.replace("\n", " ")
    assert shop("outcomes", "--json").json() == []


def test_rates_stand_in_a_table_with_their_intervals(shown):
    printed = shown("outcomes", "--by", "position").well().out
    assert [word for word in printed.split() if word in ("50.00%", "10.00%")] == ["50.00%", "10.00%"]
    assert shown("outcomes", "--by", "profile", "--json").json()[0]["counts"]["clicks"] == 40


def test_two_profiles_are_compared_at_equal_positions(shown):
    printed = shown("outcomes", "--by", "profile", "--compare", "new,old").well().out
    assert "new is clicked 1.00 (" in printed
    assert ") times as often at equal positions (100% of impressions)." in printed
    assert "new is clicked 0.38" in printed


def test_one_name_is_no_comparison(shown):
    assert shown("outcomes", "--compare", "new").refused().startswith("--compare takes two names")


def test_a_name_that_is_neither_defined_nor_counted_is_refused_with_those_that_are(shown):
    refusal = shown("outcomes", "--by", "profile", "--compare", "new,odl").refused()
    assert refusal == '--compare: There is no profile "odl" in this namespace. Did you mean "old"?'
    refusal = shown("outcomes", "--by", "profile", "--compare", "zzz,Q").refused()
    assert refusal.splitlines() == [
        f'--compare: There is no profile "{name}" in this namespace. There is new, novel, old.' for name in ("zzz", "Q")
    ]

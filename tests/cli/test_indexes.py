"""`tessella index`: built in this process, listed and shown."""

import pytest


@pytest.fixture
def items(shop, tmp_path):
    path = tmp_path / "items.csv"
    path.write_text("item_id,brand\na,acme\nb,\n")
    shop("items", "import", path).well()


def test_an_index_is_built_listed_and_shown(shop, items):
    built = shop("index", "build", "--as-of", "2026-01-01", "--json").json()
    assert (built["state"], built["as_of"]) == ("active", "2026-01-01T00:00:00+00:00")
    assert built["counts"] == {"items": 2, "events": 0, "unknown_items": 0, "other_dimensions": 0}
    assert shop("index", "list", "--json").json() == [built]
    assert shop("index", "show", built["version"], "--json").json() == built
    assert built["version"] in shop("index", "list").well().out
    lines = shop("index", "show", built["version"]).well().out.splitlines()
    assert lines[0] == f"Index {built['version']}: active, as of 2026-01-01T00:00:00+00:00"
    assert lines[1].startswith("2 items, 0 events, 0 events about unknown items, ")


def test_before_the_first_build_there_is_none(shop):
    assert shop("index", "list", "--json").json() == []
    assert shop("index", "show", "newest").refused() == 'There is no ranking index "newest" in this namespace.'

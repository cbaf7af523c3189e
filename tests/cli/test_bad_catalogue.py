"""What is wrong with a catalogue, or with what is asked of it, is said by the command."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Command

HEADER = 'item_id,price,embedding\na,1,"[1, 2]"\n'
EVENTS = """\
event_id,subject_id,event_type,occurred_at,item_id
1,ann,purchase,2025-12-01T00:00:00Z,a
2,ann,purchase,2025-12-01T00:00:00Z,ghost
"""


@pytest.fixture
def imported(shop: Command, tmp_path: Path) -> Command:
    """The command in a namespace with one item and an index."""
    file = tmp_path / "items.csv"
    file.write_text("item_id\na\n")
    shop("items", "import", file).well()
    return shop


def test_each_bad_row_of_a_catalogue_is_reported_with_its_line_and_the_others_are_stored(shop, tmp_path):
    file = tmp_path / "items.csv"
    rows = ["a,2,", "b,-1,", "c,1,[1]", 'd,1,"[1, nan]"', "e,1,"]
    file.write_text(HEADER + "\n".join(rows) + "\n")
    assert shop("items", "import", file).well().out == "2 items are new or different.\n"
    assert file.with_name("items.csv.rejected.csv").read_text().splitlines() == [
        "line,reason",
        "3,item_id is that of an earlier row",
        "4,price is below 0",
        '5,"embedding has 1 numbers, and those of this namespace have 2"',
        '6,"embedding holds a number that is not finite, or does not fit 32 bits"',
    ]
    assert [each["item_id"] for each in shop("items", "list", "--json").json()] == ["a", "e"]


@pytest.mark.parametrize("limit", ["0", "-1", "501", "1000000000"])
def test_a_limit_that_no_list_can_have_is_refused(vips, limit):
    refusal = vips("recommend", "--limit", limit).refused()
    assert refusal.startswith("--limit: limit must be a whole number from 1 to 500.")


def test_an_override_out_of_its_range_is_refused_with_the_range(vips):
    refusal = vips("recommend", "--overrides", '{"mmr_lambda": 1.5}').refused()
    assert refusal == "--overrides, /mmr_lambda: mmr_lambda must be a number from 0.0 to 1.0, not 1.5."


def test_events_about_items_that_nobody_knows_are_told_with_the_index(imported, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(EVENTS)
    imported("events", "import", file).well()
    built = imported("index", "build", "--as-of", "2026-01-01", "--json").json()
    assert built["counts"] == {"items": 1, "events": 1, "unknown_items": 1, "other_dimensions": 0}
    assert "1 items, 1 events, 1 events about unknown items" in imported("index", "show", built["version"]).well().out


def test_where_the_newest_index_is_torn_the_command_recommends_from_the_one_before(
    imported, installation_home, namespace
):
    old, new = (imported("index", "build", "--as-of", "2026-01-01", "--json").json()["version"] for _ in range(2))
    manifest = installation_home / "indexes" / namespace / new / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"items": 3}))
    told = imported("recommend", "--json").json()
    assert told["explanation"]["decision"]["ranked"]["index_version"] == old

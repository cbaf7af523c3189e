"""`tessella audiences`: calculated in this process, listed, counted, compared and followed."""

from pathlib import Path

import pytest

VIP = "{segment_id: vip, rules: [{rule_id: r, expr: {eq: [user.tier, VIP]}}]}"


@pytest.fixture
def people(shop, tmp_path):
    """A household that is VIP, and one that is not."""
    path = tmp_path / "facts.csv"
    path.write_text("subject_id,user.tier\nh2,gold\n")
    shop("segments", "save", "-", typed=VIP).well()
    shop("facts", "import", path).well()
    return path


def test_audiences_are_calculated_counted_and_shown(shop, people):
    made = shop("audiences", "calculate", "--as-of", "2026-01-02", "--json").json()
    assert (made["state"], made["kind"], made["subjects"]) == ("active", "full", 2)
    assert shop("audiences", "show", made["version"], "--json").json() == made
    assert shop("audiences", "list", "--json").json() == {"items": [made], "stale": None}
    counts = shop("audiences", "counts", "--json").json()
    assert [(each["segment_id"], each["members"]) for each in counts["segments"]] == [("vip", 1)]
    assert "50.0%" in shop("audiences", "counts").well().out
    assert shop("audiences", "overlap", "--json").json()["both"] == [[1]]
    check = shop("audiences", "check", "--subjects", "9", "--seed", "4", "--json").json()
    assert (check["version"], check["seed"], check["counts"]["disagreed"]) == (made["version"], 4, 0)
    assert shop("audiences", "checks", "--json").json() == {"items": [check]}
    assert check["check_id"] in shop("audiences", "checks").well().out


def test_who_entered_is_listed_after_the_next_calculation(shop, people):
    shop("audiences", "calculate").well()
    people.write_text("subject_id,user.tier\nh2,VIP\n")
    shop("facts", "import", people).well()
    assert shop("audiences", "calculate", "--json").json()["kind"] == "incremental"
    page = shop("audiences", "changes", "vip", "--json").json()
    assert [(each["subject_id"], each["event"]) for each in page["items"]] == [("h2", "segment.entered")]
    assert "segment.entered" in shop("audiences", "changes", "vip").well().out


def test_before_the_first_calculation_there_is_nothing(shop):
    assert shop("audiences", "list", "--json").json() == {"items": [], "stale": None}
    assert "No audiences of the namespace" in shop("audiences", "counts").refused()


def test_everybody_who_shares_data_is_written_to_a_file_with_first_match_and_all_segments(shop, people):
    shop("audiences", "calculate").well()
    assert shop("audiences", "export-all", "none.csv", "--json").json()["rows"] == 0
    shop("settings", "import", people, "--map", "data_sharing_consent='true'").well()
    shop("settings", "set", "h1", "--sharing").well()
    told = shop("audiences", "export-all", "all.csv", "-f", "user.tier", "--json").json()
    lines = Path(told["place"]).read_text(encoding="utf-8").splitlines()
    assert (lines[0], len(lines), told["rows"]) == ("subject_id,segment_id,segments,user.tier", 3, 2)
    assert "2 subjects written to" in shop("audiences", "export-all", "all.parquet", "--form", "parquet").well().out

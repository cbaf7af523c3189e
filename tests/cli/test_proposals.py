"""`tessella segments propose`."""

import pytest

from tests.cli.command import Command


@pytest.fixture
def bought_once(shop, tmp_path) -> Command:
    """The command in a namespace in which nobody was known before the only purchase."""
    purchases = tmp_path / "purchases.csv"
    purchases.write_text("event_id,event_type,subject_id,item_id,occurred_at\n1,purchase,h1,tea,2025-06-05T12:00:00Z\n")
    shop("events", "import", purchases).well()
    return shop


def test_a_search_that_finds_nothing_says_so_in_a_sentence(bought_once):
    printed = bought_once("segments", "propose", "--as-of", "2025-06-01").well().out
    assert printed == (
        "0 subjects as of 2025-06-01T00:00:00+00:00, and the 28 days after; 0 of them held out. 0 groups looked at.\n"
        "No feature has a value as of the cut. Declare features with a kind, or choose a later cut.\n"
    )


def test_programs_get_all_of_it(bought_once):
    told = bought_once("segments", "propose", "--as-of", "2025-06-01", "--days", 7, "--json").json()
    assert (told["remark"], told["groups"], told["horizon_days"]) == ("no_features", [], 7)


def test_days_that_are_not_over_are_refused(shop):
    assert "are not over" in shop("segments", "propose", "--as-of", "9000-01-01").refused()

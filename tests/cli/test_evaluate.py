"""`tessella evaluate` and `tessella tune`."""

import pytest


@pytest.fixture
def purchases(shop, tmp_path):
    """Thirty who buy the same again."""
    items, events = tmp_path / "items.csv", tmp_path / "events.csv"
    items.write_text("item_id\na\nb\n")
    rows = [
        f"{subject}-{day},s{subject},purchase,2026-05-{day:02}T00:00:00Z,{'ab'[subject % 2]}"
        for subject in range(30) for day in (10, 22, 29)
    ]  # fmt: skip
    events.write_text("\n".join(["event_id,subject_id,event_type,occurred_at,item_id", *rows]))
    shop("items", "import", items).well()
    shop("events", "import", events).well()


def test_every_profile_stands_beside_the_baselines(shop, purchases):
    asked = ("evaluate", "--until", "2026-06-01", "--days", 7)
    told = shop(*asked, "--json").json()
    names = [each["name"] for each in told["report"]["contenders"]]
    assert names == ["popularity", "own_history", "as_decided", "profile:novel"]
    assert told["report"]["subjects"] == 30
    printed = shop(*asked).well().out
    assert "30 subjects, 2 items, 60 events before the cut" in " ".join(printed.split())
    assert "as_decided" in printed


def test_a_tuning_says_what_it_would_change_and_publishes_nothing(shop, purchases):
    printed = shop("tune", "novel", "--until", "2026-06-01", "--days", 7).well().out
    assert printed.splitlines()[-1].startswith("Proposed: ")
    assert printed.rstrip().endswith("Nothing was published.")
    assert shop("tune", "other", "--until", "2026-06-01").refused() == 'There is no profile "other" in this namespace.'


def test_days_that_are_not_over_are_refused(shop):
    assert "are not over" in shop("evaluate", "--until", "9000-01-01").refused()

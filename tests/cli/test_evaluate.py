"""`tessella evaluate`, `tessella tune` and `tessella evaluations`."""

import json

import pytest

from tessella.cli.tunings import print_tuning

ASKED = ("--until", "2026-06-01", "--days", 7)
EVERYBODY = {
    "segment_id": "everybody", "active": True, "profile_id": "novel",
    "rules": [{"rule_id": "anybody", "expr": {"not": {"exists": ["user.tier"]}}}],
}  # fmt: skip


@pytest.fixture
def purchases(shop, tmp_path, monkeypatch):
    """Thirty who buy the same again, and forty who once bought another thing; a terminal of 120 columns."""
    monkeypatch.setenv("COLUMNS", "120")
    items, events = tmp_path / "items.csv", tmp_path / "events.csv"
    items.write_text("item_id\na\nb\nc\n")
    rows = [(f"s{subject}", day, "ab"[subject % 2]) for subject in range(30) for day in (10, 22, 29)]
    rows += [(f"once{subject}", 9, "c") for subject in range(40)]
    written = [f"{subject}-{day},{subject},purchase,2026-05-{day:02}T00:00:00Z,{item}" for subject, day, item in rows]
    events.write_text("\n".join(["event_id,subject_id,event_type,occurred_at,item_id", *written]))
    shop("items", "import", items).well()
    shop("events", "import", events).well()


def row_of(name: str, printed: str) -> str:
    """The first row of a table that begins with a name, without the spaces between its cells."""
    return next(" ".join(line.split()) for line in printed.splitlines() if line.strip().startswith(f"{name} "))


def test_an_evaluation_is_a_table_for_each_view_with_a_row_for_each_ranking(shop, purchases):
    shop("segments", "save", "-", typed=json.dumps(EVERYBODY)).well()
    printed = shop("evaluate", *ASKED).well().out
    lines = printed.splitlines()
    assert lines[0].startswith("Lists of 10 for 30 subjects out of 3 items, from 100 events before the cut.")
    assert [line.strip() for line in lines if line.strip().endswith("against own_history")] == [
        f"{view}: 30 subjects, against own_history" for view in ("repeats_allowed", "repeats")
    ]
    assert row_of("own_history", printed) == "own_history 1.000 1.000 1.000 1.000"
    assert row_of("popularity", printed).startswith("popularity .5655 -.45")
    assert printed.count(" as_decided ") == printed.count(" profile:novel ") == 2
    assert row_of("everybody", printed).startswith("everybody repeats_allowed 30 own_history ")
    assert max(map(len, lines)) <= 120


def test_a_tuning_is_kept_beside_evaluations_and_shown_again_as_it_was_printed(shop, purchases):
    told = shop("evaluate", *ASKED, "--json").json()
    assert [each["name"] for each in told["report"]["contenders"]][2:] == ["as_decided", "profile:novel"]
    printed = shop("tune", "novel", *ASKED).well().out
    assert "novel, repeats_allowed: the 7 days before 2026-06-01" in printed
    assert row_of("delta", printed).startswith("delta 0.0 ")
    assert printed.splitlines()[-2].endswith(" Nothing was published.")
    listed = shop("evaluations", "list", "--json").json()
    assert [(each["kind"], "report" in each) for each in listed] == [("tuning", False), ("evaluation", False)]
    assert listed[0]["evaluation_id"] in shop("evaluations", "list").well().out
    assert shop("evaluations", "show", listed[0]["evaluation_id"]).well().out == printed
    assert shop("evaluations", "show", told["evaluation_id"], "--json").json() == told


def tuning(low: float, high: float, changed: dict[str, float]) -> dict[str, object]:
    """What is told of a tuning whose difference lies between two figures."""
    difference = {"current": {"value": (low + high) / 2, "low": low, "high": high}}
    views = [{"view": "new_items", "groups": [{"metrics": {"ndcg": {"value": 0.447, "against": difference}}}]}]
    return {
        "evaluation_id": "e1",
        "inputs": {"profile_id": "novel", "view": "new_items", "days": 28, "until": "2018-01-01T05:00:00+00:00"},
        "report": {
            "searched": {"began_at": 0.4, "reached": 0.45, "trials": 90},
            "changed": changed, "current": dict.fromkeys(changed, 0.0),
            "outer": {"contenders": [{"name": name, "views": views} for name in ("current", "proposed")]},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "changed", "verdict"),
    [
        (
            0.004,
            0.014,
            {"delta": 1.0},
            "The proposal is better than the profile as it is, on days that the search has ",
        ),
        (-0.004, 0.014, {"delta": 1.0}, "The proposal is not better than the profile as it is: the interval of the "),
        (
            -0.014,
            -0.004,
            {"delta": 1.0},
            "The proposal is worse than the profile as it is, on days that the search has ",
        ),
        (0.0, 0.0, {}, "The search found nothing better: no knob is to change. "),
    ],
)
def test_a_tuning_says_plainly_whether_its_proposal_is_better(low, high, changed, verdict, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    print_tuning(tuning(low, high, changed))
    printed = capsys.readouterr().out
    assert verdict in printed
    assert row_of("ndcg", printed).startswith("ndcg on these days .4470 .4470 ")


def test_a_report_that_is_not_kept_is_said_to_be_missing(shop):
    assert shop("evaluations", "list", "--json").json() == []
    assert shop("evaluations", "show", "newest").refused() == 'There is no evaluation "newest" in this namespace.'


def test_days_that_are_not_over_are_refused(shop):
    assert "are not over" in shop("evaluate", "--until", "9000-01-01").refused()


def test_days_without_a_purchase_are_refused_with_an_end_that_has_some(shop, purchases):
    for asked in (("evaluate",), ("tune", "novel")):
        assert shop(*asked, "--until", "2026-08-01", "--days", 7).refused() == (
            "--until: No purchase is stored from 2026-07-25 until before 2026-08-01: the last one is of 2026-05-29. "
            "Try --until 2026-05-30."
        )
    refused = shop("segments", "propose", "--as-of", "2026-06-01", "--days", 7).refused()
    assert refused.endswith("Try --as-of 2026-05-23.")
    assert shop("evaluations", "list", "--json").json() == []

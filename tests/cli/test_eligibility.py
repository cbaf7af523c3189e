"""`tessella experiments check-eligibility` and `check-alerts`, as cron runs them."""

import json

import pytest

from tests.experiments import BANNER, banner
from tests.planted import plant, traffic

AUTO = {"enabled": False, "auto_activation": True}


@pytest.fixture
def planted(shop, database, namespace, tmp_path):
    """An experiment with evidence, and not yet the traffic."""
    path = tmp_path / "banner.json"
    path.write_text(json.dumps(banner(config={"segmentation": AUTO})))
    shop("experiments", "save", path).well()
    plant(database.superuser, namespace, BANNER, {"instagram": (0.05, 0.15), "google": (0.15, 0.05)}, 1000)
    return shop


def test_a_check_recommends_and_switches_on_once_there_is_the_traffic(planted, database, namespace):
    early = planted("experiments", "check-eligibility").well().out
    assert "banner: Recommended: by source (" in early
    traffic(database.superuser, namespace, BANNER, 1000)
    (told,) = planted("experiments", "check-eligibility", "banner", "--json").json()["items"]
    assert (told["eligible_for_segmentation"], told["applied"]["segment_by"], told["problem"]) == (
        True, ["source"], None,
    )  # fmt: skip
    assert planted("experiments", "show", "banner", "--json").json()["segmentation"]["mode"] == "manual"


def test_open_alerts_are_listed_and_told_by_the_status(planted, database, namespace, tmp_path):
    assert "Nothing is wrong" in planted("experiments", "check-alerts").well().out
    path = tmp_path / "by-source.json"
    path.write_text(json.dumps(banner(config={"segmentation": {"mode": "manual", "segment_by": ["source"]}})))
    planted("experiments", "save", path).well()
    rates = {"instagram": (0.10, 0.10), "google": (0.11, 0.11), "email": (0.01, 0.01)}
    plant(database.superuser, namespace, BANNER, rates, 1000, segments=True)
    lines = planted("experiments", "check-alerts").out.splitlines()
    assert "warning, open: A segment brings less than half of what the others do: banner: source:email." in lines
    assert max(map(len, lines[1:])) <= 80
    told = planted("experiments", "check-alerts", "--json")
    (alert,) = json.loads(told.out)["items"]
    assert (told.status, alert["rule"], alert["key"]) == (2, "experiment_segment_low", "banner: source:email")


def test_an_experiment_that_there_is_not_is_named(shop):
    assert 'There is no experiment "none"' in shop("experiments", "check-eligibility", "none").refused()

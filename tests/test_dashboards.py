"""What Prometheus and Grafana are given: every name is exported, and thresholds are those that the server holds to."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tessella.domain.alerts.rules import ALERT_RULES
from tessella.domain.personalization import monitoring as personalization
from tessella.domain.taxonomy import monitoring as taxonomy
from tessella.http.metrics.exposition import text
from tessella.http.metrics.report import Report, together
from tessella.ports.jobs import Job

DEPLOY = Path(__file__).parent.parent / "deploy"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
BOARD: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text())
#: What is watched: the tables of requirement C, "Key Metrics to Monitor", and D, "Monitoring", with what we hold to.
THRESHOLDS = {
    "TessellaPlayersSlow": (">", taxonomy.RESPONSE_P95.alert),
    "TessellaPlayersErrors": (">", taxonomy.ERRORS.alert),
    "TessellaTaxonomyAccuracy": ("<", taxonomy.ACCURACY.alert),
    "TessellaTaxonomyVariance": ("<", taxonomy.VARIANCE.alert),
    "TessellaTaxonomyConfidence": ("<", taxonomy.CONFIDENCE.alert),
    "TessellaJobFailed": ("==", 1),
    "TessellaJobSlow": (">", personalization.JOB_SECONDS.alert),
    "TessellaExtractionErrors": ("<", 1 - personalization.EXTRACTION_ERRORS.alert),
    "TessellaRankingCacheHitsLow": ("<", 1 - personalization.CACHE_MISSES.target),
    "TessellaRankingCacheMisses": (">", personalization.CACHE_MISSES.alert),
    "TessellaOptOutRate": (">", personalization.OPT_OUT_RATE.alert),
    "TessellaOptOutSpike": (">", 0),
}


def exported() -> set[str]:
    """The names of all samples, of metrics without any too."""
    families = text_string_to_metric_families(text(together([Report()], [Report()])).decode())
    endings = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
    return {f"{each.name}{ending}" for each in families for ending in endings[each.type]}


def expressions() -> list[str]:
    panels = [target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", ())]
    return [*(rule["expr"] for rule in RULES), *panels, BOARD["templating"]["list"][1]["query"]["query"]]


@pytest.mark.parametrize("expression", expressions())
def test_every_name_of_an_expression_is_exported(expression):
    named = set(re.findall(r"\btessella_[a-z0-9_]+", expression))
    assert named
    assert named - exported() == set()
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize("name", THRESHOLDS)
def test_every_threshold_of_the_requirements_is_watched_as_the_server_does(name):
    (rule,) = [each for each in RULES if each["alert"] == name]
    compared, limit = re.search(r"(<|>|==) ([0-9.]+)$", rule["expr"]).groups()
    assert (compared, float(limit)) == (THRESHOLDS[name][0], pytest.approx(THRESHOLDS[name][1]))


def test_every_alert_says_what_is_wrong_and_how_soon_to_look():
    assert len({each["alert"] for each in RULES}) == len(RULES)
    for each in RULES:
        assert each["labels"]["severity"] in {"info", "warning", "critical"}
        assert each["annotations"]["summary"].endswith(".")


def test_rules_and_jobs_that_expressions_name_are_there():
    told = " ".join(expressions())
    assert set(re.findall(r'rule="([a-z_]+)"', told)) <= set(ALERT_RULES)
    jobs = {job for found in re.findall(r'job=~"([a-z_|]+)"', told) for job in found.split("|")}
    assert jobs == {Job.NIGHTLY_REFRESH, Job.CLEANUP, Job.MODEL_TRAINING}


def test_no_panel_lies_over_another_and_each_has_a_name():
    places = [panel["gridPos"] for panel in BOARD["panels"]]
    taken = [(x, y) for each in places for x in range(each["x"], each["x"] + each["w"])
             for y in range(each["y"], each["y"] + each["h"])]  # fmt: skip
    assert len(taken) == len(set(taken))
    assert all(panel["title"] for panel in BOARD["panels"])
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])

"""Whole segments, scored by a process beside us: the same as each member alone, counted and kept."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tessella.domain.errors import QueryTimedOut
from tessella.domain.errors.scoring import ScoringFailed
from tessella.domain.features.types import FeatureType
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.prediction import offers_of
from tessella.domain.predictions.segment.members import cells_sql, members_sql
from tessella.domain.predictions.segment.scoring import Group, ScoringModel
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, churn_stats, distribution
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds
from tessella.models.loading import load
from tessella.models.scoring.scored import CHUNK
from tessella.models.scoring.worker import ScoringWorker
from tessella.ports.scoring import ScoringOrder
from tests.model_files import manifest_of, model, onnx_content, part, write_model

pytestmark = pytest.mark.anyio

HELD = {"spend": ("f0", FeatureType.NUMBER), "visits": ("f1", FeatureType.INTEGER)}
EVERYBODY = (Group("all"),)
#: Every fifth has no spend, every seventh no visits, so every 35th nothing; bit 0 is the even ones, bit 1 nobody.
ROWS = """
SELECT 'h' || lpad(i::VARCHAR, 7, '0') AS subject_id, if(i % 2 = 0, 1, 0)::BIGINT AS w0,
       if(i % 5 = 0, NULL, i % 13 / 4.0) AS f0, if(i % 7 = 0, NULL, i % 11) AS f1
  FROM range({count}) AS r(i)
"""


def rows(count=1000):
    return ROWS.format(count=count)


@pytest.fixture
def worker():
    return ScoringWorker("200MB", threads=2, timeout_seconds=60)


@pytest.fixture
def churn(tmp_path):
    manifest, files = model(0.8, -0.3)
    return ScoringModel(str(write_model(tmp_path / "churn", manifest, files)), manifest)


def order(model, sql, *, groups=EVERYBODY, target=None, words=(), parameters=None):
    members = members_sql(sql, "TRUE", model.manifest.inputs, HELD, words)
    return ScoringOrder(members, parameters or {}, groups, model, target)


def known(sql):
    found = duckdb.sql(f"SELECT subject_id, f0, f1 FROM ({sql}) WHERE f0 IS NOT NULL OR f1 IS NOT NULL").fetchall()
    return {
        who: {name: value for name, value in (("spend", spend), ("visits", visits)) if value is not None}
        for who, spend, visits in found
    }


def alone(model, sql):
    """Each member by itself, from what is known of them."""
    loaded = load(Path(model.folder), model.manifest)
    return {who: loaded.one(values) for who, values in known(sql).items()}


def kept(folder):
    return duckdb.sql(f"SELECT * FROM '{folder}/*.parquet' ORDER BY 1").fetchall()


async def test_everybody_is_told_what_each_is_told_alone(worker, churn, tmp_path):
    shares = []
    counted = await worker.score(order(churn, rows(), target=tmp_path), shares.append)
    expected = alone(churn, rows())
    assert {who: pytest.approx(told, abs=1e-6) for who, told in kept(tmp_path)} == {
        who: told["churn"] for who, told in expected.items()
    }
    stats = churn_stats((each["churn"] for each in expected.values()), Thresholds())
    found = counted.stats["all"]
    assert (found.high, found.medium, found.low) == (stats.high, stats.medium, stats.low)
    assert found.avg_probability == pytest.approx(stats.avg_probability, abs=1e-6)
    assert shares[-1] == 1.0


async def test_members_of_whom_nothing_is_known_fail_and_are_named(worker, churn, tmp_path):
    counted = await worker.score(order(churn, rows(), target=tmp_path), lambda _: None)
    assert (counted.members, counted.failed) == ({"all": 1000}, {"all": 29})
    assert counted.first_failed == tuple(f"h{35 * at:07}" for at in range(10))
    assert len(kept(tmp_path)) == 971


async def test_segments_are_counted_apart_in_one_pass(worker, churn):
    groups = (Group("even", "w0", 1), Group("nobody", "w0", 2))
    counted = await worker.score(order(churn, rows(), groups=groups, words=["w0"]), lambda _: None)
    expected = alone(churn, f"SELECT * FROM ({rows()}) WHERE w0 = 1")
    assert counted.members == {"even": 500, "nobody": 0}
    assert counted.failed == {"even": 15, "nobody": 0}
    assert counted.stats["even"].count == len(expected) == 485
    assert counted.stats["nobody"] == ChurnStats()


async def test_those_silent_for_longer_than_anybody_the_model_learned_from_are_counted_apart(worker, tmp_path):
    manifest, files = model(0.8, -0.3, population=Population("visits", 8))
    churn = ScoringModel(str(write_model(tmp_path / "churn", manifest, files)), manifest)
    groups = (Group("even", "w0", 1), Group("all"))
    counted = await worker.score(order(churn, rows(), groups=groups, words=["w0"]), lambda _: None)
    silent = [at for at in range(1000) if at % 7 and at % 11 > 8]
    assert counted.stats["all"].outside == len(silent)
    assert counted.stats["even"].outside == sum(at % 2 == 0 for at in silent)


async def test_more_members_than_a_chunk_are_all_counted(worker, churn):
    count = 2 * CHUNK + 17
    counted = await worker.score(order(churn, rows(count)), lambda _: None)
    assert counted.members["all"] == count
    assert counted.stats["all"].count == count - counted.failed["all"] == len(known(rows(count)))


async def test_a_segment_of_nobody_has_stats_of_nobody(worker, churn, tmp_path):
    counted = await worker.score(order(churn, rows(0), target=tmp_path), lambda _: None)
    assert (counted.members, counted.stats, counted.first_failed) == ({"all": 0}, {"all": ChurnStats()}, ())


async def test_parameters_of_the_statement_are_bound(worker, churn):
    asked = f"SELECT * FROM ({rows()}) WHERE NOT list_contains(CAST($withdrawn AS VARCHAR[]), subject_id)"
    counted = await worker.score(order(churn, asked, parameters={"withdrawn": ["h0000001"]}), lambda _: None)
    assert counted.members["all"] == 999


async def test_the_best_offers_are_those_that_each_is_told(worker, tmp_path):
    files = {"bag.onnx": onnx_content(1.0, 0.0), "cap.onnx": onnx_content(0.0, 0.3), "hat.onnx": onnx_content(3.0, 3.0)}
    parts = (part(name, content, name[:3]) for name, content in files.items())
    manifest = manifest_of(*parts, model_id="nbo", target=Target.NBO)
    worth = {"bag": 3.0, "cap": 2.5}  # nobody makes the offer of a hat any more
    offers = {name: Offer(name, name, value) for name, value in worth.items()} | {
        "hat": Offer("hat", "hat", 1.0, False)
    }
    nbo = ScoringModel(str(write_model(tmp_path / "nbo", manifest, files)), manifest, worth)
    counted = await worker.score(order(nbo, rows()), lambda _: None)
    told = (offers_of(each, offers).offer_id for each in alone(nbo, rows()).values())
    assert counted.stats["all"] == distribution(told)
    assert set(counted.stats["all"].counts) == {"bag", "cap"}


async def test_cells_that_the_audience_holds_are_counted_and_kept_as_they_are(worker, tmp_path):
    cells = "SELECT 'h' || i AS subject_id, if(i % 3 = 0, NULL, if(i % 2 = 0, 'Lost', 'Champions')) AS f0, i AS f1"
    held = {"rfm.cell": ("f0", FeatureType.STRING), "rfm.recency": ("f1", FeatureType.INTEGER)}
    members = cells_sql(f"{cells} FROM range(9) AS r(i)", "TRUE", held)
    counted = await worker.score(ScoringOrder(members, {}, EVERYBODY, None, tmp_path), lambda _: None)
    assert counted.stats == {"all": Distribution({"Lost": 3, "Champions": 3})}
    assert (counted.members, counted.failed) == ({"all": 9}, {"all": 3})
    assert kept(tmp_path)[0] == ("h1", "Champions", 1, None, None)


async def test_a_model_whose_file_was_changed_is_not_run(worker, churn):
    write_model(Path(churn.folder), churn.manifest, {"churn.onnx": onnx_content(9.0, 9.0)})
    with pytest.raises(ScoringFailed) as refused:
        await worker.score(order(churn, rows()), lambda _: None)
    assert "SHA-256" in refused.value.message


async def test_a_file_that_cannot_be_read_is_told(worker, churn, tmp_path):
    damaged = tmp_path / "audience.parquet"
    damaged.write_bytes(b"PAR1 but no more")
    with pytest.raises(ScoringFailed):
        await worker.score(order(churn, f"SELECT * FROM read_parquet('{damaged}')"), lambda _: None)


async def test_what_takes_too_long_is_given_up(churn):
    hurried = ScoringWorker("200MB", threads=1, timeout_seconds=0.01)
    with pytest.raises(QueryTimedOut):
        await hurried.score(order(churn, rows()), lambda _: None)


async def test_categories_and_flags_are_read_as_of_one_subject(worker, tmp_path):
    """The audience's columns are turned into the numbers that one subject's values are turned into."""
    from tests.churn_model import INPUTS, churn_model

    manifest, files = churn_model()
    model = ScoringModel(str(write_model(tmp_path / "model", manifest, files)), manifest)
    sql = """SELECT 'h' || i AS subject_id, if(i % 4 = 0, NULL, i * 1.5::DOUBLE) AS f0,
                    ['gold', 'tin', 'plutonium', NULL][1 + i % 4] AS f1 FROM range(100) AS r(i)"""
    held = {"recency_days": ("f0", FeatureType.NUMBER), "tier": ("f1", FeatureType.STRING)}
    members = members_sql(sql, "TRUE", INPUTS, held)
    target = tmp_path / "out"
    target.mkdir()
    await worker.score(ScoringOrder(members, {}, EVERYBODY, model, target), lambda _: None)
    loaded = load(Path(model.folder), manifest)
    found = duckdb.sql(f"SELECT * FROM ({sql})").fetchall()
    expected = {
        who: loaded.one({name: each for name, each in (("recency_days", days), ("tier", tier)) if each is not None})
        for who, days, tier in found
        if days is not None or tier is not None
    }
    told = dict(kept(target))
    assert told.keys() == expected.keys()
    assert np.allclose([told[who] for who in expected], [each["churn"] for each in expected.values()], atol=1e-6)

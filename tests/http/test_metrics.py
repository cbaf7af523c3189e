"""What is counted, over all workers of a server."""

import asyncio
import re
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tessella.bootstrap import Application
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.taxonomy.monitoring import BOUNDS
from tessella.http.app import create_app
from tessella.http.metrics.exposition import text as exposition
from tessella.http.metrics.labels import OTHER, folded, labelled, largest
from tessella.http.metrics.report import Answers, Report, continued, together
from tessella.http.metrics.slots import Slot
from tessella.http.metrics.told import job_told, night_told
from tessella.ports.monitoring import JobFigures, NightFigures
from tests.database import eventually
from tests.http.conftest import MakeClient

Samples = dict[tuple[str, ...], float]


def read(text: str) -> Samples:
    """Each sample by its name and the values of its labels."""
    families = text_string_to_metric_families(text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def client_of(application: Application, slot: Slot, key: str) -> tuple[httpx.AsyncClient, "object"]:
    app = create_app(application, slot)
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=headers), app


@pytest.mark.anyio
async def test_workers_tell_the_same_sums_and_a_new_one_goes_on_from_the_one_before(application, namespace, tmp_path):
    key = await application.administration.create_key(namespace, Role.ADMIN)
    name = ("tessella_decisions_total", namespace, "default")
    first, second = (client_of(application, Slot(tmp_path, slot), key) for slot in ("http-0", "http-1"))
    async with first[1].metrics.shared(), second[1].metrics.shared():
        for client, count in ((first[0], 3), (second[0], 4)):
            for _ in range(count):
                await client.post("/api/v1/decide", json={})
    told = [read((await client.get("/metrics")).text) for client, _ in (first, second)]
    assert [each[name] for each in told] == [7.0, 7.0]
    again, _ = client_of(application, Slot(tmp_path, "http-0"), key)
    assert read((await again.get("/metrics")).text)[name] == 7.0
    await again.post("/api/v1/decide", json={})
    assert read((await again.get("/metrics")).text)[name] == 8.0
    assert read((await again.get("/metrics")).text)[("tessella_decision_seconds_count",)] == 8.0


class Slow(Slot):
    """A place on a disk that is slow with the first report."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "http-0")
        self.begun, self.may_end = Event(), Event()

    def write(self, report: Report) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.may_end.wait(30)
        super().write(report)


@pytest.mark.anyio
async def test_what_is_written_at_the_end_is_not_overtaken_by_a_slow_write_before_it(application, namespace, tmp_path):
    key, slot = await application.administration.create_key(namespace, Role.ADMIN), Slow(tmp_path)
    client, app = client_of(application, slot, key)
    loop = asyncio.get_running_loop()
    async with app.metrics.shared():
        await asyncio.to_thread(slot.begun.wait)
        await client.post("/api/v1/decide", json={})
        loop.call_later(0.1, slot.may_end.set)
    assert slot.may_end.is_set()
    assert slot.earlier().decisions == {namespace: {"default": 1}}


def test_a_file_of_figures_that_is_broken_counts_nothing(tmp_path):
    (tmp_path / "http-1.json").write_bytes(b'{"decisions": {"shop"')
    slot = Slot(tmp_path, "http-0")
    slot.write(Report(seconds=2.0))
    assert (slot.others(), slot.earlier().seconds) == ([], 2.0)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["http-0.json", "http-1.json"]


def test_workers_read_what_others_tell_of_nights_and_of_jobs_that_failed(tmp_path):
    at = Instant(60_000_000)
    night, job = NightFigures(at, 3, 1.0, 0.0), JobFigures(at, 2.0, failed=True)
    told = Report(personalization={"shop": night_told(night, at)}, jobs={"shop": {"cleanup": job_told(job, at)}})
    Slot(tmp_path, "http-1").write(told)
    (read_back,) = Slot(tmp_path, "http-0").others()
    assert (read_back.personalization, read_back.jobs) == (told.personalization, told.jobs)
    assert read_back.jobs["shop"]["cleanup"]["failed"] == 1.0


def test_figures_that_cannot_be_written_stop_nothing(tmp_path):
    Slot(tmp_path / "gone", "http-0").write(Report())


def test_counters_are_those_of_all_workers_and_states_those_of_the_living():
    gone = Report(figures={"tessella_audit_dropped": 2.0, "tessella_write_queue_rows": 50.0}, versions={"shop": 1})
    alive = Report(
        figures={"tessella_audit_dropped": 3.0, "tessella_write_queue_rows": 4.0, "tessella_ingest_lag_seconds": 0.5},
        versions={"shop": 9}, ages={"shop": 1.0}, failed={"shop": 0},
    )  # fmt: skip
    other = Report(
        figures={"tessella_write_queue_rows": 5.0, "tessella_ingest_lag_seconds": 0.25},
        versions={"shop": 8}, ages={"shop": 2.5}, failed={"shop": 1},
    )  # fmt: skip
    found = together([gone, alive, other], [alive, other])
    assert found.figures["tessella_audit_dropped"] == 5.0
    assert found.figures["tessella_write_queue_rows"] == 9.0
    assert found.figures["tessella_ingest_lag_seconds"] == 0.5
    assert (found.versions, found.ages, found.failed) == ({"shop": 8}, {"shop": 2.5}, {"shop": 1})


def test_requests_about_players_are_those_of_all_workers_and_of_those_before_them():
    one, other = (Answers([many] + [0] * len(BOUNDS), many / 2, many // 3) for many in (4, 8))
    told = together([Report(answers={"a": one}), Report(answers={"a": other, "b": one})], [])
    assert (told.answers["a"].taken[0], told.answers["a"].seconds, told.answers["a"].errors) == (12, 6.0, 3)
    assert continued(Report(answers={"a": one}), Report(answers={"b": other})).answers == {"a": one, "b": other}
    assert (one + other).since(one) == other


def test_outcomes_are_the_databases_and_not_added_up():
    early = Report(
        outcomes={"shop": {"vip": OutcomeCounts(1, 0, 0)}, "only": {"a": OutcomeCounts(5, 1, 0)}}, written_at=1.0
    )
    late = Report(outcomes={"shop": {"vip": OutcomeCounts(3, 1, 0)}}, written_at=2.0)
    assert together([late, early], [late]).outcomes == {
        "shop": {"vip": OutcomeCounts(3, 1, 0)},
        "only": {"a": OutcomeCounts(5, 1, 0)},
    }


def test_the_200_largest_segments_have_a_label_and_the_rest_of_a_namespace_counts_together():
    decisions = {"shop": {f"s{n}": n for n in range(150)}, "other-shop": {f"s{n}": 1000 + n for n in range(150)}}
    own = largest(decisions)
    assert len(own) == 200
    found = labelled(decisions, own)
    assert {label for label in found if label[1] == OTHER} == {("shop", OTHER)}
    assert found["shop", OTHER] == sum(range(100))
    assert found["shop", "s149"] == 149
    assert sum(found.values()) == sum(sum(each.values()) for each in decisions.values())


def test_what_a_worker_keeps_is_bounded_and_nothing_is_lost():
    counts = {f"s{n}": n for n in range(1000)}
    kept = folded(counts, 10)
    assert len(kept) == 11
    assert kept["s999"] == 999
    assert sum(kept.values()) == sum(counts.values())


@pytest.mark.anyio
async def test_outcomes_of_decisions_become_counts_and_rates_of_their_segment(admin: httpx.AsyncClient, namespace):
    shown = [(await admin.post("/api/v1/decide", json={})).json()["decision_id"] for _ in range(4)]
    types = [("impression", shown), ("click", shown[:2]), ("conversion", shown[:1])]
    events = [
        {
            "event_id": str(uuid4()), "subject_id": "h1", "event_type": kind, "decision_id": decision_id,
            "occurred_at": "2026-01-01T00:00:00Z",
        }
        for kind, decisions in types
        for decision_id in decisions
    ]  # fmt: skip
    assert (await admin.post("/api/v1/events", json=events)).status_code == 202

    async def are_counted() -> bool:
        found = read((await admin.get("/metrics")).text)
        return [found.get(_of(each, namespace)) for each in ("impressions", "clicks", "conversions")] == [4.0, 2.0, 1.0]

    await eventually(are_counted, "all outcomes were counted")
    found = read((await admin.get("/metrics")).text)
    assert found["tessella_segment_ctr", namespace, "default"] == 0.5
    assert found["tessella_segment_cvr", namespace, "default"] == 0.5


def _of(what: str, namespace: Namespace) -> tuple[str, ...]:
    return (f"tessella_{what}_total", namespace, "default")


@pytest.mark.anyio
async def test_a_monitor_sees_the_figures_and_no_data(make_client: MakeClient, namespace):
    monitor = await make_client(Role.MONITOR)
    text = (await monitor.get("/metrics")).text
    assert ("tessella_database_up",) in read(text)
    assert set(re.findall(r"(\w+)=\"", text)) <= {"namespace", "segment_id", "le"}
    assert (await monitor.post("/api/v1/decide", json={})).status_code == 403


def test_the_conversion_rate_says_what_it_divides():
    empty = together([Report()], [Report()])
    assert "# HELP tessella_segment_cvr Conversions / clicks" in exposition(empty).decode()
    assert msgspec.json.decode(msgspec.json.encode(empty), type=Report) == empty

"""`tessella jobs run`: what cron calls. It does the work itself where no server lives, and can tell before it does."""

import asyncio
import json

import psycopg
import pytest

from tessella.cli.jobs import is_left
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.vector import FeatureVector
from tessella.ports.jobs import Job, JobRun, RunState
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tessella.storage.scope import SET_SCOPE
from tests.personalization import SCOPE, declare_horoscopes, live

OLD = FeatureVector(SubjectId("long-gone"), Instant(1_600_000_000_000_000), session_count_30d=1)


@pytest.fixture
def plant(installation_home, namespace):
    async def act(action):
        settings = Settings(home=installation_home)
        async with open_namespace(namespace, settings=settings) as tess, tess.session() as session:
            return await action(session)

    return lambda action: asyncio.run(act(action))


async def four_people(session):
    await declare_horoscopes(session)
    await live(session, 4, until=session.now())


async def kept(session):
    runs, _ = await session.runs(job=None, state=None, limit=10, cursor=None)
    return len(runs), (await session.kept_counts()).subjects, await session.evaluated_since(Instant(0))


def test_nightly_refresh_tells_what_it_would_do_and_changes_nothing(shop, plant):
    plant(four_people)
    told = shop("jobs", "run", "nightly_refresh", "--dry-run", "--json").json()
    assert (told["active"], told["computed"], told["batches"], told["scopes"]) == (4, 4, 1, [SCOPE])
    assert plant(kept) == (0, 0, [])


def test_nightly_refresh_is_done_here_where_no_worker_lives(shop, plant):
    plant(four_people)
    told = shop("jobs", "run", "nightly_refresh", "--json").json()
    assert (told["state"], told["result"]["active"], told["result"]["rankings"]) == ("succeeded", 4, 4)
    runs, vectors, figures = plant(kept)
    assert (runs, vectors) == (1, 4)
    assert figures != []


def test_an_evaluation_tells_its_figures(shop, plant):
    plant(four_people)
    told = shop("jobs", "run", "evaluate_personalization", "--inputs", '{"days": 7, "length": 2}', "--json").json()
    found = {(each["metric"], each["model_version"]): each for each in told["result"]["figures"]}
    assert found["map", "rule_v1"] == {
        "scope": SCOPE, "model_version": "rule_v1", "metric": "map", "value": 1.0, "sample_size": 4,
    }  # fmt: skip


def test_cleanup_removes_what_has_expired_and_tells_of_it_before(shop, plant):
    async def expired(session):
        await four_people(session)
        await session.replace_vectors([OLD])

    plant(expired)
    assert shop("jobs", "run", "cleanup", "--dry-run", "--json").json()["would_remove"]["personalization_features"] == 1
    assert plant(kept)[1] == 1
    removed = shop("jobs", "run", "cleanup", "--json").json()["result"]["removed"]
    assert removed["personalization_features"] == 1
    assert plant(kept)[1] == 0


def test_model_training_does_nothing_while_it_is_switched_off_and_says_so(shop):
    told = shop("jobs", "run", "model_training", "--dry-run", "--json").json()
    done = shop("jobs", "run", "model_training", "--json").json()["result"]
    assert told == done == {"done": False, "reason": "ml_models is switched off", "models": [], "version": ""}


def test_a_job_that_fails_is_told_by_the_exit_status_and_by_an_alert(shop):
    failed = shop("jobs", "run", "refresh_taxonomy", "--inputs", '{"game_id": "arena"}', "--json")
    assert failed.status == 1
    lines = shop("jobs", "log", json.loads(failed.out)["run_id"]).out.splitlines()
    assert [line.split(maxsplit=3)[1:3] for line in lines] == [["info", "job_begun"], ["warning", "job_failed"]]
    (alert,) = shop("alerts", "list", "--json").json()["items"]
    assert (alert["rule"], alert["key"]) == ("job_failed", "refresh_taxonomy arena")


def test_a_job_that_cannot_tell_what_it_would_do_is_not_done(shop):
    refused = shop("jobs", "run", "verify_audit", "--dry-run").refused()
    assert refused.startswith("The job verify_audit cannot tell what it would do.")


@pytest.mark.parametrize(("seconds", "is_so"), [(None, True), (1, False), (9, False), (11, True)])
def test_a_run_is_taken_from_nobody_who_says_that_it_goes_on(seconds, is_so):
    now = Instant(1_790_000_000_000_000)
    said = None if seconds is None else Instant(now - seconds * 1_000_000)
    run = JobRun("r", "cleanup", {}, RunState.RUNNING, 0.5, None, None, 1, now, now, said, None)
    assert is_left(run, now) is is_so


def test_a_run_that_a_command_left_half_way_is_done_by_the_next_one(shop, plant, database, namespace):
    async def left(session):
        await four_people(session)
        return (await session.ask_for(Job.NIGHTLY_REFRESH, {})).run_id

    run_id = plant(left)
    with psycopg.connect(database.superuser) as connection:
        connection.execute(SET_SCOPE, [namespace, "superadmin", ""])
        connection.execute(
            "UPDATE tessella.job_runs SET state = 'running', attempts = 1, started_at = now() - interval '1 minute',"
            " heartbeat_at = now() - interval '1 minute' WHERE namespace = %s AND run_id = %s",
            [namespace, run_id],
        )
    told = shop("jobs", "run", "nightly_refresh", "--json").json()
    assert (told["run_id"], told["state"], told["attempts"]) == (run_id, "succeeded", 2)

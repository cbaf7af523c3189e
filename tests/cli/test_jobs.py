"""`tessella jobs`: runs are listed, shown, tried again and cancelled where no worker is."""

import asyncio

import pytest

from tessella.domain.identifiers import Namespace
from tessella.ports.jobs import Job
from tessella.sdk.open import open_namespace
from tessella.settings import Settings


@pytest.fixture
def run_id(shop, installation_home, namespace):
    return asyncio.run(ask(installation_home, namespace))


async def ask(home, namespace: Namespace) -> str:
    async with open_namespace(namespace, settings=Settings(home=home)) as tess, tess.session() as session:
        return (await session.ask_for(Job.VERIFY_AUDIT, {})).run_id


def test_a_run_is_listed_and_shown(shop, run_id):
    (listed,) = shop("jobs", "list", "--json").json()["items"]
    assert (listed["run_id"], listed["job"], listed["state"], listed["progress"]) == (
        run_id, "verify_audit", "queued", 0,
    )  # fmt: skip
    assert shop("jobs", "list", "--state", "failed", "--json").json() == {"items": [], "next_cursor": None}
    assert shop("jobs", "show", run_id, "--json").json() == listed
    assert shop("jobs", "show", run_id).well().out == f"verify_audit {run_id}: queued, 0%\n"
    assert run_id in shop("jobs", "list").well().out


def test_a_run_that_did_not_fail_is_not_tried_again(shop, run_id):
    assert shop("jobs", "retry", run_id).refused().startswith(f"The run {run_id} has not failed (queued)")


def test_a_run_is_cancelled_and_following_it_tells_by_the_exit_status(shop, run_id):
    assert shop("jobs", "cancel", run_id, "--json").json()["state"] == "cancelled"
    followed = shop("jobs", "show", run_id, "--follow")
    assert (followed.status, followed.out) == (1, f"verify_audit {run_id}: cancelled, 0%\n")


def test_a_run_that_is_not_there_is_said_to_be_missing(shop):
    assert shop("jobs", "show", "nonsense").refused() == 'There is no job run "nonsense" in this namespace.'

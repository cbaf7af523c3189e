"""A crash forgets transactions that had not reached the disk, and gives their numbers to others."""

import asyncio
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from faults.cluster import Cluster
from faults.installation import Installation
from tessella import usecases
from tessella.storage.embedded.roles import APP
from tessella.usecases.decide import DecisionRequest
from tests.database import eventually, fresh_namespace, session_of, storage_with, until
from tests.storage.commit_link import commit_link_to

pytestmark = pytest.mark.anyio
_RECORDED = "SELECT count(*) FROM tessella.decision_audit WHERE namespace = %s AND decision_id = %s"


def crash(cluster: Cluster) -> None:
    """Return when it is back."""
    cluster.kill_backends()
    time.sleep(0.1)
    cluster.wait_until_it_accepts()


def give_out_numbers(cluster: Cluster) -> None:
    with cluster.connect() as connection:
        for _ in range(200):
            connection.execute("SELECT pg_current_xact_id()")


async def test_the_lost_commit_of_a_forgotten_transaction_is_not_taken_for_that_of_another(
    installed: Installation, tmp_path: Path
) -> None:
    cluster, namespace = installed.cluster, fresh_namespace()
    async with (
        commit_link_to(make_conninfo(cluster.dsn(user=APP), port=5432), tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        link.armed = "commit"
        decision = await usecases.decide(session, DecisionRequest())
        await until(lambda: link.lost == 1, "the commit is lost")
        await link.cut()
        await asyncio.to_thread(crash, cluster)
        await asyncio.to_thread(give_out_numbers, cluster)
        await link.mend()

        async def is_recorded() -> bool:
            try:
                with cluster.connect() as connection:
                    return connection.execute(_RECORDED, [namespace, decision.decision_id]).fetchone() == (1,)
            except psycopg.OperationalError:
                return False

        await eventually(is_recorded, "the decision is recorded")

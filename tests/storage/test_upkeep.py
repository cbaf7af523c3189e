"""What the upkeep forgets."""

from pathlib import Path

import psycopg
import pytest

from tessella.domain.identifiers import Namespace
from tessella.storage.jobs.runs import RETENTION_DAYS
from tests.database import Dsns, storage_with, until
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

_ALL = "SELECT job FROM tessella.job_runs WHERE namespace = %s ORDER BY job"
_RUNS = {
    "long done": ("succeeded", RETENTION_DAYS + 1),
    "long failed": ("failed", RETENTION_DAYS + 1),
    "long queued": ("queued", RETENTION_DAYS + 1),
    "done": ("succeeded", RETENTION_DAYS - 1),
}


@pytest.mark.usefixtures("storage")
async def test_runs_that_have_been_over_for_long_are_forgotten(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        for job, (state, days) in _RUNS.items():
            age = f"now() - interval '{days} days'"
            insert(connection, "job_runs", namespace, job=f"'{job}'", state=f"'{state}'", updated_at=age)
        async with storage_with(database.app, tmp_path / "another", namespace):  # which has swept nothing yet

            def left() -> list[str]:
                return [job for (job,) in connection.execute(_ALL, [namespace])]

            await until(lambda: left() == ["done", "long queued"], "the old runs are forgotten")


async def test_differences_between_two_systems_are_kept_for_ninety_days(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        for player, days in {"old": 91, "kept": 89}.items():
            age = f"now() - interval '{days} days'"
            insert(connection, "taxonomy_differences", namespace, player=f"'{player}'", at=age)
        async with storage_with(database.app, tmp_path / "another", namespace):  # which has swept nothing yet

            def left() -> list[str]:
                query = "SELECT player FROM tessella.taxonomy_differences WHERE namespace = %s"
                return [player for (player,) in connection.execute(query, [namespace])]

            await until(lambda: left() == ["kept"], "the old difference is forgotten")

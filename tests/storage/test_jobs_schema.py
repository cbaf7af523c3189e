"""Schema jobs: procrastinate's tables, made once, of the release that is recorded."""

from importlib.metadata import version

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from tessella.domain.identifiers import Role
from tessella.storage.embedded import Server
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.migrations import upgrade
from tests.database import Dsns, scoped
from tests.storage.databases import database_of_the_first_migration
from tests.storage.rows import insert

STATES = ("queued", "running", "succeeded", "failed")


def test_runs_from_before_there_were_workers_are_kept_and_those_that_waited_have_failed(postgres: Server) -> None:
    with database_of_the_first_migration(postgres) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            insert(connection, "namespaces", "old")
            for state in (*STATES, "queued"):
                insert(connection, "job_runs", "old", state=f"'{state}'", inputs="'{}'", result="'7'")
        upgrade(dsns.superuser)
        with scoped(dsns.app, "old", Role.ADMIN) as connection:
            found = connection.execute(
                "SELECT state, error ->> 'kind', result, attempts FROM tessella.job_runs ORDER BY 1, 2"
            ).fetchall()
        assert sorted(found, key=str) == [
            ("failed", "NeverQueued", 7, 0), ("failed", "NeverQueued", 7, 0), ("failed", "NeverQueued", 7, 0),
            ("failed", None, 7, 0), ("succeeded", None, 7, 0),
        ]  # fmt: skip
        assert audit_database(dsns.app) == []


def test_the_release_that_made_the_tables_is_the_one_that_is_installed(database: Dsns) -> None:
    with psycopg.connect(database.app) as connection:
        (comment,) = connection.execute("SELECT obj_description('jobs'::regnamespace, 'pg_namespace')").fetchone() or ()
    assert comment == f"procrastinate {version('procrastinate')}"


def test_the_tables_of_the_queue_are_not_made_twice(database: Dsns) -> None:
    with psycopg.connect(database.superuser) as connection:
        connection.execute("SET LOCAL search_path = jobs")
        with pytest.raises(psycopg.errors.DuplicateObject):
            connection.execute(SchemaManager.get_schema())  # type: ignore[arg-type]  # the package vouches for it


def test_the_functions_of_the_queue_do_not_depend_on_who_calls_them(database: Dsns) -> None:
    with psycopg.connect(database.app) as connection:
        paths = connection.execute(
            "SELECT DISTINCT proconfig FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace"
        ).fetchall()
    assert paths == [(["search_path=jobs, pg_temp"],)]

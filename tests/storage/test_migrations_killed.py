"""An upgrade that is killed half-way leaves nothing behind, and the next one completes."""

import subprocess
import sys
import time

import psycopg

from tessella.storage.embedded import Server
from tessella.storage.installation.administration import database_status
from tessella.storage.migrations import upgrade
from tests.database import Dsns
from tests.storage.databases import empty_database

#: Each table takes a while, so that there is a middle to be killed in.
SLOWLY = """
CREATE FUNCTION public.slowly() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); END';
CREATE EVENT TRIGGER slowly ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.slowly();
"""
AT_WORK = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event = 'PgSleep' AND query LIKE '%CREATE TABLE tessella.%'
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def wait(connection: psycopg.Connection, question: str, *, found: bool) -> None:
    deadline = time.monotonic() + 60
    while bool((connection.execute(question).fetchone() or [0])[0]) is not found:
        assert time.monotonic() < deadline, question
        time.sleep(0.02)


def test_an_upgrade_killed_half_way_leaves_nothing_and_the_next_completes(postgres: Server) -> None:
    with empty_database(postgres) as empty:
        kill_an_upgrade(empty)
        upgrade(empty.superuser)
        assert database_status(empty.app).schema.is_current


def kill_an_upgrade(empty: Dsns) -> None:
    with psycopg.connect(empty.superuser, autocommit=True) as connection:
        connection.execute(SLOWLY)
        program = "import sys; from tessella.storage.migrations import upgrade; upgrade(sys.argv[1])"
        upgrading = subprocess.Popen([sys.executable, "-c", program, empty.superuser])
        wait(connection, AT_WORK, found=True)
        upgrading.kill()
        upgrading.wait()
        wait(connection, OTHERS, found=False)
        assert database_status(empty.superuser).schema.version is None
        assert connection.execute("SELECT to_regnamespace('tessella')").fetchone() == (None,)
        connection.execute("DROP EVENT TRIGGER slowly")

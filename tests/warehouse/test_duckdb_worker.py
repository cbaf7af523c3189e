import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tessella.domain.errors import QueryFailed, QueryTimedOut, WorkerLost
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.duckdb.worker import send
from tessella.warehouse.duckdb_process.wire import Query, frame

ENDLESS = "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range * b.range % 7 = 3"


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="200MB", threads=1) as worker:
        yield worker


def test_a_query_returns_plain_python_rows(duckdb):
    rows = duckdb.query("SELECT 1, 'é', 1.5::DECIMAL(5, 2), NULL, ['a'], 2::HUGEINT, true, 'nan'::DOUBLE IS NULL")
    assert rows == [(1, "é", 1.5, None, ["a"], 2, True, False)]


def test_every_moment_comes_back_in_utc(duckdb):
    (row,) = duckdb.query(
        "SELECT '2026-01-02'::DATE, '2026-01-02 01:00'::TIMESTAMP, '2026-01-02 01:00+03'::TIMESTAMPTZ"
    )
    midnight = datetime(2026, 1, 2, tzinfo=UTC)
    assert row == (midnight, midnight.replace(hour=1), datetime(2026, 1, 1, 22, tzinfo=UTC))


def test_parameters_are_values_and_never_sql(duckdb):
    hostile = "'; DROP TABLE x; --"
    assert duckdb.query("SELECT $1, $2", [hostile, 2]) == [(hostile, 2)]
    assert duckdb.query("SELECT $text", {"text": hostile}) == [(hostile,)]


def test_a_failing_query_says_why_in_one_sentence_and_leaves_the_worker_alive(duckdb):
    with pytest.raises(QueryFailed) as failure:
        duckdb.query("SELECT nothing FROM nowhere")
    assert "Table with name nowhere does not exist!" in failure.value.message
    assert "\n" not in failure.value.message
    assert duckdb.query("SELECT 1") == [(1,)]


def test_a_query_beyond_the_memory_limit_fails_and_leaves_the_worker_alive(duckdb):
    with pytest.raises(QueryFailed, match="Out of Memory"):
        duckdb.query("SELECT len(list(range::VARCHAR)) FROM range(100_000_000)")
    assert duckdb.query("SELECT 1") == [(1,)]


def test_an_integer_beyond_64_bits_is_refused_by_name(duckdb):
    with pytest.raises(QueryFailed, match="beyond 64 bits"):
        duckdb.query("SELECT 1180591620717411303424::HUGEINT")


def test_the_worker_installs_and_loads_no_extension_by_itself_and_no_statement_can_change_that(duckdb):
    settings = "autoinstall_known_extensions", "autoload_known_extensions"
    assert duckdb.query(f"SELECT {', '.join(f'current_setting({name!r})' for name in settings)}") == [(False, False)]
    with pytest.raises(QueryFailed, match="locked"):
        duckdb.execute("SET autoload_known_extensions = true")


def test_a_killed_worker_is_reported_and_the_next_query_starts_another():
    with DuckDBWorker(threads=1) as duckdb:
        duckdb.execute("CREATE TABLE t AS SELECT 1")
        first = duckdb.pid
        os.kill(first, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="status -9"):
            duckdb.query("SELECT 1")
        assert duckdb.query("SELECT 2") == [(2,)]
        assert duckdb.pid != first


def test_a_query_that_takes_too_long_is_ended_with_its_worker():
    with DuckDBWorker(threads=1, timeout_seconds=0.5) as duckdb:
        with pytest.raises(QueryTimedOut, match=r"0\.5 seconds"):
            duckdb.query(ENDLESS)
        assert duckdb.pid is None


def test_a_worker_ends_when_its_owner_closes_the_pipe_in_the_middle_of_a_query():
    with DuckDBWorker(threads=1) as duckdb:
        process = duckdb._start()
        send(process, frame(Query(ENDLESS, [])))
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_closing_ends_a_query_that_runs_in_another_thread():
    duckdb = DuckDBWorker(threads=1)
    duckdb.query("SELECT 1")
    with ThreadPoolExecutor() as threads:
        running = threads.submit(duckdb.query, ENDLESS)
        while not duckdb._lock.locked():
            time.sleep(0.01)
        duckdb.close()
        with pytest.raises(WorkerLost):
            running.result()

"""The embedded server as its users see it: what it answers, to whom, and how private it is."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tessella.storage.embedded import SUPERUSER, Server, State, start, status
from tests.storage.embedded_support import answer_as, any_process_left, needs_root, temporary_home


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with start(home) as server:
        yield server


def value(server: Server, query: str, role: str = SUPERUSER) -> object:
    with psycopg.connect(server.dsn(role)) as connection:
        return connection.execute(query).fetchone()[0]


def test_from_nothing_it_serves_the_database_tessella_to_the_application_role(server: Server) -> None:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute("SELECT current_user, current_database(), 1 + 1").fetchone()
    assert row == ("tessella_app", "tessella", 2)


def test_it_is_postgresql_16(server: Server) -> None:
    assert int(value(server, "SHOW server_version_num")) // 10_000 == 16


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("max_connections", "500"),
        ("max_wal_size", "2GB"),
    ],
)
def test_it_keeps_what_it_acknowledged_and_runs_with_our_settings(server: Server, setting: str, expected: str) -> None:
    assert value(server, f"SHOW {setting}") == expected


def test_text_is_sorted_by_code_point(server: Server) -> None:
    assert value(server, "SELECT string_agg(a, '' ORDER BY a) FROM unnest(ARRAY['b', 'ä', 'B', 'a']) a") == "Babä"


def test_it_listens_on_no_tcp_port(server: Server, home: Path) -> None:
    listen_addresses = (status(home).data / "postmaster.pid").read_text().splitlines()[5]
    assert (listen_addresses, value(server, "SHOW listen_addresses")) == ("", "")


def test_no_client_is_let_in_by_trust(server: Server) -> None:
    with psycopg.connect(server.dsn(SUPERUSER)) as connection:
        rules = connection.execute("SELECT type, user_name, auth_method FROM pg_hba_file_rules").fetchall()
    assert rules == [("local", ["postgres"], "peer"), ("local", ["tessella_app"], "peer")]


def test_the_folders_of_the_data_and_of_the_socket_are_private(server: Server, home: Path) -> None:
    found = status(home)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (home, found.data, found.socket_folder)] == [0o700] * 3


def test_status_names_the_state_without_changing_it(server: Server, home: Path) -> None:
    assert status(home).state is State.RUNNING
    with temporary_home() as other:
        assert status(other).state is State.ABSENT
        assert not other.exists()


@pytest.mark.parametrize("role", ["postgres", "tessella_owner"])
def test_the_application_role_cannot_become_a_stronger_one(server: Server, role: str) -> None:
    with psycopg.connect(server.dsn()) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SET ROLE {role}")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "ALTER ROLE tessella_app BYPASSRLS",
        "ALTER ROLE tessella_app SUPERUSER",
        "COPY (SELECT 1) TO '/tmp/mine'",
    ],
)
def test_the_application_role_makes_nothing_and_gains_nothing(server: Server, statement: str) -> None:
    app = psycopg.connect(server.dsn(), autocommit=True)
    with app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_two_roles_have_no_power_beyond_their_grants(server: Server) -> None:
    with psycopg.connect(server.dsn(SUPERUSER)) as connection:
        roles = connection.execute(
            """SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
                      rolinherit FROM pg_roles WHERE rolname LIKE 'tessella%' ORDER BY 1"""
        ).fetchall()
    assert roles == [("tessella_app", True, *[False] * 6), ("tessella_owner", False, *[False] * 6)]


def test_the_environment_does_not_change_where_the_dsn_leads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, elsewhere in {"PGPORT": "1", "PGHOST": "127.0.0.1", "PGUSER": "x", "PGDATABASE": "x"}.items():
        monkeypatch.setenv(name, elsewhere)
    assert value(server, "SELECT current_user::text", role="tessella_app") == "tessella_app"


def test_a_process_may_start_it_twice_and_close_each_twice(server: Server, home: Path) -> None:
    again = start(home)
    again.close()
    again.close()
    assert value(server, "SELECT 1") == 1


def test_what_was_written_is_there_after_the_next_start() -> None:
    with temporary_home() as home:
        with start(home) as server, psycopg.connect(server.dsn(SUPERUSER)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert not any_process_left(home)
        assert status(home).state is State.STOPPED
        with start(home) as server:
            assert value(server, "SELECT answer FROM kept") == 42


@needs_root
def test_another_account_cannot_enter_the_socket_folder(server: Server, home: Path) -> None:
    dsn = server.dsn()
    assert "Permission denied" in answer_as("daemon", lambda: refusal(dsn))


@needs_root
@pytest.mark.parametrize("role", ["tessella_app", "postgres"])
def test_another_account_that_reaches_the_socket_is_no_role_of_ours(server: Server, home: Path, role: str) -> None:
    folder, dsn = status(home).socket_folder, server.dsn(role)
    with opened(folder, 0o711), opened(folder / ".s.PGSQL.5432", 0o777):
        assert "Peer authentication failed" in answer_as("daemon", lambda: refusal(dsn))


class opened:  # noqa: N801 - reads as the statement that it is
    """Gives a path another mode for a block."""

    def __init__(self, path: Path, mode: int) -> None:
        self.path, self.mode, self.before = path, mode, stat.S_IMODE(path.stat().st_mode)

    def __enter__(self) -> None:
        self.path.chmod(self.mode)

    def __exit__(self, *_: object) -> None:
        self.path.chmod(self.before)


def refusal(dsn: str) -> str:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError as error:
        return str(error)
    return ""

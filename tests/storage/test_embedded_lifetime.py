"""The server lives as long as somebody uses it: not shorter, however its processes die, and not longer."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tessella.storage.embedded import State, start, status
from tests.storage.embedded_support import (
    User,
    any_process_left,
    keeper_of,
    kill,
    postmaster_of,
    temporary_home,
    until,
    user_of,
)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as home:
        start(home).close()
        yield home


def answers(dsn: str) -> bool:
    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_it_ends_when_its_only_user_leaves(home: Path) -> None:
    with user_of(home) as user:
        assert answers(user.dsn())
        assert user.leave() == 0
        assert status(home).state is State.STOPPED
        assert not any_process_left(home)


def test_it_ends_when_its_only_user_is_killed(home: Path) -> None:
    with user_of(home) as user:
        user.dsn()
        user.kill()
        until(lambda: not any_process_left(home), "no server is left")


def test_two_processes_share_one_server_and_the_last_one_ends_it(home: Path) -> None:
    with user_of(home) as first:
        dsn = first.dsn()
        second = User(home)
        assert second.dsn() == dsn
        postmaster = postmaster_of(home)
        first.kill()
        time.sleep(0.5)  # more than twice the interval at which the keeper looks for users
        assert answers(dsn)
        assert postmaster_of(home) == postmaster
        second.leave()
        assert not any_process_left(home)


def test_two_processes_that_start_at_once_in_an_empty_home_get_one_working_server() -> None:
    with temporary_home() as home, user_of(home) as first:
        second = User(home)
        dsn = first.dsn()
        assert second.dsn() == dsn
        assert answers(dsn)
        second.leave()


def test_a_killed_postmaster_is_started_again_for_its_users(home: Path) -> None:
    with user_of(home) as user:
        dsn = user.dsn()
        killed = postmaster_of(home)
        kill(killed)
        until(lambda: answers(dsn), "it answers again")
        assert postmaster_of(home) != killed


def test_it_is_started_again_as_often_as_it_is_killed(home: Path) -> None:
    with user_of(home) as user:
        dsn = user.dsn()
        for _ in range(4):
            kill(postmaster_of(home))
            until(lambda: answers(dsn), "it answers again")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_keeper_that_was_ended_is_replaced_for_its_users(home: Path, number: signal.Signals) -> None:
    with user_of(home) as user:
        dsn = user.dsn()
        ended = keeper_of(home)
        os.kill(ended, number)
        until(lambda: keeper_of(home) != ended and answers(dsn), "it answers under another keeper")


def test_nothing_is_left_when_the_keeper_and_the_user_are_killed_together(home: Path) -> None:
    with user_of(home) as user:
        user.dsn()
        kill(keeper_of(home))
        user.kill()
        until(lambda: not any_process_left(home), "no server is left")


def test_after_all_its_processes_were_killed_the_next_user_finds_what_was_acknowledged(home: Path) -> None:
    with user_of(home) as user:
        superuser = user.dsn().replace("tessella_app", "postgres")
        with psycopg.connect(superuser) as connection:
            connection.execute("CREATE TABLE acknowledged AS SELECT 7 AS answer")
        for pid in (keeper_of(home), postmaster_of(home)):
            kill(pid)
        user.kill()
    with start(home), psycopg.connect(superuser) as connection:
        assert connection.execute("SELECT answer FROM acknowledged").fetchone() == (7,)

"""`tessella subjects erase` and `tessella privacy`."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tessella.domain.identifiers import Namespace
from tests.cli.command import Command
from tests.cli.conftest import VIP, prepare
from tests.database import Dsns
from tests.erasing import CANARY, hits, plant


@pytest.fixture
def planted(tessella: Command, database: Dsns, installation_home: Path, namespace: Namespace) -> Command:
    asyncio.run(prepare(database.app, installation_home, namespace, [VIP]))
    with psycopg.connect(database.superuser) as connection:
        plant(connection, namespace)
    return tessella.within(namespace)


def test_a_subject_is_erased_once_somebody_said_yes(planted: Command, database: Dsns, namespace: Namespace) -> None:
    assert planted("subjects", "erase", CANARY, "--json", typed="n\n").status == 1
    with psycopg.connect(database.superuser) as connection:
        assert hits(connection, CANARY, namespace=namespace)
    told = planted("subjects", "erase", CANARY, "--yes", "--json").json()
    assert told["rows"]["subject_facts"] == 1
    with psycopg.connect(database.superuser) as connection:
        assert hits(connection, CANARY, namespace=namespace) == {}
    again = planted("subjects", "erase", CANARY, "--yes").well().out
    assert again == f"0 rows erased. What is left is the pseudonym {told['user_hash']}.\n"


def test_the_record_is_shown_and_subjects_are_renamed(planted: Command) -> None:
    assert "Legal basis: Legitimate interest" in planted("privacy", "record").out
    assert planted("privacy", "rekey", "--json").json() == {"subjects": 2, "rows": 0}

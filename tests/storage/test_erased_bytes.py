"""At 100,000 subjects nothing of one who was erased is found: in rows, files, memories and logs, nor, after
`tessella privacy compact`, in any byte of the database's folder."""

import tempfile
from pathlib import Path

import pytest

from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.migrations import upgrade
from tessella.usecases.verify_audit import verify_audit
from tests.audits import until_stored
from tests.database import Dsns, until
from tests.erased_world import SHOP, erased, one_worker, world
from tests.erasing import CANARY, files_with

pytestmark = [pytest.mark.anyio, pytest.mark.long]


async def test_nothing_of_an_erased_subject_is_found_among_a_hundred_thousand(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder, one_worker() as duckdb:
        home = Path(folder) / "home"
        with start(home) as server:
            upgrade(server.dsn(SUPERUSER))
            async with world(server.dsn(), home, 100_000, duckdb) as there:
                await until_stored(Dsns(server.dsn(), there.superuser), SHOP, 200)
                await until(lambda: bool(files_with(home / "snapshots", CANARY)), "a key was kept on the disk")
                rows, files = there.found()
                assert len(rows) > 15
                assert there.raw()
                assert {each.name for each in files} == {"audience.parquet", "all.csv", "all.parquet", "shop.snapshot"}
                assert set(there.remembers()) >= {"subjects", "histories"}
                await erased(there, duckdb)
                await until(lambda: there.found() == ({}, []), "nothing was found of them")
                assert there.remembers() == []
                assert (await verify_audit(there.session, lambda _: None)).holds
                there.compact()
                assert there.raw() == []
    assert "canary" not in "".join(capfd.readouterr())

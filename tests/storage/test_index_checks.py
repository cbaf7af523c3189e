"""What `tessella doctor` says of the ranking indexes: each active one has to be in the index folder, and whole."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tessella.domain.identifiers import Namespace
from tessella.storage.installation.installation import Check, Installation
from tests.database import session_of, storage_with
from tests.rankings import publish_index, shop_index

pytestmark = pytest.mark.anyio

SHOP, STALL = Namespace("shop"), Namespace("stall")


@pytest.fixture
async def folders(migrated_installation: Installation) -> dict[Namespace, Path]:
    """The folder of the active index of each of two namespaces."""
    home, found = migrated_installation.settings.home, {}
    for namespace in (SHOP, STALL):
        async with storage_with(migrated_installation.dsn, home, namespace) as storage:
            version = await publish_index(await session_of(storage, namespace), shop_index())
            found[namespace] = home / "indexes" / namespace / version
    return found


async def told(installation: Installation) -> list[Check]:
    checks = await asyncio.to_thread(lambda: list(installation.checks()))
    return [each for each in checks if each.name == "ranking indexes"]


async def test_indexes_that_are_there_and_whole_are_well(
    migrated_installation: Installation, folders: dict[Namespace, Path]
) -> None:
    [check] = await told(migrated_installation)
    assert check.holds
    assert check.text == "The active ranking index of each namespace is in the index folder, and whole."


async def test_an_index_that_is_gone_and_one_that_is_torn_are_named_with_their_namespaces(
    migrated_installation: Installation, folders: dict[Namespace, Path]
) -> None:
    shutil.rmtree(folders[SHOP])
    (path,) = folders[STALL].glob("*-prices.npy")
    path.write_bytes(path.read_bytes()[:-1])
    gone, torn = await told(migrated_installation)
    assert (gone.holds, torn.holds) == (False, False)
    assert gone.text == (
        f'Namespace "shop": The ranking index {folders[SHOP].name} is not in the index folder. Servers of one database '
        "share one index folder: see TESSELLA_INDEX_FOLDER. Or build another one."
    )
    assert torn.text == (
        f'Namespace "stall": The ranking index {folders[STALL].name} is not whole: {path.name} is not as it was '
        "written. Build another one: `tessella index build`."
    )


async def test_who_may_not_see_all_namespaces_is_told_that_indexes_were_not_looked_at(
    migrated_installation: Installation, folders: dict[Namespace, Path]
) -> None:
    shutil.rmtree(folders[SHOP])
    [check] = await told(replace(migrated_installation, administering=migrated_installation.dsn))
    assert check.holds
    assert check.text.startswith("Ranking indexes were not looked at: TESSELLA_DATABASE_ADMIN_URL ")

"""What `tessella doctor` says of models: each active one has to be in the model folder, and whole."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tessella.domain.identifiers import Namespace
from tessella.storage.installation.installation import Check, Installation
from tests.database import session_of, storage_with
from tests.model_files import model

pytestmark = pytest.mark.anyio

SHOP, STALL = Namespace("shop"), Namespace("stall")


@pytest.fixture
async def folders(migrated_installation: Installation) -> dict[Namespace, Path]:
    """The folder of the active model of each of two namespaces."""
    home = migrated_installation.settings.home
    for namespace in (SHOP, STALL):
        async with storage_with(migrated_installation.dsn, home, namespace) as storage:
            session = await session_of(storage, namespace)
            await session.add_model(*model())
            await session.activate_model("churn", 1)
    return {namespace: home / "models" / namespace / "churn" / "1" for namespace in (SHOP, STALL)}


async def told(installation: Installation) -> list[Check]:
    checks = await asyncio.to_thread(lambda: list(installation.checks()))
    return [each for each in checks if each.name == "models"]


async def test_models_that_are_there_and_whole_are_well(
    migrated_installation: Installation, folders: dict[Namespace, Path]
) -> None:
    [check] = await told(migrated_installation)
    assert (check.holds, check.text) == (True, "Every active model is in the model folder, and whole.")


async def test_a_model_that_is_gone_and_one_that_is_torn_are_named_with_their_namespaces(
    migrated_installation: Installation, folders: dict[Namespace, Path]
) -> None:
    shutil.rmtree(folders[SHOP])
    path = folders[STALL] / "churn.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    gone, torn = await told(migrated_installation)
    assert (gone.holds, torn.holds) == (False, False)
    assert gone.text.startswith('Namespace "shop": Version 1 of the model "churn" is not in the model folder.')
    assert torn.text.startswith(
        'Namespace "stall": Version 1 of the model "churn" cannot be loaded: churn.onnx is not as it was written.'
    )

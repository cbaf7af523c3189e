"""Erasing a subject while exports are written, and after one that was never ended."""

import asyncio
import os
from pathlib import Path

import pytest

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.storage.store import Storage
from tessella.usecases.privacy.erase import erase_subject
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.database import session_of

pytestmark = pytest.mark.anyio

HALF = f".vip.csv.{'0' * 32}.partial"
ROWS = "subject_id,tier\nann,VIP\nbob,VIP\n"


def quiet(_: float) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(own_storage: Storage, tmp_path: Path, namespace: Namespace) -> Path:
    folder = tmp_path / "home" / "exports" / namespace
    folder.mkdir(parents=True)
    return folder


async def test_an_export_that_is_being_written_is_waited_for_and_then_loses_the_subject(
    own_storage: Storage, namespace: Namespace, folder: Path, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    half, whole = folder / HALF, folder / "vip.csv"
    half.write_text(ROWS)
    erasing = asyncio.create_task(erase_subject(session, warehouse, SubjectId("ann"), quiet, settle_seconds=0.0))
    done, _ = await asyncio.wait([erasing], timeout=0.5)
    assert (done, half.read_text()) == (set(), ROWS)
    half.rename(whole)
    assert (await erasing).files == 1
    assert whole.read_text() == "subject_id,tier\nbob,VIP\n"


async def test_half_a_file_that_a_killed_export_left_is_removed_and_keeps_nobody_from_being_erased(
    own_storage: Storage, namespace: Namespace, folder: Path, warehouse: DuckDBWarehouse
) -> None:
    half = folder / HALF
    half.write_bytes(b"PAR1 of ann")
    os.utime(half, (0, 0))
    await erase_subject(
        await session_of(own_storage, namespace), warehouse, SubjectId("ann"), quiet, settle_seconds=0.0
    )
    assert not half.exists()

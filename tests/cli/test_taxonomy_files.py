"""`tessella taxonomy categorize-files`."""

import asyncio

import duckdb
import pytest

from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tests.taxonomies_served import learned, serve_planted


@pytest.fixture
def planted(tessella, installation_home, namespace):
    """The command in a namespace with a calibrated game."""

    async def prepare():
        opened = open_namespace(namespace, settings=Settings(home=installation_home))
        async with opened as tess, tess.session() as session:
            await serve_planted(session)

    asyncio.run(prepare())
    return tessella.within(namespace)


def test_players_of_a_file_are_written_as_parquet_and_what_is_missing_is_told(planted, tmp_path):
    metrics = ", ".join(f"i / 10.0 AS {name}" for name in learned().game.metric_names)
    rows = f"SELECT 'p' || i AS player_id, i AS days, {metrics} FROM range(20) AS numbers(i)"
    with duckdb.connect() as database:
        database.execute(f"COPY ({rows}) TO '{tmp_path}/players.parquet' (FORMAT parquet)")
    ran = planted("taxonomy", "categorize-files", "planted", f"{tmp_path}/players.parquet", f"{tmp_path}/told").well()
    assert "20 players written." in ran.out
    assert "1 player of whom nothing is known" in ran.out
    with duckdb.connect() as database:
        found = database.execute(f"DESCRIBE SELECT * FROM '{tmp_path}/told/*.parquet'").fetchall()
    columns = [name for name, *_ in found]
    assert columns[:3] == ["player_id", "monetization_segment_id", "monetization_segment_name"]

    again = planted("taxonomy", "categorize-files", "planted", f"{tmp_path}/players.parquet", f"{tmp_path}/told")
    assert again.status == 1
    assert "there already" in again.err

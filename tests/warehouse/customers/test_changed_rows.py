"""The rows of a source that have changed since a moment are found by the engine, in whatever type it keeps moments."""

import pytest

from tessella.domain.audiences.changed_rows import changed_rows
from tessella.domain.features.instants import read_instant

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"
ROWS = """
SELECT 'old'::text AS customer_id, '2026-03-01 11:59:59.999999' AS said, '2026-03-01' AS day UNION ALL
SELECT 'then', '2026-03-01 12:00:00', '2026-03-02' UNION ALL
SELECT 'new', '2026-03-05 00:00:00', '2026-03-05' UNION ALL
SELECT 'unsaid', NULL, NULL
"""
SINCE = read_instant("2026-03-01T12:00:00Z", "/since")


@pytest.mark.parametrize(
    "moment",
    ["said::timestamp", "(said || '+00')::timestamptz", "said", "day::date"],
    ids=["timestamp", "timestamp-with-zone", "text", "date"],
)
async def test_rows_that_changed_then_or_later_and_those_that_do_not_say(place, duckdb_runner, tmp_path, moment):
    place.put(VIEW, f"SELECT customer_id, {moment} AS updated_at FROM ({ROWS}) AS rows")
    engine = place.open()
    columns = {each.name: each for each in await engine.columns()}
    relation = changed_rows(await engine.relation({"updated": columns["updated_at"]}), "updated", SINCE, engine.dialect)
    path = tmp_path / "changed.parquet"
    await engine.extract(f"SELECT customer_id FROM ({relation.source}) AS changed ORDER BY customer_id", path)
    await engine.close()
    found = [who for (who,) in duckdb_runner.query(f"SELECT customer_id FROM read_parquet('{path}')")]
    assert found == ["new", "then", "unsaid"]

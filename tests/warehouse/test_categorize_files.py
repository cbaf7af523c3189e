"""Players of Parquet files are placed as they would be alone, and written as Parquet."""

import asyncio
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tessella.domain.errors import FileInvalid, MissingColumn, QueryFailed, WrongShape
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.membership.place import placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.ports.categorizing import Categorized
from tessella.warehouse.taxonomy import ParquetCategorizer
from tessella.warehouse.taxonomy.chunks import FEWEST, MOST, chunks_of
from tests.domain.taxonomy.calibrated_by_hand import a_segment, a_taxonomy, an_axis, segment_ids

TAXONOMY = a_taxonomy(
    an_axis("monetization", 4, (0, 1), a_segment(11, (-1, -1)), a_segment(12, (1, 1))),
    an_axis("own-axis", 4, (2, 3), a_segment(21, (-1, 0)), a_segment(22, (1, 0)), a_segment(23, (0, 2))),
)
SPACE = Space.of(TAXONOMY)
CATEGORIZER = ParquetCategorizer("200MB", threads=2)
METRICS = ", ".join(f"sin(i * {each + 1}) AS m{each}" for each in range(4))
PLAYERS = f"SELECT 'p' || i AS player_id, 1 + i % 9 AS days, {METRICS} FROM range(500) AS numbers(i)"


def write(path: Path, sql: str = PLAYERS, options: str = "") -> Path:
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet{options})")
    return path


def categorize(source: Path, target: Path) -> Categorized:
    return asyncio.run(CATEGORIZER.categorize(SPACE, source, target, lambda _: None))


def test_everybody_of_a_file_is_written_as_they_are_placed_in_memory(tmp_path):
    source = write(tmp_path / "players.parquet")
    assert categorize(source, tmp_path / "told") == Categorized(players=500, without_id=0, unknown=0)
    rows = duckdb.sql(f"SELECT * FROM '{source}'").fetchnumpy()
    means = np.column_stack([rows[f"m{each}"] for each in range(4)])
    standard = TAXONOMY.standard
    days = np.repeat(rows["days"][:, None], 4, axis=1)
    expected = placed(SPACE, (means - standard.location) / standard.deviation, days)
    written = duckdb.sql(f"SELECT * FROM '{tmp_path}/told/*.parquet' ORDER BY substr(player_id, 2)::INT").fetchnumpy()
    assert written["player_id"].tolist() == [f"p{each}" for each in range(500)]
    for at, name in enumerate(("monetization", "own-axis")):
        assert written[f"{name}_segment_id"].tolist() == segment_ids(TAXONOMY, expected)[at].tolist()
        assert written[f"{name}_segment_name"][3] == f"segment {written[f'{name}_segment_id'][3]}"
        for number in ("distance", "strength", "share", "confidence"):
            assert written[f"{name}_{number}"] == pytest.approx(getattr(expected, number)[at], abs=1e-4)
        assert written[f"{name}_typicality"] == pytest.approx(expected.typicality[at], abs=1e-2)


def test_who_has_opted_out_is_written_nowhere_and_counted(tmp_path):
    source, target = write(tmp_path / "players.parquet"), tmp_path / "told"
    gone = [SubjectId("p7"), SubjectId("p499"), SubjectId("nobody")]
    done = asyncio.run(CATEGORIZER.categorize(SPACE, source, target, lambda _: None, gone))
    assert done == Categorized(players=498, without_id=0, unknown=0, opted_out=2)
    written = duckdb.sql(f"SELECT player_id FROM '{target}/*.parquet'").fetchall()
    assert {each for (each,) in written} == {f"p{each}" for each in range(500)} - {"p7", "p499"}


def test_the_arrays_come_in_the_order_of_the_files(tmp_path):
    folder = tmp_path / "players"
    folder.mkdir()
    write(folder / "b.parquet", PLAYERS.replace("range(500)", "range(70)"))
    write(folder / "a.parquet")
    parts = list(CATEGORIZER.placed(SPACE, folder))
    assert [(each.chunk.file.name, each.chunk.rows) for each in parts] == [("a.parquet", 500), ("b.parquet", 70)]
    assert parts[0].placed.best[:, :70].tolist() == parts[1].placed.best.tolist()


def test_what_is_told_belongs_to_its_row_where_a_chunk_has_many_row_groups(tmp_path):
    values = "i::VARCHAR AS player_id, 1 AS days, i / 1000.0 AS m0, 0.0 AS m1, 0.0 AS m2, 0.0 AS m3"
    sql = f"SELECT {values} FROM range(50_000) AS numbers(i)"
    source = write(tmp_path / "players.parquet", sql, ", ROW_GROUP_SIZE 2048")
    categorize(source, tmp_path / "told")
    told = duckdb.sql(f"SELECT player_id::INT, monetization_distance FROM '{tmp_path}/told/*.parquet'").fetchnumpy()
    distances = told["monetization_distance"][np.argsort(told["CAST(player_id AS INTEGER)"])]
    assert (np.diff(distances[5_000:]) > 0).all()


def test_what_is_missing_or_not_finite_is_unknown_and_costs_confidence(tmp_path):
    known = {"whole": "1.0, 1.0", "missing": "1.0, NULL", "infinite": "1.0, 'inf'", "huge": "1.0, 1e308"}
    rows = [f"('{name}', 3, {values}, 0.0, 0.0)" for name, values in known.items()]
    rows.append("('nobody', NULL, NULL, NULL, NULL, NULL)")
    values = f"FROM (VALUES {', '.join(rows)}) AS p(player_id, days, m0, m1, m2, m3)"
    source = write(tmp_path / "players.parquet", values)
    assert categorize(source, tmp_path / "told") == Categorized(players=5, without_id=0, unknown=1)
    told = duckdb.sql(f"SELECT player_id, monetization_confidence, monetization_share FROM '{tmp_path}/told/*.parquet'")
    told = {name: (confidence, share) for name, confidence, share in told.fetchall()}
    assert told["whole"][0] == pytest.approx(told["whole"][1] * 3 / 4, abs=1e-6)
    assert told["missing"] == told["infinite"] == told["huge"]
    assert told["missing"][0] == pytest.approx(told["missing"][1] * 3 / 8, abs=1e-6)
    assert told["nobody"][0] == 0


def test_rows_without_an_id_are_left_out_and_counted(tmp_path):
    one = "SELECT nullif('p' || i, 'p1') AS player_id, 1 AS days, 0.5 AS m0, 0.5 AS m1, 0.5 AS m2, 0.5 AS m3"
    source = write(tmp_path / "players.parquet", f"{one} FROM range(4) AS numbers(i)")
    assert categorize(source, tmp_path / "told") == Categorized(players=3, without_id=1, unknown=0)


def test_ids_may_be_numbers(tmp_path):
    source = write(tmp_path / "players.parquet", PLAYERS.replace("'p' || i", "i"))
    assert categorize(source, tmp_path / "told").players == 500
    ends = duckdb.sql(f"SELECT min(player_id::INT), max(player_id::INT) FROM '{tmp_path}/told/*.parquet'").fetchall()
    assert ends == [(0, 499)]


@pytest.mark.parametrize(
    ("sql", "error", "says"),
    [
        ("SELECT * EXCLUDE m2", MissingColumn, 'no column "m2"'),
        ("SELECT * EXCLUDE days", MissingColumn, 'no column "days"'),
        ("SELECT * REPLACE ('much' AS m1)", WrongShape, 'column "m1" of .* is VARCHAR'),
    ],
)
def test_a_file_that_lacks_a_column_is_refused_by_its_name(tmp_path, sql, error, says):
    source = write(tmp_path / "players.parquet", f"{sql} FROM ({PLAYERS})")
    with pytest.raises(error, match=says):
        categorize(source, tmp_path / "told")
    assert not (tmp_path / "told").exists()


def test_a_file_that_is_not_there_or_no_parquet_is_refused(tmp_path):
    with pytest.raises(FileInvalid, match="There is no Parquet file"):
        categorize(tmp_path / "players.parquet", tmp_path / "told")
    with pytest.raises(FileInvalid, match="There is no Parquet file"):
        categorize(tmp_path, tmp_path / "told")
    (tmp_path / "players.parquet").write_text("player_id\np1\n")
    with pytest.raises(QueryFailed):
        categorize(tmp_path / "players.parquet", tmp_path / "told")
    assert [each.name for each in tmp_path.iterdir()] == ["players.parquet"]


def test_a_target_that_is_there_is_left_as_it_is(tmp_path):
    source = write(tmp_path / "players.parquet")
    with pytest.raises(FileInvalid, match="there already"):
        categorize(source, tmp_path)
    with pytest.raises(FileInvalid, match="is not there"):
        categorize(source, tmp_path / "nowhere" / "told")


def test_chunks_follow_the_row_groups_and_miss_no_row(tmp_path):
    """Small groups are read together; a group too large for one chunk is read in parts."""
    small = write(tmp_path / "small.parquet", "FROM range(300_000)", ", ROW_GROUP_SIZE 20_480")
    large = write(tmp_path / "large.parquet", "FROM range(700_000)", ", ROW_GROUP_SIZE 1_000_000")
    empty = write(tmp_path / "none.parquet", "FROM range(0)")
    with duckdb.connect() as database:
        chunks = list(chunks_of(database, [small, large, empty]))
    assert [each.rows for each in chunks if each.file == small] == [FEWEST, FEWEST, 300_000 - 2 * FEWEST]
    assert [each.rows for each in chunks if each.file == large] == [MOST, 700_000 - MOST]
    assert not [each for each in chunks if each.file == empty]
    for file in (small, large):
        ends = [(each.first, each.last) for each in chunks if each.file == file]
        assert all(end + 1 == first for (_, end), (first, _) in pairwise(ends))

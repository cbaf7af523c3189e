"""CSV that comes in pieces, and that no spreadsheet runs."""

import csv
import io
from itertools import chain

import pytest

from tessella.usecases.experiments.results.export import ExportedUnit
from tessella.usecases.experiments.results.exported_lines import ExportFormat, read_lines, written
from tessella.usecases.streamed_csv import csv_blocks, csv_rows

pytestmark = pytest.mark.anyio

TEXT = b'a,"x\ny"\nb,"say ""hi"""\n"c,",\n'
ROWS = [["a", "x\ny"], ["b", 'say "hi"'], ["c,", ""]]
#: More than two blocks.
TIMES = 20_000


async def pieces_of(text, length):
    for begin in range(0, len(text), length):
        yield text[begin : begin + length]


@pytest.mark.parametrize(("times", "length"), [(1, 3), (TIMES, 4_093), (TIMES, 1_000_000)])
async def test_rows_are_read_from_pieces_that_end_anywhere(times, length):
    assert [row async for row in csv_rows(pieces_of(TEXT * times, length))] == ROWS * times


async def test_a_long_stream_comes_in_several_blocks_of_whole_rows():
    blocks = [block async for block in csv_blocks(pieces_of(TEXT * TIMES, 4_093))]
    assert len(blocks) > 2
    assert list(chain.from_iterable(blocks)) == ROWS * TIMES


async def one_by_one(rows):
    for row in rows:
        yield row


@pytest.mark.parametrize("start", "=+-@\t\r\n")
async def test_no_cell_of_exported_assignments_is_a_formula_and_all_are_read_back_as_they_were(start):
    text = f"{start}HYPERLINK(1)"
    row = ExportedUnit(
        text, "bold", text, 3, True, False, "2026-11-22T05:32:36Z", {"plain": 0.5, "bold": 0.5}, -2.5, {"source": text}
    )
    lines = b"".join([each async for each in written(one_by_one([row]), ExportFormat.CSV)]).decode()
    (_, cells) = csv.reader(io.StringIO(lines, newline=""))
    assert cells[:6] == [f"'{text}", "bold", f"'{text}", "3", "true", "false"]
    assert cells[8] == "-2.5"
    assert list(read_lines(io.StringIO(lines, newline=""))) == [row]

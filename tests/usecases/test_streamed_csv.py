"""CSV that comes in pieces."""

from itertools import chain

import pytest

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

"""Parquet in, Parquet or arrays out: several chunks at once, each placed while the next one is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tessella.domain.errors import FileInvalid, QueryFailed
from tessella.domain.identifiers import SubjectId
from tessella.domain.one_thread import one_thread
from tessella.domain.taxonomy.membership.space import Space
from tessella.ports import Progress
from tessella.ports.categorizing import Categorized, added
from tessella.warehouse.taxonomy.ahead import ahead
from tessella.warehouse.taxonomy.chunks import Chunk, chunks_of, files_of
from tessella.warehouse.taxonomy.columns import check_columns
from tessella.warehouse.taxonomy.parts import Part, PartPlacer


class ParquetCategorizer:
    """`ports.categorizing.FileCategorizer`: DuckDB reads and writes, in this process, and numpy places.

    `memory` as DuckDB writes it; chunks take up to 0.15 GB a thread more. `threads` from 1.
    """

    def __init__(self, memory: str = "1GB", threads: int = 2) -> None:
        self._memory = memory
        self._threads = threads

    async def categorize(
        self, space: Space, source: Path, target: Path, progress: Progress, left_out: Sequence[SubjectId] = ()
    ) -> Categorized:
        """See the port."""
        loop = asyncio.get_running_loop()
        return await asyncio.to_thread(
            self.write, space, source, target, lambda share: loop.call_soon_threadsafe(progress, share), left_out
        )

    def placed(self, space: Space, source: Path) -> Iterator[Part]:
        """Where everybody stands, as arrays, a chunk at a time in the order of the files. Raises as `categorize`."""
        with self._opened(space, source) as (placer, chunks):
            yield from ahead(placer.placed, chunks, self._threads)

    def write(
        self,
        space: Space,
        source: Path,
        target: Path,
        progress: Callable[[float], object],
        left_out: Sequence[SubjectId] = (),
    ) -> Categorized:
        """`categorize` in the thread that calls it."""
        with _whole(target) as partial, self._opened(space, source, left_out) as (placer, chunks):

            def written(numbered: tuple[int, Chunk]) -> Categorized:
                number, chunk = numbered
                return placer.written(chunk, partial / f"part-{number:06}.parquet")

            done = Categorized(0, 0, 0)
            for number, each in enumerate(ahead(written, enumerate(chunks), self._threads), 1):
                done = added(done, each)
                progress(number / len(chunks))
            return done

    @contextmanager
    def _opened(
        self, space: Space, source: Path, left_out: Sequence[SubjectId] = ()
    ) -> Iterator[tuple[PartPlacer, list[Chunk]]]:
        files = files_of(source)
        with TemporaryDirectory(prefix="tessella-players-") as spill, one_thread():
            try:
                with _database(self._memory, self._threads, spill) as database:
                    check_columns(database, files, space.standard)
                    yield PartPlacer(database, space, left_out), list(chunks_of(database, files))
            except duckdb.Error as error:
                raise QueryFailed("DuckDB", str(error).partition("\n")[0].strip()) from None


def _database(memory: str, threads: int, spill: str) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory, that downloads nothing and gives rows in the order of their file."""
    return duckdb.connect(
        config={
            "preserve_insertion_order": True,
            "memory_limit": memory, "threads": threads, "temp_directory": spill,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }
    )  # fmt: skip


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder that becomes the target at the end of the block, and is gone when the block fails."""
    if target.exists() or not target.parent.is_dir():
        problem = "It is there already." if target.exists() else "The folder that it is to be in is not there."
        raise FileInvalid(str(target), "", problem, "Name a folder that is not there yet, in one that is.")
    with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        partial = Path(folder, "written")
        partial.mkdir()
        yield partial
        partial.rename(target)

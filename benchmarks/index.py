"""The `index` benchmark: what an index of 1,000,000 items takes to write, to load, and to keep in two processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.index_processes import Served, served_by_two
from benchmarks.ranking_workload import workload
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.ranking.index.index import RankingIndex
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.indexes.manifest import Manifest

ITEMS: Final = 1_000_000
SEED: Final = 1
MEGABYTE: Final = 1e6
NAMESPACE: Final = Namespace("bench")


def run() -> Iterator[Figure]:
    """Write an index of 1,000,000 items, 200 neighbours and a vector of 64 each; load it in two processes at once."""
    with TemporaryDirectory(prefix="tessella-index-") as folder:
        yield from _written(IndexFolder(Path(folder)))
        one, other = served_by_two(Path(folder), NAMESPACE)
        yield from _served(max(one, other, key=lambda each: each.own_bytes))


def _written(folder: IndexFolder) -> Iterator[Figure]:
    index = workload(ITEMS, 0, SEED).index
    manifest, seconds = _write(folder, index)
    yield Figure("index: its files, of 1,000,000 items", manifest.size() / MEGABYTE, "MB")
    yield Figure("index: to write and sync them", seconds, "s")


def _write(folder: IndexFolder, index: RankingIndex) -> tuple[Manifest, float]:
    manifest = Manifest(NAMESPACE, "bench", index.as_of, Instant(0), "3:3:", "", ITEMS, {}, {})
    start = perf_counter()
    written, _ = folder.write(index, manifest)
    return written, perf_counter() - start


def _served(by: Served) -> Iterator[Figure]:
    yield Figure("index: to check and load it", by.load_seconds, "s")
    yield Figure("index: memory that two processes share", by.shared_bytes / MEGABYTE, "MB")
    yield Figure("index: memory that each has besides", by.own_bytes / MEGABYTE, "MB", goal=Goal("value", "<=", 50))
    yield Figure("index: the same once an item was withdrawn", by.changed_bytes / MEGABYTE, "MB")
    yield Figure("index: to take in that it was", by.change_seconds * 1e3, "ms")

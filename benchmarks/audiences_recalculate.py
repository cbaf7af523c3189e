"""The `audiences_recalculate` benchmark: 1 % of 1,000,000 subjects have changed; incremental beside full."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.audiences_customers import AS_OF
from benchmarks.audiences_home import ADMIN, calculated, change_view, define, write_view
from benchmarks.audiences_known import KNOWN_ADMIN, change_facts, define_known, store_facts
from benchmarks.audiences_sizes import SHARE
from benchmarks.figure import Figure, Goal
from benchmarks.processes import PeakOfChildren
from tessella.bootstrap import Application, running
from tessella.domain.identifiers import Instant
from tessella.ports import Caller, Session
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings

SUBJECTS: Final = int(1_000_000 * SHARE)
ROUNDS: Final = 3
#: Between two rounds.
_STEP_US: Final = 3_600_000_000
#: What incremental calculation may take of a full one.
_MOST: Final = 0.1

#: Changes 1 % of everybody, at a moment; by the number of the round.
ChangeOne = Callable[[Session, int, Instant], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Case:
    """Where subjects are known from."""

    name: str
    caller: Caller
    change: ChangeOne


def run() -> Iterator[Figure]:
    """Calculate audiences anew when 1 % have changed, beside everything: of a source, and of stored facts."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        write_view(home, SUBJECTS)
        with asyncio.Runner() as runner:
            figures = _measured(home)
            while (figure := runner.run(anext(figures, None))) is not None:
                yield figure


async def _measured(home: Path) -> AsyncIterator[Figure]:
    async with running(Settings(home=home)) as application:
        await define(application)
        await define_known(application)
        async with application.session(KNOWN_ADMIN) as session:
            with application.warehouse() as warehouse:
                start = perf_counter()
                await store_facts(session, warehouse, home, SUBJECTS)
                yield Figure("audiences_recalculate: storing the facts, once", perf_counter() - start, "s")

        async def change_rows(session: Session, number: int, at: Instant) -> None:
            await asyncio.to_thread(change_view, home, number, at)

        async def change_known(session: Session, number: int, at: Instant) -> None:
            with application.warehouse() as warehouse:
                await change_facts(session, warehouse, home, number, at)

        for case in (_Case("a source", ADMIN, change_rows), _Case("facts", KNOWN_ADMIN, change_known)):
            async with aclosing(_compared(application, case)) as figures:
                async for figure in figures:
                    yield figure


async def _compared(application: Application, case: _Case) -> AsyncIterator[Figure]:
    """Rounds of a change, an incremental calculation, and a full one that has to count the same."""
    async with application.session(case.caller) as session:
        with PeakOfChildren() as peak:
            first = perf_counter()
            stored = await calculated(application, session, AS_OF, CalculationKind.FULL)
            first = perf_counter() - first
        yield Figure(f"audiences_recalculate: {case.name}, {stored.subjects:,} subjects, the first time", first, "s")
        yield Figure(f"audiences_recalculate: {case.name}, peak of a worker", peak.mib, "MiB")
        yield Figure(f"audiences_recalculate: {case.name}, bytes of a subject", stored.bytes / stored.subjects, "")
        rounds = [await _round(application, session, case, number) for number in range(1, ROUNDS + 1)]
    incremental, full = (statistics.median(side) for side in zip(*rounds, strict=True))
    name = f"audiences_recalculate: {case.name}"
    yield Figure(f"{name}, 1 % changed", incremental, "s", "everything", full)
    yield Figure(f"{name}, share of everything", incremental / full, "", goal=Goal("value", "<=", _MOST))


async def _round(application: Application, session: Session, case: _Case, number: int) -> Sequence[float]:
    at = Instant(AS_OF + number * _STEP_US)
    await case.change(session, number, Instant(at - _STEP_US // 2))
    taken, counts = [], []
    for kind in (CalculationKind.INCREMENTAL, CalculationKind.FULL):
        start = perf_counter()
        stored = await calculated(application, session, at, kind)
        taken.append(perf_counter() - start)
        if stored.kind is not kind:
            raise AssertionError(f"it was not {kind}")
        counts.append([(each.segment_id, each.members) for each in await session.segment_counts(stored.version)])
    if counts[0] != counts[1]:
        raise AssertionError("the incremental calculation counts something else")
    return taken

"""The `predictions_bulk` benchmark: churn of everybody in a segment of 1,000,000, beside a call for each customer."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.audiences_home import ADMIN, write_view
from benchmarks.audiences_sizes import SHARE
from benchmarks.figure import Figure, Goal
from benchmarks.predictions_bulk_home import EVERYBODY, prepare
from tessella import usecases
from tessella.bootstrap import Application, running
from tessella.domain.predictions.target import PredictionType, Target
from tessella.ports import Session
from tessella.settings import Settings
from tessella.usecases.predictions.score_segment import ScoreRequest
from tessella.usecases.predictions.segment_members import first_members, segment_rows
from tessella.usecases.predictions.served_models import served_model

CUSTOMERS: Final = int(1_000_000 * SHARE)
RUNS: Final = 3
_CHURN: Final = PredictionType.CHURN


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds."""

    everybody: float
    first: float
    #: For one customer: through the use case with the row in memory, and by the model alone.
    one: float
    by_model: float


def run() -> Iterator[Figure]:
    """Predict churn for a segment of 1,000,000 from Parquet to stats and a result each, and customer by customer."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        write_view(home, CUSTOMERS)
        taken = asyncio.run(_measure(home))
    name = f"predictions_bulk: churn of {CUSTOMERS:,} customers, results and stats"
    calls = "a call for each customer, in process"
    yield Figure(name, taken.everybody, "s", goal=Goal("value", "<=", 5))
    yield Figure(name, taken.everybody, "s", calls, taken.one * CUSTOMERS, Goal("ratio", ">=", 20))
    yield Figure(name, taken.everybody, "s", "the model alone for each, in process", taken.by_model * CUSTOMERS)
    yield Figure("predictions_bulk: the first 1,000 of them, as they are now", taken.first, "s")
    yield Figure("predictions_bulk: one customer, by the model alone", taken.by_model * 1e6, "us")


async def _measure(home: Path) -> _Taken:
    async with running(Settings(home=home)) as application:
        await prepare(application)
        async with application.session(ADMIN) as session:
            everybody = await _median(lambda number: _everybody(application, session, number))
            start = perf_counter()
            made = await usecases.predict_segment(session, application.audiences, EVERYBODY, _CHURN)
            first = perf_counter() - start
            customers = [each.customer_id for each in made.told.told]
            start = perf_counter()
            for customer_id in customers:
                await usecases.predict_customer(session, customer_id, _CHURN)
            one = (perf_counter() - start) / len(customers)
            return _Taken(everybody, first, one, await _by_model(application, session))


async def _everybody(application: Application, session: Session, number: int) -> None:
    """As the job does it."""
    asked = ScoreRequest(EVERYBODY, _CHURN)
    scored = await usecases.score_segment(session, application.scoring, asked, f"{number}", lambda _: None)
    if scored.members != CUSTOMERS or scored.failed:
        raise AssertionError(f"{scored.members} members were scored, {scored.failed} in vain")


async def _by_model(application: Application, session: Session) -> float:
    model = await served_model(session, Target.CHURN)
    segment = await segment_rows(session, EVERYBODY)
    read = [each.name for each in model.manifest.inputs]
    first = await first_members(session, application.audiences, segment, read)
    values = [each for each in first.values.values() if each]
    start = perf_counter()
    for each in values:
        model.one(each)
    return (perf_counter() - start) / len(values)


async def _median(work: Callable[[int], Awaitable[None]]) -> float:
    taken = []
    for number in range(RUNS):
        start = perf_counter()
        await work(number)
        taken.append(perf_counter() - start)
    return statistics.median(taken)

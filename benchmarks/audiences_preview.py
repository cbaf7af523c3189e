"""The `audiences_preview` benchmark: a rule counted over 1,000,000 customers before it is saved, and who waits."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.audiences_customers import AS_OF
from benchmarks.audiences_home import ADMIN, NAMESPACE, calculated, define, write_view
from benchmarks.audiences_preview_http import over_http
from benchmarks.audiences_sizes import SHARE
from benchmarks.decide_http_workload import define as define_decisions
from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import server_of
from benchmarks.http_server import NAMESPACE as DECIDING
from tessella import usecases
from tessella.bootstrap import Application, running
from tessella.domain.identifiers import Role
from tessella.domain.rules.ast import Form
from tessella.domain.rules.sql.statement import how_many
from tessella.ports import Caller, Session
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings
from tessella.usecases.audiences.preview_rule import PreviewRequest
from tessella.usecases.audiences.rows import audience_rows_of
from tessella.usecases.audiences.rule_over_audience import rule_over_audience

CUSTOMERS: Final = int(1_000_000 * SHARE)
RUNS: Final = 7
#: Three ways to be worth a letter: 15 nodes over ten features.
RULE: Final[dict[str, Any]] = {"any": [
    {"all": [{"eq": ["tier", "VIP"]}, {"gte": ["total_revenue", 6000]}, {"lt": ["churn_score", 0.9]},
        {"in": ["favourite_department", ["PRODUCE", "MEAT", "DELI"]]}]},
    {"all": [{"eq": ["customer_status", "lapsing"]}, {"gt": ["coupon_share", 0.02]},
        {"not": {"eq": ["homeowner", True]}}]},
    {"all": [{"contains": ["departments", "PRODUCE"]}, {"gte": ["average_basket", 60]},
        {"lte_days_since": ["last_purchase_at", 30]}]},
]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An administrator's key, and how long things took in process."""

    key: str
    preview_seconds: float
    count_seconds: float


def run() -> Iterator[Figure]:
    """Count a rule and each of its parts over 1,000,000 customers, in process, over HTTP, and beside decisions."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        write_view(home, CUSTOMERS)
        prepared = asyncio.run(_prepare(home))
        yield Figure("audiences_preview: a preview", prepared.preview_seconds, "s", goal=Goal("value", "<=", 2))
        yield Figure("audiences_preview: the count alone", prepared.count_seconds, "s")
        times = prepared.preview_seconds / prepared.count_seconds
        yield Figure("audiences_preview: a preview in counts", times, "x", goal=Goal("value", "<=", 2))
        with server_of(home) as server:
            yield from over_http(server, prepared.key, RULE)


async def _prepare(home: Path) -> _Prepared:
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(DECIDING)
        async with application.session(Caller(DECIDING, Role.ADMIN)) as session:
            await define_decisions(session)
        await define(application)
        async with application.session(ADMIN) as session:
            await calculated(application, session, AS_OF, CalculationKind.FULL)
            preview, count = await _medians(
                lambda: _preview(application, session), lambda: _count(application, session)
            )
        return _Prepared(await application.administration.create_key(NAMESPACE, Role.ADMIN), preview, count)


async def _preview(application: Application, session: Session) -> int:
    previewed = await usecases.preview_rule(session, application.audiences, PreviewRequest(RULE))
    return previewed.counts.count


async def _count(application: Application, session: Session) -> int:
    """How many the rule holds, and nothing else, from the same rows by the same worker."""
    rows = await audience_rows_of(session)
    rule = rule_over_audience(session.snapshot(), rows, RULE, Form.DSL, None, Role.ADMIN)
    layered = rule.evaluation.layered((), [rule.node])
    counted = how_many(layered.predicates.root(rule.node), "duckdb")
    [(count,)] = await application.audiences.rows(rule.evaluation.chained(layered.steps, [counted]), rows.parameters)
    return int(count)


async def _medians(*works: Callable[[], Awaitable[int]]) -> list[float]:
    """Seconds of interleaved runs after a first one. Raises when they find different numbers."""
    taken: list[list[float]] = [[] for _ in works]
    found = {await work() for work in works}
    for _ in range(RUNS):
        for times, work in zip(taken, works, strict=True):
            start = perf_counter()
            found.add(await work())
            times.append(perf_counter() - start)
    if len(found) != 1:
        raise AssertionError(f"the counts disagree: {found}")
    return [statistics.median(each) for each in taken]

"""A whole training over a database, and what allocation takes while it goes on in another process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import get_context
from time import perf_counter
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from tessella import usecases
from tessella.bootstrap import running_on
from tessella.domain.definitions import Kind
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.identifiers import ExperimentId, Instant, Json, Namespace, Role, SubjectId, VariantId
from tessella.http.loop import run as run_loop
from tessella.ports import Caller, Change, Session
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.storage.embedded import SUPERUSER
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.experiments.clusters.train import train_clusters

_CALLER: Final = Caller(Namespace("bench"), Role.ADMIN)
_EXPERIMENT: Final = ExperimentId("homepage")
_VARIANTS: Final = ("plain", "bold")
_BODY: Final[Json] = {
    "experiment_id": _EXPERIMENT,
    "name": "Homepage",
    "variants": [{"variant_id": each, "name": each} for each in _VARIANTS],
    "segmentation": {"mode": "auto", "auto_clustering_enabled": True},
}
_AT_ONCE: Final = 500
_DAYS_US: Final = 3 * 24 * 3_600_000_000
#: Of one unit in eight from Instagram, and of one in sixteen of the others, as if they had come in time.
_REWARDS: Final = """
INSERT INTO tessella.experiment_unit_rewards
SELECT namespace, experiment_id, user_identifier, 'conversion', 1 FROM tessella.assignments
 WHERE hashtext(user_identifier) % CASE context ->> 'source' WHEN 'instagram' THEN 8 ELSE 16 END = 0
"""
#: Clusters are found in those who share data.
_SHARING: Final = """
INSERT INTO tessella.personalization_settings (namespace, subject_id, personalization_enabled, data_sharing_consent)
SELECT namespace, user_identifier, true, true FROM tessella.assignments
"""
_ASKED: Final = 2_000


def stored(contexts: Sequence[Mapping[str, Json]]) -> Iterator[Figure]:
    """Units of these contexts are assigned; then clusters are trained in this process, and again in another one."""
    with own_database() as (dsn, settings):
        seconds, quiet_ms, busy_ms = run_loop(_measured(dsn, settings, contexts))
    name = f"experiments: train clusters of {len(contexts):,} assignments"
    yield Figure(name, seconds, "s", goal=Goal("value", "<=", 10))
    yield Figure("experiments: allocate a new user, p99", quiet_ms, "ms")
    yield Figure("experiments: the same while clusters are trained by the worker, p99", busy_ms, "ms")


async def _measured(dsn: str, settings: Settings, contexts: Sequence[Mapping[str, Json]]) -> tuple[float, float, float]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_CALLER.namespace)
        async with application.session(_CALLER) as session:
            await usecases.publish_changes(session, [Change(Kind.EXPERIMENT, _EXPERIMENT, _BODY)])
        async with application.session(_CALLER) as session:
            await _fill(session, contexts)
            with psycopg.connect(make_conninfo(dsn, user=SUPERUSER)) as connection:
                connection.execute(_REWARDS)
                connection.execute(_SHARING)
            seconds = await _seconds(session)
            quiet = await _p99_ms(session, "quiet")
            worker = get_context("spawn").Process(target=_train, args=(dsn, settings))
            worker.start()
            await asyncio.sleep(2)  # it has read its modules
            busy = await _p99_ms(session, "busy")
            await asyncio.to_thread(worker.join)
    if worker.exitcode:
        raise SystemExit("the training in the other process failed")
    return seconds, quiet, busy


async def _fill(session: Session, contexts: Sequence[Mapping[str, Json]]) -> None:
    rules = attribution_of(session.snapshot().definitions.experiments[_EXPERIMENT])
    at = Instant(present() - _DAYS_US)
    for begin in range(0, len(contexts), _AT_ONCE):
        units = (_unit(number, each, at) for number, each in enumerate(contexts[begin : begin + _AT_ONCE], begin))
        await asyncio.gather(*(session.assign(each, rules) for each in units))


def _unit(number: int, context: Mapping[str, Json], at: Instant) -> Assignment:
    variant = number % 2
    return Assignment(
        _EXPERIMENT, SubjectId(f"visitor-{number * 2654435761 % 2**32:010}"), VariantId(_VARIANTS[variant]), variant,
        "default", 0, (0.5, 0.5), False, at, context,
    )  # fmt: skip


async def _seconds(session: Session) -> float:
    began = perf_counter()
    trained = await train_clusters(session, _EXPERIMENT)
    if not trained.stored.clusters:
        raise SystemExit(f"the planted groups were not found: {trained.found}")
    return perf_counter() - began


async def _p99_ms(session: Session, name: str) -> float:
    """One after another, so that nothing waits but for its own transaction."""
    taken = []
    for number in range(_ASKED):
        began = perf_counter()
        asked = AllocationRequest(_EXPERIMENT, SubjectId(f"{name}-{number}"), {"utm_source": "google"})
        await usecases.allocate(session, asked)
        taken.append(perf_counter() - began)
    return sorted(taken)[len(taken) * 99 // 100] * 1000


def _train(dsn: str, settings: Settings) -> None:
    async def train() -> None:
        async with running_on(dsn, settings) as application, application.session(_CALLER) as session:
            await train_clusters(session, _EXPERIMENT)

    run_loop(train())

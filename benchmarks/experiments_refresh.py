"""The `experiments_refresh` benchmark: a whole refresh of an experiment of ten variants in eight segments."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from tessella import usecases
from tessella.bootstrap import Application, running_on
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import ExperimentId, Namespace, Role
from tessella.http.loop import run as run_loop
from tessella.ports import Caller, Change, Session
from tessella.settings import Settings
from tessella.storage.embedded import SUPERUSER
from tessella.usecases.experiments.refreshing.refresh import refresh_experiment

_CALLER: Final = Caller(Namespace("bench"), Role.ADMIN)
#: By name of the experiment: how many units it has had.
HISTORIES: Final[Mapping[str, int]] = {"young": 20_000, "old": 1_000_000}
_SEGMENTS: Final = 8
_VARIANTS: Final = 10
_ROUNDS: Final = 15
_GOAL_MS: Final = 60

_CELLS: Final = f"""
SELECT 'bench', %(experiment)s, 'segment', key, key, 0, is_holdout, variant, to_timestamp(0), {{counted}}
  FROM generate_series(0, {_VARIANTS - 1}) AS variant, (VALUES (true), (false)) AS side (is_holdout),
       LATERAL (SELECT 'source:s' || place AS key, place FROM generate_series(1, {_SEGMENTS}) AS place) AS keys
"""
_EACH: Final = f"(%(units)s / {_SEGMENTS * _VARIANTS * 2})"
_REWARDED: Final = f"{_EACH} * (8 + variant %% 3 + place * variant %% 5) / 100"
_FILL: Final = (
    "INSERT INTO tessella.experiment_units " + _CELLS.format(counted=_EACH),
    "INSERT INTO tessella.experiment_rewards "
    + _CELLS.format(counted=f"'conversion', {_REWARDED}, {_REWARDED}, {_REWARDED}"),
)
#: A tenth more of everybody: the next refresh learns, and publishes.
_GROW: Final = (
    "UPDATE tessella.experiment_units SET units = units * 11 / 10 WHERE experiment_id = %(experiment)s",
    "UPDATE tessella.experiment_rewards SET rewarded = rewarded * 11 / 10, total = rewarded * 11 / 10,"
    " squares = rewarded * 11 / 10 WHERE experiment_id = %(experiment)s",
)


def run() -> Iterator[Figure]:
    """Reading, learning, judging and storing, after so many units as a young and an old experiment has had."""
    with own_database() as (dsn, settings):
        taken = run_loop(_measured(dsn, settings))
    for name, milliseconds in taken.items():
        named = f"experiments: a refresh of 10 variants in 8 segments after {HISTORIES[name]:,} units, p50"
        yield Figure(named, milliseconds, "ms", goal=Goal("value", "<=", _GOAL_MS))


async def _measured(dsn: str, settings: Settings) -> dict[str, float]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_CALLER.namespace)
        with psycopg.connect(make_conninfo(dsn, user=SUPERUSER), autocommit=True) as connection:
            return {name: await _refresh_ms(application, connection, name) for name in HISTORIES}


async def _refresh_ms(application: Application, connection: psycopg.Connection[Any], name: str) -> float:
    async with application.session(_CALLER) as session:
        await usecases.publish_changes(session, [_experiment(name)])
        for statement in _FILL:
            connection.execute(statement, {"experiment": name, "units": HISTORIES[name]})
        taken = []
        for _ in range(_ROUNDS + 1):
            taken.append(await _one_ms(session, name))
            for statement in _GROW:
                connection.execute(statement, {"experiment": name})
    # The first one loads what it learns with.
    return statistics.median(taken[1:])


async def _one_ms(session: Session, name: str) -> float:
    began = perf_counter()
    report = await refresh_experiment(session, ExperimentId(name))
    assert report is not None, "nobody else refreshes it"
    return (perf_counter() - began) * 1000


def _experiment(name: str) -> Change:
    variants = [{"variant_id": f"v{each}", "name": f"V{each}"} for each in range(_VARIANTS)]
    segmentation = {"mode": "manual", "segment_by": ["source"]}
    return Change(
        Kind.EXPERIMENT,
        name,
        {"experiment_id": name, "name": name, "variants": variants, "segmentation": segmentation},
    )

"""What segments add to an allocation in this process: none, by dimensions, by clusters; over a real session."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from statistics import median
from time import perf_counter_ns
from typing import Final

import numpy as np

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from benchmarks.timing import p50_us, without_gc
from tessella import usecases
from tessella.bootstrap import running_on
from tessella.domain.definitions import Kind
from tessella.domain.experiments.clusters.find import find_clusters
from tessella.domain.experiments.clusters.model import write_model
from tessella.domain.experiments.clusters.rewards import Rewards
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.identifiers import ExperimentId, Instant, Json, Namespace, Role, SubjectId
from tessella.http.loop import run as run_loop
from tessella.ports import Caller, Change, Session
from tessella.ports.experiments import ClusterShown, ClustersState, StoredClusters
from tessella.settings import Settings
from tessella.usecases.experiments.assigning.segment import segment_of
from tessella.usecases.experiments.assigning.units import AllocationRequest, arrival, load_unit

SOURCES: Final = ("ads", "bing", "direct", "google", "instagram", "newsletter", "partner", "tiktok")
_AGENTS: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0.0.0 Safari/537.36",
)
#: Who comes from a network is on a phone; the others are at a desk.
VISITS: Final = [
    {"utm_source": source, "user_agent": _AGENTS[at % 2], "country_code": "ES", "utm_campaign": f"c{at % 3}"}
    for at, source in enumerate(SOURCES)
]
MODES: Final[Mapping[str, Json]] = {
    "none": {"mode": "disabled"},
    "manual": {"mode": "manual", "segment_by": ["source", "device"]},
    "auto": {"mode": "auto", "auto_clustering_enabled": True},
}
_CALLER: Final = Caller(Namespace("bench"), Role.ADMIN)
#: A process follows what is stored within a second.
_FOLLOWED_SECONDS: Final = 2.0
_USERS: Final = 500
_PASSES: Final = 20
_NOON: Final = Instant(1_700_000_000_000_000)


def in_process() -> Iterator[Figure]:
    """The segment by each mode, and the whole answer for a user who is in memory."""
    with own_database() as (dsn, settings):
        taken, known_us = run_loop(_measured(dsn, settings))
    for mode, most in (("manual", 5), ("auto", 10)):
        added = taken[mode] - taken["none"]
        yield Figure(f"experiments: {mode} segments add, p50", added, "us", goal=Goal("value", "<=", most))
    yield Figure("experiments: allocate a user who is in memory, p50", known_us, "us")


async def _measured(dsn: str, settings: Settings) -> tuple[dict[str, float], float]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_CALLER.namespace)
        async with application.session(_CALLER) as session:
            for mode, segmentation in MODES.items():
                await usecases.publish_changes(session, [experiment_of(mode, segmentation)])
            await session.store_clusters(clusters_found())
            await asyncio.sleep(_FOLLOWED_SECONDS)
            return {mode: await _segment_us(session, mode) for mode in MODES}, await _known_us(session)


def experiment_of(mode: str, segmentation: Json) -> Change:
    """One of the experiments, named by its mode."""
    variants = [{"variant_id": each, "name": each} for each in ("plain", "bold")]
    body = {"experiment_id": mode, "name": mode, "variants": variants, "segmentation": segmentation}
    return Change(Kind.EXPERIMENT, mode, body)


def clusters_found() -> StoredClusters:
    """Found in visits of two kinds."""
    random_visits = random.Random(1).choices(VISITS, k=2_000)
    contexts = [
        extract_context(ChannelType.WEB, each, Instant(_NOON + at * 10**9)) for at, each in enumerate(random_visits)
    ]
    nothing = Rewards(Reward.BINARY, np.arange(0), np.arange(0), np.zeros(0), 0.05)
    model = find_clusters(contexts, nothing).model
    if model is None:
        raise SystemExit("no clusters were found in visits of two kinds")
    shown = [ClusterShown(at, each.name, each.units) for at, each in enumerate(model.clusters)]
    return StoredClusters(
        ExperimentId("auto"), 1, ClustersState.ACTIVE, _NOON, len(contexts), shown, write_model(model)
    )  # fmt: skip


async def _segment_us(session: Session, mode: str) -> float:
    """Of visits that were loaded before."""
    arrivals = [arrival(session, _asked(mode, number)) for number in range(_USERS)]
    loaded = [(each, await load_unit(session, each)) for each in arrivals]
    return p50_us(lambda one: segment_of(session, one[0].experiment, one[1], one[0].at), loaded, _PASSES)


async def _known_us(session: Session) -> float:
    asked = [_asked("manual", number) for number in range(_USERS)]
    await asyncio.gather(*(usecases.allocate(session, each) for each in asked))
    taken = []
    with without_gc():
        for each in asked * _PASSES:
            start = perf_counter_ns()
            await usecases.allocate(session, each)
            taken.append(perf_counter_ns() - start)
    return median(taken) / 1000


def _asked(mode: str, number: int) -> AllocationRequest:
    return AllocationRequest(ExperimentId(mode), SubjectId(f"user-{number}"), VISITS[number % len(VISITS)])

"""Clusters in the mode auto: trained when it is time, kept by version, and new units are sorted into them."""

import asyncio
import random
from collections.abc import Mapping

import psycopg
import pytest

from tessella import usecases
from tessella.domain.errors import TooFewAssignments
from tessella.domain.identifiers import Json, Namespace, SubjectId
from tessella.domain.privacy.consent import ConsentChange
from tessella.ports import Session
from tessella.ports.experiments import ClustersState
from tessella.ports.jobs import Job, RunState
from tessella.storage.store import Storage
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.experiments.clusters.keep_fresh import keep_clusters_fresh, resolve_unneeded
from tessella.usecases.experiments.clusters.status import ClusteringState, clustering_status
from tessella.usecases.experiments.clusters.train import train_clusters
from tessella.usecases.experiments.refreshing.refresh import refresh_experiment
from tests.database import Dsns, open_alerts, session_of, until
from tests.experiments import BANNER, banner, declare, make_old, reward
from tests.sharing import share

pytestmark = pytest.mark.anyio

AUTO: Json = {"mode": "auto", "auto_clustering_enabled": True}
GROUPS = (("instagram", "mobile"), ("google", "desktop"), ("newsletter", "tablet"))
#: Of the units of a group, whatever their variant.
RATES = (0.1, 0.3, 0.5)
NAMES = {"Instagram mobile users", "Google desktop users", "Newsletter tablet users"}
#: SQL for the device of a unit: that of another group, and that of no group.
MOVED = "CASE context ->> 'device' WHEN 'mobile' THEN 'desktop' WHEN 'desktop' THEN 'tablet' ELSE 'mobile' END"
SCATTERED = "'d' || abs(hashtext(user_identifier)) % 3"


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> Session:
    await declare(await session_of(storage, namespace), banner(segmentation=AUTO))
    return await session_of(storage, namespace)


async def arrive(session: Session, units: range) -> None:
    """Allocate units of the groups in turn, and reward some by the rate of their group; one in ten has any device."""
    luck = random.Random(units.start)
    asked = [AllocationRequest(BANNER, SubjectId(f"u{unit:05}"), context_of(unit, luck)) for unit in units]
    await asyncio.gather(*(usecases.allocate(session, each) for each in asked))
    await share(session, [f"u{unit:05}" for unit in units])
    lucky = [f"u{unit:05}" for unit in units if luck.random() < RATES[unit % 3]]
    assert await reward(session, lucky) == {"counted"}


def context_of(unit: int, luck: random.Random) -> Mapping[str, Json]:
    source, device = GROUPS[unit % 3]
    on_any = luck.choice(GROUPS)[1] if luck.random() < 0.1 else device
    return {"utm_source": source, "device": on_any, "country": luck.choice(("ES", "FR", "DE"))}


async def key(session: Session, user: str, **context: Json) -> str:
    return (await usecases.allocate(session, AllocationRequest(BANNER, SubjectId(user), context))).segment_key


async def keep_fresh(session: Session) -> ClusteringState:
    await keep_clusters_fresh(session, session.snapshot().definitions.experiments[BANNER])
    return (await clustering_status(session, BANNER)).state


async def trained(session: Session) -> Mapping[str, str]:
    """Train; returns the key of each cluster by its name, once this process sorts units into them."""
    stored = (await train_clusters(session, BANNER)).stored
    is_active = stored.version if stored.clusters else None
    await until(lambda: getattr(session.clusters(BANNER), "version", None) == is_active, "clusters are in memory")
    return {each.name: f"cluster:v{stored.version}:{each.n}" for each in stored.clusters}


async def test_units_who_do_not_share_data_are_too_few_to_find_clusters_in_however_many_there_are(
    session: Session,
) -> None:
    await arrive(session, range(1000))
    await session.change_consent(SubjectId("u00001"), ConsentChange(data_sharing_consent=False))
    trained = await train_clusters(session, BANNER)
    assert trained.stored.state is ClustersState.NONE_FOUND
    assert trained.found.reason == "Only 999 of the units share data; 1000 are needed."


async def test_clusters_are_trained_once_there_are_enough_units_and_new_ones_are_sorted_into_them(
    session: Session,
) -> None:
    assert await key(session, "first") == "default"
    assert await keep_fresh(session) is ClusteringState.COLLECTING
    with pytest.raises(TooFewAssignments) as refused:
        await usecases.ask_for_clusters(session, BANNER)
    assert refused.value.counts() == {"assignments": 1, "needed": 1000}
    await arrive(session, range(999))
    await share(session, ["first"])
    for _ in range(2):
        assert await keep_fresh(session) is ClusteringState.TRAINING
    [run], _ = await session.runs(job=Job.TRAIN_CLUSTERS, state=None, limit=10, cursor=None)
    assert (run.inputs, run.state) == ({"experiment_id": BANNER}, RunState.QUEUED)

    called = await trained(session)
    assert called.keys() == NAMES
    assert await key(session, "new", utm_source="instagram", device="mobile") == called["Instagram mobile users"]
    assert await key(session, "newer", utm_source="google", device="desktop") == called["Google desktop users"]
    assert await key(session, "strange", utm_source="\u202e<b>", device=["?"], country=9**99) in called.values()
    assert await key(session, "first", utm_source="instagram", device="mobile") == "default"
    await refresh_experiment(session, BANNER)
    figures = {each.segment_key: each.display_name for each in await session.segment_figures(BANNER)}
    assert figures[called["Instagram mobile users"]] == "Instagram mobile users"


async def test_the_same_clusters_keep_their_version_others_take_their_place_and_at_last_there_are_none(
    session: Session, database: Dsns
) -> None:
    dsn, namespace = database.superuser, session.caller.namespace
    await arrive(session, range(1000))
    make_old(dsn, namespace)
    first = await trained(session)
    kept = await key(session, "kept", utm_source="google", device="desktop")
    assert await trained(session) == first
    meet_otherwise(dsn, namespace, MOVED)
    with pytest.raises(Killed):
        await train_clusters(session, BANNER, progress=kill_half_way)
    assert versions(dsn, namespace) == [(1, "active")]
    second = await trained(session)
    assert second.keys() == {"Instagram desktop users", "Google tablet users", "Newsletter mobile users"}
    assert await key(session, "later", utm_source="google", device="tablet") == second["Google tablet users"]
    assert await key(session, "kept", utm_source="google", device="tablet") == kept == first["Google desktop users"]
    meet_otherwise(dsn, namespace, SCATTERED)
    assert await trained(session) == {}
    assert (await clustering_status(session, BANNER)).state is ClusteringState.NONE_FOUND
    assert await key(session, "after", utm_source="google", device="tablet") == "default"
    assert versions(dsn, namespace) == [(1, "kept"), (2, "kept"), (3, "none_found")]


async def test_a_week_later_clusters_are_trained_again_and_an_alert_tells_when_that_does_not_help(
    session: Session, database: Dsns
) -> None:
    dsn, namespace = database.superuser, session.caller.namespace
    await arrive(session, range(1000))
    await trained(session)
    assert await keep_fresh(session) is ClusteringState.TRAINED
    age(dsn, namespace, "experiment_clusters", "trained_at", "7 days 30 minutes")
    assert await keep_fresh(session) is ClusteringState.TRAINING
    assert (await clustering_status(session, BANNER)).is_stale
    assert await open_alerts(session) == set()

    fail(dsn, namespace)
    age(dsn, namespace, "experiment_clusters", "trained_at", "1 hour")
    assert await keep_fresh(session) is ClusteringState.FAILED
    assert await open_alerts(session) == {"experiment_clusters_failed", "experiment_clusters_stale"}
    age(dsn, namespace, "job_runs", "finished_at", "61 minutes")
    for _ in range(2):
        assert await keep_fresh(session) is ClusteringState.TRAINING
    assert len(await open_alerts(session)) == 2
    await resolve_unneeded(session, [])
    assert await open_alerts(session) == set()


class Killed(BaseException):
    """What happens to a worker in the middle."""


def kill_half_way(share: float) -> None:
    if share > 0.25:
        raise Killed


def meet_otherwise(dsn: str, namespace: Namespace, device: str) -> None:
    """Have all units have come with another device."""
    written = f"UPDATE tessella.assignments SET context = context::jsonb || jsonb_build_object('device', {device})"
    with psycopg.connect(dsn) as connection:
        connection.execute(f"{written} WHERE namespace = '{namespace}'")


def versions(dsn: str, namespace: Namespace) -> list[tuple[int, str]]:
    with psycopg.connect(dsn) as connection:
        told = "SELECT version, state FROM tessella.clustering_models WHERE namespace = %s ORDER BY version"
        return [(version, state) for version, state in connection.execute(told, [namespace])]


def age(dsn: str, namespace: Namespace, table: str, column: str, by: str) -> None:
    with psycopg.connect(dsn) as connection:
        told = f"UPDATE tessella.{table} SET {column} = {column} - %s::interval WHERE namespace = %s"
        connection.execute(told, [by, namespace])


def fail(dsn: str, namespace: Namespace) -> None:
    """Have the run that waits have failed."""
    error = '{"kind": "JobBroke", "message": "It broke.", "faults": []}'
    with psycopg.connect(dsn) as connection:
        told = "UPDATE tessella.job_runs SET state = 'failed', finished_at = now(), error = %s WHERE namespace = %s"
        connection.execute(told, [error, namespace])

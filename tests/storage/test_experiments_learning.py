"""What is learned of experiments: stored whole or not at all, sealed where it is secret, followed by every process."""

from pathlib import Path

import msgspec
import psycopg
import pytest
from pydantic import SecretStr

from tessella.domain.errors import PolicyPublished, SecretUnreadable
from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy
from tessella.domain.identifiers import Instant, Namespace, Role, VariantId
from tessella.ports.experiments import (
    ClusterShown,
    ClustersState,
    Refreshed,
    SegmentFigures,
    StoredClusters,
    StoredReport,
    VariantState,
)
from tessella.storage.experiments.learned.secrets import seal_again
from tessella.storage.scope import system
from tessella.storage.store import Storage
from tests.database import Dsns, scoped, session_of, storage_with, until
from tests.storage.experiments_support import EXPERIMENT, RULES, X, assignment

pytestmark = pytest.mark.anyio

ALIKE = Weights.of([WHOLE // 2, WHOLE // 4, WHOLE // 4])
SECRET = {"alpha": 5.25, "beta": 3.75}


def policy(version: int) -> PublishedPolicy:
    summary = MetricSummary(9.0, (0.1, 0.2, 0.3), (1.0, 1.0, 1.0))
    weights = Weights.of([0, WHOLE - 7, 7])
    return PublishedPolicy(
        Policy(version, WHOLE // 10, ALIKE, {"source:ads": weights}, ALIKE), Instant(1_700_000_000_123_456),
        frozenset([VariantId("a")]), {"source:ads": (0.1, 0.25, 1 / 3)}, (0.1, 0.2, 0.3), {"conversion": summary},
    )  # fmt: skip


def refreshed(version: int, published: PublishedPolicy | None) -> Refreshed:
    return Refreshed(
        published, [SegmentFigures("source:ads", "Ads", 10, 4, 0.4)],
        [VariantState("source:ads", VariantId("a"), 10, 4, SECRET)],
        StoredReport(X, Instant(1_700_000_000_000_000), version, 10, {"gate": "closed"}),
    )  # fmt: skip


def clusters(version: int, state: ClustersState) -> StoredClusters:
    shown = [ClusterShown(0, "Instagram mobile users", 700)]
    return StoredClusters(X, version, state, Instant(1_700_000_000_000_000), 1_000, shown, {"centres": [[0.5, 1.5]]})


async def test_what_a_refresh_stores_is_read_back_and_holds_in_every_process(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    async with storage_with(database.app, tmp_path / "home") as other:
        elsewhere = await session_of(other, namespace)
        assert elsewhere.policy(EXPERIMENT).version == 0
        published = policy(1)
        await session.store_refresh(X, refreshed(1, published))
        assert session.policy(EXPERIMENT) == published.policy
        assert await session.policies(X) == [published]
        assert await session.report(X) == refreshed(1, None).report
        assert await session.segment_figures(X) == refreshed(1, None).segments
        await until(lambda: elsewhere.policy(EXPERIMENT) == published.policy, "the policy was known elsewhere")
        assert elsewhere.known_segments(X) == {"source:ads"}
        await session.store_refresh(X, refreshed(1, None))
        assert [each.policy.version for each in await session.policies(X)] == [1]
    async with storage_with(database.app, tmp_path / "home") as later:
        assert (await session_of(later, namespace)).policy(EXPERIMENT) == published.policy


async def test_of_two_refreshers_one_has_the_turn_and_a_version_is_published_once(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home") as other:
        one, two = await session_of(storage, namespace), await session_of(other, namespace)
        async with one.refreshing(X) as is_ones, two.refreshing(X) as is_twos:
            assert (is_ones, is_twos) == (True, False)
        async with two.refreshing(X) as is_twos:
            assert is_twos
        await one.store_refresh(X, refreshed(1, policy(1)))
        late = msgspec.structs.replace(policy(1), disabled=frozenset())
        with pytest.raises(PolicyPublished, match="Version 1"):
            await two.store_refresh(X, Refreshed(late, [], [], StoredReport(X, Instant(0), 1, 99, {})))
        assert (await two.segment_figures(X), (await two.policies(X))[0].disabled) == (
            refreshed(1, None).segments, {"a"},
        )  # fmt: skip


async def test_states_and_models_are_sealed_and_no_role_of_a_credential_reads_them(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.store_refresh(X, refreshed(1, policy(1)))
    await session.store_clusters(clusters(1, ClustersState.ACTIVE))
    with psycopg.connect(database.superuser) as connection:
        stored = connection.execute(
            "SELECT place, sealed FROM tessella.experiment_secrets WHERE namespace = %s ORDER BY 1", [namespace]
        ).fetchall()
        shown = connection.execute(
            "SELECT algorithm_state FROM tessella.element_variants WHERE namespace = %s", [namespace]
        ).fetchall()
    assert [place for place, _ in stored] == ["clusters 1", "policy 1", "variant a source:ads"]
    assert shown == [(stored[2][1],)]
    assert not any(word in sealed for _, sealed in stored for word in (b"alpha", b"centres", b"means"))
    for role in Role:
        with scoped(database.app, namespace, role) as connection:
            assert connection.execute("SELECT FROM tessella.experiment_secrets").rowcount == 0
            for column, view in (("algorithm_state", "element_variants"), ("model_data", "clustering_models")):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(f"SELECT {column} FROM tessella.{view}")
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        read = connection.execute("SELECT segment_key, allocations, conversions FROM tessella.element_variants")
        assert read.fetchall() == [("source:ads", 10, 4)]


async def test_the_newest_active_clusters_are_in_memory_everywhere_and_the_ones_before_are_kept(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    async with storage_with(database.app, tmp_path / "home") as other:
        elsewhere = await session_of(other, namespace)
        for version, state in ((1, ClustersState.KEPT), (1, ClustersState.ACTIVE), (2, ClustersState.ACTIVE)):
            await session.store_clusters(clusters(version, state))
        assert session.clusters(X) == clusters(2, ClustersState.ACTIVE)
        await until(lambda: elsewhere.clusters(X) == session.clusters(X), "the clusters were known elsewhere")
        await session.store_clusters(clusters(3, ClustersState.NONE_FOUND))
        newest = await elsewhere.clustering(X)
        assert newest is not None
        assert (newest.version, newest.state, newest.model) == (3, ClustersState.NONE_FOUND, None)
        assert elsewhere.clusters(X) == clusters(2, ClustersState.ACTIVE)


async def test_what_was_sealed_with_the_key_before_is_sealed_again_with_the_present_one(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    old, new = SecretStr("o" * 64), SecretStr("n" * 64)
    async with storage_with(database.app, tmp_path, namespace, encryption_key=old) as storage:
        await (await session_of(storage, namespace)).store_refresh(X, refreshed(1, policy(1)))
    async with storage_with(database.app, tmp_path, encryption_key=new, encryption_key_before=old) as storage:
        session = await session_of(storage, namespace)
        async with storage._database.administering(system(namespace)) as connection:
            await seal_again(connection, namespace, session._parts.vault)
    async with storage_with(database.app, tmp_path, encryption_key=new) as storage:
        assert await (await session_of(storage, namespace)).policies(X) == [policy(1)]


async def test_without_the_key_units_are_drawn_as_before_and_only_learning_says_that_it_is_missing(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    await session.store_refresh(X, refreshed(1, policy(1)))
    await session.store_clusters(clusters(1, ClustersState.ACTIVE))
    async with storage_with(database.app, tmp_path / "another home") as other:
        keyless = await session_of(other, namespace)
        assert keyless.policy(EXPERIMENT) == policy(1).policy
        found = keyless.clusters(X)
        assert found is not None
        assert (found.version, found.model) == (1, None)
        await keyless.assign(assignment("ann"), RULES)
        with pytest.raises(SecretUnreadable):
            await keyless.policies(X)

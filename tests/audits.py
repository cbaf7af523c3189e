"""What the tests of the audit share: decisions to record, and a hand that tampers with what was recorded."""

import psycopg
from msgspec.structs import replace

from tessella.domain.decisions import NO_MATCH, Decision
from tessella.domain.identifiers import DecisionId, FeatureName, Instant, Namespace, SegmentId, SubjectId
from tessella.storage.sessions import StoredSession
from tests.database import Dsns, until

MADE = Decision(
    decision_id=DecisionId(""), subject_id=SubjectId("ann"), segment_id=SegmentId("vip"), profile_id=None,
    rule_id=None, config={"alpha": 1.0}, provenance={"alpha": "built_in"}, reasons=(NO_MATCH,), snapshot_version=3,
    at=Instant(1_700_000_000_000_001), facts_as_of=None, features={FeatureName("user.tier"): "VIP"},
)  # fmt: skip


def made(session: StoredSession, **changed: object) -> Decision:
    return replace(MADE, decision_id=session.new_decision_id(), **changed)


async def record(session: StoredSession, **changed: object) -> DecisionId:
    decision = made(session, **changed)
    await session.record(decision)
    return decision.decision_id


def stored_ids(database: Dsns, namespace: Namespace) -> list[str]:
    """The ids in the audit, in the order in which they were chained."""
    with psycopg.connect(database.superuser) as connection:
        found = connection.execute(
            "SELECT decision_id::text FROM tessella.decision_audit WHERE namespace = %s ORDER BY writer, sequence",
            [namespace],
        )
        return [each for (each,) in found]


async def until_stored(database: Dsns, namespace: Namespace, count: int) -> None:
    await until(lambda: len(stored_ids(database, namespace)) == count, f"{count} decisions were recorded")


def tamper(database: Dsns, namespace: Namespace, *statements: str) -> None:
    """Run SQL as a superuser who also switches triggers off; `:ns` stands for the namespace."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement.replace(":ns", f"'{namespace}'"))

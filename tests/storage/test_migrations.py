"""Upgrades: all or nothing, safe to repeat, and each gives document A its tables."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from tessella.access import MATRIX, Extent
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.ranking.knobs import KNOBS
from tessella.storage.embedded import Server
from tessella.storage.errors import DatabaseAway, SchemaNewer, SchemaNotCurrent, ServesTooStrong
from tessella.storage.installation.administration import (
    NeedsAdministrator,
    administering_dsn,
    database_status,
    initialise,
    refuse_other_schema,
    serving_dsn,
)
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.migrations import HEAD, Schema, upgrade
from tessella.storage.store import Storage
from tests.database import Dsns, define, scoped, session_of, settings_for, storage_with
from tests.storage.databases import empty_database
from tests.storage.rows import seed, tables

ANY = Extent.ANY
WHOLE_SCHEMA = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'tessella'
UNION ALL
SELECT tablename, policyname, coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies
UNION ALL
SELECT table_name, grantee, privilege_type, '' FROM information_schema.role_table_grants WHERE table_schema = 'tessella'
ORDER BY 1, 2, 3, 4
"""


@pytest.fixture
def empty(postgres: Server) -> Iterator[Dsns]:
    with empty_database(postgres) as dsns:
        yield dsns


def schema_of(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(WHOLE_SCHEMA).fetchall()


def test_an_empty_database_is_brought_to_the_newest_migration(empty: Dsns) -> None:
    assert database_status(empty.superuser).schema == Schema(None, is_current=False)
    with pytest.raises(SchemaNotCurrent, match=f'at "nothing"; this Tessella needs "{HEAD}"'):
        refuse_other_schema(empty.superuser)
    upgrade(empty.superuser)
    status = database_status(empty.app)
    assert (status.role, status.schema) == ("tessella_app", Schema(HEAD, is_current=True))
    refuse_other_schema(empty.app)
    assert audit_database(empty.app) == []


def test_upgrading_again_changes_nothing_and_keeps_every_row(migrated: Dsns) -> None:
    with psycopg.connect(migrated.superuser) as connection:
        seed(connection, "kept")
    before = schema_of(migrated.superuser)
    upgrade(migrated.superuser)
    assert schema_of(migrated.superuser) == before
    with scoped(migrated.app, "kept", Role.SUPERADMIN) as connection:
        readable = {each for each in tables(connection) if MATRIX.tables[each].reach("select", Role.SUPERADMIN) is ANY}
        assert {connection.execute(f"SELECT * FROM tessella.{name}").rowcount for name in readable} == {1}


def test_two_servers_that_upgrade_at_once_take_turns(empty: Dsns) -> None:
    with ThreadPoolExecutor(2) as both:
        list(both.map(upgrade, [empty.superuser] * 2))
    assert database_status(empty.app).schema.is_current


def test_a_policy_or_grant_changed_by_hand_is_put_right(migrated: Dsns) -> None:
    before = schema_of(migrated.superuser)
    with psycopg.connect(migrated.superuser) as connection:
        connection.execute("DROP POLICY may_select ON tessella.events")
        connection.execute("CREATE POLICY everything ON tessella.events USING (true)")
        connection.execute("GRANT ALL ON tessella.events TO tessella_app, PUBLIC")
    upgrade(migrated.superuser)
    assert schema_of(migrated.superuser) == before
    assert audit_database(migrated.superuser) == []


def test_a_changed_matrix_makes_the_schema_out_of_date(migrated: Dsns) -> None:
    with psycopg.connect(migrated.superuser) as connection:
        connection.execute("COMMENT ON SCHEMA tessella IS 'of another matrix'")
    assert database_status(migrated.app).schema == Schema(HEAD, is_current=False)
    upgrade(migrated.superuser)
    assert database_status(migrated.app).schema.is_current


def test_a_failing_upgrade_leaves_the_database_as_it_was(empty: Dsns) -> None:
    with psycopg.connect(empty.superuser) as connection:
        connection.execute("CREATE SCHEMA tessella")
    with pytest.raises(psycopg.errors.DuplicateSchema):
        upgrade(empty.superuser)
    assert database_status(empty.superuser).schema.version is None


def test_initialising_stores_a_credential_that_serving_uses(empty: Dsns, tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", database_url=SecretStr(empty.superuser))
    assert serving_dsn(settings) == empty.superuser
    initialise(empty.superuser, settings.home)
    served = serving_dsn(settings)
    assert served is not None
    status = database_status(served)
    assert (status.role, status.schema.is_current) == ("tessella_app", True)
    assert [oct(each.stat().st_mode)[-3:] for each in settings.home.iterdir()] == ["600"]
    assert administering_dsn(settings) == empty.superuser


def test_the_credential_of_one_database_is_not_used_for_another(empty: Dsns, database: Dsns, tmp_path: Path) -> None:
    initialise(empty.superuser, tmp_path)
    elsewhere = settings_for(tmp_path, database_url=SecretStr(database.superuser))
    assert serving_dsn(elsewhere) == database.superuser


def test_somebody_who_may_not_make_roles_gets_the_sql_for_an_administrator(empty: Dsns, tmp_path: Path) -> None:
    with psycopg.connect(empty.superuser, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain")
    as_plain = make_conninfo(empty.superuser, options="-c role=plain")
    with pytest.raises(NeedsAdministrator) as refusal:
        initialise(as_plain, tmp_path)
    assert "CREATE ROLE tessella_owner NOLOGIN" in refusal.value.hint()
    assert not list(tmp_path.iterdir())


def test_a_database_that_is_not_there_is_said_to_be_away(empty: Dsns) -> None:
    with pytest.raises(DatabaseAway):
        database_status(make_conninfo(empty.app, dbname="nowhere"))


@pytest.mark.anyio
async def test_nothing_is_served_as_a_superuser(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    with pytest.raises(ServesTooStrong, match="is a superuser"):
        async with storage_with(database.superuser, tmp_path / "home", namespace):
            pass


@pytest.mark.anyio
async def test_the_tables_of_document_a_are_readable_under_its_names(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    rule = {"rule_id": "r1", "expr": {"eq": ["user.tier", "VIP"]}, "form": "dsl", "enabled": True}
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string")
    await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=0.5, rule_exclude_purchased=True)
    await define(session, Kind.DEFAULTS, "defaults", brand_cap=3)
    await define(
        session, Kind.CAMPAIGN, "may", campaign_id="may", overrides={"beta": 1.0}, starts_at="2026-05-01T00:00:00Z"
    )
    await define(
        session, Kind.SEGMENT, "vip", segment_id="vip", name="VIP", description="d", priority=9, active=True,
        profile_id="gold", rules=[rule],
    )  # fmt: skip
    reads = {
        "SELECT namespace, segment_id, name, priority, active, profile_id, description FROM tessella.segments": (
            namespace, "vip", "VIP", 9, True, "gold", "d",
        ),
        "SELECT segment_id, rule_expr_json, enabled, rule_id, form FROM tessella.segment_rules": (
            "vip", rule["expr"], True, "r1", "dsl",
        ),
        "SELECT profile_id, alpha, beta, rule_exclude_purchased FROM tessella.profiles": ("gold", 0.5, None, True),
        "SELECT brand_cap, alpha FROM tessella.namespace_defaults": (3, None),
        "SELECT campaign_id, overrides, starts_at::date::text, ends_at FROM tessella.campaigns": (
            "may", {"beta": 1.0}, "2026-05-01", None,
        ),
        "SELECT name, type, source, personal FROM tessella.feature_definitions": ("user.tier", "string", "fact", False),
    }  # fmt: skip
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        assert {query: connection.execute(query).fetchone() for query in reads} == reads
        assert (
            connection.execute(
                "SELECT user_hash, segment_id, profile_id, rule_id FROM tessella.segment_audit_log"
            ).fetchall()
            == []
        )


@pytest.mark.parametrize("view", ["profiles", "namespace_defaults"])
def test_each_knob_is_a_column_of_the_profiles(database: Dsns, view: str) -> None:
    with psycopg.connect(database.app) as connection:
        columns = connection.execute(f"SELECT * FROM tessella.{view}").description
    assert columns is not None
    assert set(KNOBS) <= {column.name for column in columns}


def test_a_schema_with_other_policies_is_not_current_though_its_migrations_are(migrated: Dsns) -> None:
    with psycopg.connect(migrated.superuser) as connection:
        connection.execute("COMMENT ON SCHEMA tessella IS 'of another matrix'")
    with pytest.raises(SchemaNotCurrent, match=f'at "{HEAD} with other views or policies"') as refusal:
        refuse_other_schema(migrated.app)
    assert refusal.value.hint() == "Run `tessella db upgrade`."


def test_a_schema_of_a_later_tessella_is_neither_served_nor_upgraded(migrated: Dsns) -> None:
    with psycopg.connect(migrated.superuser) as connection:
        connection.execute("UPDATE jobs.alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNewer, match=f'schema to "9999"; this one knows "{HEAD}"') as refusal:
        refuse_other_schema(migrated.app)
    assert refusal.value.hint() == "Use the Tessella that did, or another database."
    with pytest.raises(SchemaNewer):
        upgrade(migrated.superuser)
    assert database_status(migrated.app).schema == Schema("9999", is_current=False)


def test_the_schema_of_a_database_that_is_away_is_not_refused(empty: Dsns) -> None:
    refuse_other_schema(make_conninfo(empty.app, dbname="nowhere"))

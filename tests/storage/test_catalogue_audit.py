"""The audit finds nothing in the schema as migrated, and finds every hole that is cut into it."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from tessella.storage.installation.catalogue import Finding, audit_catalogue, audit_database
from tests.database import Dsns

NAMESPACE = "namespace = (SELECT nullif(current_setting('tessella.namespace', true), ''))"
POLICY = "may_select ON tessella.events"
HOLES = {
    "ALTER TABLE tessella.events NO FORCE ROW LEVEL SECURITY": Finding("row security is not forced", "events"),
    "ALTER TABLE tessella.events DISABLE ROW LEVEL SECURITY": Finding("row security is not forced", "events"),
    f"DROP POLICY {POLICY}": Finding("granted without a policy for the verb", "events.select"),
    f"ALTER POLICY {POLICY} USING (true)": Finding("policy does not compare the namespace", "events.may_select"),
    f"ALTER POLICY {POLICY} USING ({NAMESPACE} OR true)": Finding(
        "policy does not compare the namespace", "events.may_select"
    ),
    f"ALTER POLICY {POLICY} USING (namespace = current_setting('tessella.namespace', true))": Finding(
        "policy does not compare the namespace", "events.may_select"
    ),
    "ALTER POLICY may_update ON tessella.job_runs WITH CHECK (true)": Finding(
        "policy does not compare the namespace", "job_runs.may_update"
    ),
    f"ALTER POLICY {POLICY} TO PUBLIC": Finding("policy is open to other roles", "events.may_select"),
    "GRANT TRUNCATE ON tessella.events TO tessella_app": Finding(
        "TRUNCATE, REFERENCES or TRIGGER is granted", "events"
    ),
    "GRANT SELECT ON tessella.events TO PUBLIC": Finding("everybody may use it", "events"),
    "ALTER VIEW tessella.segments RESET (security_invoker)": Finding(
        "view runs with the rights of its owner", "segments"
    ),
    """CREATE MATERIALIZED VIEW tessella.copied AS SELECT * FROM tessella.events;
       GRANT SELECT ON tessella.copied TO tessella_app""": Finding("materialised view is granted", "copied"),
    """CREATE FUNCTION tessella.who() RETURNS text LANGUAGE sql IMMUTABLE
       AS $$SELECT current_setting('tessella.namespace')$$""": Finding(
        "function hides a setting from the planner (IMMUTABLE)", "who"
    ),
    "CREATE FUNCTION tessella.all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": Finding(
        "SECURITY DEFINER function can be called", "all"
    ),
    "CREATE UNIQUE INDEX slug ON tessella.events (event_id, namespace)": Finding(
        "unique index does not lead with the namespace", "tessella.slug"
    ),
    """ALTER TABLE tessella.job_runs ADD other text,
       ADD CONSTRAINT crossing FOREIGN KEY (other) REFERENCES tessella.namespaces""": Finding(
        "foreign key does not lead from namespace to namespace", "crossing"
    ),
    "CREATE SEQUENCE tessella.counter": Finding("sequence tells how much others write", "counter"),
    "CREATE TABLE jobs.inputs (namespace text, body text)": Finding(
        "not on the list of what may do without row security", "inputs"
    ),
    "GRANT SELECT ON jobs.run_namespaces TO PUBLIC": Finding("everybody may use it", "run_namespaces"),
    "CREATE FUNCTION jobs.all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": Finding(
        "SECURITY DEFINER function can be called", "all"
    ),
    "ALTER ROLE tessella_app BYPASSRLS": Finding("tessella_app or tessella_owner has too much power", "tessella_app"),
    "GRANT tessella_owner TO tessella_app": Finding("tessella_app is a member of", "tessella_owner"),
    "ALTER TABLE tessella.events OWNER TO tessella_app": Finding("tessella_app owns", "events"),
    "SET LOCAL synchronous_commit = off": Finding("commits may be lost", "synchronous_commit = off"),
    """CREATE TABLE tessella.parted (namespace text) PARTITION BY LIST (namespace);
       CREATE TABLE tessella.part PARTITION OF tessella.parted DEFAULT;
       GRANT SELECT ON tessella.part TO tessella_app""": Finding("partition can be read by itself", "part"),
}


@pytest.fixture
def superuser(database: Dsns) -> Iterator[Connection]:
    with psycopg.connect(database.superuser) as connection:
        yield connection
        connection.rollback()


def test_the_schema_as_migrated_has_no_holes(database: Dsns) -> None:
    assert audit_database(database.app) == []


@pytest.mark.parametrize("hole", HOLES)
def test_the_audit_finds_each_hole_that_is_made(superuser: Connection, hole: str) -> None:
    superuser.execute(hole)
    assert HOLES[hole] in audit_catalogue(superuser)


def test_a_policy_that_is_dropped_hides_rows_and_is_found_for_every_table(superuser: Connection) -> None:
    policies = superuser.execute(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'tessella' AND policyname LIKE 'may_%'"
    ).fetchall()
    assert policies
    for table, policy in policies:
        with superuser.transaction(force_rollback=True):
            superuser.execute(f"DROP POLICY {policy} ON tessella.{table}")
            verb = policy.removeprefix("may_")
            assert audit_catalogue(superuser) == [Finding("granted without a policy for the verb", f"{table}.{verb}")]

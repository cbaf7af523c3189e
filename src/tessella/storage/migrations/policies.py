"""Row policies and grants, generated from the matrix and put in place at the end of every upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection, sql

from tessella.access import MATRIX, Matrix, Reach, Table

#: The namespace, role and subject of the transaction, each evaluated once a statement: (SELECT ...) makes it so.
_NAMESPACE: Final = "namespace = (SELECT nullif(current_setting('tessella.namespace', true), ''))"
_ROLE: Final = "(SELECT current_setting('tessella.role', true))"
_SUBJECT: Final = "(SELECT nullif(current_setting('tessella.subject', true), ''))"

_EXISTING: Final = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'tessella'"
_CLOSE: Final = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA tessella FROM PUBLIC, tessella_app",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tessella FROM PUBLIC, tessella_app",
    "GRANT USAGE ON SCHEMA tessella, jobs TO tessella_app",
)
#: Schema `jobs` is outside of row security: procrastinate's tables, which hold ids of runs, and seven of ours.
_JOBS: Final = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA jobs FROM PUBLIC, tessella_app",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA jobs FROM PUBLIC, tessella_app",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC, tessella_app",
    "GRANT SELECT ON jobs.alembic_version TO tessella_app",
    "GRANT SELECT, INSERT ON jobs.run_namespaces, jobs.audience_namespaces, jobs.experiment_namespaces, "
    "jobs.taxonomy_namespaces, jobs.all_namespaces TO tessella_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.outbox TO tessella_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.procrastinate_jobs, jobs.procrastinate_events, "
    "jobs.procrastinate_workers, jobs.procrastinate_periodic_defers TO tessella_app",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO tessella_app",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO tessella_app",
)


def apply_policies(connection: Connection[Any]) -> None:
    """Replace every policy and grant in schema `tessella` by what the matrix says, and the grants in schema `jobs`."""
    for table, policy in connection.execute(_EXISTING).fetchall():
        connection.execute(
            sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), sql.Identifier("tessella", table))
        )
    for statement in (*_CLOSE, *_JOBS, *statements(MATRIX)):
        connection.execute(statement)


def statements(matrix: Matrix) -> Iterator[str]:
    """The grants and policies of every table."""
    for table in matrix.tables.values():
        yield f"GRANT {', '.join(table.verbs)} ON tessella.{table.name} TO tessella_app"
        yield f"CREATE POLICY owner ON tessella.{table.name} TO tessella_owner USING (true) WITH CHECK (true)"
        for verb, reach in table.verbs.items():
            yield _policy(table, verb, reach)


def _policy(table: Table, verb: str, reach: Reach) -> str:
    condition = f"{_NAMESPACE} AND ({' OR '.join(_reaches(table, reach))})"
    using = "" if verb == "insert" else f" USING ({condition})"
    check = f" WITH CHECK ({condition})" if verb in ("insert", "update") else ""
    return f"CREATE POLICY may_{verb} ON tessella.{table.name} FOR {verb} TO tessella_app{using}{check}"


def _reaches(table: Table, reach: Reach) -> Iterator[str]:
    if reach.any:
        yield f"{_ROLE} IN ({_listed(reach.any)})"
    if reach.own:
        yield f"{_ROLE} IN ({_listed(reach.own)}) AND {table.subject} = {_SUBJECT}"


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(roles))

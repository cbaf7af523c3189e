"""What the tests of erasure share: a subject planted wherever one can be, and a search through all there is."""

from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection, sql

from tessella.access import MATRIX
from tests.storage.rows import ROWS, insert

#: The id of the subject, and a value that is known of them.
CANARY = "canary-7f3a9e1c"
SECRET = "secret-5b2d8c40"
#: Columns of rows that are no subject's alone, in which the subject is named.
MENTIONED: dict[str, dict[str, str]] = {
    "job_runs": {
        "inputs": f"""'{{"subjects": ["{CANARY}", "bystander"]}}'""",
        "result": f"""'{{"failed": ["{CANARY}"], "by": {{"{CANARY}": 1}}}}'""",
        "error": f"""'{{"kind": "E", "message": "No subject \\"{CANARY}\\".", "faults": []}}'""",
        "log": f"""'[{{"event": "e", "details": {{"reason": "No subject \\"{CANARY}\\"."}}}}]'""",
        "state": "'failed'",
    },
    "idempotency_keys": {"subject_id": "''", "answer": f"""'{{"told": "{CANARY}"}}'"""},
    "deliveries": {"body": f"""'{{"delivery_id": "d", "subject_ids": ["{CANARY}", "bystander"]}}'"""},
}
#: Values of the subject's own rows.
KNOWN = {
    "subject_facts": {"value": f"""'"{SECRET}"'"""},
    "events": {"properties": f"""'{{"note": "{SECRET}"}}'""", "event_id": f"'{CANARY}-1'"},
    "assignments": {"context": f"""'{{"source": "{SECRET}"}}'"""},
    "player_profiles": {"memberships": f"""'["{SECRET}"]'"""},
}


def plant(connection: Connection, namespace: str, subject_id: str = CANARY) -> set[str]:
    """A row of the subject in every table that can hold one, and mentions in those that are nobody's alone."""
    planted = {name: table.subject for name, table in MATRIX.tables.items() if table.subject}
    for table, column in planted.items():
        insert_for(connection, table, namespace, column, subject_id)
    if subject_id == CANARY:
        for table, values in MENTIONED.items():
            own = {"run_id": "gen_random_uuid()", "key": "'k2'"}
            extra = {name: value for name, value in own.items() if name in ROWS[table]}
            insert(connection, table, namespace, **values, **extra)
    return set(planted) | set(MENTIONED)


def insert_for(connection: Connection, table: str, namespace: str, column: str, subject_id: str) -> None:
    known = KNOWN.get(table, {}) if subject_id == CANARY else {}
    unique = {name: f"'{name}-{subject_id}'" for name in ("key", "key_id") if name in ROWS[table]}
    if "number" in ROWS[table]:
        unique["number"] = str(abs(hash(subject_id)) % 1_000_000)
    if "event_id" in ROWS[table]:
        unique["event_id"] = f"'{subject_id}-1'"
    if table == "kept_predictions":
        for parent in ("models", "model_batches"):
            with connection.transaction():
                values = {"namespace": f"'{namespace}'", **ROWS[parent]}
                connection.execute(
                    f"INSERT INTO tessella.{parent} ({', '.join(values)}) VALUES ({', '.join(values.values())}) "
                    "ON CONFLICT DO NOTHING"
                )
    insert(connection, table, namespace, **{**unique, **known, column: f"'{subject_id}'"})


def hits(connection: Connection, *needles: str, namespace: str | None = None) -> dict[str, int]:
    """Rows of any table of ours, as the catalogue lists them, in whose text one of the needles is found.

    With a namespace only its own rows, and those that belong to none.
    """
    found = {}
    asked = {"needles": list(needles), "namespace": namespace}
    for schema, table in every_table(connection):
        own = " AND each.namespace = %(namespace)s" if namespace and schema == "tessella" else ""
        query = sql.SQL(
            "SELECT count(*) FROM {} AS each WHERE EXISTS "
            "(SELECT FROM unnest(%(needles)s::text[]) AS needle WHERE position(needle IN each::text) > 0)" + own
        ).format(sql.Identifier(schema, table))
        [(count,)] = connection.execute(query, asked).fetchall()
        if count:
            found[f"{schema}.{table}"] = count
    return found


def every_table(connection: Connection) -> Iterator[tuple[str, str]]:
    listed = connection.execute(
        "SELECT relnamespace::regnamespace::text, relname::text FROM pg_class "
        "WHERE relnamespace IN ('tessella'::regnamespace, 'jobs'::regnamespace) AND relkind IN ('r', 'p') ORDER BY 1, 2"
    )
    yield from listed.fetchall()


def files_with(folder: Path, *needles: str) -> list[Path]:
    """Files below a folder that hold one of the needles, byte by byte."""
    wanted = [each.encode() for each in needles]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if any(each in path.read_bytes() for each in wanted)]

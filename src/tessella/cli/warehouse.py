"""`tessella warehouse`: where the rows of customers are, whether they can be read, and which columns are features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.definitions import COLUMNS
from tessella.cli.output import AsJson, answer, console, fault_json, note, notes, print_table, say
from tessella.domain.audiences.source import DEFAULT_KEY, DEFAULT_VIEW, SourceEngine
from tessella.domain.definitions import ID_FIELD, Kind
from tessella.domain.identifiers import Role, SourceId
from tessella.http.schemas.sources import ColumnShown, ColumnsShown
from tessella.http.shown.sources import columns_shown
from tessella.ports import Session, StoredDefinition
from tessella.usecases.sources.declare_columns import Declared
from tessella.usecases.sources.try_source import TriedSource

app = typer.Typer(no_args_is_help=True, help="Sources of customers: the views that segments are counted over.")

Name = Annotated[str, typer.Argument(metavar="SOURCE", help="The source's name, such as shop.")]
EngineOption = Annotated[SourceEngine, typer.Option("--engine", help="What runs the SQL where the rows are.")]
LocationOption = Annotated[
    str, typer.Option("--location", help="A folder, file or URL, or where to connect; never with a password.")
]
ViewOption = Annotated[str, typer.Option("--view", help="The view that has a row a customer.")]
KeyOption = Annotated[str, typer.Option("--key", help="Its column that holds the subject's id.")]
UpdatedOption = Annotated[str, typer.Option("--updated-at", help="Its column that says when a row has changed.")]
RefreshOption = Annotated[int, typer.Option("--refresh-hours", help="The age of rows that raises an alert; 0: any.")]
ColumnOption = Annotated[
    list[str], typer.Option("--column", help="Declare this column only; may be repeated.", metavar="COLUMN")
]
DeclareOption = Annotated[bool, typer.Option("--declare", help="Declare columns as features of the types they have.")]


@app.command("list")
def list_sources(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the sources by name."""
    stored = in_session(namespace, lambda session: usecases.list_definitions(session, Kind.SOURCE))
    answer(stored, as_json=as_json, show=print_sources)


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that can be said
    name: Name,
    engine: EngineOption = SourceEngine.DUCKDB,
    location: LocationOption = "",
    view: ViewOption = DEFAULT_VIEW,
    key: KeyOption = DEFAULT_KEY,
    updated_at: UpdatedOption = "",
    refresh_hours: RefreshOption = 24,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Declare a source, or another one in its place. Credentials come from the environment of the server."""
    written = {
        "source_id": name, "engine": engine.value, "location": location or _usual_location(name, engine), "view": view,
        "key": key, "updated_at": updated_at, "refresh_hours": refresh_hours,
    }  # fmt: skip
    saved = in_session(
        namespace, lambda session: usecases.save_definition(session, Kind.SOURCE, name, written, expected_version=None)
    )
    answer(saved.stored, as_json=as_json, show=lambda stored: print_saved(stored, namespace))


@app.command("test")
def try_one(name: Name, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Read the source: its columns, its keys, and whether features are still what they were declared on."""

    async def act(session: Session) -> TriedSource:
        with notes.status(f"Reading {name}"):
            return await usecases.try_source(session, SourceId(name))

    tried = in_session(namespace, act)
    told = {
        "source_id": tried.source_id, "customers": tried.customers, "columns": tried.columns,
        "faults": [fault_json(each) for each in tried.faults],
    }  # fmt: skip
    answer(told, as_json=as_json, show=print_tried)
    raise typer.Exit(1 if tried.faults else 0)


@app.command("columns")
def columns(
    name: Name,
    declare: DeclareOption = False,
    column: ColumnOption = [],  # noqa: B006  typer gives each call a list of its own
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """List the columns with what a sample of rows holds in them; with --declare make features of them."""
    source_id = SourceId(name)
    if not declare:
        found = in_session(namespace, lambda session: usecases.describe_source(session, source_id))
        answer(columns_shown(found, Role.ADMIN), as_json=as_json, show=print_columns)
        return

    def act(session: Session) -> Any:
        if column:
            return usecases.declare_columns(session, source_id, column)
        return usecases.declare_all_columns(session, source_id)

    declared: Declared = in_session(namespace, act)
    told = {"features": declared.features, "left": [fault_json(each) for each in declared.left]}
    answer(told, as_json=as_json, show=print_declared)


def _usual_location(name: str, engine: SourceEngine) -> str:
    """Files are in a folder that is called as the source is; where to connect may come from the environment alone."""
    return name if engine is SourceEngine.DUCKDB else ""


def print_sources(stored: Sequence[StoredDefinition]) -> None:
    """A table, a source a row."""
    names = (ID_FIELD[Kind.SOURCE], *COLUMNS[Kind.SOURCE])
    rows = [[each.body.get(name, DEFAULT_VIEW if name == "view" else "") for name in names] for each in stored]
    print_table(f"{len(rows)} sources", names, rows)


def print_saved(stored: StoredDefinition, namespace: str) -> None:
    """What to do next."""
    there = "" if namespace == DEMO else f" --namespace {namespace}"
    following = f"tessella warehouse test {stored.identifier}{there}"
    say(f"Saved source {stored.identifier}, version {stored.version}. Next: {following}")


def print_tried(told: dict[str, Any]) -> None:
    """How many customers there are, and what is wrong."""
    text = f"The source {told['source_id']} has {told['customers']:,} customers and {told['columns']:,} columns."
    say(text)
    for fault in told["faults"]:
        say(fault["message"])


def print_columns(told: ColumnsShown) -> None:
    """A table, a column a row."""
    title = f"{told.view} of {told.source_id}, {told.sampled_rows or 0:,} rows sampled"
    columns = ["column", "type", "group", "feature", "absent", "range", "most frequent"]
    print_table(title, columns, [_row(each) for each in told.columns])


def _row(each: ColumnShown) -> list[Any]:
    feature = "personal" if each.personal else each.feature or ""
    head = [each.name, each.type or each.stored_type, each.group, feature]
    if each.statistics is None:
        return [*head, "", "", ""]
    span = "" if each.statistics.range is None else "{} to {}".format(*each.statistics.range)
    frequent = ", ".join(str(top.value) for top in each.statistics.top[:3])
    return [*head, f"{each.statistics.null_share:.1%}", span, frequent]


def print_declared(told: dict[str, Any]) -> None:
    """What is new, and what was left."""
    for feature in told["features"]:
        what = "personal" if feature.personal else feature.group
        say(f"{feature.name}: {feature.type}, {what}")
    console.print(f"{len(told['features'])} features declared.", highlight=False)
    for fault in told["left"]:
        note(f"Left: {fault['message']}")

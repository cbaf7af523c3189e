"""`tessella items`: the catalogue that recommendations are made of."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.imports import DataFile, Report, print_rejected, report_of, run_import
from tessella.cli.output import AsJson, answer, console, print_json, print_table
from tessella.domain.features.instants import write_instant
from tessella.domain.imports.mapping import parse_mapping
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import Files, Progress, Session
from tessella.usecases.store_parts import Imported

app = typer.Typer(no_args_is_help=True, help="The catalogue of items.")

ItemId = Annotated[str, typer.Argument(help="As events name it.")]
FieldMap = Annotated[
    str, typer.Option("--map", help="field=columns, such as item_id=sku, name=type+size, tags=shelf, properties=*")
]
After = Annotated[str | None, typer.Option(help="The id after which the list begins.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="The most items that are shown.")]

_COLUMNS: Final = ("item_id", "name", "brand", "category", "price", "available")


@app.command("import")
def import_items(
    file: DataFile,
    mapping: FieldMap = "",
    report: Report = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Store a file's rows as items, each in place of the one of its id. Bad rows go to a report. Safe to run twice."""
    columns, rejected = parse_mapping(mapping), report_of(file, report)

    def store(session: Session, files: Files, told: Progress) -> Awaitable[Imported]:
        return usecases.import_items(session, files, file, columns, report=rejected, progress=told)

    def show(done: Imported) -> None:
        console.print(f"{done.stored:,} items are new or different.", highlight=False)
        print_rejected(done, rejected)

    answer(run_import(file, namespace, store), as_json=as_json, show=show)


@app.command("list")
def list_all(after: After = None, limit: Limit = 100, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List items in the order of their ids."""
    found = in_session(namespace, lambda session: usecases.list_items(session, limit=limit, after=after))
    answer([_told(item) for item in found], as_json=as_json, show=print_items)


@app.command("show")
def show(item_id: ItemId, namespace: InNamespace = DEMO, as_json: AsJson = True) -> None:
    """Print one as JSON."""
    print_json(_told(in_session(namespace, lambda session: usecases.get_item(session, item_id))))


@app.command("delete")
def delete(item_id: ItemId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Take one away: it is gone from recommendations within a second."""
    in_session(namespace, lambda session: usecases.delete_item(session, item_id))
    answer({"deleted": item_id}, as_json=as_json, show=print_deleted)


def _told(item: Item) -> dict[str, Any]:
    times = {name: write_instant(getattr(item, name)) for name in ("available_from", "available_until")}
    return {**msgspec.to_builtins(item), **times}


def print_items(items: Sequence[Mapping[str, Any]]) -> None:
    """A table, an item a row."""
    print_table("Items", _COLUMNS, [[item[column] for column in _COLUMNS] for item in items])


def print_deleted(deleted: Mapping[str, str]) -> None:
    """Which one is gone."""
    console.print(f"Deleted item {deleted['deleted']}.", highlight=False)

"""`tessella index`: what rankings are made from, built ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.options import moment
from tessella.cli.output import AsJson, answer, console, counted, print_table, progress
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import write_instant
from tessella.ports import Session
from tessella.ports.indexes import StoredIndex

app = typer.Typer(no_args_is_help=True, help="The ranking index: popularity, co-visitation and embeddings of items.")

UntilOption = Annotated[
    str | None, typer.Option("--as-of", help="Events up to then count, ISO 8601; up to now if left out.")
]
Version = Annotated[str, typer.Argument(help="As `tessella index list` tells it.")]


@app.command("build")
def build(as_of: UntilOption = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Build the index from the stored items and events. Servers take it up by themselves, within two seconds."""

    async def act(session: Session) -> StoredIndex:
        with progress("Building") as tell:
            return await usecases.build_index(session, as_of=moment(as_of, "/as_of"), progress=tell)

    answer(_told(in_session(namespace, act)), as_json=as_json, show=print_index)


@app.command("list")
def list_all(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the versions that are kept, the newest first."""
    found = in_session(namespace, lambda session: session.indexes())
    answer([_told(each) for each in found], as_json=as_json, show=print_indexes)


@app.command("show")
def show(version: Version, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show one version: what it was built from and with."""
    found = in_session(namespace, lambda session: session.stored_index(version))
    answer(_told(found), as_json=as_json, show=print_index)


def _told(stored: StoredIndex) -> dict[str, Any]:
    times = {"as_of": iso(stored.as_of), "begun_at": iso(stored.begun_at)}
    return {**msgspec.to_builtins(stored), **times, "published_at": write_instant(stored.published_at)}


def print_indexes(indexes: Sequence[Mapping[str, Any]]) -> None:
    """A table, a version a row."""
    columns = ("version", "state", "as_of", "items", "events", "bytes")
    rows = [[{**each, **(each["counts"] or {})}.get(column) for column in columns] for each in indexes]
    print_table("Ranking indexes", columns, rows)


def print_index(index: Mapping[str, Any]) -> None:
    """What is in it."""
    console.print(
        f"Index {index['version']}: {index['state']}, as of {index['as_of']}", highlight=False, soft_wrap=True
    )
    if index["counts"] is not None:
        told = "{items:,} items, {events:,} events, {unknown_items:,} events about unknown items"
        console.print(f"{told.format(**index['counts'])}, {index['bytes']:,} bytes", highlight=False, soft_wrap=True)
        _print_left_out(index["counts"]["other_dimensions"])
        console.print_json(data=index["settings"])


def _print_left_out(items: int) -> None:
    if items:
        told = f"The embeddings of {counted(items, 'item')} are left out: the first one has other dimensions."
        console.print(told, style="yellow", highlight=False, soft_wrap=True)

"""`tessella versions|rollback`: the publishes of a namespace, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.configuration import CommentOption
from tessella.cli.output import AsJson, answer, console, print_table
from tessella.domain.features.instants import write_instant
from tessella.ports import Publish, Published

Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]
Version = Annotated[int, typer.Argument(min=0, help="A snapshot version, as `tessella versions` lists them.")]


def versions(limit: Limit = 20, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List what was published, newest first. Each publish made one snapshot version."""
    found = in_session(namespace, lambda session: usecases.list_publishes(session, limit=limit))
    answer([_told(each) for each in found], as_json=as_json, show=print_versions)


def rollback(
    version: Version, comment: CommentOption = "", namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Put everything that was defined at a snapshot version in force again, as a new publish."""

    def show(done: Published) -> None:
        console.print(f"Snapshot version {done.snapshot_version} is now what version {version} was.", highlight=False)

    done = in_session(namespace, lambda session: usecases.rollback_namespace(session, version, comment=comment))
    answer(done, as_json=as_json, show=show)


def _told(publish: Publish) -> dict[str, str | int | None]:
    return {
        "snapshot_version": publish.snapshot_version,
        "published_at": write_instant(publish.published_at),
        "published_by": publish.published_by,
        "changes": publish.changes,
        "comment": publish.comment,
    }


def print_versions(publishes: Sequence[dict[str, str | int | None]]) -> None:
    """A table, a publish a row."""
    columns = ("snapshot_version", "published_at", "published_by", "changes", "comment")
    heads = [column.replace("_", " ") for column in columns]
    rows = [[each[column] for column in columns] for each in publishes]
    print_table("1 publish" if len(rows) == 1 else f"{len(rows)} publishes", heads, rows)

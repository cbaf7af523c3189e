"""`tessella audiences export|export-all`: members of a segment, or everybody, to a file."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.audience_reading import Segment
from tessella.cli.output import AsJson, answer, console, counted
from tessella.domain.features.gate import iso
from tessella.ports import Session
from tessella.ports.audience_reading import FileForm
from tessella.usecases.audiences.export_members import Exported, ExportRequest, read_export

Target = Annotated[str, typer.Argument(help="A file below the namespace's folder of exports, or a URL.")]
Written = Annotated[FileForm, typer.Option("--form", help="How the rows are written.")]
Columns = Annotated[list[str] | None, typer.Option("--feature", "-f", help="A column besides the id; again for more.")]


def add_exports(app: typer.Typer) -> None:
    """The commands that write files."""
    app.command("export")(export)
    app.command("export-all")(export_all)


def export(
    segment: Segment,
    target: Target,
    form: Written = FileForm.CSV,
    feature: Columns = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Write the members of a segment to a file of CSV or Parquet."""
    asked = read_export({"segment_id": segment, "target": target, "form": form, "features": feature or []})
    answer(_written(namespace, asked), as_json=as_json, show=lambda told: print_written(told, "member"))


def export_all(
    target: Target,
    form: Written = FileForm.CSV,
    feature: Columns = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Write everybody to a file of CSV or Parquet, each with the first match and all segments that hold them."""
    asked = read_export({"target": target, "form": form, "features": feature or []})
    answer(_written(namespace, asked), as_json=as_json, show=lambda told: print_written(told, "subject"))


def print_written(told: dict[str, Any], what: str) -> None:
    """How many there are, and where."""
    console.print(f"{counted(told['rows'], what)} written to {told['place']}.", highlight=False, soft_wrap=True)


def _written(namespace: str, asked: ExportRequest) -> dict[str, Any]:
    async def act(application: Application, session: Session) -> Exported:
        with application.exports(session.caller.namespace) as files:
            return await usecases.export_members(session, files, asked)

    exported = in_application(namespace, act)
    told = {"version": exported.audience.version, "as_of": iso(exported.audience.as_of)}
    return {**told, **msgspec.to_builtins(exported.written)}

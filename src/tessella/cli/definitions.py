"""`tessella segments|profiles|campaigns|...`: list, show, save and delete definitions of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session, read_document
from tessella.cli.output import AsJson, answer, console, print_json, print_table, say
from tessella.cli.proposals import add_propose
from tessella.domain.definitions import ID_FIELD, Kind, effective
from tessella.domain.errors import WrongShape
from tessella.domain.features.instants import read_instant
from tessella.domain.segments.lint import SegmentHint
from tessella.ports import StoredDefinition
from tessella.usecases.count_matches import MatchCount
from tessella.usecases.definitions import identified

_TO_CALCULATE: Final = (
    "Not counted: what reads a source of customers, and who comes first after it. "
    "`tessella audiences calculate` counts them; then count without --at."
)
CountedAt = Annotated[
    str | None,
    typer.Option("--at", help="Count stored facts at this moment, ISO 8601; by the last calculation if left out."),
]
DefinitionFile = Annotated[Path, typer.Argument(help="JSON or YAML; - for standard input.")]

#: The columns of each kind's list, besides its name.
COLUMNS = {
    Kind.SEGMENT: ("name", "priority", "active", "profile_id"),
    Kind.PROFILE: ("name", "description"),
    Kind.CAMPAIGN: ("starts_at", "ends_at"),
    Kind.FEATURE: ("type", "description"),
    Kind.SOURCE: ("engine", "location", "view"),
    Kind.PREDICTION: ("target", "source"),
    Kind.OFFER: ("name", "value_usd", "active"),
    Kind.EXPERIMENT: ("name", "status"),
    Kind.GAME: ("name", "timezone", "window_days"),
    Kind.SCOPE: ("name", "base", "active"),
}


def commands(kind: Kind) -> typer.Typer:
    """The commands for one kind of definition."""
    app = typer.Typer(no_args_is_help=True, help=f"The {kind.plural} of a namespace.")
    for add in (_add_list, _add_show, _add_save, _add_delete):
        add(app, kind)
    return app


def _add_list(app: typer.Typer, kind: Kind) -> None:
    def show(stored: Sequence[StoredDefinition]) -> None:
        told = [(each.identifier, effective(kind, each.body)) for each in stored]
        rows = [[identifier, *(body.get(name) for name in COLUMNS[kind])] for identifier, body in told]
        title = f"1 {kind}" if len(rows) == 1 else f"{len(rows):,} {kind.plural}"
        print_table(title, [ID_FIELD[kind], *COLUMNS[kind]], rows)

    @app.command("list")
    def list_all(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """List them by name."""
        stored = in_session(namespace, lambda session: usecases.list_definitions(session, kind))
        answer(stored, as_json=as_json, show=show)


def _add_show(app: typer.Typer, kind: Kind) -> None:
    @app.command("show")
    def show(identifier: str, namespace: InNamespace = DEMO, as_json: AsJson = True) -> None:
        """Print one as JSON, as `save` reads it; where it leaves something out, with what holds by default."""
        stored = in_session(namespace, lambda session: usecases.get_definition(session, kind, identifier))
        print_json(effective(kind, stored.body))


def _add_save(app: typer.Typer, kind: Kind) -> None:
    def show(stored: StoredDefinition) -> None:
        console.print(f"Saved {kind} {stored.identifier}, version {stored.version}.", highlight=False)

    @app.command("save")
    def save(file: DefinitionFile, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Save one from a file: it is checked, stored as a new version, and in force at once."""
        written = identified(kind, read_document(file))
        if not isinstance(written, dict) or ID_FIELD[kind] not in written:
            raise WrongShape("", f'{file} must be an object with the field "{ID_FIELD[kind]}".')
        name = str(written[ID_FIELD[kind]])
        saved = in_session(
            namespace, lambda session: usecases.save_definition(session, kind, name, written, expected_version=None)
        )
        answer(saved.stored, as_json=as_json, show=show)


def _add_delete(app: typer.Typer, kind: Kind) -> None:
    def show(deleted: dict[str, str]) -> None:
        console.print(f"Deleted {kind} {deleted['deleted']}.", highlight=False)

    @app.command("delete")
    def delete(identifier: str, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Delete one; refused while another definition names it."""
        in_session(
            namespace, lambda session: usecases.delete_definition(session, kind, identifier, expected_version=None)
        )
        answer({"deleted": identifier}, as_json=as_json, show=show)


def add_counts(app: typer.Typer) -> None:
    """`tessella segments count`."""

    @app.command("count")
    def count(namespace: InNamespace = DEMO, at: CountedAt = None, as_json: AsJson = False) -> None:
        """Count the subjects that each segment matches: by the last calculation, or at a moment over stored facts."""
        asked = read_instant(at, "/at")
        counts = in_session(namespace, lambda session: usecases.count_matches(session, at=asked))
        answer(counts, as_json=as_json, show=print_counts)


def add_lint(app: typer.Typer) -> None:
    """`tessella segments lint`."""

    @app.command("lint")
    def lint(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Say which segments tie, are never chosen, or match nobody."""
        answer(in_session(namespace, usecases.lint_segments), as_json=as_json, show=print_hints)


def print_hints(hints: Sequence[SegmentHint]) -> None:
    """One line a hint."""
    for hint in hints:
        say(f"{hint.segment_id}: {hint.text}")
    if not hints:
        console.print("No hints.")


def print_counts(counts: Sequence[MatchCount]) -> None:
    """A table of who is in each segment."""
    rows = [[each.segment_id, _label(each), each.matches, each.first_matches] for each in counts]
    print_table(
        f"Subjects in each segment, as of {counts[-1].as_of}", ("segment", "name", "matches", "comes first"), rows
    )
    if any(each.is_calculable and each.request_time for each in counts):
        say(_TO_CALCULATE)


def _label(count: MatchCount) -> str:
    """The name, and what keeps the segment from being counted or chosen."""
    if count.request_time:
        return f"{count.name} (reads what no stored fact says: {', '.join(count.request_time)})"
    return count.name if count.active else f"{count.name} (inactive)"


segments: Final = commands(Kind.SEGMENT)
profiles: Final = commands(Kind.PROFILE)
campaigns: Final = commands(Kind.CAMPAIGN)
predictions: Final = commands(Kind.PREDICTION)
offers: Final = commands(Kind.OFFER)
games: Final = commands(Kind.GAME)
scopes: Final = commands(Kind.SCOPE)
add_counts(segments)
add_lint(segments)
add_propose(segments)

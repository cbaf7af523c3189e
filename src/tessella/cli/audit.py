"""`tessella audit`: recorded decisions, listed, verified and decided again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, console, counted, notes, print_table, progress, say
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import DecisionId, Pseudonym, SegmentId, SubjectId
from tessella.ports import AuditQuery, AuditRow, Session
from tessella.usecases.replay import Replay
from tessella.usecases.verify_audit import AuditVerdict

app = typer.Typer(no_args_is_help=True, help="Recorded decisions: list, verify and replay them.")

SubjectIdOption = Annotated[
    str | None, typer.Option("--subject-id", "--subject", "-s", help="The subject, such as household 13.")
]


@app.command("list")
def list_all(  # noqa: PLR0913, PLR0917 - one option for each thing that can be asked
    subject_id: SubjectIdOption = None,
    user_hash: Annotated[str | None, typer.Option(help="The subject by their pseudonym.")] = None,
    segment: Annotated[str | None, typer.Option(help="Only decisions that chose this segment.")] = None,
    since: Annotated[str | None, typer.Option(help="Only decisions made at this time or later, ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(help="Only decisions made before this time, ISO 8601.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most decisions that are shown.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="The next_cursor of the page before.")] = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """List recorded decisions, newest first. They name subjects by pseudonyms."""
    query = AuditQuery(
        None if subject_id is None else SubjectId(subject_id),
        None if user_hash is None else Pseudonym(user_hash),
        None if segment is None else SegmentId(segment),
        None, read_instant(since, "/since"), read_instant(until, "/until"), limit, cursor,
    )  # fmt: skip
    rows, next_cursor = in_session(namespace, lambda session: usecases.list_audit(session, query))
    answer({"items": [_told(row) for row in rows], "next_cursor": next_cursor}, as_json=as_json, show=print_rows)


@app.command("verify")
def verify(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Read the whole audit and find what was altered, taken away, put in or moved. Fails when something was."""

    async def act(session: Session) -> AuditVerdict:
        with progress("Verifying") as tell:
            return await usecases.verify_audit(session, tell)

    verdict = in_session(namespace, act)
    answer(verdict, as_json=as_json, show=print_verdict)
    raise typer.Exit(0 if verdict.holds else 1)


@app.command("replay")
def replay(
    decision_id: Annotated[str, typer.Argument(help="The id that the decision was given with.")],
    subject_id: SubjectIdOption = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Decide a recorded decision again, from what was defined and known then. Fails when it comes out otherwise."""
    subject, decision = None if subject_id is None else SubjectId(subject_id), DecisionId(decision_id)
    replayed = in_session(namespace, lambda session: usecases.replay_decision(session, decision, subject))
    answer(replayed, as_json=as_json, show=print_replay)
    raise typer.Exit(0 if replayed.equal else 1)


def _told(row: AuditRow) -> dict[str, Any]:
    """The same record as over HTTP."""
    times = {"at": iso(row.at), "recorded_at": iso(row.recorded_at)}
    return {**msgspec.to_builtins(row), **times, "body": usecases.body_told(row)}


def print_rows(page: Mapping[str, Any]) -> None:
    """A table, and how to go on."""
    columns = ("decision_id", "recorded_at", "segment_id", "profile_id", "rule_id", "user_hash")
    cells = [[row[column] for column in columns] for row in page["items"]]
    print_table("Decisions", ("decision", "recorded", "segment", "profile", "rule", "subject"), cells)
    if page["next_cursor"] is not None:
        notes.print(f"More: --cursor {page['next_cursor']}", style="dim", highlight=False)


def print_verdict(verdict: AuditVerdict) -> None:
    """What was read, and each fault."""
    rows, are = counted(verdict.rows, "decision"), "is" if verdict.rows == 1 else "are"
    console.print(f"{rows} of {counted(verdict.writers, 'writer')} {are} chained.", highlight=False)
    if verdict.unchained_rows:
        console.print(f"{verdict.unchained_rows:,} are from before there were chains.", highlight=False)
    console.print(
        "Nothing was altered." if verdict.holds else f"{counted(verdict.fault_count, 'fault')}:", highlight=False
    )
    for fault in verdict.faults:
        where = f"writer {fault.writer}, row {fault.sequence}, decision {fault.decision_id or 'unknown'}"
        say(f"  {where}: {fault.text}")


def print_replay(replayed: Replay) -> None:
    """Equal, or each field that differs."""
    version = f"at snapshot version {replayed.snapshot_version}"
    console.print(f"Decided again {version}: {'equal' if replayed.equal else 'otherwise'}.", highlight=False)
    for each in replayed.differences:
        told = f"  {each.field}: recorded {each.recorded!r}, now {each.replayed!r}"
        say(told)

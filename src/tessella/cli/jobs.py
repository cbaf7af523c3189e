"""`tessella jobs`: long work and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application, in_session, read_object
from tessella.cli.job_rehearsals import rehearse
from tessella.cli.output import AsJson, answer, console, notes, print_table, progress
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Instant, Json
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun, RunState

app = typer.Typer(no_args_is_help=True, help="Long work that was asked for over HTTP, and how far it is.")

RunId = Annotated[str, typer.Argument(help="As `tessella jobs list` tells it.")]
_TIMES: Final = ("asked_at", "started_at", "heartbeat_at", "finished_at")
_LOOK_SECONDS: Final = 0.3
#: Who does a run says twice a second that it goes on.
_LEFT_SECONDS: Final = 10


@app.command("list")
def list_all(
    job: Annotated[Job | None, typer.Option(help="Only runs of this job.")] = None,
    state: Annotated[RunState | None, typer.Option(help="Only runs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most runs that are shown.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="The next_cursor of the page before.")] = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """List runs, the last one asked for first."""
    found, next_cursor = in_session(
        namespace, lambda session: usecases.list_runs(session, job=job, state=state, limit=limit, cursor=cursor)
    )
    page = {"items": [_told(run) for run in found], "next_cursor": next_cursor}
    answer(page, as_json=as_json, show=print_runs)


@app.command("show")
def show(
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", help="Wait until it is over.")] = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Show one run. With --follow the exit status says whether it succeeded."""
    found = in_session(
        namespace, lambda session: _followed(session, run_id) if follow else usecases.get_run(session, run_id)
    )
    answer(_told(found), as_json=as_json, show=print_run)
    raise typer.Exit(1 if follow and found.state is not RunState.SUCCEEDED else 0)


@app.command("log")
def log(run_id: RunId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what was said while a run was worked on: its last lines."""
    lines = in_session(namespace, lambda session: usecases.get_run_log(session, run_id))
    answer({"items": msgspec.to_builtins(lines)}, as_json=as_json, show=print_log)


@app.command("run")
def run(
    job: Annotated[Job, typer.Argument(help="What to do.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and change nothing.")] = False,
    inputs: Annotated[str, typer.Option("--inputs", help="What it works on, as JSON.")] = "{}",
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Have a job done now, and wait until it is over: for cron, and by hand.

    A server's worker does it where one lives, else this command. The exit status says whether it succeeded.

    While the same is queued or running, it waits for that.
    """
    asked = read_object(inputs, "--inputs", '{"game_id": "arena"}')
    if dry_run:
        rehearsed = in_application(namespace, lambda application, session: rehearse(application, session, job, asked))
        answer(rehearsed, as_json=as_json, show=lambda told: console.print_json(data=told))
        return
    found = in_application(namespace, lambda application, session: _done(application, session, job, asked))
    answer(_told(found), as_json=as_json, show=print_run)
    raise typer.Exit(0 if found.state is RunState.SUCCEEDED else 1)


@app.command("retry")
def retry(run_id: RunId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Have a run that failed done again. A server's worker does it."""
    found = in_session(namespace, lambda session: usecases.retry_run(session, run_id))
    answer(_told(found), as_json=as_json, show=print_run)


@app.command("cancel")
def cancel(run_id: RunId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """End a run that is queued or running. What it has stored stays."""
    found = in_session(namespace, lambda session: usecases.cancel_run(session, run_id))
    answer(_told(found), as_json=as_json, show=print_run)


async def _done(application: Application, session: Session, job: Job, inputs: Mapping[str, Json]) -> JobRun:
    """The run when it is over: done here as long as nobody else does it, and no worker lives who will."""
    found = await session.ask_for(job, inputs)
    with progress(job) as tell:
        while found.state.is_open:
            tell(found.progress)
            if is_left(found, session.now()) and not await application.ledger.has_worker():
                await application.turns().take(found.run_id)
            else:
                await asyncio.sleep(_LOOK_SECONDS)
            found = await usecases.get_run(session, found.run_id)
    return found


def is_left(run: JobRun, now: Instant) -> bool:
    """Whether nobody works on a run: it waits, or whoever began with it has not said for a while that it goes on."""
    return run.heartbeat_at is None or now - run.heartbeat_at > _LEFT_SECONDS * 1_000_000


async def _followed(session: Session, run_id: str) -> JobRun:
    found = await usecases.get_run(session, run_id)
    with progress(found.job) as tell:
        while found.state.is_open:
            tell(found.progress)
            await asyncio.sleep(_LOOK_SECONDS)
            found = await usecases.get_run(session, run_id)
    return found


def _told(run: JobRun) -> dict[str, Any]:
    return {**msgspec.to_builtins(run), **{name: write_instant(getattr(run, name)) for name in _TIMES}}


def print_runs(page: Mapping[str, Any]) -> None:
    """A table, a run a row."""
    columns = ("run_id", "job", "inputs", "state", "progress", "attempts", "asked_at")
    rows = [[run["run_id"], run["job"], _inputs(run), run["state"], _share(run), run["attempts"], run["asked_at"]]
            for run in page["items"]]  # fmt: skip
    print_table("Runs", columns, rows)


def print_run(run: Mapping[str, Any]) -> None:
    """What became of it."""
    console.print(f"{run['job']} {run['run_id']}: {run['state']}, {_share(run)}", highlight=False, soft_wrap=True)
    if run["error"] is not None:
        notes.print(run["error"]["message"], style="red", markup=False, highlight=False, soft_wrap=True)
    if run["result"] is not None:
        console.print_json(data=run["result"])


def print_log(told: Mapping[str, Any]) -> None:
    """A line of text for each."""
    for line in told["items"]:
        details = (f" {name}={each}" for name, each in line["details"].items())
        text = f"{line['at']} {line['level']:<7} {line['event']}{''.join(details)}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _inputs(run: Mapping[str, Any]) -> str:
    """What it works on, as `prediction_id churn`; of lists and objects how much is in them."""
    told = ((name, each) for name, each in run["inputs"].items() if each not in (None, "", [], {}))
    return ", ".join(f"{name} {len(each) if isinstance(each, list | dict) else each}" for name, each in told)


def _share(run: Mapping[str, Any]) -> str:
    return f"{run['progress']:.0%}"

"""`tessella audiences check` and `checks`: a sample decided online and set-wise, and where these do not agree."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application, in_session
from tessella.cli.output import AsJson, answer, console, print_table, progress
from tessella.domain.audiences.agreement import RuleFinding
from tessella.domain.audiences.check_sample import MOST_SEED, MOST_SUBJECTS, USUAL_SUBJECTS
from tessella.http.schemas.consistency import CheckShown, ChecksShown
from tessella.http.shown.consistency import check_shown
from tessella.ports import Session
from tessella.usecases.consistency.asked import read_check

Subjects = Annotated[int, typer.Option("--subjects", min=1, max=MOST_SUBJECTS, help="About so many subjects.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=MOST_SEED, help="Which ones; each day has others.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=100, help="So many reports at most.")]


def check(
    subjects: Subjects = USUAL_SUBJECTS, seed: Seed = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Decide a sample of subjects online and set-wise, and compare. The exit status says whether all agree."""
    asked = {"subjects": subjects} if seed is None else {"subjects": subjects, "seed": seed}

    async def act(application: Application, session: Session) -> CheckShown:
        with application.warehouse() as duckdb, progress("Checking") as tell:
            return check_shown(
                await usecases.check_consistency(
                    session, duckdb, application.open_engine, read_check(asked, now=session.now()), tell
                )
            )

    found = in_application(namespace, act)
    answer(found, as_json=as_json, show=print_check)
    raise typer.Exit(1 if found.counts.disagreed else 0)


def checks(limit: Most = 10, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the last checks, the newest first."""
    found = in_session(namespace, lambda session: usecases.list_checks(session, limit))
    answer(ChecksShown([check_shown(each) for each in found]), as_json=as_json, show=print_checks)


def add_checks(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("check")(check)
    app.command("checks")(checks)


def print_check(shown: CheckShown) -> None:
    """What was compared, and where there is no agreement."""
    counts = shown.counts
    told = f"{counts.compared} subjects compared as of {shown.as_of}, {counts.disagreed} disagree"
    console.print(f"{told}; {counts.changed} have changed since, {counts.left_out} left out.", highlight=False)
    if shown.rules:
        columns = ("segment", "rule", "against", "subjects", "reads")
        print_table("Rules", columns, [_cells(each) for each in shown.rules])
        rows = [[each.feature, each.subjects, each.values_differ] for each in shown.features]
        print_table("Features", ("feature", "subjects", "other values"), rows)


def print_checks(shown: ChecksShown) -> None:
    """A table, a check a row."""
    columns = ("check", "made_at", "version", "compared", "disagreed")
    rows = [[each.check_id, each.made_at, each.version, each.counts.compared, each.counts.disagreed]
            for each in shown.items]  # fmt: skip
    print_table("Checks", columns, rows)


def _cells(found: RuleFinding) -> list[object]:
    return [found.segment_id, found.rule_id, found.against, found.subjects, ", ".join(found.features)]

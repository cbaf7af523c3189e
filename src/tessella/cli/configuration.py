"""`tessella export|plan|apply`: what a namespace has defined, as a folder of YAML files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.changes import Applied, PlanTold, print_applied, print_plan
from tessella.cli.options import MomentOption, moment
from tessella.cli.output import AsJson, answer, console, fault_json, note, say
from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors import FileInvalid, TessellaError, WrongShape
from tessella.domain.features.instants import write_instant
from tessella.files.definitions import files_of, located, path_of, read_folder
from tessella.files.export import Exported, write_folder
from tessella.ports import Session
from tessella.usecases.apply_definitions import Names
from tessella.usecases.plan import Plan

Folder = Annotated[Path, typer.Argument(help="A folder of files such as segments/vip.yaml.", metavar="DIR")]
Deletions = Annotated[
    list[str], typer.Option("--delete", metavar="KIND/NAME", help="Delete an object that has no file; may be repeated.")
]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with status 2 when there are changes.")]
PlannedAt = Annotated[
    int | None, typer.Option("--planned-at", help="The snapshot version of a plan: refused if there is a newer one.")
]
CommentOption = Annotated[str, typer.Option("--comment", help="Why; shown with the publish.")]

#: A kind by both of its words: segment/vip and segments/vip are the same object.
KINDS: Final = {word: kind for kind in Kind for word in (kind.value, kind.plural)}


def export(folder: Folder, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Write everything that is defined into a folder, a file an object. What already says the same is left alone."""
    definitions = in_session(namespace, lambda session: session.definitions())
    answer(write_folder(folder, definitions), as_json=as_json, show=print_exported)


def plan(
    folder: Folder,
    delete: Deletions = [],  # noqa: B006  typer gives each call a list of its own
    at: MomentOption = None,
    exit_code: ExitCode = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Say what `apply` would change, and how many stored subjects would move from which segment to which.

    Exit status: 0, or 1 when it cannot be applied; with --exit-code 2 when it can and there are changes.
    """
    wanted = read_definitions(folder)
    deletions = read_deletions(delete, wanted)

    async def act(session: Session) -> PlanTold:
        made = await usecases.plan_definitions(session, wanted, deletions, at=moment(at, "/at"))
        return told(folder, made, await without_file(session, wanted, deletions))

    found = in_session(namespace, act)
    answer(found, as_json=as_json, show=print_plan)
    raise typer.Exit(1 if not found.valid else 2 if exit_code and found.changes else 0)


def apply(
    folder: Folder,
    delete: Deletions = [],  # noqa: B006  typer gives each call a list of its own
    planned_at: PlannedAt = None,
    comment: CommentOption = "",
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Publish what differs from the files, all of it or nothing. What has no file stays, unless --delete names it."""
    wanted = read_definitions(folder)
    deletions = read_deletions(delete, wanted)

    async def act(session: Session) -> Applied:
        try:
            done = await usecases.publish_definitions(
                session, wanted, deletions, expected_snapshot=planned_at, comment=comment
            )
        except TessellaError as error:
            raise located(folder, error) from error
        return Applied(done.snapshot_version, done.changes, await without_file(session, wanted, deletions))

    answer(in_session(namespace, act), as_json=as_json, show=print_applied)


def read_definitions(folder: Path) -> Definitions:
    """What the folder defines. Raises `FileInvalid`, also for one that is probably not the folder that was meant."""
    if not any(files_of(folder)):
        raise FileInvalid(str(folder), "", "Nothing is defined in it.", "A file of it is such as segments/vip.yaml.")
    return read_folder(folder)


def read_deletions(written: Sequence[str], wanted: Definitions) -> list[tuple[Kind, str]]:
    """Objects by kind and name. Raises `WrongShape`, also for one that `wanted` defines."""
    deletions = []
    for text in written:
        word, _, name = text.partition("/")
        if word not in KINDS or not name:
            advice = f"Write KIND/NAME, such as segments/vip; kinds are {', '.join(kind.plural for kind in Kind)}."
            raise WrongShape("", f'--delete "{text}" names no object.', advice)
        if any((KINDS[word], name) == (kind, each) for kind, each, _ in wanted.objects()):
            raise WrongShape("", f"--delete {text}: the folder defines it.", "Take its file away first.")
        deletions.append((KINDS[word], name))
    return deletions


async def without_file(session: Session, wanted: Definitions, deletions: Names) -> list[str]:
    """The paths of files that the folder has not, of objects that stay."""
    found = await usecases.unmentioned(session, wanted)
    return [path_of(*name).removesuffix(".yaml") for name in found if name not in deletions]


def told(folder: Path, made: Plan, missing: Sequence[str]) -> PlanTold:
    """A plan with its faults in the files where they are."""
    faults = [fault_json(each) for error in made.errors for each in located(folder, error).faults()]
    at = str(write_instant(made.at))
    return PlanTold(made.snapshot_version, at, made.valid, faults, made.objects, made.moves, made.request_time, missing)


def print_exported(exported: Exported) -> None:
    """What was written, and what nobody knows."""
    for path in exported.written:
        say(f"wrote {path}")
    console.print(f"{len(exported.written)} files written, {exported.unchanged} said the same.", highlight=False)
    if exported.left:
        text = f"Left alone, as nothing of that name is defined: {', '.join(exported.left)}."
        note(text)

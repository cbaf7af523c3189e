"""`tessella keys`: API keys."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from tessella.bootstrap import read_namespace, running
from tessella.cli.output import AsJson, answer, console, notes
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Role
from tessella.settings import read_settings
from tessella.usecases.load_subject import OWN_SUBJECT_ROLES

app = typer.Typer(no_args_is_help=True, help="API keys of a namespace.")

InNewNamespace = Annotated[str, typer.Option("--namespace", "-n", help="Made when there is none of that name.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the key may do.")]


@app.command("create")
def create(
    namespace: InNewNamespace,
    role: RoleOption,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Create a key and print it, this once."""
    if role in OWN_SUBJECT_ROLES:
        problem = f"A key cannot have the role {role}: it acts for one subject, whom only a signed token names."
        raise WrongShape("", problem, "Give the server that acts for its visitors a key with the role service.")
    made_in = read_namespace(namespace)

    async def act() -> str:
        async with running(read_settings()) as application:
            return await application.create_key(made_in, role, label)

    answer({"key": asyncio.run(act())}, as_json=as_json, show=print_key)


def print_key(created: dict[str, str]) -> None:
    """The key alone on standard output, so that a shell can take it."""
    console.print(created["key"], highlight=False, markup=False, soft_wrap=True)
    notes.print("Keep it: it is not shown again.", style="dim")

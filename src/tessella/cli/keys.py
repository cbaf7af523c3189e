"""`tessella keys`: API keys."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from tessella.bootstrap import running
from tessella.cli.output import AsJson, answer, console, notes
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import NAMESPACE_PATTERN, Namespace, Role
from tessella.settings import Settings

app = typer.Typer(no_args_is_help=True, help="API keys of a namespace.")

InNewNamespace = Annotated[str, typer.Option("--namespace", "-n", help="Made when there is none of that name.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the key may do.")]
#: A key of these roles would need a subject of its own, which only a signed token carries.
NEEDS_SUBJECT = (Role.CLIENT, Role.READER)


@app.command("create")
def create(
    namespace: InNewNamespace,
    role: RoleOption,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Create a key and print it, this once."""
    check_namespace(namespace)

    async def act() -> str:
        async with running(Settings()) as application:
            return await application.create_key(Namespace(namespace), role, label)

    answer({"key": asyncio.run(act())}, as_json=as_json, show=print_key)


def check_namespace(name: str) -> None:
    """Raises `WrongShape` unless `name` can name a namespace."""
    if not NAMESPACE_PATTERN.fullmatch(name):
        problem = "A namespace is 1 to 63 small letters, digits, _ and -, and starts with a letter or digit."
        raise WrongShape("", problem, 'Such as "shop".')


def print_key(created: dict[str, str]) -> None:
    """The key alone on standard output, so that a shell can take it."""
    console.print(created["key"], highlight=False, markup=False, soft_wrap=True)
    notes.print("Keep it: it is not shown again.", style="dim")

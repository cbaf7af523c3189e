"""`tessella keys`: API keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar

import typer

from tessella.bootstrap import Application, running
from tessella.cli.application import InNamespace, in_application
from tessella.cli.output import AsJson, answer, console, notes, print_table, say
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Namespace, Role, read_namespace
from tessella.domain.identity.keys import ApiKey
from tessella.settings import read_settings

T = TypeVar("T")

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
    """Create a key and print it, this once.

    A key names no subject: with the role client or reader it decides for anonymous requests only.
    """
    made_in = read_namespace(namespace)

    async def act() -> str:
        async with running(read_settings()) as application:
            return await application.administration.create_key(made_in, role, label)

    answer({"key": asyncio.run(act())}, as_json=as_json, show=print_key)


def print_key(created: dict[str, str]) -> None:
    """The key alone on standard output, so that a shell can take it."""
    say(created["key"])
    notes.print("Keep it: it is not shown again.", style="dim")


@app.command("list")
def list_all(namespace: InNamespace, as_json: AsJson = False) -> None:
    """List the keys, the revoked ones too, oldest first. Their texts are not kept."""
    found = _in_application(namespace, lambda application, name: application.administration.list_keys(name))
    answer([_told(each) for each in found], as_json=as_json, show=print_keys)


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="As `tessella keys list` tells it.")],
    namespace: InNamespace,
    as_json: AsJson = False,
) -> None:
    """Take a key back for good: servers refuse it within two seconds."""
    _in_application(namespace, lambda application, name: application.administration.revoke_key(name, key_id))
    answer({"revoked": key_id}, as_json=as_json, show=print_revoked)


def _in_application(namespace: str, action: Callable[[Application, Namespace], Awaitable[T]]) -> T:
    """Keys are looked after past the use cases: they say who may use those. Raises `NoSuchNamespace`."""
    name = read_namespace(namespace)
    return in_application(namespace, lambda application, _: action(application, name))


def _told(key: ApiKey) -> dict[str, str | None]:
    times = {"created_at": write_instant(key.created_at), "revoked_at": write_instant(key.revoked_at)}
    return {"key_id": key.key_id, "role": key.role, "label": key.label, **times}


def print_keys(keys: Sequence[dict[str, str | None]]) -> None:
    """A table, a key a row."""
    columns = ("key_id", "role", "label", "created_at", "revoked_at")
    print_table("API keys", columns, [[key[column] for column in columns] for key in keys])


def print_revoked(revoked: dict[str, str]) -> None:
    """One line."""
    console.print(f"Revoked key {revoked['revoked']}.", highlight=False)

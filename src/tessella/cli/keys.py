"""`tessella keys`: API keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final, TypeVar

import typer

from tessella.bootstrap import Application, running
from tessella.cli.application import InNamespace, in_application
from tessella.cli.output import AsJson, answer, console, notes, print_table, say
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Json, Namespace, Role, SubjectId, read_namespace
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import ApiKey, CreatedKey, WantedKey
from tessella.domain.identity.sign_ins import LINK_SECONDS
from tessella.http.listening import DEFAULT_HOST, DEFAULT_PORT
from tessella.ports.clock import present
from tessella.settings import read_settings

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help="API keys of a namespace.")

InNewNamespace = Annotated[str, typer.Option("--namespace", "-n", help="Made when there is none of that name.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the key may do.")]


Subject = Annotated[str | None, typer.Option("--subject", help="Whom it acts for, as client or reader.")]
Networks = Annotated[
    list[str] | None, typer.Option("--allow-address", help="An address or network that it may be used from; repeat it.")
]
Address = Annotated[str, typer.Option("--address", help="Where browsers reach the server.")]
_HERE: Final = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
Signed = Annotated[bool, typer.Option("--signed", help="Each of its requests has to be signed.")]


@app.command("create")
def create(
    namespace: InNewNamespace,
    role: RoleOption,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    subject: Subject = None,
    allow_address: Networks = None,
    signed: Signed = False,
    as_json: AsJson = False,
) -> None:
    """Create a key and print it, this once. With --signed the secret that signs its requests stands below it.

    Without --subject a key with the role client or reader decides for anonymous requests only.
    """
    made_in = read_namespace(namespace)
    subject_id = None if subject is None else SubjectId(subject)
    wanted = WantedKey(role, label, subject_id, read_networks(allow_address or [], "--allow-address"), signed)

    async def act() -> CreatedKey:
        async with running(read_settings()) as application:
            return await application.administration.create(made_in, wanted)

    made = asyncio.run(act())
    secret = {} if made.signing_secret is None else {"signing_secret": made.signing_secret}
    answer({"key": made.text} | secret, as_json=as_json, show=print_key)


def print_key(created: dict[str, str]) -> None:
    """The key alone on standard output, so that a shell can take it; what signs its requests on a line of its own."""
    for text in created.values():
        say(text)
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


@app.command("link")
def link(
    namespace: InNamespace, role: RoleOption = Role.ADMIN, address: Address = _HERE, as_json: AsJson = False
) -> None:
    """Print a link that signs a browser in to the admin app, once and within ten minutes.

    It stands for a new key, whose text nobody sees. To end the session that comes of it, take that key back.
    """

    async def act(application: Application, name: Namespace) -> tuple[str, str]:
        made = await application.administration.create(name, WantedKey(role, "sign-in link"))
        return made.key_id, application.sign_ins.link(made.text, present(), LINK_SECONDS)

    key_id, code = _in_application(namespace, act)
    answer({"link": entrance(address.rstrip("/"), code), "key_id": key_id}, as_json=as_json, show=print_link)


def entrance(address: str, code: str) -> str:
    """The link of a code. What stands behind # is sent to no server, so that it is in no log."""
    return f"{address}/app/#enter={code}"


def print_link(made: dict[str, str]) -> None:
    """The link alone on standard output, and how to take back what it stands for."""
    say(made["link"])
    notes.print(f"It works once, within ten minutes. It stands for the key {made['key_id']}.", style="dim")


def _in_application(namespace: str, action: Callable[[Application, Namespace], Awaitable[T]]) -> T:
    """Keys are looked after past the use cases: they say who may use those. Raises `NoSuchNamespace`."""
    name = read_namespace(namespace)
    return in_application(namespace, lambda application, _: action(application, name))


def _told(key: ApiKey) -> dict[str, Json]:
    bound = {"allowed_addresses": [str(each) for each in key.networks], "is_signed": key.is_signed}
    times = {"created_at": write_instant(key.created_at), "revoked_at": write_instant(key.revoked_at)}
    named = {"key_id": key.key_id, "role": key.role, "label": key.label, "subject_id": key.subject_id}
    return named | bound | times


def print_keys(keys: Sequence[dict[str, Json]]) -> None:
    """A table, a key a row."""
    columns = ("key_id", "role", "label", "subject_id", "bound to", "created_at", "revoked_at")
    print_table("API keys", columns, [[(key | {"bound to": _bound(key)})[each] for each in columns] for key in keys])


def _bound(key: dict[str, Json]) -> str:
    return ", ".join([*key["allowed_addresses"], *(["signatures"] if key["is_signed"] else [])])


def print_revoked(revoked: dict[str, str]) -> None:
    """One line."""
    console.print(f"Revoked key {revoked['revoked']}.", highlight=False)

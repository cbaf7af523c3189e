"""How a command reaches the use cases: as the namespace's administrator, on this machine's installation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from tessella.bootstrap import Application, running
from tessella.domain.errors import FileInvalid, WrongShape
from tessella.domain.identifiers import Json, Role, read_namespace
from tessella.files.texts import read_text
from tessella.ports import Caller, Session
from tessella.settings import read_settings

T = TypeVar("T")

InNamespace = Annotated[
    str, typer.Option("--namespace", "-n", envvar="TESSELLA_NAMESPACE", help="The namespace to work in.")
]
DEMO = "demo"


def in_session(namespace: str, action: Callable[[Session], Awaitable[T]]) -> T:
    """Run `action` in a session of the namespace's administrator. Raises `NoSuchNamespace` before anything is done."""
    return in_application(namespace, lambda _, session: action(session))


def in_application(namespace: str, action: Callable[[Application, Session], Awaitable[T]]) -> T:
    """The same for an action that needs more than the session."""
    caller = Caller(read_namespace(namespace), Role.ADMIN)

    async def act() -> T:
        async with running(read_settings()) as application, application.session(caller) as session:
            session.snapshot()
            return await action(application, session)

    return asyncio.run(act())


def read_object(text: str, option: str, such_as: str) -> Mapping[str, Json]:
    """A JSON object from an option; `such_as` is one that it could be. Raises `WrongShape`."""
    advice = f"Quote it, such as {option} '{such_as}'."
    try:
        found = json.loads(text)
    except ValueError as error:
        raise WrongShape("", f"{option} is not JSON: {error}.", advice) from error
    if not isinstance(found, dict):
        raise WrongShape("", f"{option} must be a JSON object.", advice)
    return found


def read_context(text: str) -> Mapping[str, Json]:
    """The request's values from `--context`. Raises `WrongShape`."""
    return read_object(text, "--context", '{"ctx": {"surface": "home"}}')


def read_document(file: Path) -> Json:
    """JSON or YAML from a file, or from standard input for "-". Raises `FileInvalid`."""
    try:
        return read_text(_text_of(file), str(file))
    except UnicodeDecodeError as error:
        raise FileInvalid(str(file), "", "It is not UTF-8 text.") from error
    except OSError as error:
        raise FileInvalid(str(file), "", f"It cannot be read: {error.strerror}.") from error


def _text_of(file: Path) -> str:
    return typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text(encoding="utf-8")

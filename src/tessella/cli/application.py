"""How a command reaches the use cases: as the namespace's administrator, on this machine's installation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import yaml

from tessella.bootstrap import running
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Json, Namespace, Role
from tessella.ports import Caller, Session
from tessella.settings import Settings

T = TypeVar("T")

InNamespace = Annotated[str, typer.Option("--namespace", "-n", help="The namespace to work in.")]
DEMO = "demo"


def in_session(namespace: str, action: Callable[[Session], Awaitable[T]]) -> T:
    """Run `action` in a session of the namespace's administrator."""

    async def act() -> T:
        caller = Caller(Namespace(namespace), Role.ADMIN)
        async with running(Settings()) as application, application.session(caller) as session:
            return await action(session)

    return asyncio.run(act())


def read_json(text: str, what: str) -> Any:
    """JSON from an option. Raises `WrongShape`."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise WrongShape(
            "", f"{what} is not JSON: {error}.", """Quote it, such as --context '{"ctx": {}}'."""
        ) from error


def read_document(file: Path) -> Json:
    """JSON or YAML from a file, or from standard input for "-". Raises `WrongShape`."""
    text = typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise WrongShape("", f"{file} is neither JSON nor YAML: {' '.join(str(error).split())}.") from error

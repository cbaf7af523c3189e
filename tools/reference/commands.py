"""The page about the command line."""

from collections.abc import Iterator
from typing import Any

import typer

from tessella.cli.main import app
from tools.reference.markdown import code, codes, document, table

INTRODUCTION = """\
Every command answers on standard output, with `--json` as JSON. Progress and errors go to standard error. A failure is
one plain sentence and exit status 1; a command line that cannot be read is exit status 2."""


def page() -> str:
    return document("Command line", INTRODUCTION, *(_section(path, each) for path, each in _commands()))


def _commands() -> Iterator[tuple[str, Any]]:
    yield from _below("tessella", typer.main.get_command(app))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The command, or those of a group, in the order of `--help`."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, each in command.commands.items():
        yield from _below(f"{path} {name}", each)


def _section(path: str, command: Any) -> str:
    options = [each for each in command.params if _is_option(each)]
    arguments = [_argument(each) for each in command.params if not _is_option(each)]
    usage = " ".join([path, *(["[OPTIONS]"] if options else []), *arguments])
    rows = [[_names(each), _default(each), getattr(each, "help", None) or ""] for each in command.params]
    parameters = table(["parameter", "default", "meaning"], rows) if rows else ""
    return "\n\n".join([f"## {path}", command.help, code(usage), parameters])


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _names(parameter: Any) -> str:
    if _is_option(parameter):
        return codes((*parameter.opts, *parameter.secondary_opts))
    return code(_argument(parameter))


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False, "") else code(str(parameter.default))

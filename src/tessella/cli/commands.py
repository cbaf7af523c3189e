"""Where each command is. A command is imported when it is looked up, so that `tessella serve` carries no other."""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from tessella.processes.loading import loading

#: Module and attribute of each, in the order of `--help`: a function, or a group of commands.
PLACES: Final = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "decide": "decide:decide",
    "recommend": "recommend:recommend",
    "predict": "predict:predict",
    "export": "configuration:export",
    "plan": "configuration:plan",
    "apply": "configuration:apply",
    "versions": "versions:versions",
    "rollback": "versions:rollback",
    "segments": "definitions:segments",
    "profiles": "definitions:profiles",
    "campaigns": "definitions:campaigns",
    "predictions": "definitions:predictions",
    "offers": "definitions:offers",
    "experiments": "experiments:app",
    "games": "definitions:games",
    "scopes": "definitions:scopes",
    "taxonomy": "taxonomy:app",
    "features": "features:app",
    "rules": "rules:app",
    "events": "imports:events",
    "facts": "imports:facts",
    "personalization": "personalization:app",
    "settings": "subject_settings:app",
    "subjects": "subjects:app",
    "privacy": "privacy:app",
    "items": "items:app",
    "index": "indexes:app",
    "evaluate": "evaluate:evaluate",
    "tune": "evaluate:tune",
    "evaluations": "evaluations:app",
    "models": "models:app",
    "jobs": "jobs:app",
    "alerts": "alerts:app",
    "audiences": "audiences:app",
    "warehouse": "warehouse:app",
    "keys": "keys:app",
    "audit": "audit:app",
    "outcomes": "outcomes:outcomes",
    "db": "database:app",
}


class Commands(TyperGroup):
    """The group of all of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = _Found()


class _Found(UserDict[str, Any]):
    """Commands by name, each made when it is asked for."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(PLACES))

    def __getitem__(self, name: str) -> Any:
        if self.data[name] is None:
            self.data[name] = _command(name)
        return self.data[name]


def _command(name: str) -> Any:
    module, _, attribute = PLACES[name].partition(":")
    with loading():
        found = getattr(import_module(f"tessella.cli.{module}"), attribute)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]

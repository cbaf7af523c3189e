"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Pointer
from tessella.ports.clock import present

ExperimentName = Annotated[str, typer.Argument(help="The experiment_id, as `tessella experiments list` tells it.")]
GameName = Annotated[str, typer.Argument(help="The game_id, as `tessella taxonomy list` tells it.")]
SubjectName = Annotated[str, typer.Argument(help="The subject.")]
SubjectOption = Annotated[str | None, typer.Option("--subject", "-s", help="The subject, such as household 13.")]
Context = Annotated[str, typer.Option("--context", "-c", help="The request's values as JSON.")]
MomentOption = Annotated[str | None, typer.Option("--at", help="The moment to decide for, ISO 8601; now if left out.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="When the values are true, ISO 8601; now if left out.")]


def moment(text: str | None, pointer: Pointer) -> Instant:
    """The moment that an option names, or the present. Raises `WrongShape` with the pointer."""
    named = read_instant(text, pointer)
    return present() if named is None else named

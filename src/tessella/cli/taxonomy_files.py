"""`tessella taxonomy categorize-files`: where the players of Parquet files stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.options import GameName
from tessella.cli.output import AsJson, answer, console, counted, progress
from tessella.domain.identifiers import GameId
from tessella.ports import Session
from tessella.ports.categorizing import Categorized

Source = Annotated[Path, typer.Argument(help="A Parquet file, or a folder of them: player_id, days, and each metric.")]
Target = Annotated[Path, typer.Argument(help="A folder that is not there yet.")]


def add_files(app: typer.Typer) -> None:
    """The command that reads and writes files."""
    app.command("categorize-files")(categorize_files)


def categorize_files(
    game: GameName, source: Source, target: Target, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Write where the players of Parquet files stand, however many they are, as Parquet.

    A row has a player_id, days, how many of the player's days are known, and each metric by its name.

    A metric is its mean over these days, of log(1 + x) where its scale is log.

    What is written has the best segment of each axis.
    """

    async def act(application: Application, session: Session) -> Categorized:
        from tessella.warehouse.taxonomy import ParquetCategorizer  # loads numpy

        settings = application.settings
        categorizer = ParquetCategorizer(settings.warehouse_memory, settings.warehouse_threads)
        with progress("Placing players") as tell:
            return await usecases.categorize_files(session, categorizer, GameId(game), source, target, tell)

    answer(msgspec.to_builtins(in_application(namespace, act)), as_json=as_json, show=_print)


def _print(told: dict[str, Any]) -> None:
    console.print(f"{counted(told['players'], 'player')} written.")
    if told["without_id"]:
        console.print(f"{counted(told['without_id'], 'row')} without a player_id left out.")
    if told["opted_out"]:
        console.print(f"{counted(told['opted_out'], 'player')} who opted out left out.")
    if told["unknown"]:
        console.print(f"{counted(told['unknown'], 'player')} of whom nothing is known, told with confidence 0.")

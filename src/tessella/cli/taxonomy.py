"""`tessella taxonomy`: axes and segments of games, where players stand, and which of their days are unlike them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli import taxonomy_files, taxonomy_rollout
from tessella.cli.application import DEMO, InNamespace, in_application, in_session
from tessella.cli.options import GameName
from tessella.cli.output import AsJson, answer, progress
from tessella.cli.player_tables import print_detection, print_profile
from tessella.cli.taxonomy_tables import print_card, print_drift, print_games, print_lineage, print_taxonomy
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.anomaly.windows import MOST_DAYS
from tessella.domain.taxonomy.game import AnomalyMethod
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.http.shown.games import drift_shown, taxonomies_shown
from tessella.http.shown.players import detection_shown, profile_shown
from tessella.http.shown.taxonomy import card_shown, lineage_shown, taxonomy_shown
from tessella.ports import Session

app: Final = typer.Typer(no_args_is_help=True, help="Axes and segments of games, and where players stand.")
app.add_typer(taxonomy_rollout.app, name="rollout")
taxonomy_files.add_files(app)

Player = Annotated[str, typer.Argument(help="The player: a subject, such as household 13.")]
OfVersion = Annotated[int | None, typer.Option("--version", min=1, help="A version; the one in force if left out.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Nothing later is read, ISO 8601; everything if left out.")]
Method = Annotated[AnomalyMethod | None, typer.Option("--method", help="What alerts; the game's if left out.")]
Days = Annotated[
    int, typer.Option("--days", min=1, max=MOST_DAYS, help=f"How many of the last days, together; {MOST_DAYS} at most.")
]
Force = Annotated[bool, typer.Option("--force", help="Also where the last taxonomy is fresh.")]


@app.command("list")
def list_all(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the games that are declared, each with the taxonomy in force."""
    found = in_session(namespace, usecases.list_taxonomies)
    answer(_told(taxonomies_shown(found)), as_json=as_json, show=print_games)


@app.command("calibrate")
def calibrate(
    game: GameName, force: Force = False, as_of: AsOf = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Find the axes and segments of a game, or give those in force where they are fresh. Here, and now."""
    moment = read_instant(as_of, "/as_of")

    async def act(application: Application, session: Session) -> GameBehavioralTaxonomy:
        with application.warehouse() as warehouse, progress("Calibrating") as tell:
            return await usecases.calibrate_game_taxonomy(
                session, warehouse, application.open_engine, GameId(game),
                anew_since=session.now() if force else None, as_of=moment, progress=tell,
            )  # fmt: skip

    answer(_told(taxonomy_shown(in_application(namespace, act))), as_json=as_json, show=print_taxonomy)


@app.command("show")
def show(game: GameName, version: OfVersion = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show the axes of a game with the variance they explain, and the segments with their names and shares."""
    found = in_session(namespace, _taxonomy(game, version))
    answer(_told(taxonomy_shown(found)), as_json=as_json, show=print_taxonomy)


@app.command("card")
def card(game: GameName, version: OfVersion = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show how far a taxonomy can be trusted."""
    found = in_session(namespace, _taxonomy(game, version))
    answer(_told(card_shown(found)), as_json=as_json, show=print_card)


@app.command("lineage")
def lineage(game: GameName, version: OfVersion = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what a recalibration did to segments: kept, split, merged, gone, new."""
    found = in_session(namespace, _taxonomy(game, version))
    answer(_told(lineage_shown(found)), as_json=as_json, show=print_lineage)


@app.command("drift")
def drift(game: GameName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show how far players are by now from those of the calibration, when workers looked last."""
    found = in_session(namespace, lambda session: usecases.get_taxonomy_drift(session, GameId(game)))
    answer(_told(drift_shown(found)), as_json=as_json, show=print_drift)


@app.command("categorize")
def categorize(player: Player, game: GameName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Tell the segments of one player, the 7 weightiest."""
    found = in_session(namespace, lambda session: usecases.categorize_player(session, SubjectId(player), GameId(game)))
    answer(_told(profile_shown(found)), as_json=as_json, show=print_profile)


@app.command("anomalies")
def anomalies(
    player: Player,
    game: GameName,
    method: Method = None,
    days: Days = 1,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Tell whether a player's last days are unlike that player, and what has moved."""
    found = in_session(
        namespace,
        lambda session: usecases.detect_anomalies(session, SubjectId(player), GameId(game), method=method, days=days),
    )
    answer(_told(detection_shown(found)), as_json=as_json, show=print_detection)


def _taxonomy(game: str, version: int | None) -> Callable[[Session], Awaitable[GameBehavioralTaxonomy]]:
    return lambda session: usecases.get_taxonomy(session, GameId(game), version)


def _told(shown: msgspec.Struct) -> Any:
    return msgspec.to_builtins(shown)

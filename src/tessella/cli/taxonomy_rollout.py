"""`tessella taxonomy rollout`: a game's migration from a legacy system."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application, in_session
from tessella.cli.options import GameName
from tessella.cli.output import AsJson, answer, print_table, say
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.game import Strategy
from tessella.http.schemas.rollout import MOST_COMPARED, MigrationDifferences, RolloutShown, ValidationShown
from tessella.http.shown.rollout import differences_shown, rollout_shown, validation_shown
from tessella.ports import Session

app: Final = typer.Typer(no_args_is_help=True, help="A game's migration from a legacy system.")

Step = Annotated[Strategy, typer.Argument(help="How far the migration is to go.")]
Players = Annotated[int, typer.Option("--players", min=1, max=MOST_COMPARED, help="How many players to ask about.")]
Report = Annotated[Path | None, typer.Option("--report", help="A file to write the report to, as Markdown.")]
Back = Annotated[int, typer.Option("--days", min=1, max=90, help="How many days back.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="The most to give.")]


@app.command("show")
def show(game: GameName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show how far a game's migration is."""
    answer(in_session(namespace, lambda session: _now(session, GameId(game))), as_json=as_json, show=print_rollout)


@app.command("set")
def move(game: GameName, strategy: Step, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Take the migration a step on or back. Servers follow within two seconds."""

    async def act(session: Session) -> Any:
        version = await usecases.set_migration_strategy(session, GameId(game), strategy)
        return msgspec.to_builtins(rollout_shown(GameId(game), strategy, version))

    answer(in_session(namespace, act), as_json=as_json, show=print_rollout)


@app.command("rollback")
def rollback(game: GameName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Have the legacy system answer everybody again."""
    move(game, usecases.ROLLED_BACK, namespace, as_json)


@app.command("validate")
def validate(
    game: GameName,
    players: Players = 200,
    report: Report = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Ask both systems about some players, and tell whether the migration holds. Exits with 1 where it does not."""

    async def act(application: Application, session: Session) -> ValidationShown:
        declared = usecases.game_named(session, GameId(game))
        migration = application.migrations.of(declared)
        found = await usecases.validate_migration(session, migration, declared.game_id, players)
        return validation_shown(found, declared.rollout.strategy)

    found = in_application(namespace, act)
    if report is not None:
        report.write_text(found.report, encoding="utf-8")
    answer(msgspec.to_builtins(found), as_json=as_json, show=print_validation)
    if not found.holds:
        raise typer.Exit(1)


@app.command("differences")
def differences(
    game: GameName, days: Back = 7, limit: Limit = 100, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """List requests that both systems answered otherwise, the newest first."""

    async def act(session: Session) -> MigrationDifferences:
        found = await usecases.list_migration_differences(session, GameId(game), days=days, limit=limit)
        return differences_shown(GameId(game), found)

    answer(msgspec.to_builtins(in_session(namespace, act)), as_json=as_json, show=print_differences)


async def _now(session: Session, game_id: GameId) -> Any:
    game = usecases.game_named(session, game_id)
    told: RolloutShown = rollout_shown(game_id, game.rollout.strategy, session.snapshot().version)
    return msgspec.to_builtins(told)


def print_rollout(told: Mapping[str, Any]) -> None:
    """Who is answered by which system."""
    say(
        f'The game "{told["game_id"]}" is at {told["strategy"]} in snapshot version {told["snapshot_version"]}: '
        f"the unified system answers {told['answered_share']:.0%} of players, and both are asked about "
        f"{told['compared_share']:.0%}."
    )


def print_validation(told: Mapping[str, Any]) -> None:
    """The verdict, the figures, and why players differ."""
    agreement, similarity = told["anomaly_agreement"], told["mean_similarity"]
    figures = [
        ["players answered by both", f"{told['compared']:,} of {told['players']:,}"],
        ["mean similarity of profiles", "unknown" if similarity is None else f"{similarity:.1%}"],
        ["anomalies agree", "unknown" if agreement["share"] is None else f"{agreement['share']:.1%}"],
    ]
    print_table(f"Migration of {told['game_id']}", ("figure", "value"), figures)
    if told["causes"]:
        print_table("Why profiles differ", ("cause", "players"), [list(each.values()) for each in told["causes"]])
    say("The migration holds." if told["holds"] else "The migration does not hold.")
    for each in told["reasons"]:
        say(each)


def print_differences(told: Mapping[str, Any]) -> None:
    """A line for each request."""
    rows = [
        [each["at"], each["player"][:12], each["asked"], each["answered_by"],
         "unknown" if each["similarity"] is None else f"{each['similarity']:.2f}",
         "; ".join(f"{cause['kind']} {cause['axis_name']}".strip() for cause in each["causes"])]
        for each in told["differences"]
    ]  # fmt: skip
    print_table(f"Differences in {told['game_id']}", ("at", "player", "asked", "answered", "alike", "causes"), rows)

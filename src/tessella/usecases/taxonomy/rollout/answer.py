"""Answer for a player, also while a game migrates: by the system whose turn it is, or where it fails the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from tessella.domain.errors import LegacyAway, Unavailable
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import AnomalyMethod, Game
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, ToldProfile
from tessella.domain.taxonomy.rollout.comparison import Comparison
from tessella.domain.taxonomy.rollout.strategy import Route, System, route_of
from tessella.ports import Session
from tessella.ports.taxonomy import Difference
from tessella.usecases.load_subject import consented, own_subject
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.rollout.ask import Asked
from tessella.usecases.taxonomy.rollout.asking import Answers, Asking, Migration
from tessella.usecases.taxonomy.rollout.questions import Question, anomaly_question, profile_question

if TYPE_CHECKING:
    from tessella.domain.taxonomy.detection import AnomalyDetection
    from tessella.domain.taxonomy.profile import PlayerBehavioralProfile

T = TypeVar("T")
U = TypeVar("U")
L = TypeVar("L")

#: How a game's legacy system is asked.
MigrationOf = Callable[[Game], Migration]


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """An answer, by whom it was given, and why by that one."""

    value: T
    answered_by: System
    reason: str
    #: None where only one was asked.
    comparison: Comparison | None = None


async def answer_profile(
    session: Session, migrations: MigrationOf, player_id: SubjectId, game_id: GameId, route: Route | None = None
) -> Answered[PlayerBehavioralProfile | ToldProfile]:
    """The player's profile, by the strategy of the game, or by `route`: `forced_route()` is document C's force_unified.

    Where both systems are asked they are compared, and a difference is stored. A game without a legacy system is
    answered by the unified one. The legacy one is never asked about a player who has opted out. Where neither answers,
    raises what the unified one raised, or `LegacyAway`.
    """
    game = game_named(session, game_id)
    migration = migrations(game)
    question = profile_question(session, migration.legacy, game, player_id)
    return await _answered(session, migration, game, player_id, question, route)


async def answer_anomalies(
    session: Session,
    migrations: MigrationOf,
    player_id: SubjectId,
    game_id: GameId,
    route: Route | None = None,
    *,
    method: AnomalyMethod | None = None,
    days: int = 1,
) -> Answered[AnomalyDetection | ToldAnomalies]:
    """Whether the player's last days are anomalies; likewise. What is compared is document C's own method."""
    game = game_named(session, game_id)
    migration = migrations(game)
    question = anomaly_question(session, migration.legacy, game, player_id, method=method, days=days)
    return await _answered(session, migration, game, player_id, question, route)


async def _answered(
    session: Session,
    migration: Migration,
    game: Game,
    player_id: SubjectId,
    question: Question[U, L],
    route: Route | None,
) -> Answered[U | L]:
    player_id = own_subject(session.caller, player_id) or player_id
    if migration.legacy is None and game.rollout.legacy is None:
        return Answered(await question.unified(), System.UNIFIED, "there is no legacy system")
    if consented(await session.known(player_id)) is None:
        return Answered(await question.unified(), System.UNIFIED, "nothing is told to another system of this player")
    route = route or route_of(game.rollout.strategy, game.game_id, player_id)
    return await _migrating(Asking(session, migration, game, player_id, question), route)


async def _migrating(asking: Asking[U, L], route: Route) -> Answered[U | L]:
    answers = await asking.of(route.asked)
    answered_by, reason = route.answers, f"by the strategy {asking.game.rollout.strategy}"
    if problem := answers.problem_of(answered_by):
        reason = f"the {answered_by} system gave no answer: {problem}"
        answered_by = System.LEGACY if answered_by is System.UNIFIED else System.UNIFIED
        answers = answers.or_else(await asking.of({answered_by} - route.asked))
    if answers.unified.error is None and answers.unified.value is None and answers.legacy.value is None:
        reason, answered_by = f"the legacy system gave no answer: {answers.legacy.problem}", System.UNIFIED
        answers = Answers(await asking.last_resort(), answers.legacy)
    value, comparison = _value(answers, answered_by), None
    if len(route.asked) > 1 or answered_by is not route.answers:
        comparison = asking.comparison(answers)
        await _keep(asking, answered_by, comparison)
    return Answered(value, answered_by, reason, comparison)


def _value(answers: Answers[U, L], system: System) -> U | L:
    """What that system said. Raises what keeps both from answering."""
    asked: Asked[U] | Asked[L] = answers.unified if system is System.UNIFIED else answers.legacy
    if asked.value is not None:
        return asked.value
    error = answers.unified.error
    if error is None or isinstance(error, TimeoutError):
        raise LegacyAway(f"{answers.legacy.problem}; and of the unified system, {answers.unified.problem}")
    raise error


async def _keep(asking: Asking[U, L], answered_by: System, found: Comparison) -> None:
    """Store a difference. An answer does not fail for want of a place to store it."""
    if not found.causes:
        return
    session, game = asking.session, asking.game
    difference = Difference(
        game.game_id, session.pseudonym(asking.player_id), session.now(), asking.question.asked,
        game.rollout.strategy.value, answered_by.value, found.similarity, [asdict(each) for each in found.causes],
    )  # fmt: skip
    try:
        await session.add_differences([difference])
    except Unavailable:
        return

"""Answer for a player while a game migrates: by the system whose turn it is, or by the other where that one fails."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

from tessella.domain.errors import LegacyAway, Unavailable
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, ToldProfile
from tessella.domain.taxonomy.rollout.comparison import Comparison
from tessella.domain.taxonomy.rollout.strategy import Route, System, forced_route, route_of
from tessella.ports import Session
from tessella.ports.taxonomy import Difference
from tessella.usecases.load_subject import consented
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.rollout.asking import Answers, Asking, Migration
from tessella.usecases.taxonomy.rollout.questions import anomaly_question, profile_question

U = TypeVar("U")
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Answered(Generic[U, L]):
    """An answer: the one of `answered_by` is there."""

    answered_by: System
    #: Why by that one.
    reason: str
    unified: U | None
    legacy: L | None
    #: None where only one was asked.
    comparison: Comparison | None = None


async def categorize_migrating(
    session: Session, migration: Migration, player_id: SubjectId, game_id: GameId, route: Route | None = None
) -> Answered[PlayerBehavioralProfile, ToldProfile]:
    """The player's profile, by the strategy of the game, or by `route`: `forced_route()` is document C's force_unified.

    Where both are asked they are compared, and a difference is stored. The legacy system is never asked about a player
    who has opted out. Where neither answers, raises what the unified one raised, or `LegacyAway`.
    """
    game = game_named(session, game_id)
    question = profile_question(session, migration.legacy, game, player_id)
    return await _answered(Asking(session, migration, game, player_id, question), route)


async def detect_migrating(
    session: Session, migration: Migration, player_id: SubjectId, game_id: GameId, route: Route | None = None
) -> Answered[AnomalyDetection, ToldAnomalies]:
    """Whether the player's last day is an anomaly; likewise."""
    game = game_named(session, game_id)
    question = anomaly_question(session, migration.legacy, game, player_id)
    return await _answered(Asking(session, migration, game, player_id, question), route)


async def _answered(asking: Asking[U, L], route: Route | None) -> Answered[U, L]:
    strategy = asking.game.rollout.strategy
    route = await _allowed(asking, route or route_of(strategy, asking.game.game_id, asking.player_id))
    answers = await asking.of(route.asked)
    answered_by, reason = route.answers, f"by the strategy {strategy}"
    if not answers.has(answered_by):
        reason = f"the {answered_by} system gave no answer: {answers.problem_of(answered_by)}"
        answered_by = System.LEGACY if answered_by is System.UNIFIED else System.UNIFIED
        answers = await _fallen_back(asking, answers, answered_by, route)
    comparison = None
    if len(route.asked) > 1 or answered_by is not route.answers:
        comparison = asking.comparison(answers)
        await _keep(asking, answered_by, comparison)
    return Answered(answered_by, reason, answers.unified.value, answers.legacy.value, comparison)


async def _allowed(asking: Asking[U, L], route: Route) -> Route:
    """Of a player who has opted out nothing is told to another system: the unified one refuses by itself."""
    known = await asking.session.known(asking.player_id)
    return forced_route() if consented(known) is None else route


async def _fallen_back(asking: Asking[U, L], answers: Answers[U, L], system: System, route: Route) -> Answers[U, L]:
    """The same with the other system's answer. Raises what keeps both from answering."""
    answers = answers.or_else(await asking.of({system} - route.asked))
    if not answers.has(system):
        raise answers.unified.error or LegacyAway(answers.legacy.problem)
    return answers


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

"""A game that migrates from a legacy system: who answers, what becomes of failures, the way back, and the verdict."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pytest
from msgspec.structs import replace

from tessella import usecases
from tessella.domain.definitions import Kind, write_definition
from tessella.domain.errors import LegacyAway, NotYours
from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.identifiers import GameId, Instant, Json, Role, SubjectId
from tessella.domain.notices.urls import Reach
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.game import Game, Legacy, Rollout, Strategy
from tessella.domain.taxonomy.rollout.answers import ToldProfile
from tessella.domain.taxonomy.rollout.breaker import FAILURES
from tessella.domain.taxonomy.rollout.strategy import System, forced_route, route_of
from tessella.notify.legacy import HttpLegacy
from tessella.usecases.taxonomy.categorize import categorize_player
from tessella.usecases.taxonomy.detect import detect_anomalies
from tessella.usecases.taxonomy.rollout.answer import answer_anomalies, answer_profile
from tessella.usecases.taxonomy.rollout.asking import Migration
from tessella.usecases.taxonomy.rollout.breakers import Breakers
from tessella.usecases.taxonomy.rollout.move import roll_back_migration, set_migration_strategy
from tessella.usecases.taxonomy.rollout.validate import validate_migration
from tests.database import session_of
from tests.receivers import receiver
from tests.taxonomies_served import GAME, KNOWN, UNKNOWN, declare_planted, learned, serve_planted

pytestmark = pytest.mark.anyio

OTHERWISE = {"memberships": [{"axis_name": "engagement", "segment_name": "Regulars", "membership_strength": 0.8}]}
CALM = {"overall_score": 0.1, "is_anomalous": False}


@dataclass
class Before:
    """A system of the team's own, in Python."""

    profile: Callable[[SubjectId], Json] = lambda player_id: OTHERWISE
    asked: list[SubjectId] = field(default_factory=list)

    async def categorize(self, player_id: SubjectId, game_id: GameId) -> Json:
        self.asked.append(player_id)
        return self.profile(player_id)

    async def detect(self, player_id: SubjectId, game_id: GameId) -> Json:
        self.asked.append(player_id)
        return CALM


def broken(player_id: SubjectId) -> Json:
    raise ZeroDivisionError


@pytest.fixture
async def at(storage, namespace):
    """Gives a session in a namespace whose game is at a strategy."""
    await serve_planted(await session_of(storage, namespace))

    async def moved(strategy: Strategy, **legacy):
        session = await session_of(storage, namespace)
        game = replace_rollout(learned().game, Rollout(strategy, Legacy(**legacy)))
        stored = await session.stored_one(Kind.GAME, GAME)
        await usecases.save_definition(
            session, Kind.GAME, GAME, write_definition(game), expected_version=stored.version
        )
        return await session_of(storage, namespace)

    return moved


def replace_rollout(game: Game, rollout: Rollout) -> Game:
    return replace(game, rollout=rollout)


def asking(before, breakers: Breakers | None = None):
    migration = Migration(before, breakers or Breakers())
    return lambda game: migration


def chosen(strategy: Strategy, system: System) -> SubjectId:
    """A player whom that system answers under the strategy."""
    players = (SubjectId(f"player-{each}") for each in range(300))
    return next(each for each in players if route_of(strategy, GAME, each).answers is system)


def compared() -> SubjectId:
    players = (SubjectId(f"player-{each}") for each in range(300))
    return next(each for each in players if len(route_of(Strategy.SHADOW_MODE, GAME, each).asked) == 2)


async def kept(session):
    return await session.differences(GAME, since=Instant(0), limit=100)


async def test_under_parallel_only_the_legacy_system_answers_everybody_and_differences_are_kept(at):
    session = await at(Strategy.PARALLEL_ONLY)
    told = await answer_profile(session, asking(Before()), KNOWN, GAME)
    assert (told.answered_by, told.reason) == (System.LEGACY, "by the strategy parallel_only")
    assert told.value.memberships[0].segment_name == "Regulars"
    [difference] = await kept(session)
    assert (difference.asked, difference.strategy, difference.answered) == ("profile", "parallel_only", "legacy")
    assert difference.player == session.pseudonym(KNOWN)
    assert {each["axis_name"]: each["kind"] for each in difference.causes} == {
        "engagement": "segment", "monetization": "axis_missing",
    }  # fmt: skip


async def test_under_shadow_mode_the_unified_system_runs_for_a_tenth_and_answers_nobody(at):
    session = await at(Strategy.SHADOW_MODE)
    in_shadow = await answer_profile(session, asking(Before()), compared(), GAME)
    assert (in_shadow.answered_by, in_shadow.comparison is not None) == (System.LEGACY, True)
    others = [SubjectId(f"player-{each}") for each in range(100)]
    runs = [await answer_profile(session, asking(Before()), each, GAME) for each in others]
    assert {each.answered_by for each in runs} == {System.LEGACY}
    assert 2 <= sum(each.comparison is not None for each in runs) <= 20


async def test_under_gradual_rollout_the_unified_system_answers_its_half_without_asking_the_other(at):
    session, before = await at(Strategy.GRADUAL_ROLLOUT), Before()
    ours, theirs = chosen(Strategy.GRADUAL_ROLLOUT, System.UNIFIED), chosen(Strategy.GRADUAL_ROLLOUT, System.LEGACY)
    told = await answer_profile(session, asking(before), ours, GAME)
    assert (told.answered_by, told.value.player_id, before.asked) == (System.UNIFIED, ours, [])
    assert (await answer_profile(session, asking(before), theirs, GAME)).answered_by is System.LEGACY


async def test_force_unified_overrides_the_strategy(at):
    session, before = await at(Strategy.PARALLEL_ONLY), Before()
    told = await answer_profile(session, asking(before), KNOWN, GAME, forced_route())
    assert (told.answered_by, before.asked) == (System.UNIFIED, [])


async def test_a_legacy_system_that_fails_is_stood_in_for_and_the_failure_is_kept(at):
    session = await at(Strategy.PARALLEL_ONLY)
    told = await answer_profile(session, asking(Before(broken)), KNOWN, GAME)
    assert told.answered_by is System.UNIFIED
    assert told.reason == "the legacy system gave no answer: it failed: ZeroDivisionError"
    [difference] = await kept(session)
    assert (difference.similarity, difference.causes[0]["kind"]) == (None, "legacy_failed")


async def test_an_answer_of_the_legacy_system_that_cannot_be_read_counts_as_a_failure(at):
    session = await at(Strategy.PARALLEL_ONLY)
    told = await answer_profile(session, asking(Before(lambda player: {"memberships": "many"})), KNOWN, GAME)
    assert told.answered_by is System.UNIFIED
    assert "/memberships" in told.reason


async def test_a_player_of_whom_the_unified_system_knows_nothing_is_answered_by_the_legacy_one(at):
    session = await at(Strategy.FULL_ROLLOUT)
    told = await answer_profile(session, asking(Before()), UNKNOWN, GAME)
    assert told.answered_by is System.LEGACY
    assert "No day of the player" in told.reason


async def test_where_neither_answers_the_error_is_that_of_the_unified_system(at):
    session = await at(Strategy.FULL_ROLLOUT)
    with pytest.raises(NothingKnownOfPlayer):
        await answer_profile(session, asking(Before(broken)), UNKNOWN, GAME)


async def test_a_slow_legacy_system_is_not_waited_for_longer_than_the_game_says(at):
    session = await at(Strategy.PARALLEL_ONLY, timeout_ms=50)

    class Slow(Before):
        async def categorize(self, player_id, game_id):
            await asyncio.sleep(30)

    told = await answer_profile(session, asking(Slow()), KNOWN, GAME)
    assert told.reason == "the legacy system gave no answer: it took longer than 50 ms"


async def test_where_both_take_too_long_they_are_away_for_the_moment(at, database):
    session = await at(Strategy.FULL_ROLLOUT, timeout_ms=100)

    class Slow(Before):
        async def categorize(self, player_id, game_id):
            await asyncio.sleep(30)

    with psycopg.connect(database.superuser) as connection:
        connection.execute("LOCK TABLE tessella.player_baselines IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LegacyAway, match="unified system, it took longer than 100 ms"):
            await answer_profile(session, asking(Slow()), KNOWN, GAME)


async def test_a_legacy_system_that_keeps_failing_is_left_alone(at):
    session, before, breakers = await at(Strategy.PARALLEL_ONLY), Before(broken), Breakers()
    for _ in range(FAILURES + 3):
        told = await answer_profile(session, asking(before, breakers), KNOWN, GAME)
    assert len(before.asked) == FAILURES
    assert told.reason.endswith("left alone for a while")
    assert told.answered_by is System.UNIFIED


async def test_the_unified_system_is_not_left_alone_while_nobody_else_answers(at):
    session, breakers = await at(Strategy.FULL_ROLLOUT), Breakers()
    for _ in range(FAILURES):
        breakers.failed((session.caller.namespace, GAME, System.UNIFIED), session.now())
    assert (await answer_profile(session, asking(Before(), breakers), KNOWN, GAME)).answered_by is System.LEGACY
    for route in None, forced_route():
        told = await answer_profile(session, asking(Before(broken), breakers), KNOWN, GAME, route)
        assert told.answered_by is System.UNIFIED
        assert told.reason == "the legacy system gave no answer: it failed: ZeroDivisionError"


async def test_the_legacy_system_is_never_asked_about_a_player_who_has_opted_out(at):
    session, before = await at(Strategy.PARALLEL_ONLY), Before()
    await session.set_consent(KNOWN, Consent(personalization_enabled=False))
    with pytest.raises(NothingKnownOfPlayer):
        await answer_profile(session, asking(before), KNOWN, GAME)
    with pytest.raises(NothingKnownOfPlayer):
        await answer_anomalies(session, asking(before), KNOWN, GAME)
    assert before.asked == []
    assert await kept(session) == []


async def test_a_client_cannot_have_the_legacy_system_asked_about_somebody_else(at, storage, namespace):
    await at(Strategy.PARALLEL_ONLY)
    before = Before()
    client = await session_of(storage, namespace, Role.CLIENT, "player-1")
    with pytest.raises(NotYours):
        await answer_profile(client, asking(before), KNOWN, GAME)
    assert before.asked == []


async def test_a_game_without_a_legacy_system_is_answered_by_the_unified_one_whatever_the_strategy(storage, namespace):
    await serve_planted(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    told = await answer_anomalies(session, asking(None), KNOWN, GAME)
    assert (told.answered_by, told.reason) == (System.UNIFIED, "there is no legacy system")


async def test_a_game_that_is_not_calibrated_yet_is_answered_by_its_legacy_system(storage, namespace):
    await declare_planted(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    told = await answer_profile(session, asking(Before()), KNOWN, GAME)
    assert isinstance(told.value, ToldProfile)
    with pytest.raises(NotCalibrated):
        await answer_profile(session, asking(None), KNOWN, GAME)


async def test_one_call_has_the_legacy_system_answer_everybody_again(at, storage, namespace):
    session = await at(Strategy.FULL_ROLLOUT, url="https://before.example.com")
    assert (await answer_profile(session, asking(Before()), KNOWN, GAME)).answered_by is System.UNIFIED
    version = await roll_back_migration(session, GAME)
    session = await session_of(storage, namespace)
    assert session.snapshot().version == version
    assert session.snapshot().definitions.games[GAME].rollout == Rollout(
        Strategy.PARALLEL_ONLY, Legacy("https://before.example.com")
    )
    assert (await answer_profile(session, asking(Before()), KNOWN, GAME)).answered_by is System.LEGACY


async def test_rolling_back_twice_publishes_once(at):
    session = await at(Strategy.GRADUAL_ROLLOUT)
    version = await roll_back_migration(session, GAME)
    assert await roll_back_migration(session, GAME) == version
    assert await set_migration_strategy(session, GAME, Strategy.SHADOW_MODE) == version + 1


async def of_the_unified_system(session):
    """A legacy system that says what the unified one says."""

    class Same(Before):
        async def categorize(self, player_id, game_id):
            profile = await categorize_player(session, player_id, game_id)
            names = "axis_name", "segment_name", "membership_strength"
            return {"memberships": [{name: getattr(each, name) for name in names} for each in profile.memberships]}

        async def detect(self, player_id, game_id):
            found = await detect_anomalies(session, player_id, game_id)
            return {"overall_score": found.overall_score, "is_anomalous": found.is_anomalous}

    return Same()


async def test_a_migration_from_a_system_that_says_the_same_holds(at):
    session = await at(Strategy.PARALLEL_ONLY)
    found = await validate_migration(session, Migration(await of_the_unified_system(session), Breakers()), GAME, 60)
    assert (found.players, found.compared, found.holds) == (60, 60, True)
    assert found.mean_similarity == pytest.approx(1)
    assert (found.agreement.share, found.causes, found.different) == (1.0, [], [])


async def test_a_migration_from_a_system_that_says_otherwise_does_not_hold_and_names_who_differs(at):
    session = await at(Strategy.PARALLEL_ONLY)
    found = await validate_migration(session, Migration(Before(), Breakers()), GAME, 40)
    assert not found.holds
    assert dict(found.causes) == {"axis_missing monetization": 40, "segment engagement": 40}
    assert all(each.player != KNOWN and len(each.player) >= 16 for each in found.different)


async def test_validation_asks_about_nobody_who_has_opted_out(at):
    session, before = await at(Strategy.PARALLEL_ONLY), Before()
    for each in range(150):
        await session.set_consent(SubjectId(f"player-{each}"), Consent(personalization_enabled=False))
    found = await validate_migration(session, Migration(before, Breakers()), GAME, 300)
    assert found.players == 150
    assert {int(each.removeprefix("player-")) for each in before.asked} == set(range(150, 300))


def answered(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


async def test_a_legacy_system_is_asked_over_http_with_its_header():
    async with receiver(lambda: answered(b'{"memberships": []}')) as web:
        before = HttpLegacy(f"http://127.0.0.1:{web.port}/api/", Reach.ANYWHERE, authorization="Bearer old")
        assert await before.categorize(KNOWN, GAME) == {"memberships": []}
        [asked] = web.received
        assert asked.told == {"player_id": KNOWN, "game_id": GAME}
        assert asked.headers["authorization"] == "Bearer old"
        await before.close()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (answered(b"", "500 Internal Server Error"), "it answered 500"),
        (answered(b"", "302 Found"), "it answered 302"),
        (answered(b"<html>"), "it is no JSON"),
        (answered(b"[" * 100_000), "it is no JSON"),
        (answered(b" " * (1024 * 1024 + 1)), "longer than"),
        (b"", "disconnected"),
    ],
)
async def test_an_answer_over_http_that_is_of_no_use_says_why(answer, problem):
    async with receiver(lambda: answer) as web:
        before = HttpLegacy(f"http://127.0.0.1:{web.port}", Reach.ANYWHERE)
        with pytest.raises(Exception, match=problem):
            await before.detect(KNOWN, GAME)
        await before.close()


async def test_a_legacy_system_on_a_private_address_is_not_reached_unless_a_setting_allows_it():
    async with receiver() as web:
        before = HttpLegacy(f"http://127.0.0.1:{web.port}", Reach.PUBLIC)
        with pytest.raises(LegacyAway, match="not public"):
            await before.detect(KNOWN, GAME)
        assert web.connections == 0
        await before.close()

"""A recorded decision is decided again, from what it was made from: equal, or named by each field that differs."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import ContextNotKept, HistoryGone, NoSuch, NotReplayable, SubjectDoesNotFit, SubjectNeeded
from tessella.domain.identifiers import CampaignId, DecisionId, Instant, Json, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.operators.eq import Eq
from tessella.ports import AuditQuery, Caller, Change, StoredFact
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.decide import DecisionRequest
from tests.audits import tamper, until_stored
from tests.database import Dsns, accept_all, define, link_to, settings_for, until

pytestmark = pytest.mark.anyio

NOON = Instant(1_782_820_800_000_000)
DAY = 86_400_000_000
FEATURES = {
    "user.tier": "string", "user.ltv_eur": "number", "user.visits": "integer", "user.active": "boolean",
    "user.last_play_ts": "timestamp", "user.tags": "string_list",
}  # fmt: skip
SEGMENTS: dict[str, tuple[int, Json]] = {
    "vip": (90, {"all": [{"eq": ["user.tier", "VIP"]}, {"gte": ["user.ltv_eur", 500]}]}),
    "frequent": (70, {"gte": ["user.visits", 8]}),
    "lapsed": (80, {"all": [{"gte_days_since": ["user.last_play_ts", 30]}, {"in_segment": "frequent"}]}),
    "tagged": (60, {"contains": ["user.tags", "wine"]}),
    "evening": (50, {"all": [{"eq": ["ctx.time_of_day", "evening"]}, {"not": {"truthy": "user.active"}}]}),
    "basket": (40, {"gt": ["session.basket", 99.5]}),
    "pilot": (10, {"percent": [30, "launch"]}),
}
SUBJECTS = [SubjectId(f"household-{number}") for number in range(40)]
SHY = SUBJECTS[7]
BOB = SubjectId("bob")
HISTORY = ("publish_changes", "publishes")


class Failing(Eq):
    """An operator with a mistake in its generated code."""

    __slots__ = ()

    def python(self, value: str, ctx: Any) -> str:
        return f"{value}.no_such_method()"


def segment(segment_id: str, priority: int, expr: Json, **more: Json) -> dict[str, Json]:
    return {"segment_id": segment_id, "priority": priority, "rules": [{"rule_id": "main", "expr": expr}], **more}


def values_of(number: int) -> dict[str, Json]:
    """Some features of one subject; every third is absent."""
    every = {
        "user.tier": ("VIP", "gold", "broken", "none")[number % 4], "user.ltv_eur": 37.25 * number,
        "user.visits": number % 12, "user.active": number % 5 == 0, "user.last_play_ts": NOON - (number % 50) * DAY,
        "user.tags": ["wine", "käse"][: number % 3],
    }  # fmt: skip
    return {name: value for place, (name, value) in enumerate(every.items()) if (number + place) % 3}


def requests(start: int, count: int) -> list[DecisionRequest]:
    """Known, unknown and anonymous subjects, with contexts, campaigns and overrides of all sorts."""
    subjects = itertools.cycle((*SUBJECTS, None, SubjectId("stranger")))
    overrides = itertools.cycle(({}, {"alpha": 0.25}, {}, {"caps": {"brand_cap": 3}}, {"rule_exclude_purchased": True}))
    campaigns = itertools.cycle((None, "spring", None, "over", None, None, None))
    asked = []
    for number in range(start, start + count):
        context = {"session": {"basket": number * 0.37}, "ctx.timezone": "Europe/Helsinki", "unheard_of": 1}
        at = None if number % 4 else Instant(NOON + number * 3_600_000_000)
        campaign = next(campaigns)
        asked.append(
            DecisionRequest(next(subjects), context, None if campaign is None else CampaignId(campaign),
                            next(overrides), at)
        )  # fmt: skip
    return asked


def definitions() -> Iterator[Change]:
    for name, kind in FEATURES.items():
        yield Change(Kind.FEATURE, name, {"name": name, "type": kind})
    basket = {"name": "session.basket", "type": "number", "source": "request"}
    yield Change(Kind.FEATURE, "session.basket", basket)
    yield Change(Kind.DEFAULTS, "defaults", {"audit": "required"})
    yield Change(Kind.PROFILE, "gold", {"profile_id": "gold", "alpha": 0.9, "brand_cap": 2})
    yield Change(Kind.CAMPAIGN, "spring", {"campaign_id": "spring", "overrides": {"beta": 1.5}})
    over = {"campaign_id": "over", "overrides": {"beta": 2.0}, "ends_at": "2020-01-01T00:00:00Z"}
    yield Change(Kind.CAMPAIGN, "over", over)
    for segment_id, (priority, expr) in SEGMENTS.items():
        profile = {"profile_id": "gold"} if segment_id in ("vip", "pilot") else {}
        yield Change(Kind.SEGMENT, segment_id, segment(segment_id, priority, expr, **profile))


async def set_up(session: StoredSession) -> None:
    await session.publish(list(definitions()), check=accept_all)
    facts = [
        StoredFact(subject_id, name, value, Instant(NOON - number))
        for number, subject_id in enumerate(SUBJECTS)
        for name, value in values_of(number).items()
    ]
    await session.add_facts(facts)
    await session.set_consent(SHY, Consent(personalization_enabled=False))


async def open_session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await storage.session(Caller(namespace, Role.ADMIN))


@pytest.fixture
async def shop(database: Dsns, namespace: Namespace, tmp_path: Path) -> AsyncIterator[StoredSession]:
    """A namespace that is served with a knob from the environment."""
    async with Storage(database.app, settings_for(tmp_path / "home"), env={"alpha": 0.6, "gamma": 0.4}) as storage:
        await storage.administration.create_namespace(namespace)
        session = await open_session(storage, namespace)
        await set_up(session)
        yield session


async def replayed(session: StoredSession, *subjects: SubjectId) -> Any:
    told: list[int] = []
    outcome = await usecases.replay_many(session, AuditQuery(), subjects, told.append)
    assert told[-1] == outcome.equal + outcome.different + outcome.refused
    return outcome


async def test_a_thousand_decisions_over_many_versions_and_a_rollback_replay_equal(
    shop: StoredSession, database: Dsns, namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPERATORS, "failing", Failing)
    changes: list[dict[str, Json]] = [
        segment("vip", 90, {"gte": ["user.ltv_eur", 900.5]}),
        segment("broken", 85, {"failing": ["user.tier", "broken"]}),
        segment("evening", 95, {"nin": ["ctx.weekday", ["sunday"]]}, active=False),
    ]
    before = shop.snapshot().version
    made = await usecases.decide_many(shop, requests(0, 200))
    for turn, change in enumerate(changes, 1):
        await define(shop, Kind.SEGMENT, change["segment_id"], **change)
        made += await usecases.decide_many(shop, requests(turn * 200, 200))
    await usecases.rollback_namespace(shop, before)
    made += await usecases.decide_many(shop, requests(0, 200))
    await until_stored(database, namespace, 1000)

    outcome = await replayed(shop, *SUBJECTS, SubjectId("stranger"))

    shy = sum("opted_out" in {reason.code for reason in each.reasons} for each in made)
    assert (outcome.equal, outcome.different, outcome.refused) == (1000 - shy, 0, shy)
    assert set(outcome.refusals.values()) == {ContextNotKept().message}
    assert len({each.snapshot_version for each in made}) == 5
    assert {each.segment_id for each in made} > {"vip", "lapsed", "frequent", "tagged", "basket", "pilot", "default"}
    codes = {reason.code for each in made for reason in each.reasons}
    assert codes > {"segment_matched", "no_match", "opted_out", "rule_error", "campaign", "campaign_not_running"}
    assert {each.provenance["alpha"] for each in made} == {"env", "profile", "request"}


async def test_decisions_made_from_stale_facts_replay_equal(
    database: Dsns, namespace: Namespace, shop: StoredSession, tmp_path: Path
) -> None:
    await define(shop, Kind.DEFAULTS, "defaults", audit="best_effort")
    async with (
        link_to(database.app, tmp_path) as link,
        Storage(link.dsn, settings_for(tmp_path / "home"), env={}) as storage,
    ):
        session = await open_session(storage, namespace)
        await session.known(SUBJECTS[1])
        await link.cut()
        await until(lambda: not storage.health().database_is_up, "the loss was noticed")
        made = await usecases.decide(session, DecisionRequest(SUBJECTS[1]))
        assert "stale" in [reason.code for reason in made.reasons]
        await link.mend()
        await until_stored(database, namespace, 1)
    assert (await usecases.replay_decision(shop, made.decision_id, SUBJECTS[1])).equal


async def decided(session: StoredSession, database: Dsns, namespace: Namespace, request: DecisionRequest) -> DecisionId:
    made = await usecases.decide(session, request)
    await until_stored(database, namespace, 1)
    return made.decision_id


ALTERED: dict[str, list[str]] = {
    "segment_id = 'gold'": ["segment_id"],
    "rule_id = NULL": ["rule_id"],
    "body = replace(body::text, '\"beta\":0.3', '\"beta\":0.4')::json": ["config.beta"],
    "body = replace(body::text, '\"user.visits\":11', '\"user.visits\":3')::json": ["segment_id", "rule_id", "reasons"],
    "at = at - interval '40 days'": ["segment_id", "reasons"],
}


async def test_an_altered_row_does_not_replay_equal_and_each_field_that_differs_is_named(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    values = {"user.visits": 11, "user.last_play_ts": NOON - 35 * DAY}
    await shop.add_facts([StoredFact(BOB, name, value, NOON) for name, value in values.items()])
    made = await usecases.decide_many(shop, [DecisionRequest(BOB, at=NOON)] * len(ALTERED))
    await until_stored(database, namespace, len(ALTERED))
    alter(database, namespace, *ALTERED)
    replays = [await usecases.replay_decision(shop, each.decision_id, BOB) for each in made]
    assert [[each.field for each in replay.differences] for replay in replays] == list(ALTERED.values())
    assert not any(replay.equal for replay in replays)


def alter(database: Dsns, namespace: Namespace, *changes: str) -> None:
    """The first change to the first row, and so on."""
    where = "WHERE namespace = :ns AND sequence ="
    updates = [f"UPDATE tessella.decision_audit SET {each} {where} {at}" for at, each in enumerate(changes, 1)]
    tamper(database, namespace, *updates)


async def test_the_subject_is_asked_for_only_where_a_rule_that_was_tried_reads_it(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    facts = [StoredFact(SubjectId("eve"), "user.visits", 9, NOON)]
    await shop.add_facts(facts)
    asked = [DecisionRequest(subject_id, at=NOON) for subject_id in (SubjectId("eve"), BOB, None)]
    frequent, by_id, anonymous = [each.decision_id for each in await usecases.decide_many(shop, asked)]
    await until_stored(database, namespace, 3)
    assert (await usecases.replay_decision(shop, frequent)).equal
    assert (await usecases.replay_decision(shop, anonymous)).equal
    with pytest.raises(SubjectNeeded, match="reads the subject's id"):
        await usecases.replay_decision(shop, by_id)
    assert (await usecases.replay_decision(shop, by_id, BOB)).equal
    outcome = await replayed(shop)
    assert (outcome.equal, outcome.refused, list(outcome.refusals)) == (2, 1, [by_id])


async def test_a_subject_whose_pseudonym_does_not_fit_is_refused(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    made = await decided(shop, database, namespace, DecisionRequest(SUBJECTS[1]))
    with pytest.raises(SubjectDoesNotFit, match="household-2"):
        await usecases.replay_decision(shop, made, SUBJECTS[2])


async def test_of_who_opted_out_no_subject_is_recorded_that_could_fit(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    made = await decided(shop, database, namespace, DecisionRequest(SHY))
    with pytest.raises(ContextNotKept):
        await usecases.replay_decision(shop, made)
    with pytest.raises(SubjectDoesNotFit):
        await usecases.replay_decision(shop, made, SHY)


async def test_a_decision_that_was_never_recorded_is_not_found(shop: StoredSession) -> None:
    for decision_id in ("0197c3a0-7d1b-7c3e-9a51-0242ac120002", "nonsense", "", "'; --"):
        with pytest.raises(NoSuch):
            await usecases.replay_decision(shop, decision_id)


async def test_a_decision_of_a_version_from_before_the_history_is_refused_by_name(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    made = await decided(shop, database, namespace, DecisionRequest())
    await define(shop, Kind.DEFAULTS, "defaults", beta=0.5)
    kept = shop.snapshot().version
    tamper(
        database,
        namespace,
        *(f"DELETE FROM tessella.{table} WHERE namespace = :ns AND snapshot_version < {kept}" for table in HISTORY),
        f"UPDATE tessella.decision_audit SET snapshot_version = {kept - 1} WHERE namespace = :ns",
    )
    with pytest.raises(HistoryGone, match=f"begins with version {kept}"):
        await usecases.replay_decision(shop, made)


async def test_a_body_that_no_decision_left_is_refused_by_name(
    shop: StoredSession, database: Dsns, namespace: Namespace
) -> None:
    bodies = ("{}", '{"config": 3}', "[]", "null", '{"env": {"alpha": "high"}}')
    made = await usecases.decide_many(shop, [DecisionRequest()] * len(bodies))
    await until_stored(database, namespace, len(bodies))
    alter(database, namespace, *(f"body = '{body}'" for body in bodies))
    for each in made:
        with pytest.raises(NotReplayable, match="cannot have come from a decision"):
            await usecases.replay_decision(shop, each.decision_id)

"""A user gets a variant once and for ever; who is not to be assigned gets the control; rewards count once."""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, NotYours, TessellaError, Unavailable, WrongShape
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.identifiers import CampaignId, ExperimentId, FeatureName, Instant, Json, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import Change, Session, StoredFact
from tessella.storage.store import Storage
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.assigning.add_conversions import RewardSent
from tessella.usecases.experiments.assigning.allocate import Allocation, foresee
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.publish_changes import publish_changes
from tests.audits import until_stored
from tests.database import Dsns, link_to, session_of, storage_with, until
from tests.experiments import BANNER, banner, declare

pytestmark = pytest.mark.anyio

HOUR = 3_600_000_000
MOBILE = {"utm_source": "instagram", "device": "mobile"}
USERS = [f"u{number}" for number in range(120)]
#: Of more at the same moment, a busy machine may read some too late.
AT_ONCE = 10


def by(*dimensions: str) -> dict[str, Json]:
    return {"mode": "manual", "segment_by": list(dimensions)}


def asked(user: str, context: Mapping[str, Json] | None = None, experiment: str = BANNER) -> AllocationRequest:
    return AllocationRequest(ExperimentId(experiment), SubjectId(user), context or {})


async def given(
    session: Session, users: Sequence[str], context: Mapping[str, Json] | None = None, experiment: str = BANNER
) -> list[Allocation]:
    found: list[Allocation] = []
    for begin in range(0, len(users), AT_ONCE):
        some = [asked(each, context, experiment) for each in users[begin : begin + AT_ONCE]]
        found += await asyncio.gather(*(usecases.allocate(session, each) for each in some))
    return found


async def segment(session: Session, user: str, context: Mapping[str, Json]) -> str:
    [found] = await given(session, [user], context)
    return found.segment_key


def told(allocations: Sequence[Allocation]) -> list[tuple[str, str]]:
    return [(each.variant.variant_id, each.segment_key) for each in allocations]


def reasons(allocations: Sequence[Allocation]) -> Mapping[str, int]:
    """Why nothing is recorded, of those of whom nothing is: they have the control."""
    unrecorded = [each for each in allocations if each.assignment is None]
    assert {each.variant.variant_id for each in unrecorded} <= {"plain"}
    return Counter(str(each.reason) for each in unrecorded)


async def test_a_user_keeps_the_first_variant_and_segment_whatever_changes(
    storage: Storage, database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    await declare(session, banner(segmentation=by("source", "device")))
    first = await given(session, USERS, MOBILE)
    assert set(told(first)) == {(variant, "source:instagram|device:mobile") for variant in ("plain", "bold")}
    await declare(session, banner(status="paused", traffic=0.01, targeting={"eq": ["source", "nowhere"]}))
    assert told(await given(session, USERS, {"utm_source": "google"})) == told(first)
    async with storage_with(database.app, tmp_path / "other") as other:
        elsewhere = await session_of(other, namespace)
        assert told(await given(elsewhere, USERS)) == told(first)
        assert reasons(await given(elsewhere, ["new"])) == {"not_running": 1}


async def test_a_user_who_asks_everywhere_at_once_gets_one_variant_and_segment(
    storage: Storage, database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    await declare(await session_of(storage, namespace), banner(segmentation=by("source")))
    async with storage_with(database.app, tmp_path / "other") as other:
        sessions = [await session_of(each, namespace) for each in (storage, other)]
        asking = [given(each, ["ann"], {"source": f"s{n}"}) for n in range(20) for each in sessions]
        found = [each for (each,) in await asyncio.gather(*asking)]
    assert len(set(told(found))) == 1
    assert len({(each.assignment and each.assignment.assigned_at) for each in found}) == 1


async def test_who_is_not_to_be_assigned_gets_the_control_and_is_told_why(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    shy = SubjectId("u7")
    await session.set_consent(shy, Consent(personalization_enabled=False))
    await declare(session, banner(status="draft", forced={"u1": "bold"}))
    drafted = await given(session, USERS)
    assert Counter(each.reason for each in drafted) == {"not_running": 118, "opted_out": 1, "forced": 1}
    assert [each.variant.variant_id for each in drafted][:3] == ["plain", "bold", "plain"]

    await declare(session, banner(targeting={"eq": ["source", "instagram"]}, forced={"u1": "bold"}))
    found = await given(session, USERS, {"utm_source": "google"})
    assert reasons(found) == {"not_targeted": 118, "opted_out": 1}
    assert [(each.variant.variant_id, each.assignment.forced) for each in found if each.assignment] == [("bold", True)]
    assert reasons(await given(session, USERS, {"utm_source": "instagram"})) == {"opted_out": 1}
    with pytest.raises(NoSuch, match="bnner"):
        await given(session, USERS[:1], experiment="bnner")


async def test_experiments_of_a_layer_share_nobody_and_a_ramp_keeps_whom_it_has(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    halves = {"left": (0, 5000), "right": (5000, 10_000)}
    for name, (first, last) in halves.items():
        layer = {"name": "home", "first": first, "last": last}
        await declare(session, banner(experiment_id=name, layer=layer))
    left, right = [[each.assignment is not None for each in await given(session, USERS, {}, name)] for name in halves]
    assert [one + other for one, other in zip(left, right, strict=True)] == [1] * len(USERS)
    assert 35 < sum(left) < 85

    shares = []
    for number, traffic in enumerate((0.2, 0.5, 1.0)):
        await declare(session, banner(traffic=traffic))
        shares.append({user for user, each in zip(USERS, await _foreseen(session), strict=True) if each.assignment})
        assert number == 0 or shares[number - 1] < shares[number]
    assert 10 < len(shares[0]) < 40 < len(shares[1]) < 80 < len(shares[2])


async def _foreseen(session: Session) -> list[Allocation]:
    """What users would get: nothing is stored, so that the ramp may be asked again."""
    return [await foresee(session, asked(each)) for each in USERS]


async def test_segments_are_by_fields_of_the_context_features_facts_and_the_segment_of_a_decision(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    features = {
        "user.tier": {"type": "string"}, "ctx.source": {"type": "string", "source": "request"},
        "ctx.plan": {"type": "string", "source": "request"},
    }  # fmt: skip
    changes = [Change(Kind.FEATURE, name, {"name": name, **body}) for name, body in features.items()]
    rule = {"rule_id": "main", "expr": {"all": [{"eq": ["user.tier", "VIP"]}, {"eq": ["ctx.source", "ads"]}]}}
    changes.append(Change(Kind.SEGMENT, "vip", {"segment_id": "vip", "rules": [rule]}))
    await publish_changes(session, changes)
    await session.add_facts([StoredFact(SubjectId("ann"), FeatureName("user.tier"), "VIP", Instant(1))])
    await declare(session, banner(segmentation=by("segment_id", "user.tier", "ctx.plan", "channel", "country")))
    context = {"utm_source": "ads", "ctx": {"plan": "gold"}, "country_code": "es"}
    assert await segment(session, "ann", context) == "segment_id:vip|user.tier:VIP|ctx.plan:gold|channel:web|country:ES"
    await declare(session, banner(experiment_id="for-vips", targeting={"in_segment": "vip"}))
    assert reasons(await given(session, ["ann", "bob"], context, "for-vips")) == {"not_targeted": 1}
    nothing = "segment_id:default|user.tier:other|ctx.plan:other|channel:web|country:other"
    assert await segment(session, "bob", {}) == nothing


async def test_only_so_many_segments_are_told_apart(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await declare(session, banner(segmentation=by("source", "device")))
    for number in range(0, 220, 20):
        users = [f"v{each}" for each in range(number, number + 20)]
        await asyncio.gather(*(given(session, [user], {"source": f"{user}|\u00e9"}) for user in users))
    found = [await segment(session, f"v{number}", {}) for number in range(220)]
    assert found[0] == "source:v0%7C%C3%A9|device:other"
    assert Counter(found)["source:other|device:other"] == 220 - 200
    assert await segment(session, "new", {"source": "v3|\u00e9"}) == "source:v3%7C%C3%A9|device:other"


async def test_what_is_stored_of_a_user_is_the_draw_and_nothing_personal(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await declare(session, banner(segmentation=by("source")))
    sent = {
        "utm_source": "ads",
        "email": "ann@example.org",
        "ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "a": {"b": 1},
    }
    [found] = await given(session, ["ann"], sent)
    stored = await session.stored_assignment(BANNER, SubjectId("ann"))
    assert stored == found.assignment
    assert stored is not None
    assert (stored.propensities, stored.policy_version, stored.segment_key) == ((0.5, 0.5), 0, "source:ads")
    assert set(stored.context) == {
        "channel", "source", "device", "country", "hour", "weekday", "is_weekend", "is_business_hours", "utm_source",
    }  # fmt: skip
    shy = SubjectId("shy")
    await session.set_consent(shy, Consent(personalization_enabled=False))
    assert reasons(await given(session, [shy])) == {"opted_out": 1}
    assert await session.stored_assignment(BANNER, shy) is None
    await session.set_consent(SubjectId("ann"), Consent(personalization_enabled=False))
    assert reasons(await given(session, ["ann"])) == {"opted_out": 1}


async def test_a_client_acts_for_its_own_user_only(storage: Storage, namespace: Namespace) -> None:
    await declare(await session_of(storage, namespace), banner())
    ann = await session_of(storage, namespace, Role.CLIENT, "ann")
    assert (await given(ann, ["ann"]))[0].assignment is not None
    with pytest.raises(NotYours):
        await given(ann, ["bob"])
    with pytest.raises(NotYours):
        await usecases.add_conversions(ann, BANNER, [RewardSent(SubjectId("bob"), "e")])


async def test_without_its_database_a_known_user_keeps_the_variant_and_others_get_what_the_experiment_says(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await declare(session, banner())
        await declare(session, banner(experiment_id="strict", on_outage="503"))
        await declare(session, banner(experiment_id="resting", status="paused"))
        known = await given(session, USERS[:20])
        assert reasons(await given(session, ["new"], experiment="resting")) == {"not_running": 1}
        await link.cut()
        await until(lambda: not storage.health().database_is_up, "the loss was noticed")
        assert told(await given(session, USERS[:20])) == told(known)
        assert reasons(await given(session, ["new", "newer"])) == {"database_away": 2}
        assert reasons(await given(session, ["new", "newer"], experiment="resting")) == {
            "not_running": 1, "database_away": 1,
        }  # fmt: skip
        with pytest.raises(Unavailable):
            await given(session, ["new"], experiment="strict")


async def test_each_reward_becomes_what_it_is_and_a_wrong_one_is_pointed_at(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    metrics = [{"name": "bought"}, {"name": "spent", "reward": "continuous"}]
    await declare(session, banner(metrics=metrics, attribution_hours=1.0, forced={"qa": "bold"}))
    now, shy = session.now(), SubjectId("shy")
    begun = now - 400 * 24 * HOUR
    (ann, *_) = await given(session, ["ann", "qa", shy])
    assert ann.assignment is not None
    old = msgspec.structs.replace(ann.assignment, user_identifier=SubjectId("old"), assigned_at=Instant(begun))
    await session.assign(old, attribution_of(ann.experiment))
    await session.set_consent(shy, Consent(personalization_enabled=False))
    table = [
        (reward("ann", "a"), "counted"),
        (reward("ann", "a"), "duplicate"),
        (reward("ann", "b", metric="spent", value=9.5), "counted"),
        (reward("qa", "a"), "forced"),
        (reward(shy, "a"), "opted_out"),
        (reward("old", "a"), "late"),
        (reward("old", "b", at=begun + 1), "late"),
        (reward("stranger", "a"), "NotAssigned 7"),
        (reward("ann", "c", at=now - HOUR), "RewardBeforeAssignment 8"),
        (reward("ann", "d", value=-1.0), "WrongShape 9/value"),
        (reward("ann", "d", value=math.nan), "WrongShape 10/value"),
        (reward("ann", "d", value=math.inf), "WrongShape 11/value"),
        (reward("ann", "d", value=1e13), "WrongShape 12/value"),
        (reward("ann", "d", metric="spnt"), "UnknownReference 13/metric"),
        (reward("ann", "d", at=now + HOUR), "EventFromFuture 14/at"),
    ]
    added = await usecases.add_conversions(session, BANNER, [each for each, _ in table])
    assert [_became(each) for each in added.outcomes] == [became for _, became in table]
    again = await usecases.add_conversions(session, BANNER, [each for each, _ in table[:7]])
    assert Counter(map(_became, again.outcomes)) == {"duplicate": 6, "opted_out": 1}


def reward(user: str, event_id: str, **more: Any) -> RewardSent:
    return RewardSent(SubjectId(user), event_id, **more)


async def test_a_decision_takes_the_knobs_of_the_variant_and_replays_equal(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    variants = [
        {"variant_id": "plain", "name": "Plain"},
        {"variant_id": "bold", "name": "Bold", "overrides": {"alpha": 0.25, "beta": 1.5}},
    ]
    changes = [
        Change(Kind.DEFAULTS, "defaults", {"audit": "required", "beta": 0.5}),
        Change(Kind.CAMPAIGN, "spring", {"campaign_id": "spring", "overrides": {"alpha": 0.75}}),
        Change(Kind.EXPERIMENT, BANNER, banner(variants=variants, segmentation=by("device"))),
    ]
    await publish_changes(session, changes)
    await session.set_consent(SubjectId("u3"), Consent(personalization_enabled=False))
    foreseen = [await usecases.simulate(session, decision(each)) for each in USERS]
    assert [await session.stored_assignment(BANNER, SubjectId(each)) for each in USERS] == [None] * len(USERS)

    made = await usecases.decide_many(session, [decision(each) for each in USERS])

    expected = {"plain": (0.75, 0.5, "campaign"), "bold": (0.25, 1.5, "experiment")}
    for each, before in zip(made, foreseen, strict=True):
        assert each.experiment is not None
        assert each.experiment == before.decision.experiment
        knobs = (each.config["alpha"], each.config["beta"], each.provenance["alpha"])
        assert knobs == expected[each.experiment.variant_id]
    assert {each.experiment.propensity for each in made if each.experiment} == {0.5, None}
    assert {each.experiment.segment_key for each in made if each.experiment} == {"device:mobile", "default"}
    strongest = await usecases.decide(session, decision(USERS[0], {"alpha": 1.0}))
    assert (strongest.config["alpha"], strongest.provenance["alpha"]) == (1.0, "request")
    (ignored,) = (each.text for each in strongest.reasons if each.code == "ignored")
    assert ignored == "Not declared as features, so ignored: shoe_size."  # the experiment reads the rest
    await until_stored(database, namespace, len(made) + 1)
    await declare(session, banner(variants=variants, status="stopped"))
    replays = [await usecases.replay_decision(session, each.decision_id) for each in made if each.subject_id]
    assert [each.differences for each in replays] == [()] * (len(USERS) - 1)
    with pytest.raises(WrongShape, match="subjects"):
        await usecases.decide(session, DecisionRequest(experiment_id=BANNER))


def decision(user: str, overrides: Mapping[str, Json] | None = None) -> DecisionRequest:
    context = {"ctx": {"device": "mobile"}, "utm_source": "ads", "shoe_size": 43}
    campaign = CampaignId("spring")
    return DecisionRequest(SubjectId(user), context, campaign, overrides or {}, experiment_id=BANNER)


def _became(outcome: object) -> str:
    """What became of a reward, or the name of what is wrong with it, and where."""
    return f"{type(outcome).__name__} {outcome.pointer[1:]}" if isinstance(outcome, TessellaError) else str(outcome)

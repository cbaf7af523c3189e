"""Rows to train on from events: what was known at each cut, and what happened after it."""

import math

import msgspec
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors.training import HistoryTooShort, NoActivity
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, PredictionId, SubjectId
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.usecases.compute_features import compute_features
from tessella.usecases.training.from_events import outcomes_known_until, table_from_events
from tests.database import publish, session_of
from tests.sharing import everybody_shares, share
from tests.shoppers import declare_computed
from tests.usecases.files import at

pytestmark = pytest.mark.anyio

WEEK = 7 * DAY_US
UNTIL = at("2018-01-29T00:00:00")
#: The cuts of the setup below: each a week before the next, the last a week before `UNTIL`.
FIRST, SECOND, THIRD = (Instant(UNTIL - weeks * WEEK) for weeks in (3, 2, 1))
SETUP = PredictionSetup(
    PredictionId("churn"), Target.CHURN, horizon_days=7, active_days=14, cut_every_days=7, cuts=3
)  # fmt: skip
KINDS = {
    "user.visits": ("integer", {"kind": "count"}),
    "user.spend_7d": ("number", {"kind": "sum", "field": "value", "window_days": 7}),
    "user.recency": ("number", {"kind": "days_since", "event_type": "purchase"}),
    "user.shop": ("string", {"kind": "top_value", "field": "event.shop"}),
    "user.gift_share": ("number", {"kind": "rate", "where": {"eq": ["event.gift", True]}}),
}
#: Neither a moment nor personal data is learned from.
UNREAD = {
    "user.last": ("timestamp", {"kind": {"kind": "last_timestamp"}}),
    "user.place": ("string", {"kind": {"kind": "top_value", "field": "event.shop"}, "personal": True}),
    "user.tier": ("string", {}),
}


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


@pytest.fixture
async def declared(session):
    await declare_computed(session, KINDS)
    for name, (type_, more) in UNREAD.items():
        # past the checks: such a feature may be stored from before
        await publish(session, Kind.FEATURE, name, {"name": name, "type": type_, **more})
    return session


def bought(subject: str, moment: int, value: float = 1.0, event_type: str = "purchase", **properties: object) -> Event:
    name = f"{subject}-{event_type}-{moment}"
    return Event(
        name, SubjectId(subject), event_type, Instant(moment), value=value, properties=properties or {"shop": "north"}
    )


def always(subject: str) -> list[Event]:
    """Somebody who buys each second day."""
    return [bought(subject, FIRST + days * DAY_US) for days in range(-20, 22, 2)]


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


async def table_of(session, warehouse, setup=SETUP):
    await everybody_shares(session)
    return await table_from_events(session, warehouse, setup, UNTIL, lambda share: None)


def rows_of(table, subject):
    """By cut: whether the subject was lost, and the values that are known."""
    found = {}
    for row in range(len(table)):
        if table.subject[row] == subject:
            values = {name: column[row] for name, column in table.columns.items()}
            known = {name: value for name, value in values.items() if not _is_missing(value)}
            found[int(table.cut[row])] = (bool(table.positive[row]), known)
    return found


async def test_who_does_nothing_in_the_horizon_after_a_cut_is_positive_and_who_does_is_not(declared, warehouse):
    await declared.add_events([*always("stays"), bought("leaves", FIRST - DAY_US), bought("returns", THIRD + 1)])
    table = await table_of(declared, warehouse)
    stays, leaves = rows_of(table, "stays"), rows_of(table, "leaves")
    assert {cut: lost for cut, (lost, _) in stays.items()} == {FIRST: False, SECOND: False, THIRD: False}
    assert {cut: lost for cut, (lost, _) in leaves.items()} == {FIRST: True, SECOND: True}
    assert rows_of(table, "returns") == {}


async def test_windows_before_and_after_a_cut_end_to_the_microsecond(declared, warehouse):
    active, horizon = 14 * DAY_US, 7 * DAY_US
    await declared.add_events(
        [
            *always("stays"),
            bought("at the cut", SECOND),
            bought("just active", SECOND - active + 1),
            bought("too long ago", SECOND - active),
            bought("in time", SECOND), bought("in time", SECOND + horizon),
            bought("too late", SECOND), bought("too late", SECOND + horizon + 1),
        ]
    )  # fmt: skip
    table = await table_of(declared, warehouse)
    lost = {name: rows_of(table, name).get(SECOND, (None,))[0] for name in set(table.subject.tolist())}
    assert (lost["at the cut"], lost["just active"], lost["too long ago"]) == (True, True, None)
    assert (lost["in time"], lost["too late"]) == (False, True)


async def test_an_event_after_a_cut_changes_no_feature_of_that_cut(declared, warehouse):
    await declared.add_events([*always("a"), *always("b"), bought("c", SECOND - DAY_US, value=5.0)])
    before = await table_of(declared, warehouse)
    await declared.add_events(
        [bought("c", SECOND + 1, value=1e6, shop="south", gift=True), bought("c", UNTIL, value=1e6, shop="south")]
    )
    after = await table_of(declared, warehouse)
    assert (rows_of(before, "c")[SECOND][0], rows_of(after, "c")[SECOND][0]) == (True, False)
    for cut in (FIRST, SECOND):
        for who in ("a", "b", "c"):
            known = {key: rows_of(table, who).get(cut, (None, None))[1] for key, table in enumerate((before, after))}
            assert known[0] == known[1], (who, cut)
    assert rows_of(after, "c")[THIRD][1]["user.visits"] == 2


async def test_the_features_of_a_cut_are_those_that_were_computed_then(declared, warehouse):
    events = [*always("a"), bought("a", SECOND - DAY_US, value=2.5, shop="south", gift=True), bought("b", SECOND)]
    await declared.add_events(events)
    table = await table_of(declared, warehouse)
    await compute_features(declared, warehouse, as_of=SECOND)
    assert set(table.columns) == set(KINDS)
    for who in ("a", "b"):
        facts = (await declared.known(SubjectId(who))).facts.values
        assert rows_of(table, who)[SECOND][1] == {name: facts[name] for name in KINDS if name in facts}


async def test_only_events_of_the_declared_types_count_as_activity(declared, warehouse):
    await declared.add_events([*always("a"), bought("b", SECOND), bought("b", SECOND + 1, event_type="newsletter")])
    assert rows_of(await table_of(declared, warehouse), "b")[SECOND][0] is True
    both = msgspec.structs.replace(SETUP, activity=("purchase", "newsletter"))
    assert rows_of(await table_of(declared, warehouse, both), "b")[SECOND][0] is False


async def test_who_switched_personalization_off_is_not_learned_from(declared, warehouse):
    await declared.add_events([*always("a"), *always("b")])
    await declared.set_consent(SubjectId("b"), Consent(personalization_enabled=False))
    table = await table_of(declared, warehouse)
    assert set(table.subject.tolist()) == {"a"}


async def test_only_who_shares_data_is_learned_from(declared, warehouse):
    await declared.add_events([*always("a"), *always("b"), *always("c")])
    await share(declared, ["a", "b"])
    await declared.change_consent(SubjectId("b"), ConsentChange(data_sharing_consent=False))
    table = await table_from_events(declared, warehouse, SETUP, UNTIL, lambda share: None)
    assert set(table.subject.tolist()) == {"a"}


async def test_a_prediction_that_names_features_learns_from_those_alone(declared, warehouse):
    await declared.add_events(always("a"))
    named = msgspec.structs.replace(SETUP, features=("user.recency",))
    assert set((await table_of(declared, warehouse, named)).columns) == {"user.recency"}


async def test_recency_frequency_and_spend_are_learned_from_where_nothing_is_declared(session, warehouse):
    await session.add_events([*always("a"), bought("b", SECOND - 3 * DAY_US, value=4.0)])
    known = rows_of(await table_of(session, warehouse), "b")[SECOND][1]
    assert known == {
        "activity.recency_days": 3.0, "activity.active_28d": 1.0, "activity.active_84d": 1.0,
        "activity.active_365d": 1.0, "activity.value_28d": 4.0, "activity.value_84d": 4.0,
        "activity.value_365d": 4.0, "activity.mean_value_365d": 4.0,
    }  # fmt: skip


async def test_what_is_missing_is_nan_or_none(declared, warehouse):
    await declared.add_events([*always("a"), Event("x", SubjectId("b"), "purchase", SECOND)])
    table = await table_of(declared, warehouse)
    row = next(row for row in range(len(table)) if table.subject[row] == "b" and table.cut[row] == SECOND)
    assert table.columns["user.shop"][row] is None
    assert (table.columns["user.visits"][row], table.columns["user.spend_7d"][row]) == (1.0, 0.0)


async def test_outcomes_are_known_until_the_last_activity_unless_another_moment_is_asked_for(declared):
    await declared.add_events([bought("a", SECOND), bought("a", THIRD, event_type="newsletter")])
    assert await outcomes_known_until(declared, SETUP, None) == SECOND
    assert await outcomes_known_until(declared, SETUP, UNTIL) == UNTIL


async def test_a_history_without_activity_or_of_too_few_cuts_says_so(declared, warehouse):
    with pytest.raises(NoActivity):
        await outcomes_known_until(declared, SETUP, None)
    await declared.add_events([bought("a", THIRD - DAY_US)])
    with pytest.raises(HistoryTooShort) as refused:
        await table_of(declared, warehouse)
    assert (refused.value.found, refused.value.cuts) == (1, 3)

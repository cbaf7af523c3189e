"""A set of definitions over what is defined: only what differs is a change, and nothing goes unless it is named."""

import pytest

from tessella.domain.definitions import Defaults, Definitions, Kind, read_definition
from tessella.domain.identifiers import Namespace
from tessella.storage.store import Storage
from tessella.usecases import publish_definitions, unmentioned
from tessella.usecases.apply_definitions import differences, merged
from tests.database import session_of


def segment_with(expr: object) -> Definitions:
    written = {"segment_id": "s", "rules": [{"rule_id": "r", "expr": expr}]}
    return Definitions().with_definition(Kind.SEGMENT, "s", read_definition(Kind.SEGMENT, written))


def defaults_with(**knobs: float) -> Definitions:
    return Definitions(defaults=Defaults(knobs))


def test_true_and_1_are_different_values() -> None:
    changes = differences(segment_with({"eq": ["f", True]}), segment_with({"eq": ["f", 1]}))
    assert [each.identifier for each in changes] == ["s"]


def test_1_and_1_point_0_are_the_same_number() -> None:
    assert list(differences(segment_with({"eq": ["f", 1]}), segment_with({"eq": ["f", 1.0]}))) == []


def test_defaults_that_say_nothing_leave_the_stored_ones() -> None:
    assert list(differences(defaults_with(alpha=0.5), Definitions())) == []
    assert merged(defaults_with(alpha=0.5), Definitions()) == defaults_with(alpha=0.5)


@pytest.mark.anyio
async def test_publishing_what_is_defined_already_publishes_nothing(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    first = await publish_definitions(session, defaults_with(alpha=0.5))
    again = await publish_definitions(session, defaults_with(alpha=0.5))
    assert (len(first.changes), again.changes, again.snapshot_version) == (1, (), first.snapshot_version)
    assert await unmentioned(session, Definitions()) == [(Kind.DEFAULTS, "defaults")]

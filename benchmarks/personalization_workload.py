"""What the `personalization` benchmark ranks: the demo's two scopes over 150 items, for subjects of every sign."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

import msgspec

from tessella.demo.data import DEFINITIONS
from tessella.domain.definitions import Definitions
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import FeatureName, Instant, ScopeId, SubjectId
from tessella.domain.personalization.rules import parse_scope, scope_schema
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.ranking.catalogue.item import Item
from tessella.files.definitions import read_folder
from tessella.ports import Session
from tessella.usecases import apply_definitions

HOROSCOPES: Final = ScopeId("daily_horoscopes")
NOTIFICATIONS: Final = ScopeId("notifications")
SIGNS: Final = (
    "aries", "taurus", "gemini", "cancer", "leo", "virgo", "libra", "scorpio", "sagittarius", "capricorn", "aquarius",
    "pisces",
)  # fmt: skip
_KINDS: Final = ("order_update", "horoscope", "community", "promotion")
_HOROSCOPES: Final = 120
_NOTIFICATIONS: Final = 30
_ZODIAC: Final = FeatureName("user.zodiac")
_HOUR_US: Final = 3_600_000_000


async def define(session: Session) -> None:
    """The scopes with the features that they read, and their items: half of the horoscopes are recent."""
    demo = read_folder(DEFINITIONS)
    scopes = {each: demo.scopes[each] for each in (HOROSCOPES, NOTIFICATIONS)}
    schema = scope_schema(demo.features.values())
    read = {name for each in scopes.values() for name in parse_scope(each, schema).reads()}
    features = {name: each for name, each in demo.features.items() if name in read}
    await apply_definitions(session, Definitions(features=features, scopes=scopes))
    await session.put_items(list(_items(session.now())))


def _items(now: Instant) -> Iterator[Item]:
    for number in range(_HOROSCOPES):
        approved = iso(now - (number % 48) * _HOUR_US)
        said = {"scopes": [HOROSCOPES], "zodiac": SIGNS[number % 12], "approved_at": approved}
        yield Item(f"{2001 + number}", properties=said)
    for number in range(_NOTIFICATIONS):
        yield Item(f"{3001 + number}", properties={"scopes": [NOTIFICATIONS], "kind": _KINDS[number % 4]})


async def store_signs(session: Session, subjects: int) -> None:
    """A sign for everybody."""
    await session.add_facts_csv(_signs(subjects))


async def _signs(subjects: int) -> AsyncIterator[bytes]:
    for first in range(0, subjects, 10_000):
        last = min(first + 10_000, subjects)
        rows = (f'subject-{at},{_ZODIAC},"""{SIGNS[at % 12]}""",1\n' for at in range(first, last))
        yield "".join(rows).encode()


def vector_of(number: int, now: Instant) -> FeatureVector:
    """One of a hundred thousand vectors."""
    return FeatureVector(
        SubjectId(f"subject-{number}"), now, number % 1_000 / 1_000, number % 100 / 100, number % 8, number % 40 + 1,
        300.0, number % 24, "mobile", "US", -8.0,
    )  # fmt: skip


def body(scope: ScopeId) -> str:
    """What is asked; NUMBER stands for that of the subject."""
    return msgspec.json.encode({"scope": scope, "limit": 10, "subject_id": "subject-NUMBER"}).decode()

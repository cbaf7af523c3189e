"""Subjects, items and a scope for tests of personalization: everybody turns to the items of their own sign."""

from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import Session
from tessella.ports.records import StoredFact
from tests.database import publish

AS_OF = Instant(1_782_777_600_000_000)  # 2026-06-30
SIGNS = ("aries", "leo", "libra", "virgo")
SCOPE = "daily_horoscopes"
_FEATURES = (
    {"name": "user.zodiac", "type": "string"},
    {"name": "item.zodiac", "type": "string", "source": "item"},
)
_HOROSCOPES = {
    "base": 0.5,
    "boosts": [{"add": 0.3, "equal": {"subject": "user.zodiac", "item": "item.zodiac"}, "tag": "user_zodiac"}],
}


def subject(number: int) -> SubjectId:
    return SubjectId(f"s{number:03}")


def sign_of(number: int) -> str:
    return SIGNS[number % len(SIGNS)]


def item_of(sign: str) -> str:
    return f"200{SIGNS.index(sign) + 1}"


async def declare_horoscopes(session: Session) -> None:
    """A scope of four items, one a sign, the subject's own first."""
    for each in _FEATURES:
        await publish(session, Kind.FEATURE, each["name"], each)
    await publish(session, Kind.SCOPE, SCOPE, {"scope_id": SCOPE, **_HOROSCOPES})
    items = [Item(item_of(sign), properties={"scopes": [SCOPE], "zodiac": sign}) for sign in SIGNS]
    await session.put_items(items)


async def live(session: Session, subjects: int, *, until: Instant = AS_OF) -> None:
    """Everybody has a sign, and on two days of the last month a session, what they began, and half of it completed."""
    await session.add_facts(
        [StoredFact(subject(each), FeatureName("user.zodiac"), sign_of(each), Instant(0)) for each in range(subjects)]
    )
    await session.add_events([event for each in range(subjects) for event in _month_of(each, until)])


def _month_of(number: int, until: Instant) -> list[Event]:
    told = [
        ("session_started", 20, None, None), ("session_started", 3, None, None),
        ("session_ended", 3, None, {"duration_sec": 300}),
        ("content_started", 3, item_of(sign_of(number)), None), ("content_started", 3, None, None),
        ("content_completed", 2, item_of(sign_of(number)), None),
        ("notification_sent", 0.6, None, None), ("notification_sent", 0.6, None, None),
        ("notification_clicked", 0.5, None, None),
    ]  # fmt: skip
    return [
        Event(
            f"{subject(number)}-{place}", subject(number), kind, Instant(until - round(days * DAY_US)), item,
            properties=properties,
        )
        for place, (kind, days, item, properties) in enumerate(told)
    ]  # fmt: skip

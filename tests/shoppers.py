"""Shoppers to learn churn from: some come nearly every week, and some rarely."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.ports import Session
from tests.usecases.files import declare

UNTIL = Instant(1_517_184_000_000_000)  # 2018-01-29
WEEKS = 14
#: A prediction that these can be learned from.
CHURN = {
    "prediction_id": "churn", "target": "churn", "horizon_days": 7, "active_days": 28, "cut_every_days": 7, "cuts": 4,
}  # fmt: skip
#: What is computed from their events.
KINDS = {
    "user.recency": ("number", {"kind": "days_since"}),
    "user.visits_28d": ("integer", {"kind": "count", "window_days": 28}),
    "user.shop": ("string", {"kind": "top_value", "field": "event.shop"}),
}


async def declare_computed(session: Session, kinds: Mapping[str, tuple[str, dict[str, Any]]] = KINDS) -> None:
    """Features that are computed from events: of each name its type, and how."""
    for name, (type_, kind) in kinds.items():
        await declare(session, name, type_=type_, kind=kind)


def bought(subject: int, moment: int) -> Event:
    shop = "north" if subject % 2 else "south"
    return Event(
        f"{subject}-{moment}", SubjectId(f"s{subject}"), "purchase", Instant(moment), value=1.0,
        properties={"shop": shop},
    )  # fmt: skip


def bought_by(shares: Mapping[int, float], seed: int = 7) -> list[Event]:
    """Each subject buys in a share of the weeks, at some time of the week."""
    random = np.random.default_rng(seed)
    return [
        bought(subject, UNTIL - int((week + random.random()) * 7 * DAY_US))
        for subject, share in shares.items()
        for week in range(WEEKS)
        if random.random() < share
    ]


def crowd(people: int = 240) -> dict[int, float]:
    """A third comes nearly every week, and a third in few."""
    return {subject: (0.95, 0.5, 0.2)[subject % 3] for subject in range(people)}

"""Events as a shop sends them."""

from __future__ import annotations

from typing import Final

from tessella.domain.features.event import Event
from tessella.domain.identifiers import SubjectId
from tessella.ports.clock import present

SUBJECTS: Final = 10_000


def event(run: int, number: int) -> Event:
    """The event of a number: an item was bought."""
    return Event(
        f"{run}-{number:012}", SubjectId(f"subject-{number % SUBJECTS}"), "purchase", present(),
        f"item-{number % 997}", number % 100 / 4, {"store_id": number % 50, "brand": "private"},
    )  # fmt: skip

"""The items that a scope may show."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.hashing import digest
from tessella.domain.identifiers import FeatureName, Instant

#: An item carries the scopes that this property lists.
SCOPES_PROPERTY: Final = "scopes"


class Candidate(msgspec.Struct, frozen=True):
    """An item that carries a scope, as its rules read it."""

    item_id: str
    #: The declared features of the item that it has.
    values: dict[FeatureName, Value]
    #: When it may be shown: from when, and until before when; None: without an end.
    available_from: Instant | None = None
    available_until: Instant | None = None


class Candidates(msgspec.Struct, frozen=True):
    """All items that carry a scope and are not withdrawn, in the order of their ids."""

    items: tuple[Candidate, ...]
    #: A digest of them: the same in every process.
    state: str


class Shown(msgspec.Struct, frozen=True):
    """Those of the candidates that may be shown at a moment."""

    items: tuple[Candidate, ...]
    #: When that changes next, by the items' own times; infinite: never.
    until: float


def candidates_of(items: Sequence[Candidate]) -> Candidates:
    """The candidates with their digest.

    >>> one = Candidate("2001", {FeatureName("item.zodiac"): "leo"})
    >>> candidates_of([one]).state == candidates_of([one]).state != candidates_of([]).state
    True
    """
    return Candidates(tuple(items), digest(msgspec.to_builtins(items)))


def shown_at(candidates: Candidates, now: Instant) -> Shown:
    """Those that may be shown at `now`.

    >>> early = Candidate("1", {}, available_until=Instant(10))
    >>> shown_at(candidates_of([early]), Instant(9)).until, shown_at(candidates_of([early]), Instant(10)).items
    (10, ())
    """
    ends = [end for each in candidates.items for end in (each.available_from, each.available_until) if end is not None]
    items = tuple(each for each in candidates.items if _is_shown(each, now)) if ends else candidates.items
    return Shown(items, min((end for end in ends if end > now), default=inf))


def _is_shown(candidate: Candidate, now: Instant) -> bool:
    begins, ends = candidate.available_from, candidate.available_until
    return (begins is None or begins <= now) and (ends is None or now < ends)

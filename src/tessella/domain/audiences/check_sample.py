"""Which subjects of a calculation are looked at: the same ones for the same seed, and some of every segment.

One half are any subjects. The other half is shared by the segments, each with subjects of its own, however few it
holds; by those without any segment; and by those for whom each segment is the first match. One scan finds them all.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import FIRST, SUBJECT, mask, word
from tessella.domain.identifiers import SegmentId

#: Subjects that are looked at unless somebody asks for others.
USUAL_SUBJECTS = 1000
MOST_SUBJECTS = 20_000
MOST_SEED = 2**31 - 1
_HIGHEST_LOT: Final = 2**63 - 1
_AT_LEAST: Final = 50


class Sized(Protocol):
    """What a calculation has counted of a segment."""

    @property
    def members(self) -> int:
        """How many it holds."""
        ...

    @property
    def first_matches(self) -> int:
        """For how many it is the first match."""
        ...


def sample_sql(audience: Audience, counts: Mapping[SegmentId, Sized], rows: str, *, subjects: int, seed: int) -> str:
    """One row: lists of ids, which may repeat one another and be NULL. About so many subjects in all.

    Of every list only the lowest lots are looked at, so many that the list is filled all but surely.
    """
    strata = _strata(audience, counts, most=max(1, subjects // 2), seed=seed)
    of_each = max(1, subjects // 2 // len(strata))
    wanted = [
        (_Stratum("true", audience.rows), max(1, subjects - subjects // 2)),
        *((each, of_each) for each in strata),
    ]
    lists = ", ".join(f"arg_min({SUBJECT}, lot, {most}) FILTER (WHERE {each.condition})" for each, most in wanted)
    low = " OR ".join(f"({each.condition} AND lot <= {each.highest(most)})" for each, most in wanted)
    return f"SELECT {lists} FROM (SELECT *, (hash({SUBJECT}, {seed}) >> 1)::BIGINT AS lot FROM ({rows})) WHERE {low}"


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Subjects of one kind: the condition, and how many they are."""

    condition: str
    members: int

    def highest(self, wanted: int) -> int:
        """Four times as many subjects have a lot as low as this one, and fifty at least, or all of them."""
        share = min(1.0, max(4 * wanted, _AT_LEAST) / max(1, self.members))
        return _HIGHEST_LOT if share == 1 else int(_HIGHEST_LOT * share)


def _strata(audience: Audience, counts: Mapping[SegmentId, Sized], *, most: int, seed: int) -> Sequence[_Stratum]:
    """Where there are more than subjects, the seed says which ones have their turn."""
    sizes = [counts[each.segment_id] for each in audience.segments]
    tried = sizes[: audience.tried]
    found = [
        _Stratum(f"{FIRST} IS NULL", audience.rows - sum(each.first_matches for each in tried)),
        *(_Stratum(f"({word(at)} & {mask(at)}) <> 0", each.members) for at, each in enumerate(sizes)),
        *(_Stratum(f"{FIRST} = {at}", each.first_matches) for at, each in enumerate(tried)),
    ]
    return found if len(found) <= most else random.Random(seed).sample(found, most)
